// The evidence for a support case: one page to paste into a ticket, and all that lies behind it. Which files a pack has
// stands in the command.

import Analysis
import Readings

/// The evidence on findings, or on a stretch of time.
package struct CaseReport: Sendable {
    let facts: PeriodFacts
    /// The findings that the case is about, the gravest first.
    let about: [ReportedFinding]
    /// Tells whether single findings were named; else it is about all of the time.
    private let isNamed: Bool
    /// The owner's case; nil where there is none.
    let ownerCase: OwnerCase?

    /// Days before and behind the findings that are told along.
    package static let aroundDays: Int64 = 7

    /// An entry of who knew what when.
    package struct Moment: Equatable, Sendable {
        /// When, seconds UTC.
        package let at: Int64
        /// `data`, `devices`, `vendor`, `utility` or `owner`.
        package let who: String
        /// What.
        package let text: String
    }

    /// Gathers the evidence.
    ///
    /// - Parameters:
    ///   - interval: the time; it is widened to whole local days.
    ///   - findings: the numbers of the findings that it is about; empty for all of the time.
    package init(
        _ material: ReportMaterial,
        interval: Interval,
        findings numbers: Set<Int64>,
        ownerCase: OwnerCase?
    ) {
        let zone = material.zone
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(
            atUTCSeconds: max(interval.startUTCSeconds, interval.endUTCSeconds - 1)
        ).day
        facts = PeriodFacts(
            material,
            title: "\(first) to \(last)",
            firstDay: first,
            dayCount: Int(last.daysSince1970 - first.daysSince1970) + 1
        )
        isNamed = !numbers.isEmpty
        // Of a time the single lost reports are no evidence of anything.
        about = facts.findings.filter { reported in
            guard numbers.isEmpty else { return numbers.contains(reported.findingID) }
            return reported.finding.severity >= .warning
                || [.outage, .island, .mismatch].contains(reported.finding.kind)
        }
        self.ownerCase = ownerCase
    }

    /// The time, whole local days.
    package var interval: Interval { facts.interval }

    /// The findings that it is about.
    package var findings: [ReportedFinding] { about }

    private var title: String {
        let head = about.first.map { ReportWords.short($0.finding) } ?? facts.title
        return "Evidence: \(facts.site.name), \(head)"
    }

    private var verdict: ReportText {
        guard let first = about.first else { return facts.verdict }
        return ReportText(OwnerWords.sentence(facts.headline(first)) + ".")
    }

    // MARK: Documents

    /// The page to paste into a ticket.
    ///
    /// - Parameter files: what lies beside it, each with a line on what it is.
    package func summary(files: [(name: String, what: String)]) -> ReportDocument {
        var document = ReportDocument(title: title, verdict: verdict, footer: footer)
        var lines: [ReportText] = [
            "Site: \(facts.site.name), times of \(facts.site.timeZone)",
            "Time: \(facts.title), \(facts.watchedDays.watched) of \(NumberText.count(facts.watchedDays.expected, "day")) watched",
        ]
        if let ownerCase {
            let now = facts.material.analysis.dataEnd ?? facts.interval.endUTCSeconds
            lines.append(
                "Case \(ownerCase.caseID), \(ownerCase.title): open for \(NumberText.count(Int(ownerCase.daysOpen(atUTCSeconds: now)), "day")) up to the newest data"
            )
        }
        document.lead = [.list(lines)]
        let told = about.prefix(8).map { reported -> ReportText in
            let cost = FindingCost(reported.finding, facts)
            let amount =
                cost.kilowattHours == nil
                ? "" : " Costs: \(ReportWords.cost(cost, facts.material.tariff))."
            return
                "\(OwnerWords.sentence(facts.headline(reported))) (\(reported.finding.severity.rawValue), \(reported.finding.sureness.rawValue)).\(amount)"
        }
        document.add("what", "What was found", told.isEmpty ? [] : [.list(Array(told))])
        let asks = about.prefix(8).map { OwnerWords.request($0.finding.kind) }
        var seen: Set<String> = []
        let unique = asks.filter { seen.insert($0).inserted }.map { ReportText($0) }
        document.add("asked", "What is asked of you", unique.isEmpty ? [] : [.list(unique)])
        let moments = timeline
        if !moments.isEmpty {
            var blocks: [ReportBlock] = [.table(table(Array(moments.prefix(15))))]
            if moments.count > 15 {
                blocks.append(.paragraph("\(moments.count - 15) more stand in timeline.csv."))
            }
            document.add("when", "Who knew what when", blocks)
        }
        document.add(
            "files",
            "What lies beside this page",
            [
                .list(files.map { "\(code: $0.name): \($0.what)" }),
                .paragraph(
                    "To check that nothing was changed, in the folder of the pack: \(code: CaseReport.verifyLine) (macOS: \(code: CaseReport.verifyLineMac)). Every line must end in OK."
                ),
            ]
        )
        return document
    }

    /// The command by which a receiver checks the files.
    package static let verifyLine = "sha256sum -c SHA256SUMS"
    /// The same on macOS.
    package static let verifyLineMac = "shasum -a 256 -c SHA256SUMS"

    private var footer: ReportText {
        "Made by sunvigil \(facts.material.programVersion). \(ReportWords.affiliation)"
    }

    /// All that is known of it.
    package var document: ReportDocument {
        var document = ReportDocument(title: title, verdict: verdict, footer: footer)
        document.lead = facts.firstScreen
        document.add(
            "findings",
            "What was found",
            isNamed ? [.findings(about.map(facts.card))] : facts.findingBlocks
        )
        let moments = timeline
        var events: [ReportBlock] = facts.timeline("timeline").map { [.figure($0)] } ?? []
        if !moments.isEmpty { events.append(.table(table(moments))) }
        document.add("when", "Who knew what when", events)
        document.add("grid", "The grid", facts.gridBlocks)
        document.add(
            "energy",
            "Energy",
            facts.energyBlocks([]) + (facts.daysFigure.map { [.figure($0)] } ?? [])
        )
        document.add("batteries", "Batteries", facts.batteryBlocks)
        document.add("panels", "Panels", facts.panelBlocks)
        document.add("utility", "The utility", facts.utilityBlocks)
        document.add("devices", "Firmware and devices", facts.deviceBlocks)
        document.add("cases", "The owner's log", facts.caseBlocks)
        document.add("sources", "Sources", facts.provenanceBlocks)
        document.glossary = Glossary.terms
        return document
    }

    private func table(_ moments: [Moment]) -> ReportTable {
        ReportTable(
            "Who knew what when",
            [.text("when"), .text("who"), .text("what")],
            moments.map { [ReportText(facts.text($0.at)), ReportText($0.who), ReportText($0.text)] }
        )
    }

    // MARK: Who knew what when

    /// What data, devices, the vendor, the utility and the owner said, in the order of time.
    package var timeline: [Moment] {
        var moments = about.flatMap(moments)
        for opening in facts.relayOpenings {
            moments.append(
                Moment(at: opening.startUTCSeconds, who: "devices", text: "the grid relay is open")
            )
            moments.append(
                Moment(at: opening.endUTCSeconds, who: "devices", text: "the grid relay is closed again")
            )
        }
        for event in facts.vendorEvents {
            moments.append(
                Moment(
                    at: event.startUTCSeconds,
                    who: "vendor",
                    text: "the vendor lists: \(ReportWords.event(event))"
                )
            )
        }
        for event in facts.gridEvents + facts.deviceEvents {
            moments.append(Moment(at: event.startUTCSeconds, who: "devices", text: ReportWords.event(event)))
        }
        moments += bills
        for own in facts.cases where ownerCase == nil || own.caseID == ownerCase?.caseID {
            moments.append(
                Moment(at: own.openedAt, who: "owner", text: "opens case \(own.caseID): \(own.title)")
            )
            for entry in own.entries {
                let by = entry.by.isEmpty || entry.by == "owner" ? "" : "\(entry.by): "
                let due = entry.due.map { " (due \($0))" } ?? ""
                moments.append(
                    Moment(
                        at: entry.at,
                        who: "owner",
                        text: "notes (\(entry.kind.rawValue)) \(by)\(entry.text)\(due)"
                    )
                )
            }
            if let closed = own.closedAt {
                moments.append(Moment(at: closed, who: "owner", text: "closes case \(own.caseID)"))
            }
        }
        return moments.map { Moment(at: $0.at, who: $0.who, text: MarkdownText.visible($0.text)) }
            .sorted { ($0.at, $0.who, $0.text) < ($1.at, $1.who, $1.text) }
    }

    private func moments(_ reported: ReportedFinding) -> [Moment] {
        let finding = reported.finding
        let name = ReportWords.short(finding)
        var moments = [
            Moment(at: finding.start.utcSeconds, who: "data", text: "\(name): begins")
        ]
        if finding.alert > finding.start {
            moments.append(
                Moment(
                    at: finding.alert.utcSeconds,
                    who: "data",
                    text: "\(name): the data show it from here on"
                )
            )
        }
        if let at = reported.acknowledgedAt {
            let note = reported.note.map { ": \($0)" } ?? ""
            moments.append(Moment(at: at, who: "owner", text: "knows of it (\(name))\(note)"))
        }
        if let end = finding.end, end > finding.start {
            moments.append(Moment(at: end.utcSeconds, who: "data", text: "\(name): ends"))
        }
        return moments
    }

    private var bills: [Moment] {
        facts.billed.map { bill in
            func amount(_ wattHours: Int64?) -> String {
                wattHours.map { "\(OutageWords.kilowattHours(Double($0) / 1000)) kWh" } ?? "not printed"
            }
            return Moment(
                at: facts.zone.startOfDay(bill.end),
                who: "utility",
                text:
                    "bill of \(bill.start) to \(bill.end): import \(amount(bill.importWh)), export \(amount(bill.exportWh))"
            )
        }
    }

    /// The findings with rules and evidence.
    package var findingsJSON: JSONValue {
        .array(
            about.map { reported in
                guard case .object(let members) = FindingJSON.value(reported.finding, site: facts.site.name)
                else { return .null }
                return .object(
                    [("id", .integer(reported.findingID))] + members + [
                        ("sure", .text(reported.finding.sureness.rawValue)),
                        ("text", .text(facts.headline(reported))),
                    ]
                )
            }
        )
    }

    /// The charts as files of their own: name and content.
    package var charts: [(name: String, svg: String)] {
        document.figures.map { figure in
            let svg = figure.chart.svg(id: figure.id, title: figure.title, description: figure.description)
            return ("\(figure.id).svg", PageStyle.standalone(svg))
        }
    }
}
