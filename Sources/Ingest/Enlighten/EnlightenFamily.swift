// Enlighten reports: one format in four dialects, told by the first field of the header.

extension FormatFamily {
    /// Enlighten reports.
    static let enlighten = FormatFamily(
        formats: [
            FormatFacts(
                .enlightenCSV,
                title: "Enlighten CSV report",
                source: .enlightenCSV,
                page: "enlighten-csv.md",
                makeParser: { EnlightenDocumentParser(options: $0, zone: $1) }
            )
        ],
        isToldByFirstLine: true,
        marksCommissioning: true,
        identify: { _ in [:] },
        identifyByName: { EnlightenFamily.identifiers(name: $0) },
        recognise: { EnlightenFamily.recognise($0) }
    )
}

/// Recognises Enlighten reports.
private enum EnlightenFamily {
    /// The identifiers that a report's name gives: the vendor's page begins it with the system's number.
    static func identifiers(name: String) -> [String: String] {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard (5...10).contains(digits.count), name.dropFirst(digits.count).first == "_" else { return [:] }
        return ["system_id": String(digits)]
    }

    /// Tells whether a document is an Enlighten report.
    static func recognise(_ prefix: ArraySlice<UInt8>) -> Recognition {
        let text = prefix.withoutByteOrderMark
        let lines = text.split(maxSplits: 20) { $0 == 10 || $0 == 13 }.map { Array($0.prefix(400)) }.filter {
            line in
            line.withUnsafeBufferPointer { !LineForm.isEmpty($0) && !LineForm.isSeparatorLine($0) }
        }
        guard let header = lines.first else { return .no }
        if isHeader(header) { return .yes(.enlightenCSV) }
        return likeness(header, row: lines.dropFirst().first)
    }

    private static func isHeader(_ line: [UInt8]) -> Bool {
        let start = EnlightenColumns.text(line.prefix(40))
        return EnlightenColumns.times.keys.contains(where: start.hasPrefix)
    }

    /// Tells what a document lacks that is like a report.
    private static func likeness(_ header: [UInt8], row: [UInt8]?) -> Recognition {
        let words = EnlightenColumns.text(header)
        // What the reader itself can say better is left to it: a header in another delimiter, or with other first words.
        if words.contains("energy produced") || words.contains("energy delivered") {
            return .near(.enlightenCSV, missing: "the header must begin with Date/Time", score: 2)
        }
        if isRow(header) {
            return .near(
                .enlightenCSV,
                missing:
                    "it has no header; put the first line of the same report above it, or download it again",
                score: 1
            )
        }
        if words.contains("(wh)"), row.map(isRow) ?? false {
            return .near(
                .enlightenCSV,
                missing:
                    "its header is in a language that is not known; set the account to English or French and download it again",
                score: 2
            )
        }
        return .no
    }

    /// Tells whether a line is a row as reports have it.
    private static func isRow(_ line: [UInt8]) -> Bool {
        line.withUnsafeBufferPointer { line in
            var scanner = RowScanner(line)
            guard scanner.stamp(order: .mdy)?.isNative ?? false else { return false }
            var fields = 0
            while scanner.comma() {
                guard case .whole = scanner.number() else { return false }
                fields += 1
            }
            return fields > 0 && scanner.isAtEnd
        }
    }
}
