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
    /// First fields of known headers, in lower case.
    private static let firstFields = ["date/time", "date/heure"]

    /// The identifiers that a report's name gives: the vendor's page begins it with the system's number.
    static func identifiers(name: String) -> [String: String] {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard (5...10).contains(digits.count), name.dropFirst(digits.count).first == "_" else { return [:] }
        return ["system_id": String(digits)]
    }

    /// Tells whether a document is an Enlighten report.
    static func recognise(_ prefix: ArraySlice<UInt8>) -> Recognition {
        let line = prefix.withoutByteOrderMark.drop { $0 <= 32 }.prefix { $0 != 10 && $0 != 13 }.prefix(400)
        let text = String(decoding: line, as: UTF8.self).lowercased()
        for first in firstFields where text.hasPrefix(first) || text.hasPrefix("\"\(first)") {
            return .yes(.enlightenCSV)
        }
        // What the reader itself can say better is left to it: a header in another delimiter, or with other first words.
        if text.contains("energy produced") || text.contains("energy delivered") {
            return .near(.enlightenCSV, missing: "the header must begin with Date/Time", score: 2)
        }
        return .no
    }
}
