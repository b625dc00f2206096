// A word and its meaning. The words themselves stand in Glossary.

/// A word and its meaning.
package struct ReportTerm: Equatable, Sendable {
    /// The word.
    package let word: String
    /// What it means.
    package let meaning: String

    /// Explains a word.
    package init(_ word: String, _ meaning: String) {
        self.word = word
        self.meaning = meaning
    }
}
