// Whether the data still show a finding.

/// The state of a finding that is kept.
package enum FindingState: String, CaseIterable, Codable, Sendable {
    /// The data show it, whether it lasts or has ended.
    case open
    /// The data no longer show it: something filled the hole.
    case closed
}
