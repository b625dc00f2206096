// A year of a site: which sections it has, in which order. What is said in them stands in Sections, how it is written in
// Rendering, as JSON in YearlyReport+JSON.swift.

import Analysis
import Readings

/// A year of a site.
package struct YearlyReport: Sendable {
    /// The year.
    package let year: Int
    /// What is known of it.
    let facts: PeriodFacts
    /// The energy of its twelve months; nil without rows.
    let months: [PeriodTotals?]
    /// The energy of the year before; nil without rows.
    let yearBefore: PeriodTotals?

    /// Gathers the facts of a year.
    ///
    /// - Returns: nil where the year is not 1 to 9998.
    package init?(_ material: ReportMaterial, year: Int) {
        guard let first = CivilMonth(year: year, month: 1),
            let before = CivilMonth(year: max(1, year - 1), month: 1), year < 9999
        else { return nil }
        self.year = year
        let dayCount = Int(
            first.advanced(by: 12).firstDay.daysSince1970 - first.firstDay.daysSince1970
        )
        facts = PeriodFacts(material, title: "\(year)", firstDay: first.firstDay, dayCount: dayCount)
        let zone = material.zone
        func totals(_ title: String, _ interval: Interval) -> PeriodTotals? {
            SeriesChoice.best(material.analysis, interval).map {
                PeriodTotals(material, $0, title: title, interval: interval)
            }
        }
        months = (0..<12).map { index in
            let month = first.advanced(by: index)
            return totals(month.title, zone.interval(of: month))
        }
        yearBefore = totals(
            "\(year - 1)",
            Interval(
                startUTCSeconds: zone.startOfDay(before.firstDay),
                endUTCSeconds: zone.startOfDay(first.firstDay)
            )
        )
    }

    /// The report as a document: the first screen, then all sections.
    package var document: ReportDocument {
        let before = EnergySection.Comparison(heading: "year before", totals: yearBefore, days: [])
        let energy = EnergySection(facts: facts, others: [before]).blocks
        let figures = ReportBlock.figures(
            MonthsFigure(facts: facts, year: year, months: months).figure,
            HeatFigure(facts: facts, year: year, months: months).figure
        )
        var document = ReportDocument(title: "\(facts.site.name), \(year)", facts: facts)
        let expected = ExpectedSection(facts: facts).blocks(.months)
        document.addSections(of: facts, energy: energy + figures, expected: expected)
        return document
    }
}
