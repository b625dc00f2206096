// A kept document read again, as it was read at first.

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
        _ sink: @escaping Lake.RowSink
    )
        throws
    {
        guard let sha256 = record.sha256 else { return }
        let options = try DocumentReplay.options(record.options)
        var parser = DocumentParsers.make(options, zone: try ZoneFiles.load(options.timeZone))
        let source = options.format.source
        try lake.readRawDocument(sha256: sha256) { try parser.feed($0) { try sink($0, source) } }
        _ = try parser.finish { try sink($0, source) }
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
}
