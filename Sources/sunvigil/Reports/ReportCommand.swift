// sunvigil report

import ArgumentParser
import Lake
import Readings
import Report

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
            let configuration = try Configuration.load(lake.path)
            let report = try make(try SiteReports(lake: lake, site: site, configuration: configuration))
            guard output != nil || open else {
                return Console.print(report.text(form ?? .markdown), terminator: "")
            }
            let folder = ReportFolder(path: output ?? configuration.reportFolder(lake.path))
            var forms = form.map { [$0] } ?? [.markdown, .html]
            if open, !forms.contains(.html) { forms.append(.html) }
            let paths = try folder.write(report, site: site.name, forms)
            for path in paths { Console.print(path) }
            if open, let page = paths.first(where: { $0.hasSuffix(".html") }) { try Browser.open(page) }
        }
    }

    struct Monthly: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A month: what was recorded, what is missing, what was found, what to do.",
            discussion: """
                EXAMPLES
                  sunvigil report monthly --month 2025-03
                  sunvigil report monthly --month 2025-03 --format json
                  sunvigil report monthly --output reports/
                  sunvigil report monthly --format html --open
                """
        )

        @OptionGroup var options: Options
        @Option(help: "The month as YYYY-MM (default: the newest with data).") var month: String?

        func run() throws {
            let wanted = try month.map { text in
                guard let parsed = CivilMonth(text) else {
                    throw CommandError("--month is YYYY-MM, not \(text)")
                }
                return parsed
            }
            try options.tell { .month(try $0.monthly(wanted)) }
        }
    }

    struct Yearly: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A year: month by month, with every interval on one map.",
            discussion: """
                EXAMPLES
                  sunvigil report yearly --year 2025
                  sunvigil report yearly --format html --output reports/
                """
        )

        @OptionGroup var options: Options
        @Option(help: "The year as YYYY (default: the newest with data).") var year: String?

        func run() throws {
            let wanted = try year.map { text in
                guard text.count == 4, let parsed = Int(text), (1...9998).contains(parsed) else {
                    throw CommandError("--year is YYYY, not \(text)")
                }
                return parsed
            }
            try options.tell { .year(try $0.yearly(wanted)) }
        }
    }
}
