// A month of a site: what was recorded, what is missing, what was found, and what to do. How it is written stands in
// Document; as JSON in MonthlyReport+JSON.swift.

import Analysis
import Readings

/// A month of a site.
package struct MonthlyReport: Sendable {
    /// The month.
    package let month: CivilMonth
    let facts: PeriodFacts
    let monthBefore: PeriodTotals?
    let yearBefore: PeriodTotals?

    /// Gathers the facts of a month.
    package init(_ material: ReportMaterial, month: CivilMonth) {
        self.month = month
        facts = PeriodFacts(
            material,
            title: month.title,
            firstDay: month.firstDay,
            dayCount: month.dayCount
        )
        monthBefore = MonthlyReport.other(material, month.advanced(by: -1))
        yearBefore = MonthlyReport.other(material, month.advanced(by: -12))
    }

    private static func other(_ material: ReportMaterial, _ month: CivilMonth) -> PeriodTotals? {
        let interval = material.zone.interval(of: month)
        return SeriesChoice.best(material.analysis, interval).map {
            PeriodTotals($0, title: month.title, interval: interval)
        }
    }

    /// The local days of another month.
    private func days(_ month: CivilMonth) -> [DayTotals] {
        let material = facts.material
        guard let presence = SeriesChoice.best(material.analysis, facts.zone.interval(of: month)) else {
            return []
        }
        let span = presence.span
        return (0..<month.dayCount).map {
            DayTotals(
                presence,
                day: month.firstDay.advanced(by: Int64($0)),
                zone: facts.zone,
                span: span
            )
        }
    }

    /// The report as a document.
    package var document: ReportDocument {
        let others = [
            PeriodFacts.Comparison(
                heading: "month before",
                totals: monthBefore,
                days: days(month.advanced(by: -1))
            ),
            PeriodFacts.Comparison(
                heading: "year before",
                totals: yearBefore,
                days: days(month.advanced(by: -12))
            ),
        ]
        return facts.document(
            title: "\(facts.site.name), \(month.title)",
            energy: facts.energyBlocks(others) + [facts.daysFigure.map { .figure($0) }].compactMap { $0 }
        )
    }
}

extension PeriodFacts {
    /// The time as a document: the first screen, then all sections.
    ///
    /// - Parameter energy: the section on energy.
    func document(title: String, energy: [ReportBlock]) -> ReportDocument {
        var document = ReportDocument(
            title: title,
            verdict: verdict,
            footer:
                "Made by sunvigil \(material.programVersion). \(ReportWords.affiliation)"
        )
        document.lead = firstScreen
        document.add("findings", "What was found", findingBlocks)
        document.add("energy", "Energy", energy)
        document.add("batteries", "Batteries", batteryBlocks)
        document.add("panels", "Panels", panelBlocks)
        let timeline = timeline("timeline").map { [ReportBlock.figure($0)] } ?? []
        document.add("events", "Outages and events", timeline + gridBlocks)
        document.add("utility", "The utility", utilityBlocks)
        document.add("devices", "Firmware and devices", deviceBlocks)
        document.add("cases", "Your cases", caseBlocks)
        document.add("histories", "Histories held against each other", comparisonBlocks)
        document.add("sources", "Sources", provenanceBlocks)
        document.glossary = Glossary.terms
        return document
    }
}
