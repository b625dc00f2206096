// sunvigil reconcile

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        _superCommandName: Sunvigil.name,
        abstract: "Hold the monitor against the utility, and tell what a silence hides.",
        discussion: """
            For each bill: the utility's net, the monitor's net, and whether they agree within what meters and rounding allow.
            For each silence of a day or longer: what the panels produced, with a 90 % interval; at least how much, without
            any model; and whether they went on, lost a part, or stopped. Give it bills (sunvigil bills add, or import
            bills.csv), the utility's interval data, and, to make the interval narrower, a CSV of daily mean temperatures
            with the header date,mean_c.

            EXAMPLES
              sunvigil import bills.csv temperature.csv
              sunvigil reconcile
              sunvigil reconcile --gap 2025-03-20
              sunvigil reconcile --bill 2025-03-11 --format json
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "The site; not needed where the store has one.") var site: String?
    @Flag(help: "All bills and all silences (the default).") var all = false
    @Option(help: ArgumentHelp("Only bills of which this day is one.", valueName: "day")) var bill: String?
    @Option(help: ArgumentHelp("Only silences that touch this day.", valueName: "day")) var gap: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Move the bills' dates by whole days, -1, 0 or 1 (default: what fits).",
            valueName: "n"
        )
    ) var shiftDays: Int?
    @Option(help: "markdown, html or json.") var format: String = "markdown"
    @Flag(help: "The same as --format json.") var json = false

    func run() throws {
        guard ["markdown", "html", "json"].contains(format) else {
            throw CommandError("--format is markdown, html or json, not \(format)")
        }
        if let shiftDays, !(-1...1).contains(shiftDays) {
            throw CommandError("--shift-days is -1, 0 or 1, not \(shiftDays)")
        }
        if all && (bill != nil || gap != nil) {
            throw CommandError("--all is for all of it; leave it out with --bill or --gap")
        }
        let billDay = try bill.map { try day($0, "--bill") }
        let gapDay = try gap.map { try day($0, "--gap") }
        let lake = try past.open(store)
        let site = try lake.site(named: self.site)
        let zone = try ZoneFiles.load(site.timeZone)
        let configuration = try Configuration.load(lake)
        guard let result = try lake.reconciliation(site, zone, configuration, shiftDays: shiftDays) else {
            throw CommandError("site \(site.name) has no data yet; run: sunvigil import PATH")
        }
        let isAll = billDay == nil && gapDay == nil
        let report = ReconciliationReport(
            site: site,
            zone: zone,
            result: result,
            programVersion: Sunvigil.version,
            gaps: { estimate in
                isAll || (gapDay.map { estimate.gap.overlaps(zone.interval(of: $0)) } ?? false)
            },
            bills: { comparison in
                isAll
                    || (billDay.map {
                        comparison.period.printedStart <= $0 && $0 < comparison.period.printedEnd
                    }
                        ?? false)
            }
        )
        if !isAll && report.isEmpty { throw CommandError(nothing(result, zone)) }
        switch json ? "json" : format {
        case "json": Console.print(report.json().pretty, terminator: "")
        case "html": Console.print(HTMLRenderer.render(report.document), terminator: "")
        default: Console.print(MarkdownRenderer.render(report.document), terminator: "")
        }
    }

    private func day(_ text: String, _ option: String) throws -> CivilDate {
        guard let day = CivilDate(text) else {
            throw CommandError("\(option) is a day as 2025-03-20, not \(text)")
        }
        return day
    }

    /// What there would be to choose from.
    private func nothing(_ result: Reconciliation, _ zone: TimeZoneRules) -> String {
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
        if let gap {
            let known = result.gaps.map {
                "\(zone.wallClock(atUTCSeconds: $0.gap.startUTCSeconds).day) to \(zone.wallClock(atUTCSeconds: $0.gap.endUTCSeconds).day)"
            }
            return "no silence of a day or longer touches \(gap); there are: \(list(known))"
        }
        let known = result.bills.map { "\($0.period.printedStart)" }
        return "no bill covers \(bill ?? ""); bills begin on: \(list(known))"
    }
}
