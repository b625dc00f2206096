// sunvigil report

import ArgumentParser
import Lake
import Readings
import Report
import Station

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        _superCommandName: Sunvigil.name,
        abstract: "Reports for people and programs: a month, a year, or the evidence for a support case.",
        discussion: """
            EXAMPLES
              sunvigil report --open                        (the newest month, in the browser)
              sunvigil report monthly --month 2025-03
              sunvigil report yearly --year 2025 --output reports/
              sunvigil report case --finding 12 --output evidence/
            """,
        subcommands: [Monthly.self, Yearly.self, CaseReportCommand.self],
        defaultSubcommand: Monthly.self
    )

    /// What reports of a time share.
    struct Options: ParsableArguments {
        @OptionGroup var store: StoreOptions
        @OptionGroup var past: PastOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: "markdown, html or json (default: markdown; with --output markdown and html).")
        var format: String?
        @Option(
            help: ArgumentHelp(
                "Write SITE-YYYY-MM.md and .html (of a year SITE-YYYY) into a folder, in place of older ones.",
                valueName: "dir"
            )
        )
        var output: String?
        @Flag(
            help: "Show the page in the browser; without --output it is put where check puts its reports."
        )
        var open = false

        /// Makes a report and prints it, or puts it into a folder.
        func tell(_ make: (SiteReports) throws -> FiledReport) throws {
            let form = try format.map { text in
                guard let form = ReportForm(rawValue: text) else {
                    throw CommandError("--format is markdown, html or json, not \(text)")
                }
                return form
            }
            let lake = try past.open(store)
            let site = try lake.site(named: self.site)
            let configuration = try Configuration.load(lake)
            let report = try make(try SiteReports(lake: lake, site: site, configuration: configuration))
            guard output != nil || open else {
                return Console.print(report.text(form ?? .markdown), terminator: "")
            }
            let folder = ReportFolder(path: output ?? configuration.reportFolder(lake.path))
            var forms = form.map { [$0] } ?? [.markdown, .html]
            if open, !forms.contains(.html) { forms.append(.html) }
            let paths = try folder.write(report, site: site.name, forms)
            for path in paths { Console.print(path) }
            if open, let page = paths.first(where: { $0.hasSuffix(".html") }) { Browser.open(page) }
        }
    }
}
