// What an import tells its owner, as text and as JSON.

import Analysis
import Ingest
import Lake
import Readings

/// What an import tells its owner.
package struct ImportReport {
    /// The document's name.
    package let name: String
    /// The site's name.
    package let site: String
    /// What the reader found.
    package let summary: DocumentSummary
    /// What is kept of the summary.
    package let summaryJSON: String
    /// The events that the document gave.
    package let events: [SiteEvent]
    /// What became of the document.
    package let outcome: ImportOutcome
    /// The rules of the site's zone.
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

    private var rowCount: Int { summary.rows.values.reduce(0, +) }

    /// All that is worth telling, in a few lines.
    package var text: String {
        var lines = [headline]
        if case .alreadyImported = outcome { return headline }
        lines += revisionLines
        lines.append(summary.report.map(reportOpening) ?? opening)
        lines += totalLines
        lines += summary.report.map(details) ?? countLines
        lines += few(events.map { "  event \($0.kind.rawValue): \($0.text)" }, "events")
        lines += few(summary.notes.map { "  note: \($0)" }, "notes")
        lines += few(warningLines, "warnings")
        if summary.refusedRows > 0 {
            lines.append("  \(summary.refusedRows) rows left out; the first: \(summary.refusals.first ?? "")")
        }
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

    /// Format, site, rows and span.
    private var opening: String {
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
        return
            "  \(summary.format) for site \(site): \(rows.isEmpty ? "no rows" : rows.joined(separator: ", "))\(span ?? "")"
    }

    /// Rows and span of a report, and how it is written.
    private func reportOpening(_ report: ReportFacts) -> String {
        let first = report.firstUTCSeconds.map(zone.text) ?? "–"
        let last = report.lastUTCSeconds.map(zone.text) ?? "–"
        return
            "  \(report.rows) rows, \(first) to \(last), dialect \(report.dialect), step \(report.stepSeconds) s, \(report.regime)"
    }

    private var totalLines: [String] {
        guard !summary.totalWh.isEmpty else { return [] }
        // Reports come with their channels in the order of the store, anything else by name.
        let names =
            summary.report == nil
            ? summary.totalWh.keys.sorted()
            : (Channel.allCases.map(\.name) + ["generator"]).filter { summary.totalWh[$0] != nil }
        let totals = names.map { "\($0) \(kilowattHours(summary.totalWh[$0] ?? 0))" }
        return ["  kWh: \(totals.joined(separator: ", "))"]
    }

    private var countLines: [String] {
        summary.counts.isEmpty ? [] : ["  \(listed(summary.counts) { "\($0) \($1)" })"]
    }

    private var warningLines: [String] {
        summary.warnings.sorted { $0.key < $1.key }.map { text, count in
            "  warning: \(text)\(count > 1 ? " (\(count) times)" : "")"
        }
    }

    private func listed(_ counts: [String: Int], _ text: (String, Int) -> String) -> String {
        counts.sorted { $0.key < $1.key }.map { text($0.key, $0.value) }.joined(separator: ", ")
    }

    private func few(_ lines: [String], _ what: String) -> [String] {
        guard lines.count > ImportReport.mostLines else { return lines }
        return lines.prefix(ImportReport.mostLines - 1)
            + ["  … and \(lines.count - ImportReport.mostLines + 1) more \(what) (--json lists all)"]
    }

    /// What a report shows that no other document has.
    private func details(_ report: ReportFacts) -> [String] {
        var lines: [String] = []
        if !report.marks.isEmpty { lines.append("  marks: \(listed(report.marks) { "\($0) \($1)" })") }
        if !report.clockChangeDays.isEmpty {
            lines.append("  clock changes: \(listed(report.clockChangeDays) { "\($0) \($1) rows" })")
        }
        if report.absentRows > 0 { lines.append("  \(report.absentRows) intervals have no row") }
        if !report.unknownColumns.isEmpty {
            lines.append(
                "  columns kept only in the document: \(report.unknownColumns.joined(separator: ", "))"
            )
        }
        if report.foreignOffsets > 0 {
            lines.append(
                "  \(report.foreignOffsets) rows have another offset than the site's zone: is the zone right?"
            )
        }
        if report.futureRowsWithEnergy > 0 {
            lines.append(
                "  \(report.futureRowsWithEnergy) rows with energy lie after the capture: pass the right --captured-at"
            )
        }
        if report.totalsIgnored > 0 {
            lines.append("  \(report.totalsIgnored) totals do not add up and were taken on request")
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
