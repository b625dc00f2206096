// sunvigil history

import ArgumentParser
import Lake
import Readings

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        _superCommandName: Sunvigil.name,
        abstract: "What each import brought: new rows, late ones, holes filled, values corrected.",
        discussion: """
            late: new rows before others that were there. filled: rows that stood for no data and have a value now.
            corrected: rows whose value is another one now. Read any state of the store with --as-of.

            EXAMPLES
              sunvigil history
              sunvigil history --from 2025-03-01 --to 2025-03-31 --json
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?
    @Option(help: "The first day of imports, UTC.") var from: String?
    @Option(help: "The last day.") var to: String?
    @Flag(
        help:
            "Print [{import_id, at, kind, name, site, snapshot, rows_new, rows_late, rows_unchanged, quantities}]."
    ) var json = false

    func run() throws {
        let lake = try store.snapshot()
        let chosen = try site.map { try lake.site(named: $0) }
        let names = Dictionary(try lake.sites().map { ($0.systemID, $0.name) }) { first, _ in first }
        let entries = try lake.history(
            systemID: chosen?.systemID,
            interval: try TimeText.interval(from: from, to: to, .utc)
        )
        if json {
            Console.print(
                JSONValue.array(entries.map { HistoryCommand.json($0, names) }).pretty,
                terminator: ""
            )
            return
        }
        if entries.isEmpty { Console.error("no imports") }
        for entry in entries { Console.print(HistoryCommand.text(entry, names)) }
    }

    private static func text(_ entry: Lake.HistoryEntry, _ names: [Int64: String]) -> String {
        let record = entry.record
        let at = Instant(utcSeconds: record.atMicroseconds.flooredDivision(by: 1_000_000)).iso8601
        let undone = record.undoneBy.map { " (undone by \($0))" } ?? ""
        let site = names[record.systemID].map { " for \($0)" } ?? ""
        var lines = [
            "\(record.importID)  \(at)  \(record.kind) \(Console.oneLine(record.sourceName))\(site)\(undone)"
        ]
        if record.kind == "import" || record.kind == "live" {
            let late = entry.rowsLate > 0 ? " (\(entry.rowsLate) late)" : ""
            lines.append("    \(record.rowsNew) new rows\(late), \(record.rowsSame) unchanged")
        }
        for quantity in entry.quantities {
            var parts: [String] = []
            if quantity.filledRows > 0 {
                parts.append("\(quantity.filledRows) rows filled, \(change(quantity.filledWh))")
            }
            if quantity.correctedRows > 0 {
                parts.append("\(quantity.correctedRows) rows corrected, \(change(quantity.correctedWh))")
            }
            lines.append("    \(quantity.name): \(parts.joined(separator: "; "))")
        }
        return lines.joined(separator: "\n")
    }

    private static func change(_ wattHours: Int64) -> String {
        "\(wattHours < 0 ? "" : "+")\(CSVText.kilowattHours(wattHours)) kWh"
    }

    private static func json(_ entry: Lake.HistoryEntry, _ names: [Int64: String]) -> JSONValue {
        let record = entry.record
        return .object([
            ("import_id", .integer(record.importID)),
            (
                "at",
                .text(Instant(utcSeconds: record.atMicroseconds.flooredDivision(by: 1_000_000)).iso8601)
            ),
            ("kind", .text(record.kind)), ("name", .text(record.sourceName)),
            ("site", .optional(names[record.systemID])), ("snapshot", .integer(record.snapshotID)),
            ("undone_by", .optional(record.undoneBy)), ("rows_new", .integer(Int64(record.rowsNew))),
            ("rows_late", .integer(Int64(entry.rowsLate))),
            ("rows_unchanged", .integer(Int64(record.rowsSame))),
            (
                "quantities",
                .array(
                    entry.quantities.map {
                        .object([
                            ("quantity", .text($0.name)), ("filled_rows", .integer(Int64($0.filledRows))),
                            ("filled_wh", .integer($0.filledWh)),
                            ("corrected_rows", .integer(Int64($0.correctedRows))),
                            ("corrected_wh", .integer($0.correctedWh)),
                        ])
                    }
                )
            ),
        ])
    }
}
