// Rows of months made again from the kept documents, in the order of their capture.

import GRDB
import Readings

extension Lake {
    /// Reads a kept document again: gets its journal entry, hands its rows to the sink.
    package typealias Replay = (
        _ record: ImportRecord, _ sink: @escaping (SeriesKey, ReadingColumns) throws -> Void
    ) throws -> Void

    /// A document whose rows are laid over those of earlier captures.
    struct Contribution {
        let record: ImportRecord?
        let capturedMicroseconds: Int64
        let importID: Int64
        let rows: [CivilMonth: SegmentRows]
    }

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
    ///   - current: the document being imported, whose rows are in memory.
    ///   - replay: reads a document again.
    func rebuild(
        months: Set<CivilMonth>,
        from records: [ImportRecord],
        current: Contribution?,
        replay: Replay
    ) throws -> [CivilMonth: SegmentRows] {
        var contributions = records.map {
            Contribution(
                record: $0,
                capturedMicroseconds: $0.capturedMicroseconds,
                importID: $0.importID,
                rows: [:]
            )
        }
        if let current { contributions.append(current) }
        contributions.sort { ($0.capturedMicroseconds, $0.importID) < ($1.capturedMicroseconds, $1.importID) }
        var result: [CivilMonth: SegmentRows] = [:]
        func overlay(_ key: SeriesKey, _ columns: ReadingColumns, _ month: CivilMonth) {
            let earlier = result[month]?[key] ?? ReadingColumns()
            result[month, default: [:]][key] = earlier.merged(withLater: columns)
        }
        for contribution in contributions {
            for (month, rows) in contribution.rows {
                for (key, columns) in rows { overlay(key, columns, month) }
            }
            guard let record = contribution.record else { continue }
            try replay(record) { key, columns in
                for (month, part) in columns.byMonth() where months.contains(month) {
                    overlay(key, part, month)
                }
            }
        }
        return result
    }
}
