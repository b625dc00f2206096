// Enlighten reports as one of the formats: the reader of reports behind the face that all readers have.

import Readings

/// Reads Enlighten reports.
struct EnlightenDocumentParser: DocumentParser {
    private var parser: EnlightenCSVParser

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        parser = EnlightenCSVParser(options: options.report, zone: zone)
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: RowSink) throws {
        try parser.feed(bytes) { try sink(.site(.enlightenCSV, seconds: $0, $1)) }
    }

    mutating func finish(_ sink: RowSink) throws -> DocumentSummary {
        let found = try parser.finish { try sink(.site(.enlightenCSV, seconds: $0, $1)) }
        var summary = DocumentSummary()
        summary.format = "\(DocumentFormat.enlightenCSV.title) (dialect \(found.dialect))"
        summary.note(found.rows, in: "site_interval", from: found.firstUTCSeconds, to: found.lastUTCSeconds)
        summary.totalWh = found.totalWh
        summary.refusedRows = found.refusedRows
        summary.refusals = found.refusals
        summary.report = found
        return summary
    }
}
