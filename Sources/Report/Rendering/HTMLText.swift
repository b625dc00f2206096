// Text from outside in pages and drawings. The same for Markdown stands in MarkdownText.

import Words

/// Text in a page.
package enum HTMLText {
    /// Returns text in which nothing is markup and which no page acts on.
    package static func escaped(_ text: String) -> String {
        let text = VisibleText.of(text)
        guard text.utf8.contains(where: { [38, 60, 62, 34].contains($0) }) else { return text }
        return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
