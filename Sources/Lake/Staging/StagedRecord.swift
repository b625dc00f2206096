// A row of a table of records that waits in the catalogue: how it lies there, and what proves that it is whole.

import GRDB
import Readings

/// A staged row of a table of records.
struct StagedRecord: Equatable {
    let table: String
    let systemID: Int64
    /// The row's start, microseconds UTC.
    let startMicroseconds: Int64
    /// The values of the table's key, as a JSON list: two rows of one key are one.
    let key: String
    /// All values in the order of the table's columns, as a JSON list.
    let values: String

    /// The check of the row: no segment's checksums speak for it yet.
    var digest: Int64 { PageDigest.number(of: "\(table)|\(systemID)|\(startMicroseconds)|\(key)|\(values)") }

    /// Takes a row.
    init(_ rows: RecordRows, row: Int) {
        table = rows.table.name
        systemID = rows.systemID(row)
        startMicroseconds = rows.startMicroseconds[row]
        key = StagedRecord.text(rows.table.keyIndices.map { rows.value($0, row) })
        values = StagedRecord.text(rows.table.columns.indices.map { rows.value($0, row) })
    }

    /// Takes a row out of the catalogue.
    ///
    /// - Throws: `LakeError.catalogue` where it is not as it was written.
    init(_ row: Row) throws {
        table = try row.text("table_name")
        systemID = try row.systemID()
        startMicroseconds = try row.instant("start_us")
        key = try row.text("row_key")
        values = try row.text("row_values")
        guard try row.integer("row_digest") == digest else {
            throw LakeError.catalogue(
                path: LakeError.catalogueName,
                reason: "a staged row is not as it was written"
            )
        }
    }

    /// Returns the row alone.
    ///
    /// - Throws: `LakeError.catalogue` where its values are none that the table has.
    func rows(of table: LakeTable) throws -> RecordRows {
        let elements = JSONValue(parsing: values)?.elements ?? []
        // A table may have got columns since.
        guard !elements.isEmpty, elements.count <= table.columns.count else { throw StagedRecord.impossible }
        var record: [RecordValue] = []
        for (value, column) in zip(elements, table.columns) {
            record.append(try StagedRecord.value(value, column))
        }
        record += Array(repeating: .missing, count: table.columns.count - record.count)
        guard record[0] == .integer(systemID), record[1] == .integer(startMicroseconds) else {
            throw StagedRecord.impossible
        }
        var rows = RecordRows(table)
        rows.append(record)
        return rows
    }

    // MARK: Values

    static let impossible = LakeError.catalogue(
        path: LakeError.catalogueName,
        reason: "a staged row holds an impossible value"
    )

    private static func text(_ values: [RecordValue]) -> String {
        JSONValue.array(
            values.map { value in
                switch value {
                case .missing: .null
                case .integer(let integer): .integer(integer)
                // As many digits as tell it apart, so that it comes back as it was.
                case .number(let number): .raw("\(number)")
                case .text(let text): .text(text)
                }
            }
        ).compact
    }

    private static func value(_ value: JSONValue, _ column: LakeTable.Column) throws -> RecordValue {
        switch (value, column.physicalType) {
        case (.null, _): return .missing
        case (.integer(let integer), .int64), (.integer(let integer), .int32): return .integer(integer)
        case (_, .double):
            guard let number = value.double, number.isFinite else { throw impossible }
            return .number(number)
        case (.text(let text), .byteArray): return .text(text)
        default: throw impossible
        }
    }
}

extension StagedRecord {
    static let columns = "table_name, system_id, start_us, row_key, row_values, row_digest"

    /// Puts the row among those that wait, in place of one of the same key.
    func insert(_ database: Database) throws {
        // What could not be read back is not written.
        guard JSONValue(parsing: values) != nil, JSONValue(parsing: key) != nil else {
            throw StagedRecord.impossible
        }
        guard StoredBounds.microseconds.contains(startMicroseconds) else {
            throw LakeError.catalogue(path: LakeError.catalogueName, reason: "a row lies beyond the calendar")
        }
        try database.execute(
            sql:
                "INSERT OR REPLACE INTO sunvigil_live_record(\(StagedRecord.columns)) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [table, systemID, startMicroseconds, key, values, digest]
        )
    }

    /// Returns the staged row of the same key; nil where there is none. Costs the same however many rows wait.
    func staged(_ database: Database) throws -> StagedRecord? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT \(StagedRecord.columns) FROM sunvigil_live_record
                WHERE table_name = ? AND system_id = ? AND start_us = ? AND row_key = ?
                """,
            arguments: [table, systemID, startMicroseconds, key]
        ).map { try StagedRecord($0) }
    }

    /// Removes the row, where it has not changed since it was read.
    func delete(_ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM sunvigil_live_record
                WHERE table_name = ? AND system_id = ? AND start_us = ? AND row_key = ? AND row_values = ?
                """,
            arguments: [table, systemID, startMicroseconds, key, values]
        )
    }
}
