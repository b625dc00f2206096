// Text as a field of CSV.

/// Writes fields of CSV.
package enum CSVField {
    /// Returns a text as a field, quoted where it must be. One that a spreadsheet would take for a formula gets an
    /// apostrophe in front.
    package static func text(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        let needsQuotes = safe.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
        return needsQuotes ? "\"\(safe.replacing("\"", with: "\"\""))\"" : safe
    }
}
