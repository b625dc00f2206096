// Rows of a table other than site_interval, held by column: in memory while a document is read, and a month at a time
// when it is stored. What the columns mean is said in LakeTable; the bytes on disk are RecordCodec's.

import Readings

/// A value of a row.
enum RecordValue: Equatable, Sendable {
    case missing
    case integer(Int64)
    case number(Double)
    case text(String)
}

/// Rows of one table.
package struct RecordRows: Sendable {
    /// The table.
    let table: LakeTable
    /// The number of rows.
    package private(set) var rowCount = 0
    private var columns: [Column]

    /// A column's values. One that is missing in every row so far takes no memory.
    private enum Column: Sendable {
        case missing
        case integers([Int64])
        case numbers([Double])
        case texts([String?])
    }

    /// What stands for a missing integer; no quantity has this value.
    private static let missingInteger = Int64.min
    /// What stands for a missing number; no quantity has this value.
    private static let missingNumber = -Double.greatestFiniteMagnitude

    /// Makes rows of a table, none yet.
    init(_ table: LakeTable) {
        self.table = table
        columns = Array(repeating: .missing, count: table.columns.count)
    }

    /// Tells whether there is no row.
    package var isEmpty: Bool { rowCount == 0 }

    /// The starts of the rows, microseconds UTC.
    var startMicroseconds: [Int64] {
        guard case .integers(let values) = columns[1] else { return [] }
        return values
    }

    /// The starts of the rows, seconds UTC.
    func startUTCSeconds(_ row: Int) -> Int64 { integer(1, row).flooredDivision(by: 1_000_000) }

    func systemID(_ row: Int) -> Int64 { integer(0, row) }

    private func integer(_ column: Int, _ row: Int) -> Int64 {
        guard case .integers(let values) = columns[column] else { return RecordRows.missingInteger }
        return values[row]
    }

    /// Returns a value.
    func value(_ column: Int, _ row: Int) -> RecordValue {
        switch columns[column] {
        case .missing: return .missing
        case .integers(let values):
            return values[row] == RecordRows.missingInteger ? .missing : .integer(values[row])
        case .numbers(let values):
            return values[row] == RecordRows.missingNumber ? .missing : .number(values[row])
        case .texts(let values): return values[row].map { .text($0) } ?? .missing
        }
    }

    // MARK: Adding

    /// Appends a row; its values stand in the order of the table's columns.
    mutating func append(_ values: [RecordValue]) {
        precondition(values.count == columns.count, "a row of \(table.name) has \(values.count) values")
        for (index, value) in values.enumerated() { put(value, index) }
        rowCount += 1
    }

    /// Appends a row of other rows of the same table.
    mutating func append(row: Int, of other: RecordRows) {
        for index in columns.indices { put(other.value(index, row), index) }
        rowCount += 1
    }

    private mutating func put(_ value: RecordValue, _ index: Int) {
        // The column is taken out while it grows, so that growing does not copy it.
        var column = columns[index]
        columns[index] = .missing
        switch (column, value) {
        case (.missing, .missing): break
        case (.missing, .integer(let integer)):
            column = .integers(Array(repeating: RecordRows.missingInteger, count: rowCount) + [integer])
        case (.missing, .number(let number)):
            column = .numbers(Array(repeating: RecordRows.missingNumber, count: rowCount) + [number])
        case (.missing, .text(let text)):
            column = .texts(Array(repeating: nil, count: rowCount) + [text])
        case (.integers(var values), _):
            column = .missing
            if case .integer(let integer) = value {
                values.append(integer)
            } else {
                values.append(RecordRows.missingInteger)
            }
            column = .integers(values)
        case (.numbers(var values), _):
            column = .missing
            if case .number(let number) = value {
                values.append(number)
            } else {
                values.append(RecordRows.missingNumber)
            }
            column = .numbers(values)
        case (.texts(var values), _):
            column = .missing
            if case .text(let text) = value { values.append(text) } else { values.append(nil) }
            column = .texts(values)
        }
        columns[index] = column
    }

    /// Appends all rows of other rows of the same table.
    mutating func append(contentsOf other: RecordRows) {
        for row in 0..<other.rowCount { append(row: row, of: other) }
    }

    // MARK: Order

    /// Compares the keys of two rows: below 0, 0 or above.
    func order(_ row: Int, _ other: RecordRows, _ otherRow: Int) -> Int {
        for index in table.keyIndices {
            switch (columns[index], other.columns[index]) {
            case (.integers(let own), .integers(let others)):
                if own[row] != others[otherRow] { return own[row] < others[otherRow] ? -1 : 1 }
            case (.texts(let own), .texts(let others)):
                let (left, right) = (own[row] ?? "", others[otherRow] ?? "")
                if left != right { return left < right ? -1 : 1 }
            default:
                let (left, right) = (value(index, row), other.value(index, otherRow))
                if left != right { return left == .missing ? -1 : 1 }
            }
        }
        return 0
    }

    /// Returns the rows sorted by key, each key once: of equal keys the later row is laid over the earlier one.
    func sorted() -> RecordRows {
        var isSorted = true
        var row = 1
        while row < rowCount && isSorted {
            isSorted = order(row - 1, self, row) < 0
            row += 1
        }
        if isSorted { return self }
        let rows = (0..<rowCount).sorted { left, right in
            let order = order(left, self, right)
            return order == 0 ? left < right : order < 0
        }
        var result = RecordRows(table)
        for row in rows {
            let last = result.rowCount - 1
            if last >= 0, result.order(last, self, row) == 0 {
                result.overlay(last, with: self, row)
            } else {
                result.append(row: row, of: self)
            }
        }
        return result
    }

    /// Lays a later row of the same key over one of these: a value that the later one lacks stays.
    private mutating func overlay(_ row: Int, with later: RecordRows, _ laterRow: Int) {
        for index in columns.indices {
            let value = later.value(index, laterRow)
            guard value != .missing else { continue }
            // The column is taken out while it changes, so that the change does not copy it.
            let column = columns[index]
            columns[index] = .missing
            columns[index] = RecordRows.column(column, setting: row, to: value, rowCount: rowCount)
        }
    }

    private static func column(
        _ column: consuming Column,
        setting row: Int,
        to value: RecordValue,
        rowCount: Int
    )
        -> Column
    {
        switch (consume column, value) {
        case (.integers(var values), .integer(let integer)):
            values[row] = integer
            return .integers(values)
        case (.numbers(var values), .number(let number)):
            values[row] = number
            return .numbers(values)
        case (.texts(var values), .text(let text)):
            values[row] = text
            return .texts(values)
        case (_, .integer(let integer)):
            var values = Array(repeating: missingInteger, count: rowCount)
            values[row] = integer
            return .integers(values)
        case (_, .number(let number)):
            var values = Array(repeating: missingNumber, count: rowCount)
            values[row] = number
            return .numbers(values)
        case (_, .text(let text)):
            var values = [String?](repeating: nil, count: rowCount)
            values[row] = text
            return .texts(values)
        case (let same, .missing): return same
        }
    }

    /// Lays rows of a later capture over these; both are sorted. Per key and column the later value wins, what the later
    /// capture does not have stays. Costs time in proportion to the rows.
    func merged(withLater later: RecordRows) -> RecordRows {
        guard !isEmpty else { return later }
        var result = RecordRows(table)
        var own = 0
        var other = 0
        while own < rowCount || other < later.rowCount {
            let order = own == rowCount ? 1 : other == later.rowCount ? -1 : order(own, later, other)
            if order <= 0 {
                result.append(row: own, of: self)
                own += 1
            } else {
                result.append(row: other, of: later)
                other += 1
                continue
            }
            if order == 0 {
                result.overlay(result.rowCount - 1, with: later, other)
                other += 1
            }
        }
        return result
    }

    // MARK: Parts

    /// Returns the rows for which a condition holds.
    func filter(_ isWanted: (Int) -> Bool) -> RecordRows {
        var result = RecordRows(table)
        for row in 0..<rowCount where isWanted(row) { result.append(row: row, of: self) }
        return result
    }

    /// Cuts the rows at the bounds of UTC months.
    func byMonth() -> [CivilMonth: RecordRows] {
        var parts: [CivilMonth: RecordRows] = [:]
        forEachMonth { parts[$0] = $1 }
        return parts
    }

    /// Hands on the rows month by month, in the order of months; each part keeps the order of its rows. Memory holds one
    /// month besides the rows themselves.
    func forEachMonth(_ body: (CivilMonth, RecordRows) throws -> Void) rethrows {
        var months: [CivilMonth: [Int32]] = [:]
        for row in 0..<rowCount {
            months[CivilMonth(utcSeconds: startUTCSeconds(row)), default: []].append(Int32(row))
        }
        for month in months.keys.sorted() {
            var part = RecordRows(table)
            for row in months[month] ?? [] { part.append(row: Int(row), of: self) }
            try body(month, part)
        }
    }

    /// Tells whether another row has every value that a row has, and perhaps more.
    func isKept(_ row: Int, _ other: RecordRows, _ otherRow: Int) -> Bool {
        columns.indices.allSatisfy {
            let own = value($0, row)
            return own == .missing || own == other.value($0, otherRow)
        }
    }

    /// Tells whether two rows have the same values.
    func isSame(_ row: Int, _ other: RecordRows, _ otherRow: Int) -> Bool {
        columns.indices.allSatisfy { value($0, row) == other.value($0, otherRow) }
    }
}

extension RecordRows: Equatable {
    package static func == (left: RecordRows, right: RecordRows) -> Bool {
        left.table.name == right.table.name && left.rowCount == right.rowCount
            && (0..<left.rowCount).allSatisfy { left.isSame($0, right, $0) }
    }
}
