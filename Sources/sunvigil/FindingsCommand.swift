// sunvigil findings

import Analysis
import ArgumentParser
import Lake
import Readings

struct FindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "List the findings of the last check, or what a first one would find.",
        discussion: """
            EXAMPLES
              sunvigil findings
              sunvigil findings --open --json
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Only those that are open.") var open = false
    @Flag(help: "Print an array of {site, device, kind, start, end, alert, state, severity, rule, evidence}.")
    var json = false

    func run() throws {
        let lake = try store.open(.read)
        let sites = try lake.chosenSites(site)
        var findings: [(Site, StoredFinding)] = []
        // Before the first check the findings are those that it would keep.
        let isChecked = try lake.lastRun() != nil
        for site in sites {
            let known =
                isChecked
                ? try lake.findings(systemID: site.systemID)
                : try lake.analyse(site).0.findings.map { try lake.stored($0, site) }
            findings += known.filter { !open || $0.state == "open" }.map { (site, $0) }
        }
        if json {
            Console.print(
                JSONValue.array(findings.map { FindingsCommand.json($0.1, site: $0.0.name) }).pretty,
                terminator: ""
            )
            return
        }
        if !isChecked { Console.error("no check has run yet: these are not kept; run: sunvigil check") }
        for (site, finding) in findings {
            let zone = try ZoneFiles.load(site.timeZone)
            let start = zone.text(atUTCSeconds: finding.start.utcSeconds)
            let end = finding.end.map { zone.text(atUTCSeconds: $0.utcSeconds) } ?? "it lasts"
            Console.print(
                "\(site.name)  \(finding.state)  \(finding.severity)  \(finding.kind)  \(start) – \(end)"
            )
        }
    }

    private static func json(_ finding: StoredFinding, site: String) -> JSONValue {
        .object([
            ("site", .text(site)), ("device", .text(finding.device)), ("kind", .text(finding.kind)),
            ("start", .text(finding.start.iso8601)), ("end", .optional(finding.end?.iso8601)),
            ("alert", .text(finding.alert.iso8601)), ("state", .text(finding.state)),
            ("severity", .text(finding.severity)), ("rule", .raw(finding.rule)),
            ("evidence", .raw(finding.evidence)),
        ])
    }
}
