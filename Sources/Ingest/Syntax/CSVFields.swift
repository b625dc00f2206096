// The fields of one line of comma-separated values: quotes, doubled quotes, spaces that are none.

/// Splits lines.
enum CSVFields {
    /// Returns the fields, without spaces around them; U+00A0 counts as a space.
    ///
    /// - Throws: `IngestError.limit` beyond `Limits.csvColumns` fields, before they are kept.
    static func split(_ line: ArraySlice<UInt8>) throws -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = line.startIndex
        func finish() throws {
            guard fields.count < Limits.csvColumns else {
                throw IngestError.limit(.columns, found: nil, limit: Int64(Limits.csvColumns))
            }
            fields.append(plain(field))
            field.removeAll(keepingCapacity: true)
        }
        while index < line.endIndex {
            let byte = line[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                if isQuoted, index < line.endIndex, line[index] == byte {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted.toggle()
                }
            } else if byte == UInt8(ascii: ","), !isQuoted {
                try finish()
            } else {
                field.append(byte)
            }
        }
        try finish()
        return fields
    }

    /// Returns text with single plain spaces inside and none around.
    private static func plain(_ bytes: [UInt8]) -> String {
        if !bytes.contains(where: { $0 <= 32 || $0 >= 0x80 }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split { $0.isWhitespace || $0 == "\u{A0}" }.joined(separator: " ")
    }
}
