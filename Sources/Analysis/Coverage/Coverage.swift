// How much of a stretch of time has data, per channel and day.

import Readings

/// Intervals of a stretch of time, counted.
package struct Coverage: Equatable, Sendable {
    /// Intervals that a complete series would have.
    package var expected = 0
    /// Intervals with data.
    package var present = 0
    /// Intervals with data, per channel in the order of `Channel`.
    package var presentByChannel = [Int](repeating: 0, count: Channel.count)
    /// Rows of zeros that stand for no data.
    package var zeroRows = 0
    /// Intervals whose energy is an average over a run.
    package var smearedRows = 0

    /// Makes an empty count.
    package init() {}

    /// Intervals without data.
    package var absent: Int { max(0, expected - present) }

    /// The share with data, 0 to 1; 1 where nothing is expected.
    package var share: Double { expected == 0 ? 1 : Double(present) / Double(expected) }

    /// Counts a stretch of time, cut to the time that the series spans.
    ///
    /// - Parameter span: from the first data to the end of the last row, of the whole series.
    package init(_ presence: Presence, in interval: Interval, span: Interval?) {
        guard let known = span.flatMap({ $0.intersection(interval) }) else { return }
        expected = presence.steps(from: known.startUTCSeconds, to: known.endUTCSeconds)
        let columns = presence.columns
        let rows = columns.rowRange(in: known)
        for row in rows {
            guard presence.isPresent[row] else {
                zeroRows += 1
                continue
            }
            present += 1
            if columns.quality(ofRow: row).contains(.smear) { smearedRows += 1 }
            for channelIndex in 0..<Channel.count
            where columns.energyWh[channelIndex][row] != ReadingColumns.missingWh {
                presentByChannel[channelIndex] += 1
            }
        }
    }
}

/// A local day with its coverage and its recorded energy.
package struct DayTotals: Equatable, Sendable {
    /// The local day.
    package let day: CivilDate
    /// What is there of it.
    package let coverage: Coverage
    /// Recorded energy per channel in the order of `Channel`; nil where the channel has no value.
    package let energy: [WattHours?]

    /// Sums a local day.
    package init(_ presence: Presence, day: CivilDate, zone: TimeZoneRules, span: Interval?) {
        self.day = day
        let whole = zone.interval(of: day)
        coverage = Coverage(presence, in: whole, span: span)
        energy = DayTotals.energy(presence.columns, in: whole)
    }

    /// Returns the recorded energy of a stretch of time per channel: every value as the source gave it.
    package static func energy(_ columns: ReadingColumns, in interval: Interval) -> [WattHours?] {
        let rows = columns.rowRange(in: interval)
        return columns.energyWh.map { values in
            var sum: Int64 = 0
            var hasValue = false
            for value in values[rows] where value != ReadingColumns.missingWh {
                sum += Int64(value)
                hasValue = true
            }
            return hasValue ? WattHours(sum) : nil
        }
    }
}
