// Recorded energy and coverage of a month or a year, with the rates that follow. Which series they are
// taken from stands in SeriesChoice.

import Analysis
import Readings

/// Recorded energy and coverage of a stretch of time.
package struct PeriodTotals: Sendable {
    /// The time in words, as `March 2025`.
    package let title: String
    /// The time.
    package let interval: Interval
    /// What of it has data.
    package let coverage: Coverage
    /// Energies in the order of `Channel`; nil where the channel has no value.
    package let energy: [WattHours?]
    /// Energy of a generator; nil where the site has none, or none is known of the time.
    package var generator: WattHours?

    /// The share of intervals with data from which on rates are told: below, the missing part decides them.
    private static let enoughShare = 0.9

    /// Sums a stretch of time of a series; of none all is missing.
    init(_ presence: Presence?, title: String, interval: Interval) {
        self.title = title
        self.interval = interval
        coverage = presence.map { Coverage($0, in: interval, span: $0.span) } ?? Coverage()
        energy =
            presence.map { DayTotals.energy($0.columns, in: interval) }
            ?? Array(repeating: nil, count: Channel.count)
    }

    /// The share of production that was not exported, percent; nil without production or export data.
    var selfConsumptionPercent: Double? {
        guard let produced = self[.produced]?.value, let exported = self[.exported]?.value, produced > 0
        else { return nil }
        return 100 * Double(produced - exported) / Double(produced)
    }

    /// The share of consumption that was bought neither from the grid nor as fuel, percent; nil without consumption or
    /// import data.
    var selfSufficiencyPercent: Double? {
        guard let consumed = self[.consumed]?.value, let imported = self[.imported]?.value, consumed > 0
        else { return nil }
        return 100 * Double(consumed - imported - (generator?.value ?? 0)) / Double(consumed)
    }

    /// Tells whether enough of the time has data for a rate.
    var hasEnough: Bool { coverage.share >= PeriodTotals.enoughShare }

    /// Returns a rate; nil where too little of the time has data.
    func rate(_ rate: (PeriodTotals) -> Double?) -> Double? { hasEnough ? rate(self) : nil }

    /// Energy out of the batteries over energy into them, percent; nil without batteries.
    var roundTripPercent: Double? {
        guard let charged = self[.charged]?.value, let discharged = self[.discharged]?.value, charged > 0
        else { return nil }
        return 100 * Double(discharged) / Double(charged)
    }

    /// The energy of a channel; nil where it has no value.
    subscript(channel: Channel) -> WattHours? { energy[channel.rawValue] }
}
