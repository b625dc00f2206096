// What marks depend on besides the rows themselves.

/// What is known of a site and a document when its rows are marked.
struct MarkingRules: Equatable, Sendable {
    /// When the document was captured, seconds UTC; rows at or after it are of the future.
    let capturedUTCSeconds: Int64
    /// The array's rating in W; nil where it is not known.
    var installedW: Int64?
    /// The first instant at which the site is known to have had data; nil before the first.
    var operatingSinceUTCSeconds: Int64?
}
