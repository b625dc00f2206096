// Rows of months made again from the kept documents, in the order of their capture.

import GRDB
import Readings

/// Rows with the number of their site.
enum LakeBatch: Sendable {
    /// Rows of a series, in ascending order over all batches of a document.
    case series(SeriesKey, ReadingColumns)
    /// Rows of another table, in any order.
    case records(RecordRows)
}

extension LakeBatch {
    /// Gives rows the number of their site.
    ///
    /// - Parameter source: of records; rows of a series bear their own.
    init(_ batch: RowBatch, systemID: Int64, source: Source) {
        switch batch {
        case .site(let own, let seconds, let columns):
            self = .series(SeriesKey(systemID: systemID, source: own, seconds: seconds), columns)
        case .minutes(let own, let columns):
            self = .records(RecordRows(minutes: columns, systemID: systemID, source: own))
        case .deviceReadings(let rows): self = .records(RecordRows(rows, systemID: systemID, source: source))
        case .deviceStates(let rows): self = .records(RecordRows(rows, systemID: systemID, source: source))
        case .events(let rows): self = .records(RecordRows(rows, systemID: systemID, source: source))
        case .utility(let rows): self = .records(RecordRows(rows, systemID: systemID, source: source))
        case .bills(let rows): self = .records(RecordRows(rows, systemID: systemID, source: source))
        case .temperatures(let rows): self = .records(RecordRows(rows, systemID: systemID, source: source))
        }
    }
}

/// A month of a record table.
struct TableMonth: Hashable, Comparable {
    let table: String
    let month: CivilMonth

    static func < (left: TableMonth, right: TableMonth) -> Bool {
        (left.table, left.month) < (right.table, right.month)
    }
}

/// The rows of a system, month by month.
struct MonthlyRows {
    var series: [CivilMonth: SegmentRows] = [:]
    var records: [TableMonth: RecordRows] = [:]

    /// Tells whether there is no row.
    var isEmpty: Bool { series.isEmpty && records.isEmpty }

    /// Lays rows of a later capture over what is there, where their months are wanted.
    mutating func overlay(_ batch: LakeBatch, months: Set<CivilMonth>) {
        switch batch {
        case .series(let key, let columns):
            for (month, part) in columns.byMonth() where months.contains(month) {
                let earlier = series[month]?[key] ?? ReadingColumns()
                series[month, default: [:]][key] = earlier.merged(withLater: part)
            }
        case .records(let rows):
            for (month, part) in rows.byMonth() where months.contains(month) {
                let place = TableMonth(table: rows.table.name, month: month)
                let earlier = records[place] ?? RecordRows(rows.table)
                records[place] = earlier.merged(withLater: part.sorted())
            }
        }
    }

    /// Lays other months' rows over these.
    mutating func overlay(_ other: MonthlyRows, months: Set<CivilMonth>) {
        for rows in other.series.values {
            for (key, columns) in rows { overlay(.series(key, columns), months: months) }
        }
        for rows in other.records.values { overlay(.records(rows), months: months) }
    }
}

extension Lake {
    /// Takes the rows of a document with their source.
    package typealias RowSink = (_ rows: RowBatch, _ source: Source) throws -> Void

    /// Reads a kept document again: gets its journal entry, hands its rows to the sink.
    package typealias Replay = (_ record: ImportRecord, _ sink: @escaping RowSink) throws -> Void
}

extension LakeReader {
    /// Returns how kept documents are read again: as the environment says.
    var documentReplay: Lake.Replay {
        let connection = connection
        return { record, sink in
            try connection.environment.readDocument(LakeSnapshot(connection: connection), record, sink)
        }
    }

    /// Returns the documents of a system that hold rows in months.
    ///
    /// - Parameters:
    ///   - without: imports that do not count.
    ///   - tables: only documents with rows of one of these tables.
    func contributors(
        systemID: Int64,
        months: Set<CivilMonth>,
        without: Set<Int64>,
        tables: Set<String>
    ) throws -> [ImportRecord] {
        guard let first = months.min(), let last = months.max() else { return [] }
        var found: [Int64: ImportRecord] = [:]
        for table in tables {
            for record in try imports(systemID: systemID, months: first...last, table: table) {
                found[record.importID] = record
            }
        }
        return found.values.filter { !without.contains($0.importID) }.sorted { $0.importID < $1.importID }
    }

