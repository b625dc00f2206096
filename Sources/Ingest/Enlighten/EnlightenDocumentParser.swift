// Enlighten reports as one of the formats: the reader of reports, with its own richer summary beside the common one.

import Readings

/// Reads Enlighten reports.
package struct EnlightenDocumentParser: DocumentParser {
    private var parser: EnlightenCSVParser
    /// What the reader of reports found; nil before the end.
    package private(set) var report: EnlightenSummary?

    /// Makes a reader.
    package init(options: DocumentOptions, zone: TimeZoneRules) {
        var own =
            options.enlighten
            ?? EnlightenOptions(timeZone: options.timeZone, capturedUTCSeconds: options.capturedUTCSeconds)
        own.skipsBadRows = own.skipsBadRows || options.skipsBadRows
        parser = EnlightenCSVParser(options: own, zone: zone)
    }

    package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: BatchSink) throws {
        try parser.feed(bytes) { try sink(.site(.enlightenCSV, seconds: $0, $1)) }
    }

    package mutating func finish(_ sink: BatchSink) throws -> DocumentSummary {
        let found = try parser.finish { try sink(.site(.enlightenCSV, seconds: $0, $1)) }
        report = found
        var summary = DocumentSummary()
        summary.format = "\(DocumentFormat.enlightenCSV.title) (dialect \(found.dialect))"
        summary.note(found.rows, in: "site_interval", from: found.firstUTCSeconds, to: found.lastUTCSeconds)
        summary.totalWh = found.totalWh
        summary.refusedRows = found.refusedRows
        summary.refusals = found.refusals
        return summary
    }
}
