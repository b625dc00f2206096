// Enlighten reports as one of the formats: the reader of reports behind the face that all readers have.

import Readings

/// Reads Enlighten reports.
struct EnlightenDocumentParser: DocumentParser {
    private var parser: EnlightenCSVParser
    private var generatorRows = DocumentSummary()

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        parser = EnlightenCSVParser(options: options.report, zone: zone)
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: RowSink) throws {
        try parser.feed(bytes) { try sink(.site(.enlightenCSV, seconds: $0, $1)) }
        try handGenerator(sink)
    }

    /// Hands on what a generator gave, which is no channel of the site.
    private mutating func handGenerator(_ sink: RowSink) throws {
        let readings = parser.takeGeneratorReadings()
        guard !readings.isEmpty else { return }
        let starts = readings.map(\.startUTCSeconds)
        generatorRows.note(starts.count, in: "device_reading", from: starts.min(), to: starts.max())
        try sink(.deviceReadings(readings))
    }

    mutating func finish(_ sink: RowSink) throws -> DocumentSummary {
        let found = try parser.finish { try sink(.site(.enlightenCSV, seconds: $0, $1)) }
        try handGenerator(sink)
        var summary = generatorRows
        summary.format = "\(DocumentFormat.enlightenCSV.title) (dialect \(found.dialect))"
        summary.note(found.rows, in: "site_interval", from: found.firstUTCSeconds, to: found.lastUTCSeconds)
        let events = parser.generatorEvents
        if !events.isEmpty {
            let starts = events.map(\.startUTCSeconds)
            summary.note(events.count, in: "site_event", from: starts.min(), to: starts.max())
            try sink(.events(events))
        }
        summary.totalWh = found.totalWh
        summary.refusedRows = found.refusedRows
        summary.refusals = found.refusals
        summary.report = found
        return summary
    }
}
