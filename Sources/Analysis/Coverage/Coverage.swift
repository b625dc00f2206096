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

    /// Intervals without data that no document covers: nobody downloaded them.
    package var notDownloaded = 0

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
        notDownloaded = presence.uncovered.compactMap { $0.intersection(known) }.reduce(0) {
            let inside = presence.columns.rowRange(in: $1).count { presence.isPresent[$0] }
            return $0 + max(0, presence.steps(from: $1.startUTCSeconds, to: $1.endUTCSeconds) - inside)
        }
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
