// What a family makes of a document.

/// What the first bytes of a document say about a family of formats.
package enum Recognition: Equatable, Sendable {
    /// It is of this format.
    case yes(DocumentFormat)
    /// It is like this format, but lacks something; `score` is the number of features that fit.
    case near(DocumentFormat, missing: String, score: Int)
    /// It is nothing like the family's formats.
    case no
}
