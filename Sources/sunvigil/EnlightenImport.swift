// One report from its bytes to the store, and back from the store's copy.

import Analysis
import Foundation
import Ingest
import Lake
import Readings

/// Imports a report.
struct EnlightenImport {
    let lake: Lake
    let site: Site
    let options: EnlightenOptions

    func run(_ handle: FileHandle, name: String, isJSON: Bool) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let document = ImportDocument(
            sourceName: name,
            systemID: site.systemID,
            capturedUTCSeconds: options.capturedUTCSeconds,
            options: String(decoding: try encoder.encode(options), as: UTF8.self)
        )
        let lake = lake
        var session = try ImportSession(lake: lake, document: document) {
            try EnlightenImport.replay(lake, $0, $1)
        }
        do {
            let zone = try ZoneFiles.load(options.timeZone)
            var parser = EnlightenCSVParser(options: options, zone: zone)
            let systemID = site.systemID
            func add(_ step: Int32, _ columns: ReadingColumns) throws {
                try session.add(
                    columns,
                    to: SeriesKey(systemID: systemID, source: .enlightenCSV, seconds: step)
                )
            }
            var done: Int64 = 0
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                let bytes = [UInt8](piece)
                try session.keep(bytes[...])
                try parser.feed(bytes[...]) { try add($0, $1) }
                done += Int64(bytes.count)
                Console.progress("\(name): \(done >> 20) MiB")
            }
            let summary = try parser.finish { try add($0, $1) }
            Console.progress("")
            let text = String(decoding: try encoder.encode(summary), as: UTF8.self)
            let outcome = try session.commit(
                summary: text,
                rowsRead: summary.rows,
                rowsRefused: summary.refusedRows
            )
            let report = ImportReport(name: name, summary: summary, summaryJSON: text, outcome: outcome)
            if !isJSON { Console.print(report.text(zone: zone)) }
            return report.json
        } catch {
            session.discard()
            throw error
        }
    }

    /// Reads a kept report again, as it was read at first.
    static func replay(
        _ lake: Lake,
        _ record: ImportRecord,
        _ sink: @escaping (SeriesKey, ReadingColumns) throws -> Void
    ) throws {
        guard let sha256 = record.sha256 else { return }
        let options = try JSONDecoder().decode(EnlightenOptions.self, from: Data(record.options.utf8))
        var parser = EnlightenCSVParser(options: options, zone: try ZoneFiles.load(options.timeZone))
        func add(_ step: Int32, _ columns: ReadingColumns) throws {
            try sink(SeriesKey(systemID: record.systemID, source: .enlightenCSV, seconds: step), columns)
        }
        try lake.readRawDocument(sha256: sha256) { try parser.feed($0) { try add($0, $1) } }
        _ = try parser.finish { try add($0, $1) }
    }
}

extension Lake {
    /// The first interval of the site with energy; nil before any.
    func operatingSince(_ site: Site) throws -> Int64? {
        let zone = try ZoneFiles.load(site.timeZone)
        return try readings(systemID: site.systemID).compactMap { key, columns in
            let presence = Presence(key: key, columns: columns, zone: zone)
            return presence.firstPresentRow.map { presence.columns.startUTCSeconds[$0] }
        }.min()
    }
}

/// What an import tells its owner.
struct ImportReport {
    let name: String
    let summary: EnlightenSummary
    let summaryJSON: String
    let outcome: ImportOutcome

    func text(zone: TimeZoneRules) -> String {
        var lines: [String] = []
        switch outcome {
        case .alreadyImported(let record):
            return
                "\(name): is in the store already as import \(record.importID); nothing new (0 new, 0 revised, \(summary.rows) unchanged)"
        case .imported(let importID, _, let changes):
            lines.append(
                "\(name): import \(importID), \(changes.new) new, \(changes.changed) revised, \(changes.same) unchanged"
            )
            for channel in Channel.allCases {
                let revisions = changes.revisions.filter { $0.key.channel == channel }.values
                guard !revisions.isEmpty else { continue }
                let difference = revisions.reduce(0) { $0 + $1.after.value - $1.before.value }
                let rows = revisions.reduce(0) { $0 + $1.rowCount }
                lines.append(
                    "  revised \(channel.name): \(rows) rows, \(difference >= 0 ? "+" : "")\(JSONValue.fixed(Double(difference) / 1000, decimals: 3)) kWh"
                )
            }
        }
        let first = summary.firstUTCSeconds.map(zone.text) ?? "–"
        let last = summary.lastUTCSeconds.map(zone.text) ?? "–"
        lines.append(
            "  \(summary.rows) rows, \(first) to \(last), dialect \(summary.dialect), step \(summary.stepSeconds) s, \(summary.regime)"
        )
        let totals = Channel.allCases.compactMap { channel in
            summary.totalWh[channel.name].map {
                "\(channel.name) \(JSONValue.fixed(Double($0) / 1000, decimals: 3))"
            }
        }
        lines.append("  kWh: \(totals.joined(separator: ", "))")
        if !summary.marks.isEmpty {
            lines.append(
                "  marks: \(summary.marks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))"
            )
        }
        if !summary.clockChangeDays.isEmpty {
            lines.append(
                "  clock changes: \(summary.clockChangeDays.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value) rows" }.joined(separator: ", "))"
            )
        }
        if summary.absentRows > 0 { lines.append("  \(summary.absentRows) intervals have no row") }
        if !summary.unknownColumns.isEmpty {
            lines.append(
                "  columns kept only in the document: \(summary.unknownColumns.joined(separator: ", "))"
            )
        }
        if summary.foreignOffsets > 0 {
            lines.append(
                "  \(summary.foreignOffsets) rows have another offset than the site's zone: is the zone right?"
            )
        }
        if summary.futureRowsWithEnergy > 0 {
            lines.append(
                "  \(summary.futureRowsWithEnergy) rows with energy lie after the capture: pass the right --captured-at"
            )
        }
        if summary.totalsIgnored > 0 {
            lines.append("  \(summary.totalsIgnored) totals do not add up and were taken on request")
        }
        if summary.refusedRows > 0 {
            lines.append("  \(summary.refusedRows) rows left out; the first: \(summary.refusals.first ?? "")")
        }
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        switch outcome {
        case .alreadyImported(let record):
            .object([
                ("file", .text(name)), ("import_id", .integer(record.importID)),
                ("already_imported", .boolean(true)),
                ("rows_new", .integer(0)), ("rows_revised", .integer(0)),
                ("rows_unchanged", .integer(Int64(summary.rows))),
                ("summary", .raw(summaryJSON)),
            ])
        case .imported(let importID, let snapshotID, let changes):
            .object([
                ("file", .text(name)), ("import_id", .integer(importID)),
                ("already_imported", .boolean(false)),
                ("snapshot_id", .integer(snapshotID)), ("rows_new", .integer(Int64(changes.new))),
                ("rows_revised", .integer(Int64(changes.changed))),
                ("rows_unchanged", .integer(Int64(changes.same))),
                ("summary", .raw(summaryJSON)),
            ])
        }
    }
}
