// Text from outside in reports: names of devices, sites and files are what a document said, and must not become markup.

/// Text that means nothing but itself.
package enum MarkdownText {
    /// Characters behind which escaped ones stand for a moment, while Markdown is laid out; never part of a text.
    private static let shelter: UInt32 = 0xE000

    /// Returns a text without characters that a terminal or page would act on: controls, line ends, marks of direction.
    package static func visible(_ text: String) -> String {
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
    package static func escaped(_ text: String) -> String {
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
            case "#", "-", "+", ">": isMarkup = index == 0
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

    /// Puts escaped characters where laying out does not see them.
    static func sheltered(_ markdown: String) -> String {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in markdown.unicodeScalars {
            if isEscaped {
                isEscaped = false
                let isMark = scalar.isASCII && scalar.value > 32
                result.append(isMark ? Unicode.Scalar(shelter + scalar.value) ?? scalar : scalar)
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Brings escaped characters back, as a page shows them.
    static func unsheltered(_ html: String) -> String {
        var result = ""
        for scalar in html.unicodeScalars {
            if (shelter..<(shelter + 128)).contains(scalar.value),
                let original = Unicode.Scalar(scalar.value - shelter)
            {
                result += MarkdownPage.escaped(String(original))
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
