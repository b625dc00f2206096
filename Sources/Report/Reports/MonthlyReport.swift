// A month of a site: which sections it has, in which order. What is said in them stands in Sections, how it is written in
// Rendering, as JSON in MonthlyReport+JSON.swift.

import Analysis
import Readings

/// A month of a site.
package struct MonthlyReport: Sendable {
    /// The month.
    package let month: CivilMonth
    /// What is known of it.
    let facts: PeriodFacts
    /// The energy of the month before; nil without rows.
    let monthBefore: PeriodTotals?
    /// The energy of the same month a year before; nil without rows.
    let yearBefore: PeriodTotals?

    /// The scale of the clear sky by which it speaks; nil where the site has none yet.
    package var skyScale: SkyScale? { facts.material.skyScale }

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
            PeriodTotals(material, $0, title: month.title, interval: interval)
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

    /// The times with which the month is compared.
    private var others: [EnergySection.Comparison] {
        [
            EnergySection.Comparison(
                heading: "month before",
                totals: monthBefore,
                days: days(month.advanced(by: -1))
            ),
            EnergySection.Comparison(
                heading: "year before",
                totals: yearBefore,
                days: days(month.advanced(by: -12))
            ),
        ]
    }

    /// The report as a document: the first screen, then all sections.
    package var document: ReportDocument {
        let energy = EnergySection(facts: facts, others: others).blocks
        let days = ReportBlock.figures(DaysFigure(facts: facts).figure)
        var document = ReportDocument(title: "\(facts.site.name), \(month.title)", facts: facts)
        let expected = ExpectedSection(facts: facts).blocks(.days)
        document.addSections(of: facts, energy: energy + days, expected: expected)
        return document
    }
}
