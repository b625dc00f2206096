// What findings say was lost, divided over local days, so that a card, a tile, a day's line and a month's sum tell one number.
// What the days were expected to give stands in PeriodFacts+Expected.swift.

import Analysis
import Readings

extension PeriodFacts {
    /// Findings of some weight that say that production was lost; the lighter ones may be snow.
    var losses: [Finding] {
        records.filter {
            $0.isOpen && $0.finding.kind.isProductionLoss && $0.finding.severity >= .warning
        }.map(\.finding)
    }

    /// What was lost in the time by all of them, kWh; nil where none says how much.
    var lostKWh: Double? {
        let amounts = losses.compactMap { lostKWh(of: $0, in: interval) }
        return amounts.isEmpty ? nil : amounts.reduce(0, +)
    }

    /// Tells whether one of them lasts, and the time with it: then what was lost is known so far.
    var isLosing: Bool {
        losses.contains { $0.end == nil && $0.interval.endUTCSeconds < interval.endUTCSeconds }
    }

    /// What was lost on each local day by all of them, kWh.
    var lostByDay: [CivilDate: Double] {
        losses.reduce(into: [:]) { sums, finding in
            sums.merge(lostByDay(finding) ?? [:], uniquingKeysWith: +)
        }
    }

    /// The part that lies in a time of what a finding says was lost, kWh; nil where it does not say how much.
    func lostKWh(of finding: Finding, in time: Interval) -> Double? {
        if finding.interval.intersection(time) == finding.interval { return finding.evidence.lostKWh }
        return lostByDay(finding)?.filter { time.contains(zone.startOfDay($0.key)) }.values.reduce(0, +)
    }

    /// What a finding says was lost, kWh by local day: by what each day would have given under its sky, else by its clear
    /// sky, else by its length.
    private func lostByDay(_ finding: Finding) -> [CivilDate: Double]? {
        guard let whole = finding.evidence.lostKWh else { return nil }
        let (start, end) = (finding.interval.startUTCSeconds, finding.interval.endUTCSeconds)
        let first = zone.wallClock(atUTCSeconds: start).day
        let last = zone.wallClock(atUTCSeconds: max(start, end - 1)).day
        let expected = expectedByDay
        let days = (first.daysSince1970...last.daysSince1970).map { CivilDate(daysSince1970: $0) }
        let lengths = days.map { day in
            Double(max(1, finding.interval.intersection(zone.interval(of: day))?.seconds ?? 0))
        }
        let skies = days.map { expected[$0]?.expectedWh ?? 0 }
        let missed = days.map { day -> Double in
            guard let own = expected[day], let likely = own.likelyWh, let recorded = own.recordedWh else {
                return 0
            }
            return max(0, likely - recorded)
        }
        let weights = [missed, zip(skies, lengths).map(*), lengths].first { $0.reduce(0, +) > 0 } ?? lengths
        let sum = weights.reduce(0, +)
        return Dictionary(uniqueKeysWithValues: zip(days, weights.map { whole * $0 / sum }))
    }
}

extension Finding {
    /// Tells whether it says that the panels made less, and not that a clamp may have measured less.
    var isLossOfPanels: Bool { kind == .degradation || evidence.cause == "panels" }
}
