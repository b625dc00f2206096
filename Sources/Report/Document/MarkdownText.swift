// Text from outside in reports: names of devices, sites and files are what a document said, and must not become markup.

/// Text that means nothing but itself.
package enum MarkdownText {
    /// Returns a text without characters that a terminal or page would act on: controls, line ends, marks of direction.
    package static func visible(_ text: String) -> String {
        // Almost all text is plain ASCII.
        if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Returns a text as Markdown that shows it; what cannot be markup stays as it is.
    ///
    /// - Parameter atLineStart: whether the text begins a line, where more characters are markup.
    package static func escaped(_ text: String, atLineStart: Bool = true) -> String {
        if !text.utf8.contains(where: isSuspect) && !(atLineStart && beginsLikeMarkup(text)) { return text }
        let characters = Array(visible(text))
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
        "`" + visible(text).replacing("`", with: "'").replacing("|", with: "¦") + "`"
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
