// Which format a document has, by its first bytes, and of JSON by what stands behind its arrays. Names of files play no part. What
// each format looks like is its family's to say.

/// Tells formats apart.
package enum DocumentDetector {
    /// The number of first bytes that decide; of JSON they decide together with what stands behind its arrays.
    package static let prefixBytes = 64 << 10
    /// The number of first bytes in which the first line lies.
    private static let firstLineBytes = 4 << 10

    /// Asks for so many first bytes of a document; all of it comes where it is shorter.
    package typealias Start = (Int) throws -> [UInt8]

    /// Chooses the format by as few bytes as that takes: most documents are told by their first line.
    ///
    /// - Returns: the format, and the first bytes that told it.
    /// - Throws: as `format(prefix:)`, and what `start` throws.
    package static func format(start: Start) throws -> (format: DocumentFormat, head: [UInt8]) {
        var head = try start(firstLineBytes)
        if let format = formatByFirstLine(head[...]) {
            try refuseBinary(head[...])
            return (format, head)
        }
        head = try start(prefixBytes)
        if head.count == prefixBytes, JSONHead.isBegun(by: head[...]) {
            head = DocumentDetector.head(of: try start(Limits.jsonBytes)[...])
        }
        return (try format(prefix: head[...]), head)
    }

    /// Returns the bytes that tell what a document is.
    ///
    /// - Parameter bytes: the whole document.
    package static func head(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        JSONHead.of(bytes, beginning: prefixBytes)
    }

    /// Returns the format of a document that its first line tells; nil for any other, and for one that cannot be read.
    package static func formatByFirstLine(start: Start) -> DocumentFormat? {
        (try? start(firstLineBytes)).flatMap { formatByFirstLine($0[...]) }
    }

    private static func formatByFirstLine(_ head: ArraySlice<UInt8>) -> DocumentFormat? {
        for family in FormatFamilies.all where family.isToldByFirstLine {
            if case .yes(let format) = family.recognition(prefix: head) { return format }
        }
        return nil
    }

    /// Chooses the format.
    ///
    /// - Parameter prefix: the document's `head(of:)`: its first `prefixBytes`, or all of it where it is shorter.
    /// - Throws: `IngestError.empty`, `.binary`, `.encoding`, and `.unknownFormat` with the nearest format and what it lacks.
    package static func format(prefix: ArraySlice<UInt8>) throws -> DocumentFormat {
        try refuseBinary(prefix)
        var nearest = Nearest()
        for family in FormatFamilies.all {
            if let format = nearest.take(family.recognition(prefix: prefix)) { return format }
        }
        for header in CSVHeaders.candidates(in: prefix) {
            for family in FormatFamilies.all {
                if let format = nearest.take(family.recognition(header: header)) { return format }
            }
        }
        if nearest.format == nil || nearest.format == .utilityCSV, let table = UnknownTable(prefix) {
            throw table.refusal { format(ofHeader: $0) }
        }
        throw IngestError.unknownFormat(
            nearest: nearest.format,
            missing: nearest.missing ?? "nor is it a table of times and numbers",
            found: firstWords(prefix)
        )
    }

    /// The format whose header some fields are; nil of none.
    private static func format(ofHeader fields: [String]) -> DocumentFormat? {
        for family in FormatFamilies.all {
            if case .yes(let format) = family.recognition(header: fields) { return format }
        }
        return nil
    }

    /// The format that comes nearest; of equals the one that was met first.
    private struct Nearest {
        private(set) var format: DocumentFormat?
        private(set) var missing: String?
        private var score = 0

        /// Takes an answer, and returns the format where it is one.
        mutating func take(_ answer: Recognition) -> DocumentFormat? {
            switch answer {
            case .yes(let format): return format
            case .near(let format, let missing, let score):
                if score > self.score { (self.format, self.missing, self.score) = (format, missing, score) }
                return nil
            case .no: return nil
            }
        }
    }

    /// Refuses what is no text.
    ///
    /// - Throws: `IngestError.empty`, `.binary`, `.encoding`.
    private static func refuseBinary(_ prefix: ArraySlice<UInt8>) throws {
        if prefix.isEmpty { throw IngestError.empty }
        try BinaryFile.refuse(prefix, in: .document)
        try WebPage.refuse(prefix)
    }

    /// The first line, shortened, with what is not plain text left out.
    private static func firstWords(_ prefix: ArraySlice<UInt8>) -> String {
        let line = prefix.drop { $0 <= 32 }.prefix { $0 != 10 && $0 != 13 }.prefix(60)
        return String(decoding: line.map { $0 < 32 || $0 > 126 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}
