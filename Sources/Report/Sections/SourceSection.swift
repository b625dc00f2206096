// Where a report's numbers come from: documents and rules. Where both are kept the report does not know.

import Analysis
import Readings
import Words

/// The sources of a report.
struct SourceSection {
    /// The time.
    let facts: PeriodFacts

    /// Where the report's numbers come from.
    var blocks: [ReportBlock] {
        var blocks: [ReportBlock] = [
            .paragraph(
                "Made by sunvigil \(facts.material.programVersion) from \(NumberText.count(facts.material.sources.count, "document")), kept verbatim in the store."
            )
        ]
        if !facts.material.sources.isEmpty {
            let table = ReportTable(
                "Documents from which rows of this time come",
                columns: [.number("import"), .text("document"), .text("SHA-256")],
                rows: facts.material.sources.map { source in
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
                                columns: [.text("kind"), .text("rule and parameters"), .number("findings")],
                                rows: rules
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
        for reported in facts.records {
            let rule = reported.finding.rule.json.compact
            let kind = reported.finding.kind.rawValue
            counts["\(kind) \(rule)", default: (kind, rule, 0)].count += 1
        }
        return counts.sorted { $0.key < $1.key }.map { entry in
            [ReportText(entry.value.kind), .code(entry.value.rule), "\(entry.value.count)"]
        }
    }
}
