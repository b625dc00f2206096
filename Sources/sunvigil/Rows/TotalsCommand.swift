// sunvigil totals: rows and their sums, for people and programs.

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct TotalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "totals",
        _superCommandName: Sunvigil.name,
        abstract: "Energy and rows per month or day, of each series of each site.",
        discussion: """
            Sums come from the days that are kept with the segments; nothing is decoded. Days are those of the site's zone.
            Rows that stand for no data are counted and in no sum.

            EXAMPLES
              sunvigil totals
              sunvigil totals --by day --from 2025-03-01 --to 2025-03-31 --json
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Option(help: "day, month or year.") var by = Totals.Length.month
    @Option(help: "The first day.") var from: String?
    @Option(help: "The last day.") var to: String?
    @Flag(help: "Print [{site, source, seconds, period, rows, absent_rows, produced_wh, …}].") var json =
        false
    @Flag(help: .hidden) var byScan = false

    func run() throws {
        let lake = try past.open(store)
        let names = Dictionary(try lake.sites().map { ($0.systemID, $0.name) }) { first, _ in first }
        let totals = Totals(lake: lake, length: by) { try TimeText.interval(from: from, to: to, $0) }
        let sums = try totals.sums(of: try site.map { try lake.site(named: $0) }, byScan: byScan)
        var output = TotalsOutput(isJSON: json)
        for key in sums.keys.sorted() {
            for sum in sums[key] ?? [] { output.add(names[key.systemID] ?? "", key, sum) }
        }
        output.finish()
    }
}

extension Totals.Length: ExpressibleByArgument {}
