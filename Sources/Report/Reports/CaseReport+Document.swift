// The pages of the evidence: one to paste into a ticket, and all that lies behind it. Their sections stand in Sections.

import Analysis
import Readings
import Words

extension CaseReport {
    private var title: String {
        let head = about.first.map { ReportWords.short($0.finding) } ?? facts.title
        return "Evidence: \(facts.site.name), \(head)"
    }

    private var verdict: ReportText {
        guard let first = about.first else { return FirstScreen(facts: facts).verdict }
        return ReportText(OwnerWords.sentence(OwnerWords.headline(first.finding, zone: facts.zone)) + ".")
    }

    /// Findings that the page for a ticket tells.
    private static let mostTold = 8
    /// Moments that it tells; what is behind them stands in a file.
    private static let mostMoments = 15

    /// The page to paste into a ticket.
    ///
    /// - Parameter files: what lies beside it, each with a line on what it is.
    package func summary(files: [(name: String, what: String)]) -> ReportDocument {
        var document = ReportDocument(
            title: title,
            verdict: verdict,
            footer: ReportDocument.footer(facts.material)
        )
        document.lead = [.list(headLines)]
        document.add("what", title: "What was found", list(about.prefix(CaseReport.mostTold).map(line)))
        document.add("asked", title: "What is asked of you", list(requests))
        document.add("when", title: "Who knew what when", firstMoments)
        document.add("files", title: "What lies beside this page", blocks(files))
        return document
    }

    private func list(_ lines: [ReportText]) -> [ReportBlock] { lines.isEmpty ? [] : [.list(lines)] }

    private func line(_ reported: ReportedFinding) -> ReportText {
        let finding = reported.finding
        let cost = FindingCost(reported, facts)
        let amount =
            cost.kilowattHours == nil ? "" : " Costs: \(ReportWords.cost(cost, facts.material.tariff))."
        let headline = OwnerWords.sentence(OwnerWords.headline(finding, zone: facts.zone))
        let grade = "\(finding.severity.rawValue), \(OwnerWords.told(finding).rawValue)"
        let with = reported.companions.map {
            " With it: \(OwnerWords.headline($0.finding, zone: facts.zone))."
        }
        return "\(headline) (\(grade)).\(amount)\(with.joined())"
    }

    /// What is asked of the receiver, each once.
    private var requests: [ReportText] {
        var seen: Set<String> = []
        return about.prefix(CaseReport.mostTold).map { OwnerWords.request($0.finding) }
            .filter { seen.insert($0).inserted }.map { ReportText($0) }
    }

    private var firstMoments: [ReportBlock] {
        let all = timeline
        let moments = all.filter(\.isOfCase)
        guard !all.isEmpty else { return [] }
        let shown = moments.prefix(CaseReport.mostMoments)
        let block = ReportBlock.table(table(Array(shown)))
        let (left, besides) = (moments.count - shown.count, all.count - moments.count)
        let notes = [
            left > 0 ? "\(left) more stand in timeline.csv." : nil,
            besides > 0
                ? "What happened besides, to other devices, stands there too: \(NumberText.count(besides, "line"))."
                : nil,
        ].compactMap { $0 }
        return notes.isEmpty ? [block] : [block, .paragraph("\(notes.joined(separator: " "))")]
    }

    private func blocks(_ files: [(name: String, what: String)]) -> [ReportBlock] {
        [
            .list(files.map { "\(code: $0.name): \($0.what)" }),
            .paragraph(
                "To check that nothing was changed, in the folder of the pack: \(code: CaseReport.verifyLine) (macOS: \(code: CaseReport.verifyLineMac)). Every line must end in OK."
            ),
        ]
    }

    /// The command by which a receiver checks the files.
    package static let verifyLine = "sha256sum -c SHA256SUMS"
    /// The same on macOS.
    package static let verifyLineMac = "shasum -a 256 -c SHA256SUMS"

    /// All that is known of it.
    package var document: ReportDocument {
        let found =
            isNamed
            ? [.findings(about.map { FindingCard($0, facts: facts) })] : FindingSection(facts: facts).blocks
        var events = ReportBlock.figures(TimelineFigure(facts: facts, about: isNamed ? about : nil).figure)
        let moments = timeline
        let (own, others) = (moments.filter(\.isOfCase), moments.filter { !$0.isOfCase })
        if !own.isEmpty { events.append(.table(table(own))) }
        if !others.isEmpty {
            events.append(.folded(title: "What happened besides, to other devices", [.table(table(others))]))
        }
        let energy = EnergySection(facts: facts).blocks
        let days = ReportBlock.figures(DaysFigure(facts: facts).figure)
        var document = ReportDocument(
            title: title,
            verdict: verdict,
            facts: facts,
            about: isNamed ? about : nil
        )
        document.lead.append(.list(headLines))
        document.add("device", title: "The device beside its siblings", deviceFigures)
        document.add("findings", title: "What was found", found)
        document.add("when", title: "Who knew what when", events)
        document.add("grid", title: "The grid", GridSection(facts: facts).blocks)
        document.add("energy", title: "Energy", energy + days)
        if about.flatMap(\.all).contains(where: \.finding.kind.isProductionLoss) {
            let expected = ExpectedSection(facts: facts).blocks(facts.days.count > 62 ? .months : .days)
            document.add("expected", title: "Expected and recorded", expected)
        }
        document.add("batteries", title: "Batteries", BatterySection(facts: facts).blocks)
        document.add("panels", title: "Panels", PanelSection(facts: facts).blocks)
        document.add("utility", title: "The utility", UtilitySection(facts: facts).blocks)
        document.add("devices", title: "Firmware and devices", DeviceSection(facts: facts).blocks)
        document.add("cases", title: "The owner's log", CaseSection(facts: facts).blocks)
        document.add("sources", title: "Sources", SourceSection(facts: facts).blocks)
        return document
    }

    private func table(_ moments: [Moment]) -> ReportTable {
        ReportTable(
            "Who knew what when",
            columns: [.text("when"), .text("who"), .text("what")],
            rows: moments.map { moment in
                [
                    ReportText(facts.zone.text(atUTCSeconds: moment.at)), ReportText(moment.who),
                    ReportText(moment.text),
                ]
            }
        )
    }
}
