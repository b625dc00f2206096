// Rows of a table other than site_interval to and from the bytes of a segment.

import Parquet
import Readings

/// Encodes and decodes segments of record tables.
enum RecordCodec {
    /// Encodes rows sorted by key.
    ///
    /// - Parameter keyValues: text for the footer, by which a lost catalogue can be made anew.
    static func encode(_ rows: RecordRows, keyValues: [(String, String)], createdBy: String)
        -> ParquetWriter.File
    {
        var writer = ParquetWriter(
            columns: rows.table.parquetColumns,
            sorting: rows.table.keyIndices.map { SortingColumn(columnIndex: $0) },
            keyValues: keyValues,
            createdBy: createdBy
        )
        writer.append(rows.table.columns.indices.map { columnData(rows, $0) })
        return writer.finish()
    }

    private static func columnData(_ rows: RecordRows, _ index: Int) -> ColumnData {
        let all = (0..<rows.rowCount).map { rows.value(index, $0) }
        let present = all.map { $0 != .missing }
        let values: ColumnValues
        switch rows.table.columns[index].physicalType {
        case .int64: values = .int64s(all.compactMap { integer($0) })
        case .int32: values = .int32s(all.compactMap { integer($0).map { Int32(truncatingIfNeeded: $0) } })
        case .double:
            values = .doubles(
                all.compactMap { value in
                    if case .number(let number) = value { return number }
                    return nil
                }
            )
        default:
            values = .byteArrays(
                all.compactMap { value in
                    if case .text(let text) = value { return Array(text.utf8) }
                    return nil
                }
            )
        }
        return ColumnData(values: values, present: present.contains(false) ? present : nil)
    }

    private static func integer(_ value: RecordValue) -> Int64? {
        if case .integer(let integer) = value { return integer }
        return nil
    }

    /// Decodes a segment.
    ///
    /// - Throws: `LakeError.segment` and `LakeError.segmentContent`.
    static func decode(_ bytes: [UInt8], table: LakeTable, path: String) throws -> RecordRows {
        do {
            let reader = try ParquetReader(bytes)
            var columns: [[RecordValue]] = []
            for (index, column) in table.columns.enumerated() {
                columns.append(
                    try values(reader, column, index, isKey: table.keyIndices.contains(index), path)
                )
            }
            var rows = RecordRows(table)
            for row in 0..<reader.rowCount { rows.append(columns.map { $0[row] }) }
            for row in 0..<rows.rowCount {
                guard StoredBounds.seconds.contains(rows.startUTCSeconds(row)),
                    StoredBounds.systemIDs.contains(rows.systemID(row))
                else { throw LakeError.segmentContent(path: path, column: "start_at or system_id") }
            }
            for row in 1..<max(1, rows.rowCount) where rows.order(row - 1, rows, row) >= 0 {
                throw LakeError.segmentContent(path: path, column: "start_at")
            }
            return rows
        } catch let error as ParquetError {
            throw LakeError.segment(path: path, error)
        }
    }

    private static func values(
        _ reader: ParquetReader,
        _ column: LakeTable.Column,
        _ index: Int,
        isKey: Bool,
        _ path: String
    ) throws -> [RecordValue] {
        guard let position = reader.columnIndex(fieldID: Int32(index + 1), name: column.name) else {
            guard !isKey else { throw LakeError.segmentContent(path: path, column: column.name) }
            return Array(repeating: .missing, count: reader.rowCount)
        }
        let data = try reader.column(position)
        let dense: [RecordValue]
        switch (column.physicalType, data.values) {
        case (.int64, .int64s(let values)): dense = values.map { .integer($0) }
        case (.int32, .int32s(let values)): dense = values.map { .integer(Int64($0)) }
        case (.double, .doubles(let values)): dense = values.map { .number($0) }
        case (.byteArray, .byteArrays(let values)):
            dense = values.map { .text(String(decoding: $0, as: UTF8.self)) }
        default: throw LakeError.segmentContent(path: path, column: column.name)
        }
        guard let present = data.present else { return dense }
        var next = 0
        return present.map { isPresent in
            guard isPresent else { return .missing }
            next += 1
            return dense[next - 1]
        }
    }
}
