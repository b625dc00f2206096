// An inverter that gives less, held against its neighbours, than it used to. See docs/analysis/degraded-inverter.md.

import Foundation
import Readings

/// Finds degraded inverters.
package enum DegradedInverterDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.microDegraded: .nineDays],
        needs: [
            DetectorNeed(.inverters, for: [.microDegraded]), DetectorNeed(.neighbours, for: [.microDegraded]),
            DetectorNeed(.history, for: [.microDegraded], place: 1),
        ],
        // The longest history is that of the quiet days, whose peers were chosen by the days before, up to so many earlier.
        memoryDays: Int64(LossWatch.mostQuietDays + peerHistoryDays) + peerDays + roundingDays,
        page: "degraded-inverter.md"
    )

    /// Returns one finding per inverter and loss.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let inverters = home.columns.inverters
        guard inverters.count >= 3 else { return [] }
        let ratios = dailyRatios(home)
        return inverters.indices.flatMap { index in
            losses(ratios.logs[index], newPeers: ratios.newPeers[index], home.parameters).map {
                finding($0, of: inverters[index].serial, in: home)
            }
        }
    }

    // MARK: Ratios

    /// Bounds of the peers' output, as shares of the rating, between which ratios mean something: below is noise, above
    /// the strongest are clipped.
    private static let lowShare = 0.12
    private static let highShare = 0.96
    /// The quantile of a day's ratios: shade lowers some hours, the best ones tell the inverter.
    private static let quantile = 0.8
    /// Hours of comparable sun that make a day.
    private static let leastHours = 1.5
    /// Days between two choices of peers, and days of history by which they are chosen.
    private static let peerDays: Int64 = 30
    private static let peerHistoryDays = 60
    /// Days by which the bounds of solar days, months of a run and slots at both ends may shorten a history.
    private static let roundingDays: Int64 = 5
    /// Days between two tries to choose the first peers.
    private static let firstChoiceDays: Int64 = 10
    /// Ratio below which an inverter is dead, which is another finding.
    private static let deadRatio: Float = 0.02
    /// Loss from which a finding is critical.
    private static let criticalLoss = 0.25

    /// Returns the logarithm of each inverter's ratio to its peers, by solar day, nan where a day says nothing; and the days on which
    /// its peers became other ones.
    private static func dailyRatios(_ home: HomeContext) -> (logs: [[Double]], newPeers: [Set<Int>]) {
        let inverters = home.columns.inverters
        let sine = HomeContext.sine(home.parameters.degradedSunDegrees)
        let rated = home.inverterSlotWh
        let low = Float(rated * lowShare)
        let high = Float(rated * highShare)
        let needed = home.grid.slots(hours: leastHours)
        let hourly = home.grid.slots(hours: 1)
        let width = inverters.count
        var result = [[Double]](
            repeating: [Double](repeating: .nan, count: home.dayCount),
            count: inverters.count
        )
        var newPeers = [Set<Int>](repeating: [], count: inverters.count)
        var choice = PeerChoice(count: inverters.count, peers: home.parameters.degradedPeers)
        var block = DayBlock(width: inverters.count)
        var kept = [[Float]](repeating: [], count: inverters.count)
        for day in 0..<home.dayCount {
            let number = home.absoluteDay(day)
            if number % peerDays == 0 || (!choice.isChosen && number % firstChoiceDays == 0) {
                choice.choose(before: number, historyDays: peerHistoryDays)
                for index in inverters.indices where choice.isNew[index] { newPeers[index].insert(day) }
            }
            for index in kept.indices { kept[index].removeAll(keepingCapacity: true) }
            let lit = home.slots(ofDay: day).filter { home.sunSine[$0] > sine }
            block.fill(inverters, lit)
            block.values.withUnsafeBufferPointer { all in
                for (row, slot) in lit.enumerated() {
                    let values = UnsafeBufferPointer(rebasing: all[(row * width)..<((row + 1) * width)])
                    choice.sort(values)
                    for index in 0..<width where values[index] > 0 {
                        let middle = choice.median(of: index)
                        if middle >= low && middle <= high { kept[index].append(values[index] / middle) }
                    }
                    if slot % hourly == 0 { choice.remember(values, least: low) }
                }
            }
            choice.endDay(number)
            for index in inverters.indices where choice.isChosen && kept[index].count >= needed {
                kept[index].sort()
                if let ratio = Median.quantile(ofSorted: kept[index], quantile), ratio > deadRatio {
                    result[index][day] = log(Double(ratio)) + choice.shift[index]
                }
            }
        }
        return (result, newPeers)
    }

    /// Returns the losses of one inverter.
    private static func losses(
        _ ratios: [Double],
        newPeers: Set<Int>,
        _ parameters: DetectorParameters
    ) -> [InverterLoss] {
        var watch = LossWatch(parameters)
        var losses: [InverterLoss] = []
        for day in ratios.indices {
            if newPeers.contains(day) { watch.forget() }
            guard !ratios[day].isNaN else { continue }
            if let loss = watch.take(day: day, value: ratios[day]) { losses.append(loss) }
        }
        return losses + (watch.finish(at: ratios.count).map { [$0] } ?? [])
    }

    private static func finding(_ alarm: InverterLoss, of serial: String, in home: HomeContext) -> Finding {
        let parameters = home.parameters
        let last = alarm.end >= home.dayCount ? home.lastKnown + 1 : home.slots(ofDay: alarm.end).lowerBound
        let first = home.slots(ofDay: alarm.start).lowerBound
        let slots = first..<max(first + 1, last)
        let loss = Median.of(alarm.losses) ?? 0
        return home.finding(
            .microDegraded,
            of: serial,
            in: slots,
            alertSlot: home.slots(ofDay: alarm.alert).upperBound - 1,
            severity: loss >= criticalLoss ? .critical : .warning,
            sureness: .likely,
            rule: FindingRule(
                .cumulativeSumOfRatioToPeers,
                [
                    ("loss", .number(parameters.degradedLoss, decimals: 2)),
                    ("allowance", .number(parameters.degradedAllowance, decimals: 1)),
                    ("threshold", .number(parameters.degradedThreshold, decimals: 1)),
                    ("peers", .integer(Int64(parameters.degradedPeers))),
                ]
            ),
            evidence: home.deviceRows(serial, slots).with {
                $0.deviceKind = "inverter"
                $0.lossPercent = 100 * loss
                $0.ratioDeviation = alarm.deviation
            }
        )
    }
}
