// A row of the tables of messages: its cells, and a digest of them that proves that it is whole. A wrong mark would tell an
// owner what is not so, and no segment's checksums speak for it.

import GRDB
import Readings

/// A row of a table of messages.
protocol MessageRow {
    static var table: String { get }
    /// The columns in the table's order, without the last, `row_digest`.
    static var columns: [String] { get }
    /// The columns by which rows are read in order.
    static var order: String { get }
    /// The values of the columns: texts, whole numbers and nulls.
    var cells: [JSONValue] { get }
    /// Tells whether its numbers are such as can be read again.
    var isWithinBounds: Bool { get }

    /// Reads the cells of a row.
    ///
    /// - Throws: `LakeError.catalogue`.
    init(cells row: Row) throws
}

extension MessageRow {
    /// The cells as they come back: a text ends for SQLite where it holds a zero.
    private var kept: [JSONValue] {
        cells.map { cell in
            if case .text(let text) = cell, text.utf8.contains(0) {
                return .text(text.replacing("\0", with: "\u{FFFD}"))
            }
            return cell
        }
    }

    private var digest: Int64 { PageDigest.number(of: JSONValue.array(kept).compact) }

    /// Reads a row, and holds it against its digest.
    ///
    /// - Throws: `LakeError.catalogue`.
    init(whole row: Row) throws {
        try self.init(cells: row)
        guard try row.integer("row_digest") == digest else {
            throw LakeError.catalogue(
                path: LakeError.catalogueName,
                reason: "a row of \(Self.table) is not as it was written"
            )
        }
    }

    /// Returns rows as they lie there.
    ///
    /// - Parameter sql: what stands behind the table.
    static func rows(_ database: Database, sql: String = "", arguments: StatementArguments = []) throws
        -> [Row]
    {
        try Row.fetchAll(
            database,
            sql:
                "SELECT \(columns.joined(separator: ", ")), row_digest FROM \(table) \(sql) ORDER BY \(order)",
            arguments: arguments
        )
    }

    /// Reads rows.
    ///
    /// - Throws: `LakeError.catalogue` where one is not as it was written.
    static func all(_ database: Database, sql: String = "", arguments: StatementArguments = []) throws
        -> [Self]
    {
        try rows(database, sql: sql, arguments: arguments).map { try Self(whole: $0) }
    }

    /// Keeps it.
    ///
    /// - Parameter replaces: in the place of one of its key; else that one stays.
    /// - Returns: false where one that is there stays.
    @discardableResult
    func write(_ database: Database, replaces: Bool) throws -> Bool {
        guard isWithinBounds else { throw LakeError.message("a number out of bounds") }
        let places = Array(repeating: "?", count: cells.count + 1).joined(separator: ", ")
        let values: [DatabaseValue] = kept.map { cell in
            switch cell {
            case .text(let text): text.databaseValue
            case .integer(let number): number.databaseValue
            default: .null
            }
        }
        try database.execute(
            sql: "INSERT OR \(replaces ? "REPLACE" : "IGNORE") INTO \(Self.table) VALUES (\(places))",
            arguments: StatementArguments(values + [digest.databaseValue])
        )
        return database.changesCount > 0
    }
}

extension LakeError {
    /// A row of a message that holds what it must not.
    static func message(_ what: String) -> LakeError {
        .catalogue(
            path: LakeError.catalogueName,
            reason: "a message holds \(ControlledText.oneLine(String(what.prefix(80))))"
        )
    }
}
