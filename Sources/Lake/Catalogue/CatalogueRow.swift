// Values of the catalogue's rows, each read with its type and its bounds. SQLite notices no flipped bit: a cell may hold
// anything, and what does not fit is an error of the catalogue, never a trap and never another value.

import Foundation
import GRDB

/// What numbers of a catalogue may be.
enum StoredBounds {
    /// Numbers of sites.
    static let systemIDs: ClosedRange<Int64> = 1...1_000_000_000_000
    /// Instants of the years 1 to 9999, microseconds UTC.
    static let microseconds: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    /// Instants of the years 1 to 9999, seconds UTC.
    static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    /// Numbers of rows, files, bytes, snapshots and imports.
    static let counts: ClosedRange<Int64> = 0...(1 << 50)
    /// Steps of series, seconds.
    static let steps: ClosedRange<Int64> = 1...366 * 86_400
}

extension Row {
    private func cell(_ column: String) -> DatabaseValue { self[column] }

    private static func misfit(_ column: String, _ value: DatabaseValue, _ wanted: String) -> LakeError {
        let found =
            switch value.storage {
            case .null: "nothing"
            case .int64(let number): "\(number)"
            case .double(let number): "\(number)"
            case .string: "a text"
            case .blob: "bytes"
            }
        return .catalogue(
            path: LakeError.catalogueName,
            reason: "\(column) holds \(found) in the place of \(wanted)"
        )
    }

    /// Returns a whole number.
    ///
    /// - Throws: `LakeError.catalogue` where the cell holds something else, or a number out of bounds.
    func integer<Value: FixedWidthInteger>(
        _ column: String,
        in bounds: ClosedRange<Int64> = .min ... .max
    ) throws -> Value {
        let value = cell(column)
        guard case .int64(let number) = value.storage, bounds.contains(number),
            let exact = Value(exactly: number)
        else {
            throw Row.misfit(column, value, "a number it may have")
        }
        return exact
    }

    /// Returns a whole number; nil for a cell without a value.
    func integerIfAny<Value: FixedWidthInteger>(
        _ column: String,
        in bounds: ClosedRange<Int64> = .min ... .max
    ) throws -> Value? {
        if cell(column).isNull { return nil }
        return try integer(column, in: bounds)
    }

    /// Returns the number of a site.
    func systemID(_ column: String = "system_id") throws -> Int64 {
        try integer(column, in: StoredBounds.systemIDs)
    }

    /// Returns a number of rows, files, bytes, or of an entry.
    func count<Value: FixedWidthInteger>(_ column: String) throws -> Value {
        try integer(column, in: StoredBounds.counts)
    }

    /// Returns an instant, microseconds UTC.
    func instant(_ column: String) throws -> Int64 { try integer(column, in: StoredBounds.microseconds) }

    /// Returns an instant, microseconds UTC; nil for a cell without a value.
    func instantIfAny(_ column: String) throws -> Int64? {
        try integerIfAny(column, in: StoredBounds.microseconds)
    }

    /// Returns a text.
    func text(_ column: String) throws -> String {
        let value = cell(column)
        guard case .string(let text) = value.storage else { throw Row.misfit(column, value, "a text") }
        return text
    }

    /// Returns a text; nil for a cell without a value.
    func textIfAny(_ column: String) throws -> String? {
        if cell(column).isNull { return nil }
        return try text(column)
    }

    /// Returns a number that may have a fraction.
    func real(_ column: String) throws -> Double {
        let value = cell(column)
        switch value.storage {
        case .double(let number) where number.isFinite: return number
        case .int64(let number): return Double(number)
        default: throw Row.misfit(column, value, "a number")
        }
    }

    /// Returns a number that may have a fraction; nil for a cell without a value.
    func realIfAny(_ column: String) throws -> Double? {
        if cell(column).isNull { return nil }
        return try real(column)
    }

    /// Returns bytes.
    func bytes(_ column: String) throws -> [UInt8] {
        let value = cell(column)
        guard case .blob(let data) = value.storage else { throw Row.misfit(column, value, "bytes") }
        return [UInt8](data)
    }
}
