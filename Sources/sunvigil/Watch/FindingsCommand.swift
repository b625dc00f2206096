// sunvigil findings

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Station
import Words

struct FindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        _superCommandName: Sunvigil.name,
        abstract: "List the findings of the last check, or what a first one would find; or show one of them.",
        discussion: """
            now: it lasts. to follow up: it ended less than 45 days before the newest data, and nobody has said what it was.
            known: you acknowledged or muted it. over: new data filled it, or it has ended and is explained, or long ago.

            EXAMPLES
              sunvigil findings --open
              sunvigil findings 12
              sunvigil findings --plain | grep batt_pinned
              sunvigil ack 12 --note "installer comes on Monday"
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Only those that are now or to follow up.") var open = false
    @Option(help: ArgumentHelp("Tell what happened to one finding.", valueName: "id")) var history: Int64?
    @Flag(
        help:
            "Print an array of {id, site, device, kind, start, end, alert, state, standing, told_with, severity, sure, text, advice, rule, evidence, …}."
    )
    var json = false
    @Flag(help: "Print columns for scripts: number, site, state, severity, kind, device, start – end.")
    var plain =
        false
    @Argument(help: "Show all of this one finding.") var findingID: Int64?

    func run() throws {
        let station = try store.asking()
        let lake = station.lake
        if let history { return try tell(history, lake) }
        let list = try FindingList(lake, site: site, now: station.now)
        if !list.isChecked, !json {
            Console.error("no check has run yet: those without a number are not kept; run: sunvigil check")
        }
        if let findingID { return try show(findingID, list, of: lake) }
        let isEmpty: Bool
        if json || plain {
            isEmpty = tellEach(list)
        } else {
            isEmpty = list.sites.reduce(true) { tell($1.findings, $1.view) && $0 }
        }
        if !json, isEmpty { Console.error(open ? "no open findings" : "no findings") }
    }

    private func isChosen(_ standing: FindingStanding) -> Bool {
        !open || standing == .now || standing == .followUp
    }

    /// Every finding as a program reads it.
    ///
    /// - Returns: true where there is none.
    private func tellEach(_ list: FindingList) -> Bool {
        let chosen = list.sites.map { view, own in (view, own, own.filter { isChosen($0.standing) }) }
        if json {
            let values = chosen.flatMap { view, all, own in
                let leads = view.leads(all)
                return own.map { StoredFindingJSON.value($0, view, leads: leads) }
            }
            Console.print(JSONValue.array(values).pretty, terminator: "")
        } else {
            for (view, _, own) in chosen {
                for finding in own { Console.print(FindingsCommand.columns(finding, view)) }
            }
        }
        return chosen.allSatisfy(\.2.isEmpty)
    }

    /// The findings of a site in words, those of one cause as one, what asks for its owner first.
    ///
    /// - Returns: true where there is none.
    private func tell(_ findings: [StoredFinding], _ view: SiteView) -> Bool {
        let told = [FindingState.open, .closed].flatMap { state in
            view.told(findings.filter { $0.state == state })
        }.filter { isChosen($0.standing) }
        Console.print("\(Console.oneLine(view.site.name)): \(view.age); \(SiteView.count(told))")
        for standing in [FindingStanding.now, .followUp, .known, .over] {
            for line in view.lines(told.filter { $0.standing == standing }) {
                Console.print("  \(standing.text): \(line)")
            }
        }
        return told.isEmpty
    }

    /// One finding as columns.
    private static func columns(_ finding: StoredFinding, _ view: SiteView) -> String {
        let start = view.zone.text(atUTCSeconds: finding.start.utcSeconds)
        let end = finding.end.map { view.zone.text(atUTCSeconds: $0.utcSeconds) } ?? "it lasts"
        let id = finding.findingID > 0 ? "\(finding.findingID)  " : ""
        let isMuted = finding.isQuiet(atMicroseconds: view.now * 1_000_000)
        let state =
            finding.acknowledgedMicroseconds != nil
            ? "acknowledged" : isMuted ? "muted" : finding.state.rawValue
        return
            "\(id)\(view.site.name)  \(state)  \(finding.severity.rawValue)  \(finding.kind.rawValue)  \(Console.oneLine(finding.device))  \(start) – \(end)"
    }

    /// All of one finding.
    private func show(_ number: Int64, _ list: FindingList, of lake: some LakeReader) throws {
        guard let (view, finding) = list.finding(number) else { throw FindingsCommand.none(number) }
        func stamp(_ instant: Instant) -> String { view.zone.text(atUTCSeconds: instant.utcSeconds) }
        // One that leads is told as everywhere: with the time that its companions know of.
        let alike = list.sites.flatMap(\.findings).filter {
            $0.systemID == finding.systemID && $0.state == finding.state
        }
        let told = view.told(alike).first { $0.lead.findingID == number }
        let headline = told.map { OwnerWords.headline($0.finding, zone: view.zone) } ?? view.headline(finding)
        let start = told?.finding.start ?? finding.start
        var lines = [
            "#\(number) \(finding.severity.rawValue), \(finding.standing.text): \(headline)",
            "  site        \(Console.oneLine(view.site.name)), \(view.age)",
            "  since       \(stamp(start)), \(finding.end.map { "until \(stamp($0))" } ?? "it lasts")",
            "  told        \(stamp(finding.alert)) at the earliest",
            "  how sure    \(OwnerWords.sureness(finding.finding))",
            "  what to do  \(view.advice(finding))",
        ]
        lines += FindingsCommand.company(of: finding, among: list.sites.flatMap(\.findings), view)
        if let note = finding.note { lines.append("  your note   \(Console.oneLine(note))") }
        if let closed = finding.closedBy?.text { lines.append("  closed      \(Console.oneLine(closed))") }
        lines.append("  kind        \(finding.kind.rawValue) of \(Console.oneLine(finding.device))")
        lines += FindingsCommand.facts("rule", finding.rule.json)
        lines += FindingsCommand.facts("evidence", finding.evidence.json)
        Console.print(lines.joined(separator: "\n"))
        Console.print("  history")
        for line in try FindingsCommand.history(number, lake) { Console.print("    \(line)") }
    }

    /// What is told with a finding, or with which other it is told.
    private static func company(of finding: StoredFinding, among all: [StoredFinding], _ view: SiteView)
        -> [String]
    {
        let own = all.filter { $0.systemID == finding.systemID }
        let leads = view.leads(own)
        if let lead = leads[finding.findingID] { return ["  told with   #\(lead), one cause"] }
        return own.filter { leads[$0.findingID] == finding.findingID }.map {
            "  with it     #\($0.findingID) \(view.headline($0))"
        }
    }

    /// The members of a rule or of evidence, a line each; long lists are counted.
    private static func facts(_ title: String, _ json: JSONValue) -> [String] {
        let lines = json.read.members.map { name, value in
            let text = value.compact
            let isLong = text.utf8.count > 160 && !value.elements.isEmpty
            return
                "    \(name.replacing("_", with: " ")): \(isLong ? "\(value.elements.count), see --json" : Console.oneLine(text))"
        }
        return lines.isEmpty ? [] : ["  \(title)"] + lines
    }

    private static func none(_ number: Int64) -> CommandError {
        CommandError("there is no finding \(number); list them with: sunvigil findings")
    }

    private static func history(_ number: Int64, _ lake: some LakeReader) throws -> [String] {
        try lake.history(findingID: number).map { event in
            let time = Instant(utcSeconds: event.atMicroseconds / 1_000_000).iso8601
            let run = event.runID > 0 ? " by check \(event.runID)" : ""
            return "\(time)  \(event.change.rawValue)\(run)  \(event.detail)"
        }
    }

    private func tell(_ number: Int64, _ lake: some LakeReader) throws {
        let lines = try FindingsCommand.history(number, lake)
        guard lines.isEmpty else { return Console.print(lines.joined(separator: "\n")) }
        guard try lake.findings().contains(where: { $0.findingID == number }) else {
            throw FindingsCommand.none(number)
        }
        Console.error("note: an older program found \(number), and kept no history of it")
    }
}
