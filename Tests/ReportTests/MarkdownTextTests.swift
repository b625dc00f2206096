import Foundation
import Testing

@testable import Report

@Suite("text from outside")
struct MarkdownTextTests {
    /// Names as a hostile or careless document may give them.
    static let hostileNames = [
        "plain-1", "story_house", "_init_", "a|b", "`rm -rf`", "<script>alert(1)</script>", "**bold**",
        "[x](javascript:y)",
        "# heading", "- item", "back\\slash", "line\nbreak", "bell\u{7}", "\u{202E}reversed", "\u{E07C}",
        "&amp;", "é☀︎",
    ]

    @Test("a name is shown as it is, and is never markup", arguments: MarkdownTextTests.hostileNames)
    func shownAsItIs(_ name: String) throws {
        let markdown = "| device | state |\n|---|---|\n| \(MarkdownText.escaped(name)) | open |\n"
        let html = MarkdownPage.body(markdown)
        // One row of two cells, and in the first the name's own characters.
        #expect(html.components(separatedBy: "<td").count == 3, "\(html)")
        let shown = MarkdownPage.escaped(MarkdownText.visible(name)).trimmingCharacters(in: .whitespaces)
        #expect(html.contains(">\(shown)</td>"), "\(html)")
        #expect(!html.contains("<script") && !html.contains("<strong>") && !html.contains("<code>"))
        let heading = MarkdownPage.body("# \(MarkdownText.escaped(name)), March\n")
        #expect(heading.hasPrefix("<h1>") && heading.components(separatedBy: "<").count == 3, "\(heading)")
    }

    @Test(
        "what no page and no terminal should act on is replaced",
        arguments: ["a\nb", "a\u{1B}[31mb", "a\u{202E}b", "a\u{0}b"]
    )
    func controls(_ text: String) {
        let visible = MarkdownText.visible(text)
        #expect(visible.contains("\u{FFFD}") && visible.unicodeScalars.count == text.unicodeScalars.count)
        #expect(!visible.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test("words and numbers stay as they are in a terminal")
    func ordinary() {
        for text in ["story_house", "492203005621", "battery 3 (north)", "1.5 kWh, 99 %"] {
            #expect(MarkdownText.escaped(text) == text)
        }
        #expect(MarkdownText.code("a`b|c") == "`a'b¦c`")
    }
}
