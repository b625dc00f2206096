// The grid, the owner's cases, and where a report comes from.

import Analysis
import Readings

extension PeriodFacts {
    /// What happened to the connection to the grid.
    var gridBlocks: [ReportBlock] {
        var lines: [ReportText] = relayOpenings.map { opening in
            "The grid relay was open from \(text(opening.startUTCSeconds)) to \(text(opening.endUTCSeconds)) (\(NumberText.duration(opening.seconds))), as the devices reported it."
        }
        lines += gridEvents.map { event in
            let end = event.endUTCSeconds.map { " to \(text($0))" } ?? ""
            return "\(text(event.startUTCSeconds))\(end): \(ReportWords.event(event))"
        }
        let kinds: Set<FindingKind> = [.gridDisagreement, .island, .relayRepeats, .relayOpenedItself]
        for reported in findings where kinds.contains(reported.finding.kind) {
            lines.append(ReportText(OwnerWords.sentence(headline(reported)) + "."))
        }
        var blocks: [ReportBlock] = lines.isEmpty ? [] : [.list(lines)]
        let vendor = vendorEvents
        if !vendor.isEmpty {
            blocks.append(.heading("What the vendor's own lists say"))
            blocks.append(
                .list(
                    vendor.prefix(30).map { event in
                        let end = event.endUTCSeconds.map { " to \(text($0))" } ?? ""
                        return "\(text(event.startUTCSeconds))\(end): \(ReportWords.event(event))"
                    }
                )
            )
        }
        return blocks
    }

    func text(_ utcSeconds: Int64) -> String { zone.text(atUTCSeconds: utcSeconds) }

    /// The silences and bills of the time.
    var utilityBlocks: [ReportBlock] {
        guard let reconciliation, !reconciliation.isEmpty else {
            return billed.isEmpty ? [] : [.paragraph("\(ReportWords.billsAlone)"), .table(chargesTable)]
        }
        var blocks = reconciliation.gapBlocks
        if !reconciliation.bills.isEmpty {
            blocks.append(.heading("Bills"))
            blocks += reconciliation.billBlocks
            if billed.contains(where: { $0.amount != nil }) { blocks.append(.table(chargesTable)) }
        }
        return blocks
    }

    /// The bills that touch the time.
    var billed: [Bill] {
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: interval.endUTCSeconds).day
        return material.bills.filter { $0.start < last && first < $0.end }
    }

    /// What the bills of the time say.
    private var chargesTable: ReportTable {
        func energy(_ wattHours: Int64?) -> ReportText {
            ReportText(wattHours.map { OutageWords.kilowattHours(Double($0) / 1000) } ?? "–")
        }
        return ReportTable(
            "What the bills say",
            [
                .text("bill"), .number("import kWh"), .number("export kWh"), .number("amount"),
                .text("read"),
            ],
            billed.map { bill in
                let unit = bill.currency.isEmpty ? "" : " \(MarkdownText.visible(bill.currency))"
                return [
                    "\(bill.start) to \(bill.end)", energy(bill.importWh), energy(bill.exportWh),
                    ReportText(bill.amount.map { NumberText.fixed($0, 2) + unit } ?? "–"),
                    bill.isEstimated ? "estimated" : "actual",
                ]
            }
        )
    }

    /// The owner's cases that were open in the time.
    var caseBlocks: [ReportBlock] {
        let now = min(interval.endUTCSeconds, material.analysis.dataEnd ?? interval.endUTCSeconds)
        return cases.flatMap { own -> [ReportBlock] in
            let days = NumberText.count(Int(own.daysOpen(atUTCSeconds: now)), "day")
            let state =
                own.closedAt.map { "closed on \(text($0)) after \(days)" } ?? "open for \(days)"
            let heading: ReportBlock = .heading("Case \(own.caseID): \(own.title) (\(state))")
            let lines = own.entries.map { entry in
                let who = entry.by.isEmpty ? "" : " \(entry.by):"
                let due = entry.due.map { " (due \($0))" } ?? ""
                return ReportText("\(text(entry.at)) \(entry.kind.rawValue):\(who) \(entry.text)\(due)")
            }
            return lines.isEmpty ? [heading] : [heading, .list(lines)]
        }
    }

    /// Where the report's numbers come from.
    var provenanceBlocks: [ReportBlock] {
        var blocks: [ReportBlock] = [
            .paragraph(
                "Made by sunvigil \(material.programVersion) from \(NumberText.count(material.sources.count, "document")), kept verbatim in the store."
            )
        ]
        if !material.sources.isEmpty {
            let table = ReportTable(
                "Documents from which rows of this time come",
                [.number("import"), .text("document"), .text("SHA-256")],
                material.sources.map { source in
                    ["\(source.importID)", .code(source.name), .code(source.sha256)]
                }
            )
            blocks.append(.table(table))
        }
        let rules = ruleRows
        if !rules.isEmpty {
            blocks.append(
                .folded(
                    title: "Rules that fired, with their parameters",
                    [
                        .table(
                            ReportTable(
                                "Rules that fired",
                                [.text("kind"), .text("rule and parameters"), .number("findings")],
                                rules
                            )
                        )
                    ]
                )
            )
        }
        return blocks
    }

    private var ruleRows: [[ReportText]] {
        var counts: [String: (kind: String, rule: String, count: Int)] = [:]
        for reported in findings {
            let rule = reported.finding.rule.json.compact
            let kind = reported.finding.kind.rawValue
            counts["\(kind) \(rule)", default: (kind, rule, 0)].count += 1
        }
        return counts.sorted { $0.key < $1.key }.map { entry in
            [ReportText(entry.value.kind), .code(entry.value.rule), "\(entry.value.count)"]
        }
    }

    /// Histories of different steps held against each other.
    var comparisonBlocks: [ReportBlock] {
        let lines = material.analysis.comparisons.map { check -> ReportText in
            let largest = check.largestDifferenceDay.map {
                ", largest difference \(check.largestDifference) Wh on \($0)"
            }
            return
                "\(check.channel.name), \(StepText.words(check.fine.seconds)) against \(StepText.words(check.coarse.seconds)): \(check.equalDays) of \(check.days) days equal to the Wh\(largest ?? "")"
        }
        return lines.isEmpty ? [] : [.list(lines)]
    }
}
