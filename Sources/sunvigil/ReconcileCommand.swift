// sunvigil reconcile

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings

struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Hold the monitor against the utility's bills, and estimate what a silence hides."
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "The site; not needed where the store has one.") var site: String?
    @Flag(help: "All bills and all silences.") var all = false
    @Option(help: "markdown, html or json.") var format: String = "markdown"

    func run() throws {
        let lake = try store.open(.read)
        let site = try lake.site(named: self.site)
        let zone = try ZoneFiles.load(site.timeZone)
        let result = try lake.reconcile(site, zone)
        Console.print(
            JSONValue.object([
                (
                    "gaps",
                    .array(
                        result.gaps.map { gap in
                            .object([
                                ("start", .text(gap.gap.start.iso8601)), ("end", .text(gap.gap.end.iso8601)),
                                ("estimate_kwh", .optional(gap.production?.value, decimals: 2)),
                                ("half_width_90_kwh", .optional(gap.halfWidth90, decimals: 2)),
                                ("sky_kwh", .optional(gap.sky?.value, decimals: 2)),
                                ("sky_hw", .optional(gap.sky?.halfWidth90, decimals: 2)),
                                ("balance_kwh", .optional(gap.balance?.production.value, decimals: 2)),
                                ("balance_hw", .optional(gap.balance?.production.halfWidth90, decimals: 2)),
                                ("lower_bound_kwh", .optional(gap.lowerBound, decimals: 2)),
                            ])
                        }
                    )
                ),
                (
                    "bills",
                    .array(
                        result.bills.map { bill in
                            .object([
                                ("start", .text("\(bill.period.start)")),
                                ("end", .text("\(bill.period.end)")),
                                ("utility_net_kwh", .optional(bill.period.netKWh, decimals: 3)),
                                ("monitor_net_kwh", .optional(bill.monitorNetKWh, decimals: 3)),
                                ("tolerance_kwh", .number(bill.tolerance, decimals: 3)),
                                ("verdict", .text(bill.verdict.rawValue)),
                            ])
                        }
                    )
                ),
            ]).pretty,
            terminator: ""
        )
    }
}

extension Lake {
    func reconcile(_ site: Site, _ zone: TimeZoneRules) throws -> Reconciliation {
        let captures = try newestCaptures(systemID: site.systemID)
        let analysis = SiteAnalysis(
            place: site.place,
            zone: zone,
            series: try readings(systemID: site.systemID),
            captures: captures
        )
        let bills = try bills(systemID: site.systemID)
        let input = ReconciliationInput(
            place: site.place,
            array: site.array,
            batteryKWh: site.battery.map(\.kilowattHours),
            zone: zone,
            series: analysis.series,
            gaps: analysis.findings.filter { $0.kind == .siteSilent }.map(\.interval),
            bills: BillChecks.current(
                owner: bills.filter { $0.source == .owner }.map(\.record),
                utility: bills.filter { $0.source != .owner }.map(\.record)
            ),
            temperatures: try dailyTemperatures(systemID: site.systemID).map(\.record),
            utility: try utilityIntervals(systemID: site.systemID).map(\.record)
        )
        return Reconciliation(input)
    }
}
