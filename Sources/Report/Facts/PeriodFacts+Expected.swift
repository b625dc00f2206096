// What days were expected to give under a clear sky, beside what was recorded and what was lost. How that is drawn stands in
// ExpectedFigure, what is said of it in ExpectedSection.

import Analysis
import Readings

/// A stretch of time beside a clear sky: a day, or whole days together.
struct ExpectedRow: Equatable, Sendable {
    /// How far its record can be held against the sky.
    enum State: String, Sendable {
        /// It can.
        case whole
        /// Too many of its intervals are missing.
        case incomplete
        /// The production meter was wrong.
        case meterWrong = "meter_wrong"
    }

    /// What the array gives under a clear sky, kWh.
    let expectedKWh: Double
    /// What was recorded, kWh; nil where nothing was.
    let recordedKWh: Double?
    /// What was lost by what findings say, kWh; nil where none says so.
    let lostKWh: Double?
    /// How far the record can be held against the sky.
    let state: State

    /// What was recorded of what a clear sky gives, percent; nil where that says nothing.
    var percent: Double? {
        guard state == .whole, let recordedKWh, expectedKWh > 0 else { return nil }
        return 100 * recordedKWh / expectedKWh
    }

    /// Adds up whole days; nil where there is none.
    static func sum(_ rows: [ExpectedRow]) -> (row: ExpectedRow, days: Int)? {
        let whole = rows.filter { $0.state == .whole && $0.recordedKWh != nil }
        guard !whole.isEmpty else { return nil }
        let lost = rows.compactMap(\.lostKWh)
        return (
            ExpectedRow(
                expectedKWh: whole.reduce(0) { $0 + $1.expectedKWh },
                recordedKWh: whole.reduce(0) { $0 + ($1.recordedKWh ?? 0) },
                lostKWh: lost.isEmpty ? nil : lost.reduce(0, +),
                state: .whole
            ), whole.count
        )
    }
}

extension PeriodFacts {
    /// The expectations by day, of any time.
    var expectedByDay: [CivilDate: ExpectedDay] {
        Dictionary(material.expectedDays.map { ($0.day, $0) }, uniquingKeysWith: { $1 })
    }

    /// The days of the time with an expectation, in order.
    var expectedRows: [(day: CivilDate, row: ExpectedRow)] {
        let expected = expectedByDay
        let lost = lostByDay
        return days.compactMap { day in
            guard let own = expected[day.day], day.coverage.expected > 0 else { return nil }
            let produced = day.coverage.present > 0 ? day.energy[Channel.produced.rawValue] : nil
            let isWhole = day.coverage.share >= ReconciliationParameters.observedShare && produced != nil
            let isWrong = isSpoiled(.produced, in: zone.interval(of: day.day)) || (produced?.value ?? 0) < 0
            return (
                day.day,
                ExpectedRow(
                    expectedKWh: own.expectedWh / 1000,
                    recordedKWh: produced?.kilowattHours,
                    lostKWh: lost[day.day].flatMap { $0 > 0 ? $0 : nil },
                    state: isWrong ? .meterWrong : isWhole ? .whole : .incomplete
                )
            )
        }
    }
}
