// What an import tells its owner, as text and as JSON.

import Analysis
import Ingest
import Lake
import Readings

/// What an import tells its owner.
package struct ImportReport {
    package let name: String
    /// The site's name.
    package let site: String
    package let summary: DocumentSummary
    /// What the reader of Enlighten reports found; nil for other formats.
    package let enlighten: EnlightenSummary?
    package let summaryJSON: String
    /// The events that the document gave.
    package let events: [SiteEvent]
    package let outcome: ImportOutcome
    package let zone: TimeZoneRules

    /// The import's number, also where the document was there already.
    package var importID: Int64 {
        switch outcome {
        case .alreadyImported(let importID): importID
        case .imported(let importID, _, _): importID
        }
    }

    /// Most lines of events, notes and warnings that one document prints.
    private static let mostLines = 8

    private var rowCount: Int { enlighten?.rows ?? summary.rows.values.reduce(0, +) }

    /// All that is worth telling, in a few lines.
    package var text: String {
        var lines = [headline]
        if case .alreadyImported = outcome { return headline }
        lines += revisionLines
        lines += enlighten.map { enlightenLines($0) } ?? commonLines
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        switch outcome {
        case .alreadyImported(let importID):
            return
                "\(name): is in the store already as import \(importID); nothing new (0 new, 0 revised, \(rowCount) unchanged)"
        case .imported(let importID, _, let changes):
            let completed = changes.completed > 0 ? "\(changes.completed) completed, " : ""
            return
                "\(name): import \(importID), \(changes.new) new, \(completed)\(changes.changed) revised, \(changes.same) unchanged"
        }
    }

    private var revisionLines: [String] {
        guard case .imported(_, _, let changes) = outcome else { return [] }
        let quantities = Dictionary(grouping: changes.revisions, by: \.key.quantity)
        return quantities.keys.sorted().map { quantity in
            let revisions = (quantities[quantity] ?? []).map(\.value)
            let difference = revisions.reduce(0) { $0 + $1.after.value - $1.before.value }
            let rows = revisions.reduce(0) { $0 + $1.rowCount }
            return
                "  revised \(quantity): \(rows) rows, \(difference >= 0 ? "+" : "")\(kilowattHours(difference)) kWh"
        }
    }

    private func kilowattHours(_ wattHours: Int64) -> String {
        JSONValue.fixed(Double(wattHours) / 1000, decimals: 3)
    }

    private var commonLines: [String] {
        var lines: [String] = []
        let rows = summary.rows.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        // Bills and temperatures are of days, which are told by their midnight UTC.
        let isDaily = summary.rows.keys.allSatisfy { $0 == "bill" || $0 == "daily_temperature" }
        func told(_ at: Int64) -> String {
            isDaily
                ? "\(CivilDate(daysSince1970: at.flooredDivision(by: 86_400)))" : zone.text(atUTCSeconds: at)
        }
        let span = summary.firstUTCSeconds.map { first in
            ", \(told(first)) to \(told(summary.lastUTCSeconds ?? first))"
        }
        lines.append(
            "  \(summary.format) for site \(site): \(rows.isEmpty ? "no rows" : rows.joined(separator: ", "))\(span ?? "")"
        )
        if !summary.totalWh.isEmpty {
            let totals = summary.totalWh.sorted { $0.key < $1.key }.map {
                "\($0.key) \(kilowattHours($0.value))"
            }
            lines.append("  kWh: \(totals.joined(separator: ", "))")
        }
        if !summary.counts.isEmpty {
            let counts = summary.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append("  \(counts.joined(separator: ", "))")
        }
        lines += few(events.map { "  event \($0.kind.rawValue): \($0.text)" }, "events")
        lines += few(summary.notes.map { "  note: \($0)" }, "notes")
        let warnings = summary.warnings.sorted { $0.key < $1.key }.map { text, count in
            "  warning: \(text)\(count > 1 ? " (\(count) times)" : "")"
        }
        lines += few(warnings, "warnings")
        if summary.refusedRows > 0 {
            lines.append("  \(summary.refusedRows) rows left out; the first: \(summary.refusals.first ?? "")")
        }
        return lines
    }

    private func few(_ lines: [String], _ what: String) -> [String] {
        guard lines.count > ImportReport.mostLines else { return lines }
        return lines.prefix(ImportReport.mostLines - 1)
            + ["  … and \(lines.count - ImportReport.mostLines + 1) more \(what) (--json lists all)"]
    }

    private func enlightenLines(_ summary: EnlightenSummary) -> [String] {
        var lines: [String] = []
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
        return lines
    }

    /// The same as JSON.
    package var json: JSONValue {
        switch outcome {
        case .alreadyImported(let importID):
            .object([
                ("file", .text(name)), ("site", .text(site)), ("import_id", .integer(importID)),
                ("already_imported", .boolean(true)),
                ("rows_new", .integer(0)), ("rows_revised", .integer(0)),
                ("rows_unchanged", .integer(Int64(rowCount))),
                ("summary", .raw(summaryJSON)), ("events", .array(events.map(EventJSON.json))),
            ])
        case .imported(let importID, let snapshotID, let changes):
            .object([
                ("file", .text(name)), ("site", .text(site)), ("import_id", .integer(importID)),
                ("already_imported", .boolean(false)),
                ("snapshot_id", .integer(snapshotID)), ("rows_new", .integer(Int64(changes.new))),
                ("rows_completed", .integer(Int64(changes.completed))),
                ("rows_revised", .integer(Int64(changes.changed))),
                ("rows_unchanged", .integer(Int64(changes.same))),
                ("summary", .raw(summaryJSON)), ("events", .array(events.map(EventJSON.json))),
            ])
        }
    }
}
