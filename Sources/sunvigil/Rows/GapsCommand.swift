// sunvigil gaps

import ArgumentParser
import Lake
import Readings
import Station

struct GapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        _superCommandName: Sunvigil.name,
        abstract: "Intervals without data, of each series of each site.",
        discussion: """
            Without data are intervals that have no row, and, where the home is metered, rows of zeros only: somebody always uses
            something. Those at the end are among them. --missing-rows looks only for rows that are not there, and reads times only.

            EXAMPLES
              sunvigil gaps
              sunvigil gaps --count
              sunvigil gaps --site home --json
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Print [{site, source, seconds, start, end, rows, zero_rows}].") var json = false
    @Flag(help: "Print only how many runs and intervals there are.") var count = false
    @Flag(help: "Only rows that are not there at all.") var missingRows = false

    func run() throws {
        let lake = try past.open(store)
        let gaps = try gaps(lake)
        let rows = gaps.reduce(0) { $0 + $1.gap.rowCount }
        if count {
            Console.print("\(gaps.count) gaps, \(rows) rows missing")
            return
        }
        if json { return Console.print(JSONValue.array(gaps.map(GapsCommand.json)).pretty, terminator: "") }
        var text = "site,source,seconds,start,end,rows\n"
        for (site, gap) in gaps {
            text +=
                "\(CSVField.text(site)),\(gap.key.source.name),\(gap.key.seconds),\(gap.interval.start.iso8601),\(gap.interval.end.iso8601),\(gap.rowCount)\n"
        }
        Console.print(text, terminator: "")
        if gaps.isEmpty { Console.error("no gaps") }
    }

    /// The gaps with the names of their sites, by series and start.
    private func gaps(_ lake: some LakeReader) throws -> [(site: String, gap: DataGap)] {
        let sites = try site.map { [try lake.site(named: $0)] } ?? lake.sites()
        guard missingRows else {
            return try sites.flatMap { site in try lake.dataGaps(site).map { (site.name, $0) } }
        }
        let names = Dictionary(sites.map { ($0.systemID, $0.name) }) { first, _ in first }
        return try lake.missingRows(systemID: site == nil ? nil : sites.first?.systemID).map { missing in
            let interval = Interval(
                startUTCSeconds: missing.startUTCSeconds,
                endUTCSeconds: missing.endUTCSeconds
            )
            let gap = DataGap(key: missing.key, interval: interval, rowCount: missing.rowCount, zeroRows: 0)
            return (names[missing.key.systemID] ?? "", gap)
        }
    }

    private static func json(_ site: String, _ gap: DataGap) -> JSONValue {
        .object([
            ("site", .text(site)), ("source", .text(gap.key.source.name)),
            ("seconds", .integer(Int64(gap.key.seconds))),
            ("start", .text(gap.interval.start.iso8601)), ("end", .text(gap.interval.end.iso8601)),
            ("rows", .integer(gap.rowCount)), ("zero_rows", .integer(gap.zeroRows)),
        ])
    }
}