    /// Returns the rows that a system had in months when the catalogue was made anew: no journal tells of which documents they
    /// are, and none of them must go. They count as captured before all others, as any import behind it took them.
    ///
    /// - Parameter orNow: takes the rows of now where that state was forgotten.
    /// - Returns: nil where the catalogue was never made anew.
    /// - Throws: `LakeError.noState` where that state was forgotten.
    func rebuiltRows(systemID: Int64, months: Set<CivilMonth>, tables: Set<String>, orNow: Bool) throws
        -> MonthlyRows?
    {
        guard let entry = try imports().last(where: { $0.kind == "rebuild" }) else { return nil }
        let oldest = try read { try Lake.oldestSnapshot($0) }
        var snapshot: Int64? = entry.snapshotID
        if entry.snapshotID < oldest {
            guard orNow else {
                throw LakeError.noState(oldest: CatalogueTime.text(microseconds: entry.atMicroseconds))
            }
            snapshot = nil
        }
        var rows = MonthlyRows()
        for month in months {
            if tables.contains(LakeTable.siteInterval.name) {
                let series = try readings(systemID: systemID, interval: month.utcInterval, snapshot: snapshot)
                for (key, columns) in series { rows.overlay(.series(key, columns), months: [month]) }
            }
            for table in LakeTable.recordTables where tables.contains(table.name) {
                for segment in try segments(
                    table: table.name,
                    snapshot: snapshot,
                    systemID: systemID,
                    interval: month.utcInterval
                ) {
                    let own = try recordRows(table, in: segment)
                    rows.overlay(
                        .records(
                            own.filter {
                                own.systemID($0) == systemID
                                    && month.utcInterval.contains(own.startUTCSeconds($0))
                            }
                        ),
                        months: [month]
                    )
                }
            }
        }
        return rows
    }

    /// Makes the rows of a system in months anew.
    ///
    /// - Parameters:
    ///   - records: documents to read again.
    ///   - current: the document being imported, whose rows are in memory, with its capture and number.
    ///   - replay: reads a document again.
    ///   - base: rows of which no document is known, earlier than all others.
    ///   - failed: is told of a document that is missing, damaged or not readable any more, which is then left out; nil to
    ///     throw. What the system would not read is always thrown.
    func rebuild(
        months: Set<CivilMonth>,
        from records: [ImportRecord],
        current: (capturedMicroseconds: Int64, importID: Int64, rows: MonthlyRows)?,
        replay: Lake.Replay,
        base: MonthlyRows? = nil,
        failed: ((ImportRecord, any Error) -> Void)? = nil
    ) throws -> MonthlyRows {
        var result = base ?? MonthlyRows()
        var isCurrentLaid = current == nil
        let ordered = records.sorted {
            ($0.capturedMicroseconds, $0.importID) < ($1.capturedMicroseconds, $1.importID)
        }
        for record in ordered {
            if let current, !isCurrentLaid,
                (current.capturedMicroseconds, current.importID)
                    < (record.capturedMicroseconds, record.importID)
            {
                result.overlay(current.rows, months: months)
                isCurrentLaid = true
            }
            // The rows of one document are gathered first: of one key in it the last wins.
            var batches = MonthlyRows()
            do {
                if record.kind == Lake.liveKind {
                    try replayLive(record) { batches.overlay($0, months: months) }
                } else {
                    try replay(record) { rows, source in
                        batches.overlay(
                            LakeBatch(rows, systemID: record.systemID, source: source),
                            months: months
                        )
                    }
                }
            } catch {
                guard Lake.isFaultOfDocument(error) else { throw error }
                guard let failed else {
                    if error is LakeError { throw error }
                    // Not the fault of what is being imported now.
                    throw LakeError.keptDocument(name: record.sourceName, reason: "\(error)")
                }
                failed(record, error)
                continue
            }
            result.overlay(batches, months: months)
        }
        if let current, !isCurrentLaid { result.overlay(current.rows, months: months) }
        return result
    }
}

extension Lake {
    /// Tells whether the document itself is to blame for an error, and not the system or the store.
    fileprivate static func isFaultOfDocument(_ error: any Error) -> Bool {
        // Of all that is no error of the store's, the document or what its entry says of it is the cause.
        guard let error = error as? LakeError else { return true }
        return error.isDamage
    }
}
