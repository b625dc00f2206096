// A kept document read again, as it was read at first; and batches of a reader as rows of the lake.

import Foundation
import Ingest
import Lake
import Readings

/// Reads kept documents again.
package enum DocumentReplay {
    /// Reads a document again and hands its rows on.
    package static func replay(
        _ lake: some LakeReader,
        _ record: ImportRecord,
        _ sink: @escaping (LakeBatch) throws -> Void
    )
        throws
    {
        guard let sha256 = record.sha256 else { return }
        let options = try DocumentReplay.options(record.options)
        var parser = DocumentParsers.make(options, zone: try ZoneFiles.load(options.timeZone))
        func add(_ batch: Batch) throws {
            try rows(batch, systemID: record.systemID, source: options.format.source, sink)
        }
        try lake.readRawDocument(sha256: sha256) { try parser.feed($0) { try add($0) } }
        _ = try parser.finish { try add($0) }
    }

    /// Returns the options of a journal entry; those of the first version knew Enlighten reports only.
    package static func options(_ text: String) throws -> DocumentOptions {
        let data = Data(text.utf8)
        if let options = try? JSONDecoder().decode(DocumentOptions.self, from: data) { return options }
        let own = try JSONDecoder().decode(EnlightenOptions.self, from: data)
        var options = DocumentOptions(
            format: .enlightenCSV,
            timeZone: own.timeZone,
            capturedUTCSeconds: own.capturedUTCSeconds,
            latitude: 0,
            longitude: 0
        )
        options.enlighten = own
        return options
    }

    /// Returns a value as JSON with its keys in order.
    package static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Turns a reader's batch into rows of the lake.
    package static func rows(
        _ batch: Batch,
        systemID: Int64,
        source: Source,
        _ sink: (LakeBatch) throws -> Void
    ) throws {
        switch batch {
        case .site(let source, let seconds, let columns):
            try sink(.series(SeriesKey(systemID: systemID, source: source, seconds: seconds), columns))
        case .deviceReadings(let readings):
            try sink(.records(RecordRows(readings, systemID: systemID, source: source)))
        case .deviceStates(let states):
            try sink(.records(RecordRows(states, systemID: systemID, source: source)))
        case .events(let events):
            try sink(.records(RecordRows(events, systemID: systemID, source: source)))
        case .utility(let intervals):
            try sink(.records(RecordRows(intervals, systemID: systemID, source: source)))
        case .bills(let bills):
            try sink(.records(RecordRows(bills, systemID: systemID, source: source)))
        case .temperatures(let temperatures):
            try sink(.records(RecordRows(temperatures, systemID: systemID, source: source)))
        }
    }
}
