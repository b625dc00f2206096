// The rows of one document, gathered while it is read; what is more than a little goes to a file without a name.

import Readings

/// Rows of a document on their way into the store, in the order in which the reader gives them.
package struct DocumentRows {
    private var held: [(key: SeriesKey, columns: ReadingColumns)] = []
    private var heldRows = 0
    private var spool: SpoolFile?
    private let folder: String
    /// Rows of the other tables, by name.
    private(set) var records: [String: RecordRows] = [:]
    private(set) var coverage: [Coverage: Int] = [:]
    private(set) var firstUTCSeconds: Int64?
    private(set) var lastUTCSeconds: Int64?
    /// The number of rows of series.
    package private(set) var seriesRowCount = 0

    /// Rows of series that are held in memory.
    private static let mostHeldRows = 150_000

    /// Which rows a document gave: the months by which an undo finds them again.
    struct Coverage: Hashable {
        let table: String
        let source: Source
        let seconds: Int32
        let month: CivilMonth
    }

    /// Begins a document's rows.
    ///
    /// - Parameter folder: where rows are put that are too many for memory.
    init(folder: String) { self.folder = folder }

    /// Takes rows.
    ///
    /// - Throws: `LakeError.system` where rows cannot be put aside.
    mutating func add(_ batch: LakeBatch, source: Source) throws {
        switch batch {
        case .series(let key, let columns): try add(columns, to: key)
        case .records(let rows): add(rows, source: source)
        }
    }

    private mutating func add(_ columns: ReadingColumns, to key: SeriesKey) throws {
        guard let first = columns.startUTCSeconds.first, let last = columns.startUTCSeconds.last else {
            return
        }
        for (month, count) in columns.rowCountsByMonth() {
            coverage[
                Coverage(
                    table: LakeTable.siteInterval.name,
                    source: key.source,
                    seconds: key.seconds,
                    month: month
                ),
                default: 0
            ] += count
        }
        note(first, last)
        seriesRowCount += columns.rowCount
        heldRows += columns.rowCount
        held.append((key, columns))
        if heldRows > DocumentRows.mostHeldRows { try putAside() }
    }

    private mutating func add(_ rows: RecordRows, source: Source) {
        for row in 0..<rows.rowCount {
            let start = rows.startUTCSeconds(row)
            let place = Coverage(
                table: rows.table.name,
                source: source,
                seconds: 0,
                month: CivilMonth(utcSeconds: start)
            )
            coverage[place, default: 0] += 1
            note(start, start)
        }
        records[rows.table.name, default: RecordRows(rows.table)].append(contentsOf: rows)
    }

    private mutating func note(_ first: Int64, _ last: Int64) {
        firstUTCSeconds = min(firstUTCSeconds ?? .max, first)
        lastUTCSeconds = max(lastUTCSeconds ?? .min, last)
    }

    private mutating func putAside() throws {
        if spool == nil { spool = try SpoolFile(folder: folder) }
        var joined: [(key: SeriesKey, columns: ReadingColumns)] = []
        for (key, columns) in held {
            if joined.last?.key == key {
                joined[joined.count - 1].columns.append(contentsOf: columns)
            } else {
                joined.append((key, columns))
            }
        }
        for (key, columns) in joined { _ = try spool?.append([key: columns]) }
        held = []
        heldRows = 0
    }

    /// Clears a mark from rows at or after an instant, as far as the rows from the first one bear it.
    ///
    /// - Returns: from how many rows it was cleared.
    package mutating func clearBeforeCommissioning(since utcSeconds: Int64) -> Int {
        let mark = Quality.beforeCommissioning.rawValue
        var cleared = 0
        for index in held.indices {
            for row in 0..<held[index].columns.rowCount {
                guard held[index].columns.quality[row] & mark != 0 else { return cleared }
                if held[index].columns.startUTCSeconds[row] >= utcSeconds {
                    held[index].columns.quality[row] &= ~mark
                    cleared += 1
                }
            }
        }
        return cleared
    }

    /// The first row that stands for data, seconds UTC; nil where nothing is held that does.
    package var firstPresentUTCSeconds: Int64? {
        held.lazy.compactMap { _, columns in
            columns.quality.firstIndex { !Quality(rawValue: $0).isAbsent }.map { columns.startUTCSeconds[$0] }
        }.min()
    }

    /// Lets go of the rows; where they lie stays known.
    mutating func forget() {
        held = []
        records = [:]
        spool = nil
    }

    /// Tells whether all rows of series are in memory.
    package var isHeld: Bool { spool == nil }

    /// The months of rows of a table.
    func months(of table: LakeTable) -> Set<CivilMonth> {
        Set(coverage.keys.filter { $0.table == table.name }.map(\.month))
    }

    /// Hands on the last start of each series that is held.
    func forEachLast(_ body: (SeriesKey, Int64) throws -> Void) rethrows {
        for (key, columns) in held {
            if let last = columns.startUTCSeconds.last { try body(key, last) }
        }
    }

    /// Hands on the rows of series in the order in which they came.
    func forEachSeries(_ body: (SeriesKey, ReadingColumns) throws -> Void) throws {
        for part in 0..<(spool?.partCount ?? 0) {
            for (key, columns) in try spool?.rows(part) ?? [:] { try body(key, columns) }
        }
        for (key, columns) in held { try body(key, columns) }
    }
}

extension ReadingColumns {
    /// Returns how many rows lie in each UTC month, in order. Costs little more than one look a month.
    func rowCountsByMonth() -> [(CivilMonth, Int)] {
        var counts: [(CivilMonth, Int)] = []
        var row = 0
        while row < rowCount {
            let month = CivilMonth(utcSeconds: startUTCSeconds[row])
            let end = firstRow(atOrAfter: month.utcInterval.endUTCSeconds)
            counts.append((month, end - row))
            row = end
        }
        return counts
    }

    /// Cuts rows at the bounds of UTC months.
    func byMonth() -> [(CivilMonth, ReadingColumns)] {
        var row = 0
        return rowCountsByMonth().map { month, count in
            defer { row += count }
            return (month, count == rowCount ? self : slice(row..<(row + count)))
        }
    }
}
