// Rows of months made again from the kept documents, in the order of their capture.

import GRDB
import Readings

/// Rows of a document on their way into the store.
package enum LakeBatch: Sendable {
    /// Rows of a series, in ascending order over all batches of a document.
    case series(SeriesKey, ReadingColumns)
    /// Rows of another table, in any order.
    case records(RecordRows)
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
    /// Reads a kept document again: gets its journal entry, hands its rows to the sink.
    package typealias Replay = (
        _ record: ImportRecord, _ sink: @escaping (LakeBatch) throws -> Void
    ) throws -> Void

    /// Returns the documents of a system that hold rows in months, other than one.
    func contributors(systemID: Int64, months: Set<CivilMonth>, without importID: Int64) throws
        -> [ImportRecord]
    {
        guard let first = months.min(), let last = months.max() else { return [] }
        return try imports(systemID: systemID, months: first...last).filter {
            $0.importID != importID
        }
    }

    /// Makes the rows of a system in months anew.
    ///
    /// - Parameters:
    ///   - records: documents to read again.
    ///   - current: the document being imported, whose rows are in memory, with its capture and number.
    ///   - replay: reads a document again.
    func rebuild(
        months: Set<CivilMonth>,
        from records: [ImportRecord],
        current: (capturedMicroseconds: Int64, importID: Int64, rows: MonthlyRows)?,
        replay: Replay
    ) throws -> MonthlyRows {
        var result = MonthlyRows()
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
            if record.kind == Lake.liveKind {
                try replayLive(record) { batches.overlay($0, months: months) }
            } else {
                try replay(record) { batches.overlay($0, months: months) }
            }
            result.overlay(batches, months: months)
        }
        if let current, !isCurrentLaid { result.overlay(current.rows, months: months) }
        return result
    }
}
