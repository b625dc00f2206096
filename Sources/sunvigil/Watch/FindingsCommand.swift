// sunvigil findings

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

struct FindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        _superCommandName: Sunvigil.name,
        abstract: "List the findings of the last check, or what a first one would find.",
        discussion: """
            A finding is open while the data show it, whether it lasts or has ended; it is closed when new data fill it.

            EXAMPLES
              sunvigil findings --open
              sunvigil findings --history 12
              sunvigil ack 12 --note "installer comes on Monday"
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Only those that are open, neither acknowledged nor muted.") var open = false
    @Option(help: ArgumentHelp("Tell what happened to one finding.", valueName: "id")) var history: Int64?
    @Flag(
        help:
            "Print an array of {id, site, device, kind, start, end, alert, state, severity, sure, advice, rule, evidence, …}."
    )
    var json = false

    func run() throws {
        let station = try store.asking()
        let (lake, now) = (station.lake, station.now)
        if let history { return try tell(history, lake) }
        let sites = try lake.chosenSites(site)
        var findings: [(Site, StoredFinding)] = []
        // Before the first check the findings are those that it would keep.
        let isChecked = try lake.lastRun() != nil
        let configuration = try Configuration.load(lake)
        for site in sites {
            let known =
                isChecked
                ? try lake.findings(systemID: site.systemID)
                : try lake.analyse(site, configuration).analysis.findings.map { try lake.stored($0, site) }
            findings +=
                known.filter { !open || ($0.state == .open && !$0.isQuiet(atMicroseconds: now * 1_000_000)) }
                .map { (site, $0) }
        }
        if json {
            let values = findings.map { StoredFindingJSON.value($0.1, site: $0.0.name, now: now) }
            Console.print(JSONValue.array(values).pretty, terminator: "")
            return
        }
        if !isChecked { Console.error("no check has run yet: these are not kept; run: sunvigil check") }
        for (site, finding) in findings {
            let zone = try ZoneFiles.load(site.timeZone)
            let start = zone.text(atUTCSeconds: finding.start.utcSeconds)
            let end = finding.end.map { zone.text(atUTCSeconds: $0.utcSeconds) } ?? "it lasts"
            let id = finding.findingID > 0 ? "\(finding.findingID)  " : ""
            let state =
                finding.acknowledgedMicroseconds != nil
                ? "acknowledged"
                : finding.isQuiet(atMicroseconds: now * 1_000_000) ? "muted" : finding.state.rawValue
            Console.print(
                "\(id)\(site.name)  \(state)  \(finding.severity.rawValue)  \(finding.kind.rawValue)  \(Console.oneLine(finding.device))  \(start) – \(end)"
            )
        }
    }

    private func tell(_ findingID: Int64, _ lake: some LakeReader) throws {
        let events = try lake.history(findingID: findingID)
        guard !events.isEmpty else {
            if try lake.findings().contains(where: { $0.findingID == findingID }) {
                return Console.error("note: an older program found \(findingID), and kept no history of it")
            }
            throw CommandError("there is no finding \(findingID); list them with: sunvigil findings")
        }
        for event in events {
            let time = Instant(utcSeconds: event.atMicroseconds / 1_000_000).iso8601
            let run = event.runID > 0 ? " by check \(event.runID)" : ""
            Console.print("\(time)  \(event.change.rawValue)\(run)  \(event.detail)")
        }
    }
}
