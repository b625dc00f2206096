// Which format a document has, by its first bytes. Names play no part.

import Readings

/// Tells formats apart.
package enum DocumentDetector {
    /// The number of first bytes that decide.
    package static let prefixBytes = 64 << 10

    /// Chooses the format.
    ///
    /// - Parameter prefix: the first `prefixBytes` of the document, or all of it where it is shorter.
    /// - Throws: `IngestError.empty`, `.binary`, `.encoding`, and `.unknownFormat` with the nearest format and what it lacks.
    package static func format(prefix: ArraySlice<UInt8>) throws -> DocumentFormat {
        try refuseBinary(prefix)
        var nearest: (format: DocumentFormat, missing: String, score: Int)?
        let families = [
            EnlightenFormats.recognise(prefix: prefix), CloudFormats.recognise(prefix: prefix),
            UtilityFormats.recognise(prefix: prefix), GatewayFormats.recognise(prefix: prefix),
        ]
        for answer in families {
            switch answer {
            case .yes(let format): return format
            case .near(let format, let missing, let score):
                if score > nearest?.score ?? 0 { nearest = (format, missing, score) }
            case .no: break
            }
        }
        throw IngestError.unknownFormat(
            nearest: nearest?.format,
            missing: nearest?.missing ?? "nothing in it is like any",
            found: firstWords(prefix)
        )
    }

    /// The identifiers by which the first bytes name the site: `system_id` in JSON of the cloud.
    package static func identifiers(prefix: ArraySlice<UInt8>) -> [String: String] {
        let name = Array("\"system_id\"".utf8)
        guard prefix.count > name.count else { return [:] }
        var index = prefix.startIndex
        while index + name.count < prefix.endIndex {
            if prefix[index] == name[0], prefix[index..<(index + name.count)].elementsEqual(name) {
                let rest = prefix[(index + name.count)...].prefix(24).drop {
                    $0 == 58 || $0 == 32 || $0 == 34
                }
                let digits = rest.prefix { (48...57).contains($0) }
                return digits.isEmpty ? [:] : ["system_id": String(decoding: digits, as: UTF8.self)]
            }
            index += 1
        }
        return [:]
    }

    /// Refuses what is no text.
    ///
    /// - Throws: `IngestError.empty`, `.binary`, `.encoding`.
    package static func refuseBinary(_ prefix: ArraySlice<UInt8>) throws {
        if prefix.isEmpty { throw IngestError.empty }
        let kinds: [([UInt8], String)] = [
            ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive inside an archive"),
            ([0x1F, 0x8B], "gzip inside an archive"),
            (Array("%PDF".utf8), "a PDF"), ([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet"),
            (Array("PAR1".utf8), "a Parquet file"), (Array("SQLite format".utf8), "an SQLite file"),
            ([0x89, 0x50, 0x4E, 0x47], "a picture"), ([0xFF, 0xD8, 0xFF], "a picture"),
        ]
        for (start, kind) in kinds where prefix.starts(with: start) { throw IngestError.binary(kind: kind) }
        if prefix.starts(with: [0xFF, 0xFE]) || prefix.starts(with: [0xFE, 0xFF]) {
            throw IngestError.encoding(found: "UTF-16")
        }
        if prefix.contains(0) { throw IngestError.binary(kind: "binary data") }
    }

    /// The first line, shortened, with what is not plain text left out.
    private static func firstWords(_ prefix: ArraySlice<UInt8>) -> String {
        let line = prefix.drop { $0 <= 32 }.prefix { $0 != 10 && $0 != 13 }.prefix(60)
        return String(decoding: line.map { $0 < 32 || $0 > 126 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}
