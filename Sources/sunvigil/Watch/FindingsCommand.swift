// sunvigil findings, ack, mute

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report

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
        let lake = try store.open(.read)
        let now = Int64(Date().timeIntervalSince1970)
        if let history { return try tell(history, lake) }
        let sites = try lake.chosenSites(site)
        var findings: [(Site, StoredFinding)] = []
        // Before the first check the findings are those that it would keep.
        let isChecked = try lake.lastRun() != nil
        let configuration = try Configuration.load(lake.path)
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

    private func tell(_ findingID: Int64, _ lake: Lake) throws {
        let events = try lake.history(findingID: findingID)
        guard !events.isEmpty else {
            throw CommandError("there is no finding \(findingID); list them with: sunvigil findings")
        }
        for event in events {
            let time = Instant(utcSeconds: event.atMicroseconds / 1_000_000).iso8601
            let run = event.runID > 0 ? " by check \(event.runID)" : ""
            Console.print("\(time)  \(event.change.rawValue)\(run)  \(event.detail)")
        }
    }
}

/// Writes stored findings.
enum StoredFindingJSON {
    static func value(_ finding: StoredFinding, site: String, now: Int64) -> JSONValue {
        func instant(_ microseconds: Int64?) -> String? {
            microseconds.map { Instant(utcSeconds: $0 / 1_000_000).iso8601 }
        }
        return .object([
            ("id", .integer(finding.findingID)), ("site", .text(site)), ("device", .text(finding.device)),
            ("kind", .text(finding.kind.rawValue)), ("start", .text(finding.start.iso8601)),
            ("end", .optional(finding.end?.iso8601)), ("alert", .text(finding.alert.iso8601)),
            ("state", .text(finding.state.rawValue)), ("severity", .text(finding.severity.rawValue)),
            ("sure", .text(finding.sureness.rawValue)),
            ("advice", .text(OwnerWords.advice(finding.kind))),
            ("acknowledged", .optional(instant(finding.acknowledgedMicroseconds))),
            ("note", .optional(finding.note)),
            ("muted_until", .optional(instant(finding.mutedUntilMicroseconds))),
            ("closed_by", finding.closedBy?.json ?? .null), ("rule", finding.rule.json),
            ("evidence", finding.evidence.json),
        ])
    }
}

struct AckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        _superCommandName: Sunvigil.name,
        abstract: "Say that you know of a finding: it no longer asks for attention, unless it grows worse.",
        discussion: "EXAMPLE\n  sunvigil ack 12 --note \"installer comes on Monday\""
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "What you know of it.") var note: String?
    @Argument(help: "The finding's number, as sunvigil findings lists it.") var findingID: Int64

    func run() throws {
        guard try store.open(.write).acknowledge(findingID: findingID, note: note) else {
            throw CommandError("there is no finding \(findingID); list them with: sunvigil findings")
        }
        Console.print("finding \(findingID) is acknowledged")
    }
}

struct MuteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mute",
        _superCommandName: Sunvigil.name,
        abstract: "Say nothing of a finding for some days.",
        discussion: "EXAMPLES\n  sunvigil mute 12 --days 14\n  sunvigil mute 12 --off"
    )

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("For how long.", valueName: "n")) var days: Int64 = 7
    @Flag(help: "Lift it.") var off = false
    @Argument(help: "The finding's number, as sunvigil findings lists it.") var findingID: Int64

    func run() throws {
        guard (1...3650).contains(days) else { throw CommandError("--days is 1 to 3650, not \(days)") }
        let until = off ? nil : (Int64(Date().timeIntervalSince1970) + days * 86_400) * 1_000_000
        guard try store.open(.write).mute(findingID: findingID, untilMicroseconds: until) else {
            throw CommandError("there is no finding \(findingID); list them with: sunvigil findings")
        }
        let text = until.map { Instant(utcSeconds: $0 / 1_000_000).iso8601 }
        Console.print("finding \(findingID) is \(text.map { "muted until \($0)" } ?? "no longer muted")")
    }
}
