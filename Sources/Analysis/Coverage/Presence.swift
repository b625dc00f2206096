// Which intervals of a series have data. The base of coverage and gaps.

import Readings

/// A series with its intervals sorted into those that have data and those that have none.
package struct Presence: Sendable {
    /// The series.
    package let key: SeriesKey
    /// Its rows, those of the future left out.
    package let columns: ReadingColumns
    /// One element a row: true where the row stands for data.
    package let isPresent: [Bool]
    /// Tells whether the site reports more than production: then an all-zero row stands for no data.
    package let isMetered: Bool
    /// The first row with data; nil where there is none.
    package let firstPresentRow: Int?
    private let zone: TimeZoneRules

    /// Sorts a series. Costs time in proportion to the rows.
    package init(key: SeriesKey, columns: ReadingColumns, zone: TimeZoneRules) {
        var end = columns.rowCount
        while end > 0, columns.quality(ofRow: end - 1).contains(.future),
            columns.quality(ofRow: end - 1).contains(.zero)
        {
            end -= 1
        }
        let known = end == columns.rowCount ? columns : columns.slice(0..<end)
        let channels = Channel.allCases.filter { known.hasChannel($0) }
        let isMetered = channels.contains { $0 != .produced }
        var present = [Bool](repeating: true, count: known.rowCount)
        for row in 0..<known.rowCount {
            var signs = RowSigns()
            for channel in channels { signs.add(known[channel][row], isProduction: channel == .produced) }
            present[row] = AbsenceRule.series.isData(signs)
        }
        self.key = key
        self.columns = known
        self.isMetered = isMetered
        self.zone = zone
        isPresent = present
        firstPresentRow = present.firstIndex(of: true)
    }

    /// Returns the instant at which the interval of a row ends.
    package func end(ofRow row: Int) -> Int64 { end(ofStart: columns.startUTCSeconds[row]) }

    private func end(ofStart start: Int64) -> Int64 {
        guard key.seconds == SeriesKey.day else { return start + Int64(key.seconds) }
        return zone.startOfDay(zone.wallClock(atUTCSeconds: start).day.advanced(by: 1))
    }

    /// The time from the first row with data to the end of the last row; nil where there is no data.
    package var span: Interval? {
        guard let first = firstPresentRow else { return nil }
        return Interval(
            startUTCSeconds: columns.startUTCSeconds[first],
            endUTCSeconds: end(ofRow: columns.rowCount - 1)
        )
    }

    /// Returns the number of steps between two instants.
    package func steps(from start: Int64, to end: Int64) -> Int {
        guard key.seconds == SeriesKey.day else { return Int((end - start) / Int64(key.seconds)) }
        return Int(((end - start) + 43_200) / 86_400)
    }

    /// A run of intervals without data.
    package struct AbsentRun: Equatable, Sendable {
        /// The first second without data.
        package var startUTCSeconds: Int64
        /// The second behind the run.
        package var endUTCSeconds: Int64
        /// Rows of zeros in it.
        package var zeroRows = 0
        /// Intervals for which there is no row.
        package var missingRows = 0
        /// Tells whether the run reaches the end of the data.
        package var isAtEnd = false
    }

    /// Returns the runs of intervals without data after the first row that has some, in order.
    package func absentRuns() -> [AbsentRun] {
        guard let first = firstPresentRow else { return [] }
        var runs: [AbsentRun] = []
        var open: AbsentRun?
        var expected = columns.startUTCSeconds[first]
        for row in first..<columns.rowCount {
            let start = columns.startUTCSeconds[row]
            if start > expected {
                var run = open ?? AbsentRun(startUTCSeconds: expected, endUTCSeconds: expected)
                run.missingRows += steps(from: expected, to: start)
                run.endUTCSeconds = start
                open = run
            }
            expected = end(ofStart: start)
            if isPresent[row] {
                if let run = open { runs.append(run) }
                open = nil
            } else {
                var run = open ?? AbsentRun(startUTCSeconds: start, endUTCSeconds: start)
                run.zeroRows += 1
                run.endUTCSeconds = expected
                open = run
            }
        }
        if var run = open {
            run.isAtEnd = true
            runs.append(run)
        }
        return runs
    }
}
