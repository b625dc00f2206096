// sunvigil export

import ArgumentParser
import Lake
import Readings
import Station

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        _superCommandName: Sunvigil.name,
        abstract: "Interval rows of a site as CSV.",
        discussion: """
            Times are UTC, energies Wh, as recorded; an empty field was not reported. quality is the sum of marks, see
            docs/store.md: rows with 1 or 4 stand for no data.

            EXAMPLE
              sunvigil export --site home --from 2025-03-01 --to 2025-03-31 > march.csv
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "The site; not needed where the store has one.") var site: String?
    @Option(help: "The first day, of the site's zone.") var from: String?
    @Option(help: "The last day.") var to: String?

    func run() throws {
        let lake = try past.open(store)
        let site = try lake.site(named: self.site)
        let interval = try TimeText.interval(from: from, to: to, try ZoneFiles.load(site.timeZone))
        var text = IntervalCSV.header
        text.reserveCapacity(IntervalCSV.pieceBytes + IntervalCSV.lineBytes)
        try lake.forEachSeries(systemID: site.systemID, interval: interval) { key, columns in
            IntervalCSV.append(key, columns, to: &text) { Console.write($0) }
        }
        Console.write(text)
    }
}
