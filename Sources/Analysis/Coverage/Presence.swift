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
    /// Tells whether the site reports more than production.
    package let isMetered: Bool
    /// Tells whether zeros can be told from silence: the load is reported, or the import.
    package let tellsSilence: Bool
    /// Times between documents that none of them covers, in order.
    package let uncovered: [Interval]
    /// The first row with data; nil where there is none.
    package let firstPresentRow: Int?
    private let zone: TimeZoneRules
    private let judgements: [RowJudge.Judgement]

    /// Sorts a series. Costs time in proportion to the rows.
    ///
    /// - Parameters:
    ///   - hasBattery: the home is known to have one: then its exchange with the grid may rest.
    ///   - documents: what the documents of the series cover.
    package init(
        key: SeriesKey,
        columns: ReadingColumns,
        zone: TimeZoneRules,
        hasBattery: Bool = false,
        documents: DocumentCover = DocumentCover()
    ) {
        var end = columns.rowCount
        while end > 0, columns.quality(ofRow: end - 1).contains(.future),
            columns.quality(ofRow: end - 1).contains(.zero)
        {
            end -= 1
        }
        let known = end == columns.rowCount ? columns : columns.slice(0..<end)
        let channels = Channel.allCases.filter { known.hasChannel($0) }
        var judge = RowJudge(
            Channel.allCases.map { known.hasChannel($0) ? known[$0] : [] },
            stepSeconds: Int64(key.seconds),
            hasBattery: hasBattery
        )
        var judgements = judge.judgements(
            known.rowCount,
            start: { known.startUTCSeconds[$0] },
            othersReport: { _ in false }
        )
        uncovered = documents.uncovered(key, zone: zone)
        // Of what came after its download a report knows nothing, whatever its zeros look like.
        for interval in uncovered {
            for row in known.rowRange(in: interval) where judgements[row] == .resting {
                judgements[row] = .none
            }
        }
        let present = judgements.map(\.isData)
        self.key = key
        self.columns = known
        isMetered = channels.contains { $0 != .produced }
        var signs = RowSigns()
        for channel in channels { signs.insert(.reports(channel)) }
        tellsSilence = signs.tellsLoad || channels.contains(.imported)
        self.judgements = judgements
        self.zone = zone
        isPresent = present
        firstPresentRow = present.firstIndex(of: true)
    }

    /// Tells whether some channel of a row has a value other than 0.
    func hasEnergy(_ row: Int) -> Bool {
        columns.energyWh.contains { $0[row] != 0 && $0[row] != ReadingColumns.missingWh }
    }

    /// Tells whether zeros of a row are taken for silence only because the array gives at this time of the day: the house may be
    /// at rest, and the array stand still.
    func isDoubtful(_ row: Int) -> Bool {
        judgements[row] == .noneByProduction || judgements[row] == .between
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
        /// What its rows of zeros are taken for silence by.
        package var basis: Basis = []
    }

    /// By what rows of zeros are taken for silence.
    package struct Basis: OptionSet, Sendable {
        /// The bits.
        package let rawValue: UInt8
        /// Makes a set from its bits.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A house uses energy.
        package static let load = Basis(rawValue: 1)
        /// At this time of the day the array gives and the house draws; the house draws; the array gives.
        package static let both = Basis(rawValue: 2)
        package static let imported = Basis(rawValue: 4)
        package static let produced = Basis(rawValue: 8)
        /// No day goes without any exchange.
        package static let wholeDay = Basis(rawValue: 16)
    }

    /// Returns by what the rows of a stretch of time are taken for silence.
    func basis(of interval: Interval) -> Basis {
        var basis: Basis = []
        for row in columns.rowRange(in: interval) { basis.formUnion(self.basis(ofRow: row)) }
        return basis
    }

    private func basis(ofRow row: Int) -> Basis {
        switch judgements[row] {
        case .none: .load
        case .noneByBoth: .both
        case .noneByImport: .imported
        case .noneByProduction: .produced
        case .noneByWholeDay: .wholeDay
        case .data, .resting, .between: []
        }
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
                run.basis.formUnion(basis(ofRow: row))
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
