// sunvigil gaps

import ArgumentParser
import Lake
import Readings

struct GapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        _superCommandName: Sunvigil.name,
        abstract: "Intervals that have no row, of each series of each site.",
        discussion: """
            Rows of zeros that stand for no data are told by sunvigil check; this looks for rows that are not there at all.
            Only the time column is read, and only where its step is not constant.

            EXAMPLES
              sunvigil gaps
              sunvigil gaps --site home --json
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Print [{site, source, seconds, start, end, rows}].") var json = false
    @Flag(help: "Print only how many runs and rows are missing.") var count = false

    func run() throws {
        let lake = try past.open(store)
        let chosen = try site.map { try lake.site(named: $0) }
        let gaps = try lake.missingRows(systemID: chosen?.systemID)
        let rows = gaps.reduce(0) { $0 + $1.rowCount }
        if count {
            Console.print("\(gaps.count) gaps, \(rows) rows missing")
            return
        }
        let names = Dictionary(try lake.sites().map { ($0.systemID, $0.name) }) { first, _ in first }
        if json {
            Console.print(
                JSONValue.array(
                    gaps.map {
                        .object([
                            ("site", .text(names[$0.key.systemID] ?? "")),
                            ("source", .text($0.key.source.name)),
                            ("seconds", .integer(Int64($0.key.seconds))),
                            ("start", .text(Instant(utcSeconds: $0.startUTCSeconds).iso8601)),
                            ("end", .text(Instant(utcSeconds: $0.endUTCSeconds).iso8601)),
                            ("rows", .integer($0.rowCount)),
                        ])
                    }
                ).pretty,
                terminator: ""
            )
            return
        }
        var text = "site,source,seconds,start,end,rows\n"
        for gap in gaps {
            text +=
                "\(CSVField.text(names[gap.key.systemID] ?? "")),\(gap.key.source.name),\(gap.key.seconds),\(Instant(utcSeconds: gap.startUTCSeconds).iso8601),\(Instant(utcSeconds: gap.endUTCSeconds).iso8601),\(gap.rowCount)\n"
        }
        Console.print(text, terminator: "")
    }
}
