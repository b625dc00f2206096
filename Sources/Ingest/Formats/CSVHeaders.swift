// Lines of a document that may be the header of a CSV file: preambles of utilities are long.

/// Finds headers.
enum CSVHeaders {
    /// Lines within which the header of a CSV file must stand.
    private static let lines = 200

    /// Returns the fields of the first lines; none for what begins as JSON, XML or NEM12, which have no header.
    static func candidates(in prefix: ArraySlice<UInt8>) -> some Sequence<[String]> {
        let bytes = prefix.withoutByteOrderMark
        let lines = hasHeader(bytes.drop { $0 <= 32 }) ? split(bytes) : []
        return lines.lazy.filter { $0.first != UInt8(ascii: "#") }.compactMap { line in
            guard let fields = try? CSVFields.split(line.filter { $0 != 13 }[...]), fields.count >= 2 else {
                return nil
            }
            return fields
        }
    }

    private static func hasHeader(_ bytes: ArraySlice<UInt8>) -> Bool {
        let first = bytes.first
        return first != UInt8(ascii: "<") && first != UInt8(ascii: "{") && first != UInt8(ascii: "[")
            && !bytes.starts(with: "100,NEM12".utf8) && !bytes.starts(with: "200,".utf8)
    }

    private static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        Array(
            bytes.split(
                maxSplits: lines,
                omittingEmptySubsequences: true,
                whereSeparator: { $0 == UInt8(ascii: "\n") }
            ).prefix(lines)
        )
    }
}

extension ArraySlice<UInt8> {
    /// The bytes behind the mark of UTF-8 with which some programs begin a text.
    var withoutByteOrderMark: ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self
    }
}
