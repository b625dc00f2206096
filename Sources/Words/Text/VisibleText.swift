// Text from outside for sentences: what a document said is shown, and acts on nothing.

/// Text without characters that a terminal or a page would act on.
package enum VisibleText {
    /// Returns a text without characters that a terminal or page would act on: controls, line ends, marks of direction.
    package static func of(_ text: String) -> String {
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
}
