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
        guard let reconciliation, !reconciliation.isEmpty else { return [] }
        var blocks = reconciliation.gapBlocks
        if !reconciliation.bills.isEmpty {
            blocks.append(.heading("Bills"))
            blocks += reconciliation.billBlocks
            if let lines = amountLines { blocks.append(.list(lines)) }
        }
        return blocks
    }

    /// What bills of the time charge.
    private var amountLines: [ReportText]? {
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: interval.endUTCSeconds).day
        let lines = material.bills.compactMap { bill -> ReportText? in
            guard let amount = bill.amount, bill.start < last, first < bill.end else { return nil }
            let unit = bill.currency.isEmpty ? "in the bill's currency" : MarkdownText.visible(bill.currency)
            return "The bill of \(bill.start) to \(bill.end) charges \(NumberText.fixed(amount, 2)) \(unit)."
        }
        return lines.isEmpty ? nil : lines
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
            let rule = reported.finding.rule.compact
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
