// Text from outside in reports: names of devices, sites and files are what a document said, and must not become markup.

import Words

/// Text that means nothing but itself.
package enum MarkdownText {
    /// Returns a text as Markdown that shows it; what cannot be markup stays as it is.
    ///
    /// - Parameter atLineStart: whether the text begins a line, where more characters are markup.
    package static func escaped(_ text: String, atLineStart: Bool = true) -> String {
        if !text.utf8.contains(where: isSuspect) && !(atLineStart && beginsLikeMarkup(text)) { return text }
        let characters = Array(VisibleText.of(text))
        var result = ""
        for (index, character) in characters.enumerated() {
            let isMarkup: Bool
            switch character {
            case "\\", "`", "*", "[", "]", "<", "|", "&": isMarkup = true
            // Inside a word it is none.
            case "_":
                let neighbours = [index - 1, index + 1].map {
                    characters.indices.contains($0) ? characters[$0] : " "
                }
                isMarkup = !neighbours.allSatisfy { $0.isLetter || $0.isNumber }
            case "#", "-", "+", ">": isMarkup = index == 0 && atLineStart
            default: isMarkup = false
            }
            result += isMarkup ? "\\\(character)" : String(character)
        }
        return result
    }

    /// Returns a text for a code span, in which nothing can be escaped.
    package static func code(_ text: String) -> String {
        "`" + VisibleText.of(text).replacing("`", with: "'").replacing("|", with: "¦") + "`"
    }

    private static func isSuspect(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "<"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "_"):
            true
        default: byte < 32 || byte >= 127
        }
    }

    private static func beginsLikeMarkup(_ text: String) -> Bool {
        text.first.map { "#-+>".contains($0) } ?? false
    }
}
