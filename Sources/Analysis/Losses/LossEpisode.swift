// A time in which production was lost, or measured wrongly, as the rules tell it. How a finding is made of it stands in
// LossDetector.

import Readings

/// A time in which production was lost, or measured wrongly.
struct LossEpisode: Codable, Equatable, Sendable {
    /// What fails.
    enum Fault: String, Codable, Sendable {
        /// All of the array, a part of it, hours at noon, or what lies above a limit.
        case all, part, trips, limit
        /// Less every week.
        case slow
        /// Clamps: no value, half of it, the sign, a constant added, or clamps at the load that are set as those of the grid.
        case dead, halved, reversed, offset
        case loadAsNet = "load_as_net"
    }

    /// What brought it about, as far as the rows tell.
    enum Cause: String, Codable, Sendable { case panels, meter, unknown }

    /// `productionLost`, `degradation`, or one of the meters' kinds.
    var kind: FindingKind
    var fault: Fault
    /// The first second, and the second behind it; nil while it lasts. Seconds UTC.
    var start: Int64
    var end: Int64?
    /// The first instant at which the rule held, seconds UTC.
    var alert: Int64
    var severity: Severity
    var sureness = Sureness.likely
    var cause = Cause.unknown
    /// The share of the expected energy that is lost, 0 to 1; nil where that cannot be told.
    var fraction: Double?
    /// The energy that is lost, Wh; nil where that cannot be told.
    var lostWh: Double?
    /// Days that agree.
    var days = 0
    /// The end of the last row that shows it, seconds UTC.
    var lastSeen: Int64
    /// The innocent reading that is as likely: `snow`, `soiling`; nil where there is none.
    var reading: String?
    /// The highest sun that it saw, degrees; nil where nobody asks.
    var sunDegrees: Double?
    /// Energy that proves it: exported without production, or beyond it, or counted with the wrong sign, Wh.
    var provenWh: Double?

    /// Energy that was counted with the wrong sign, Wh; nil for any other fault.
    var wrongWh: Double? { fault == .reversed ? provenWh : nil }
}

extension LossEpisode {
    /// The end of what is known, seconds UTC.
    var knownEnd: Int64 { end ?? lastSeen }

    /// Tells whether two share some time.
    func overlaps(_ other: LossEpisode) -> Bool {
        start < other.knownEnd && other.start < knownEnd
    }

    /// Tells whether another lies mostly inside.
    func covers(_ other: LossEpisode) -> Bool {
        2 * (min(knownEnd, other.knownEnd) - max(start, other.start)) > other.knownEnd - other.start
    }
}
