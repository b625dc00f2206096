// Rows of one site and time as files for others: Parquet as the store writes it, and CSV.

import Parquet
import Readings

extension Lake {
    /// Rows as files.
    package struct Excerpt: Sendable {
        /// The table's name.
        package let table: String
        package let rowCount: Int
        package let parquet: [UInt8]
        /// With a line of names; empty for `site_interval`, which has a form of its own.
        package let csv: [UInt8]
    }

    /// Tables of which there may be rows besides `site_interval`.
    package static var recordTableNames: [String] { LakeTable.recordTables.map(\.name) }
}

extension LakeReader {
    /// Returns the rows of a table other than `site_interval`; nil where there are none.
    ///
    /// - Throws: `LakeError`.
    package func excerpt(table name: String, systemID: Int64, interval: Interval) throws -> Lake.Excerpt? {
        guard let table = LakeTable.named(name) else { return nil }
        let rows = try records(table, systemID, interval)
        guard !rows.isEmpty else { return nil }
        let file = RecordCodec.encode(
            rows,
            keyValues: [("sunvigil.table", name)],
            createdBy: environment.signature
        )
        return Lake.Excerpt(table: name, rowCount: rows.rowCount, parquet: file.bytes, csv: Lake.csv(rows))
    }

    /// Returns rows of `site_interval` as Parquet; nil where there are none.
    package func excerpt(_ series: [SeriesKey: ReadingColumns]) -> Lake.Excerpt? {
        let sorted = series.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        guard !sorted.isEmpty else { return nil }
        var writer = ParquetWriter(
            columns: LakeTable.siteInterval.parquetColumns,
            sorting: SegmentCodec.sorting,
            keyValues: [("sunvigil.table", LakeTable.siteInterval.name)],
            createdBy: environment.signature
        )
        writer.append(SegmentCodec.columnData(sorted))
        let file = writer.finish()
        return Lake.Excerpt(
            table: LakeTable.siteInterval.name,
            rowCount: file.rowCount,
            parquet: file.bytes,
            csv: []
        )
    }
}

extension Lake {
    /// Columns that have no value in any row are left out.
    fileprivate static func csv(_ rows: RecordRows) -> [UInt8] {
        let columns = rows.table.columns.indices.filter { column in
            (0..<rows.rowCount).contains { rows.value(column, $0) != .missing }
        }
        var text = columns.map { rows.table.columns[$0].name }.joined(separator: ",") + "\n"
        for row in 0..<rows.rowCount {
            text += columns.map { field(rows.value($0, row), rows.table.columns[$0]) }.joined(separator: ",")
            text += "\n"
        }
        return Array(text.utf8)
    }

    fileprivate static func field(_ value: RecordValue, _ column: LakeTable.Column) -> String {
        switch value {
        case .missing: return ""
        case .integer(let integer):
            switch column.logicalType {
            case .timestampMicroseconds:
                return Instant(utcSeconds: integer.flooredDivision(by: 1_000_000)).iso8601
            case .date: return CivilDate(daysSince1970: integer).description
            default: break
            }
            if column.name == "source", let source = Int16(exactly: integer).flatMap({ Source(rawValue: $0) })
            {
                return source.name
            }
            return String(integer)
        case .number(let number): return JSONValue.plain(number).compact
        case .text(let text): return CSVField.text(text)
        }
    }
}
