// What the gaps of a time hide: a silence that was reconciled by what the utility and the sky say of it, any other gap by
// comparable days nearby. How both are estimated stands in Analysis.

import Analysis
import Readings

/// The gaps of a time, and what is known of the energy in them.
struct MissingEnergy {
    private let gaps: [Interval]
    private let reconciled: [GapEstimate]
    private let sky: SkyExpectation?
    private let installedW: Double?

    /// How far a day may lie above the clear sky that its best days give.
    private static let aboveSky = 1.25

    /// Gathers the gaps among findings, and what is known of them.
    ///
    /// - Parameter installedW: the array's rating, W; nil where it is not known.
    init(
        _ findings: [ReportedFinding],
        reconciliation: Reconciliation?,
        sky: SkyExpectation?,
        installedW: Double?
    ) {
        self.installedW = installedW
        gaps = findings.filter { $0.isOpen && $0.finding.kind.isGap }.map(\.finding.interval)
        reconciled = reconciliation?.gaps.filter { $0.production != nil } ?? []
        self.sky = sky
    }

    /// Returns an estimate per channel in the order of `Channel`; nil where nothing can be said.
    func estimates(_ presence: Presence?, zone: TimeZoneRules, in interval: Interval) -> [EnergyEstimate?] {
        let inside = gaps.compactMap { gap in gap.intersection(interval).map { (gap: gap, part: $0) } }
        guard let presence, !inside.isEmpty else {
            return Array(repeating: nil, count: Channel.count)
        }
        let estimator = GapEstimator(presence: presence, zone: zone)
        return Channel.allCases.map { channel in
            var sum = EnergyEstimate.zero
            for (gap, part) in inside {
                let own =
                    reconciled.first { $0.gap.overlaps(gap) }.map { reconciled($0, channel, in: part) }
                    ?? estimator.estimate(channel, over: part).map { bounded($0, channel, in: part) }
                guard let own else { return nil }
                sum = sum + own
            }
            return sum
        }
    }

    /// An estimate of production that is no more than the array can make.
    private func bounded(_ estimate: EnergyEstimate, _ channel: Channel, in part: Interval) -> EnergyEstimate
    {
        guard channel == .produced else { return estimate }
        let byRating = installedW.map { $0 * Double(part.seconds) / 3600 }
        // How the array stands within a day is not known well enough to bound hours by the sky.
        let bySky =
            part.seconds >= 86_400
            ? sky.map { 1000 * MissingEnergy.aboveSky * $0.kilowattHours(part) } : nil
        let most = [byRating, bySky].compactMap { $0 }.min() ?? .infinity
        return EnergyEstimate(
            low: min(most, estimate.low),
            middle: min(most, estimate.middle),
            high: min(most, estimate.high)
        )
    }

    /// The part of a reconciled silence that lies in a time; what grid and batteries did in it the comparable days do not
    /// tell, since nobody knows that it was an ordinary time.
    private func reconciled(_ silence: GapEstimate, _ channel: Channel, in part: Interval) -> EnergyEstimate?
    {
        let estimate: Estimate?
        var share = Double(part.seconds) / Double(max(1, silence.gap.seconds))
        switch channel {
        case .produced:
            estimate = silence.production
            if let sky {
                let whole = sky.kilowattHours(silence.gap)
                if whole > 0 { share = sky.kilowattHours(part) / whole }
            }
        case .consumed: estimate = silence.balance?.load
        default: estimate = nil
        }
        guard let estimate else { return nil }
        share = min(1, share)
        // Which part of it fell into this time is not certain: the days of the part may have been duller than the others.
        let (days, others) = (Double(part.seconds) / 86_400, silence.days - Double(part.seconds) / 86_400)
        let spread = channel == .produced ? sky?.daySpread ?? 1 : MissingEnergy.loadSpread
        let split =
            others < 1 / 24.0
            ? 0
            : 1.645 * estimate.value * share * (1 - share) * spread
                * (1 / max(1, days) + 1 / max(1, others)).squareRoot()
        let half = (share * estimate.halfWidth90 * (share * estimate.halfWidth90) + split * split)
            .squareRoot()
        let whole = EnergyEstimate(
            low: 1000 * max(0, share * estimate.value - half),
            middle: 1000 * share * estimate.value,
            high: 1000 * (share * estimate.value + half)
        )
        return bounded(whole, channel, in: part)
    }

    /// How much a day's consumption differs from the mean of six weeks: the standard deviation as a share. Measured on the
    /// forty public homes: 0.13 to 0.39, the middle 0.26; the upper end is taken.
    private static let loadSpread = 0.39
}
