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
                  sunvigil report monthly --output reports/
                  sunvigil report monthly --format html --open
                """
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var past: PastOptions
        @Option(help: "The month as YYYY-MM (default: the newest with data).") var month: String?
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: "markdown, html or json (default: markdown; with --output markdown and html).")
        var format: String?
        @Option(
            help: ArgumentHelp(
                "Write SITE-YYYY-MM.md and .html into a folder, in place of older ones.",
                valueName: "dir"
            )
        )
        var output: String?
        @Flag(help: "Show the page in the browser; without --output it is put where check puts its reports.")
        var open = false

        func run() throws {
            let form = try format.map { text in
                guard let form = ReportForm(rawValue: text) else {
                    throw CommandError("--format is markdown, html or json, not \(text)")
                }
                return form
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
            let configuration = try Configuration.load(lake.path)
            let report = try lake.monthlyReport(site, zone, wanted, configuration)
            guard output != nil || open else {
                return Console.print((form ?? .markdown).text(report), terminator: "")
            }
            let folder = ReportFolder(path: output ?? configuration.reportFolder(lake.path))
            var forms = form.map { [$0] } ?? [.markdown, .html]
            if open, !forms.contains(.html) { forms.append(.html) }
            let paths = try folder.write(report, site: site.name, forms)
            for path in paths { Console.print(path) }
            if open, let page = paths.first(where: { $0.hasSuffix(".html") }) { try Browser.open(page) }
        }
    }
}
