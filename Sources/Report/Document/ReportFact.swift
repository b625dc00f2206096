// A number of the first screen. Which numbers stand there FirstScreen decides.

/// A number of the first screen.
package struct ReportFact: Equatable, Sendable {
    /// What it is.
    package let name: String
    /// The number with its unit.
    package let value: String
    /// What makes it readable: a comparison, a limit; may be empty.
    package let note: String

    /// Makes a fact.
    package init(_ name: String, _ value: String, note: String = "") {
        self.name = name
        self.value = value
        self.note = note
    }
}
