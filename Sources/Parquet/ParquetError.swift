// Everything that can be wrong with a Parquet file. The path of the file is the caller's to add.

/// A file, or a column of it, that cannot be read.
package enum ParquetError: Error, Equatable, Sendable {
    /// The bytes contradict the format.
    case damaged(Damage, Place)
    /// The bytes are right, but use what this reader does not.
    case unsupported(Feature, Place)

    /// What contradicts the format; `field` is the name that the format's specification uses.
    package enum Damage: Equatable, Sendable {
        /// The file does not begin and end with `PAR1`.
        case notParquet
        /// Bytes end inside the field.
        case truncated(field: String)
        /// A number lies outside what is possible.
        case outOfRange(field: String, found: Int64, limit: Int64)
        /// Two numbers that must agree do not.
        case mismatch(field: String, found: Int64, expected: Int64)
        /// A page's CRC-32 is not that of its bytes.
        case checksum(found: UInt32, expected: UInt32)
        /// A compressed body cannot be expanded to the size its header names.
        case badCompression(codec: String)
        /// A structure of the metadata is not what it must be.
        case badStructure(field: String)
    }

    /// What this reader leaves out.
    package enum Feature: Equatable, Sendable {
        /// A compression codec, by its name.
        case codec(String)
        /// A value encoding, by its name or number.
        case encoding(String)
        /// A physical type, by its name.
        case physicalType(String)
        /// Repeated or grouped columns.
        case nesting
        /// Encrypted footers or columns.
        case encryption
        /// A column chunk that lies in another file.
        case externalChunk
    }

    /// Where in the file.
    package struct Place: Equatable, Sendable {
        /// Number of the row group, from 0.
        package var rowGroup: Int?
        /// Name of the column.
        package var column: String?
        /// Number of the page in its chunk, from 0.
        package var page: Int?

        /// Makes a place; what is not known is nil.
        package init(rowGroup: Int? = nil, column: String? = nil, page: Int? = nil) {
            self.rowGroup = rowGroup
            self.column = column
            self.page = page
        }
    }
}

extension ParquetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let damage, let place): "damaged Parquet\(place): \(damage)"
        case .unsupported(let feature, let place): "unsupported Parquet\(place): \(feature)"
        }
    }
}

extension ParquetError.Place: CustomStringConvertible {
    package var description: String {
        var parts: [String] = []
        if let column { parts.append("column \(column)") }
        if let rowGroup { parts.append("row group \(rowGroup)") }
        if let page { parts.append("page \(page)") }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
}

extension ParquetError.Damage: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notParquet: "the file does not begin and end with PAR1"
        case .truncated(let field): "the bytes end inside \(field)"
        case .outOfRange(let field, let found, let limit): "\(field) is \(found), the limit is \(limit)"
        case .mismatch(let field, let found, let expected): "\(field) is \(found), expected \(expected)"
        case .checksum(let found, let expected): "the page's CRC-32 is \(found), its header says \(expected)"
        case .badCompression(let codec): "a \(codec) page does not expand to the size its header names"
        case .badStructure(let field): "\(field) is not what the format demands"
        }
    }
}

extension ParquetError.Feature: CustomStringConvertible {
    package var description: String {
        switch self {
        case .codec(let name): "codec \(name)"
        case .encoding(let name): "encoding \(name)"
        case .physicalType(let name): "physical type \(name)"
        case .nesting: "nested columns"
        case .encryption: "encryption"
        case .externalChunk: "a column chunk in another file"
        }
    }
}
