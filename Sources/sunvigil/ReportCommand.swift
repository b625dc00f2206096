// sunvigil report

import ArgumentParser
import Lake
import Readings
import Report

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        _superCommandName: Sunvigil.name,
        abstract: "Reports for people and programs.",
        subcommands: [Monthly.self]
    )

    struct Monthly: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A month: what was recorded, what is missing, what was found.",
            discussion: """
                EXAMPLES
                  sunvigil report monthly --month 2025-03
                  sunvigil report monthly --month 2025-03 --format json
                """
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var past: PastOptions
        @Option(help: "The month as YYYY-MM (default: the newest with data).") var month: String?
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: "markdown, html or json.") var format: String = "markdown"

        func run() throws {
            guard ["markdown", "html", "json"].contains(format) else {
                throw CommandError("--format is markdown, html or json, not \(format)")
            }
            let lake = try past.open(store)
            let site = try lake.site(named: self.site)
            let zone = try ZoneFiles.load(site.timeZone)
            let wanted = try month.map { text in
                guard let parsed = CivilMonth(text) else {
                    throw CommandError("--month is YYYY-MM, not \(text)")
                }
                return parsed
            }
            let report = try lake.monthlyReport(site, zone, wanted, Configuration.load(lake.path))
            let text =
                switch format {
                case "json": report.json().pretty
                case "html": report.html()
                default: report.markdown()
                }
            Console.print(text, terminator: "")
        }
    }
}
