// A finding as messages know it: what was found, how it stands, and what came of it. It is made of what the store keeps.

import Readings

/// A finding that may be told.
package struct NotifiedFinding: Equatable, Sendable {
    /// Site, device, kind and start: it outlives a catalogue that is made anew.
    package var identity: String
    /// The number by which the owner names it; 0 where it has none.
    package var number: Int64
    /// What was found, one that lasts as far as it is known.
    package var finding: Finding
    /// Whether the data still show it.
    package var state = FindingState.open
    /// How it stands.
    package var standing = FindingStanding.now
    /// Why it was closed; nil while it is open.
    package var closedBy: ClosingReason?
    /// The owner knows of it, or does not want to hear of it now.
    package var isQuiet = false
    /// He does not want to hear of it now, of its end neither.
    package var isMuted = false
    /// When he said that he knows of it, microseconds UTC: what grew worse behind it ends that; nil where that is not known.
    package var acknowledgedMicroseconds: Int64?
    /// How often it came back.
    package var timesBack = 0
    /// The identity of the one with which it is told; nil where it stands for itself.
    package var leader: String?
    /// What is told with it, in the owner's words.
    package var companions: [String] = []
    /// This run opened it.
    package var isFresh = false

    /// Describes a finding.
    package init(identity: String, number: Int64, finding: Finding) {
        (self.identity, self.number, self.finding) = (identity, number, finding)
    }

    /// Tells whether it lasts.
    package var isLasting: Bool { state == .open && finding.end == nil }
}
