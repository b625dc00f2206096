// The facts of one month of a site. Rendering is in MonthlyReport+Markdown.swift and MonthlyReport+JSON.swift.

import Analysis
import Readings

/// A month of a site: what was recorded, what is missing, what was found.
package struct MonthlyReport: Sendable {
    /// A document from which rows come.
    package struct SourceDocument: Sendable {
        let name: String
        let sha256: String
        let importID: Int64

        /// Names a document.
        package init(name: String, sha256: String, importID: Int64) {
            self.name = name
            self.sha256 = sha256
            self.importID = importID
        }
    }

    /// A month's recorded energy and coverage.
    package struct Totals: Sendable {
        let month: CivilMonth
        let coverage: Coverage
        let energy: [WattHours?]

        /// The share of production that was not exported, percent; nil without production or export data.
        var selfConsumptionPercent: Double? {
            guard let produced = self[.produced]?.value, let exported = self[.exported]?.value, produced > 0
            else { return nil }
            return 100 * Double(produced - exported) / Double(produced)
        }

        /// The share of consumption that was not imported, percent; nil without consumption or import data.
        var selfSufficiencyPercent: Double? {
            guard let consumed = self[.consumed]?.value, let imported = self[.imported]?.value, consumed > 0
            else { return nil }
            return 100 * Double(consumed - imported) / Double(consumed)
        }

        /// Energy out of the batteries over energy into them, percent; nil without batteries.
        var roundTripPercent: Double? {
            guard let charged = self[.charged]?.value, let discharged = self[.discharged]?.value, charged > 0
            else { return nil }
            return 100 * Double(discharged) / Double(charged)
        }

        subscript(channel: Channel) -> WattHours? { energy[channel.rawValue] }
    }

    let site: Site
    let zone: TimeZoneRules
    package let month: CivilMonth
    let seriesKey: SeriesKey?
    let totals: Totals
    let monthBefore: Totals?
    let yearBefore: Totals?
    let days: [DayTotals]
    /// Findings that touch the month.
    let findings: [Finding]
    /// What the gaps of the month hide, per channel in the order of `Channel`; nil where nothing can be said.
    let missing: [EnergyEstimate?]
    let comparisons: [SeriesComparison]
    /// The silences and bills that touch the month; nil where they were not asked for.
    let reconciliation: ReconciliationReport?
    let sources: [SourceDocument]
    let programVersion: String

    /// Gathers the facts of a month.
    ///
    /// - Parameter known: the findings of the last check; nil for those of the analysis.
    package init(
        site: Site,
        zone: TimeZoneRules,
        month: CivilMonth,
        analysis: SiteAnalysis,
        findings known: [Finding]? = nil,
        reconciliation result: Reconciliation? = nil,
        sources: [SourceDocument],
        programVersion: String
    ) {
        self.site = site
        self.zone = zone
        self.month = month
        self.sources = sources
        self.programVersion = programVersion
        let interval = zone.interval(of: month)
        let chosen = MonthlyReport.series(analysis, interval)
        seriesKey = chosen?.key
        totals = MonthlyReport.totals(chosen, month, zone)
        func other(_ month: CivilMonth) -> Totals? {
            guard let series = MonthlyReport.series(analysis, zone.interval(of: month)) else { return nil }
            return MonthlyReport.totals(series, month, zone)
        }
        monthBefore = other(month.advanced(by: -1))
        yearBefore = other(month.advanced(by: -12))
        let span = chosen?.span
        days = (0..<month.dayCount).compactMap { index in
            chosen.map {
                DayTotals($0, day: month.firstDay.advanced(by: Int64(index)), zone: zone, span: span)
            }
        }
        // A finding of an instant belongs to the month in which it lies.
        findings = (known ?? analysis.findings).filter {
            $0.interval.overlaps(interval) || interval.contains($0.start.utcSeconds)
        }
        comparisons = analysis.comparisons
        reconciliation = result.map { result in
            ReconciliationReport(
                site: site,
                zone: zone,
                result: result,
                programVersion: programVersion,
                gaps: { $0.gap.overlaps(interval) },
                bills: {
                    $0.period.start < month.advanced(by: 1).firstDay && month.firstDay < $0.period.end
                }
            )
        }
        let estimator = chosen.map { GapEstimator(presence: $0, zone: zone) }
        let gaps = findings.filter(\.kind.isGap).compactMap { $0.interval.intersection(interval) }
        missing = Channel.allCases.map { channel in
            guard let estimator, !gaps.isEmpty else { return nil }
            var sum = EnergyEstimate.zero
            for gap in gaps {
                guard let part = estimator.estimate(channel, over: gap) else { return nil }
                sum = sum + part
            }
            return sum
        }
    }

    /// How much less complete than the best a series may be that is preferred for its step, as a share.
    private static let completeEnough = 0.05

    /// Returns the series that speaks for a time: the first by precedence that is about as complete as any of its kind.
    private static func series(_ analysis: SiteAnalysis, _ interval: Interval) -> Presence? {
        var seen: Set<SeriesKey> = []
        let inside = analysis.series.map(\.presence).filter { presence in
            !presence.columns.rowRange(in: interval).isEmpty && seen.insert(presence.key).inserted
        }
        // Production alone does not take the place of a meter: its zeros may be silence.
        let metered = inside.filter(\.isMetered)
        let candidates = metered.isEmpty ? inside : metered
        func share(_ presence: Presence) -> Double {
            let covered = presence.span.flatMap { interval.intersection($0) }
            guard let covered else { return 0 }
            let own = Coverage(presence, in: interval, span: presence.span).share
            return own * Double(covered.seconds) / Double(interval.seconds)
        }
        let best = candidates.map(share).max() ?? 0
        return candidates.first { share($0) >= best - completeEnough } ?? candidates.first
    }

    private static func totals(_ presence: Presence?, _ month: CivilMonth, _ zone: TimeZoneRules) -> Totals {
        let interval = zone.interval(of: month)
        return Totals(
            month: month,
            coverage: presence.map { Coverage($0, in: interval, span: $0.span) } ?? Coverage(),
            energy: presence.map { DayTotals.energy($0.columns, in: interval) }
                ?? Array(repeating: nil, count: Channel.count)
        )
    }

    /// The month in one sentence.
    var verdict: String {
        guard seriesKey != nil else { return "There are no data at all for \(month.title)." }
        let coverage = totals.coverage
        let share = JSONValue.fixed(100 * coverage.share, decimals: 1)
        let counts = "\(coverage.present) of \(coverage.expected) intervals have data (\(share) %)"
        if let worst = findings.filter({ $0.kind == .siteSilent && $0.severity >= .warning }).max(by: {
            $0.interval.seconds < $1.interval.seconds
        }) {
            let start = zone.text(atUTCSeconds: worst.start.utcSeconds)
            let ending =
                worst.end.map { "came back on \(zone.text(atUTCSeconds: $0.utcSeconds))" }
                ?? "have not come back"
            return "Your data stopped on \(start) and \(ending): in \(month.title) \(counts)."
        }
        let midnights = findings.count { $0.kind == .midnightZero }
        let others = findings.count { $0.kind.isGap } - midnights
        var notes: [String] = []
        if midnights > 0 { notes.append("\(midnights) midnights are empty") }
        if others > 0 { notes.append("\(others) further \(others == 1 ? "gap" : "gaps")") }
        if coverage.smearedRows > 0 { notes.append("\(coverage.smearedRows) intervals are averages") }
        if notes.isEmpty { return "\(month.title) is complete: \(counts)." }
        return "\(month.title) is nearly complete, but \(notes.joined(separator: ", ")): \(counts)."
    }
}
