// Whether a finding asks for its owner: now, as something to follow up, or no longer. The rule stands in Lake/Findings.

/// How a finding stands.
package enum FindingStanding: String, CaseIterable, Codable, Sendable {
    /// It lasts, and the owner has not said that he knows of it.
    case now
    /// It has ended lately, and nobody has said why it was.
    case followUp = "follow_up"
    /// Data filled it, or it has ended and is explained, or has ended long ago.
    case over
    /// The owner knows of it, or does not want to hear of it for a time.
    case known

    /// How long what ended without an explanation is to be followed up, seconds before the end of the data.
    package static let attentionSeconds: Int64 = 45 * 86_400

    /// The word for people.
    package var text: String {
        switch self {
        case .now: "now"
        case .followUp: "to follow up"
        case .over: "over"
        case .known: "known"
        }
    }
}
