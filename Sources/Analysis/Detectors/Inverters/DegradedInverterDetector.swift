// An inverter that gives less, held against its neighbours, than it used to. See docs/analysis/degraded-inverter.md.

import Foundation
import Readings

/// Finds degraded inverters.
package enum DegradedInverterDetector {
    /// Returns one finding per inverter and loss.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let inverters = home.columns.inverters
        guard inverters.count >= 3 else { return [] }
        let ratios = dailyRatios(home)
        return inverters.indices.flatMap { findings(inverters[$0].serial, ratios[$0], home) }
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

    /// Returns the logarithm of each inverter's ratio to its peers, by solar day; nan where a day says nothing.
    private static func dailyRatios(_ home: HomeContext) -> [[Double]] {
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
        var choice = PeerChoice(count: inverters.count, peers: home.parameters.degradedPeers)
        var block = DayBlock(width: inverters.count)
        var kept = [[Float]](repeating: [], count: inverters.count)
        for day in 0..<home.dayCount {
            let number = home.absoluteDay(day)
            if number % peerDays == 0 || (!choice.isChosen && number % 10 == 0) {
                choice.choose(before: number, historyDays: peerHistoryDays)
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
                // A dead inverter is another finding.
                if let ratio = Median.quantile(ofSorted: kept[index], quantile), ratio > 0.02 {
                    result[index][day] = log(Double(ratio)) + choice.shift[index]
                }
            }
        }
        return result
    }

    // MARK: Cumulative sum

    /// The smallest spread of a ratio that is believed.
    private static let leastDeviation = 0.008
    /// Days without a reference before which nothing is said.
    private static let learningDays = 14
    /// Days for which a sum may rise without an alarm before it starts anew.
    private static let longestRise = 75
    /// Calendar days within which the quiet days must lie.
    private static let mostQuietDays = 120

    private struct Alarm {
        var start: Int
        var alert: Int
        var reference: Double
        var deviation: Double
        var losses: [Double] = []
        /// The last day on which the loss was seen.
        var last: Int
        var back: [Int] = []
        var deeper: [Int] = []
    }

    private static func findings(_ serial: String, _ ratios: [Double], _ home: HomeContext) -> [Finding] {
        let parameters = home.parameters
        var quiet = QuietDays(count: parameters.degradedQuietDays, calendarDays: mostQuietDays)
        var sum = 0.0
        var rise: [(day: Int, value: Double)] = []
        var alarm: Alarm?
        var findings: [Finding] = []
        func close(_ alarm: Alarm, _ end: Int) {
            findings.append(finding(serial, alarm, end, home))
        }
        for day in ratios.indices where !ratios[day].isNaN {
            let value = ratios[day]
            if var open = alarm {
                let loss = 1 - exp(value - open.reference)
                let usual = Median.of(Array(open.losses.suffix(15))) ?? loss
                if loss < max(parameters.degradedLoss / 2, usual * 0.4) {
                    open.back.append(day)
                } else {
                    open.back = []
                }
                if open.back.count >= parameters.degradedBackDays {
                    // What lies between the last day with the loss and the first without, if it is long, was not seen.
                    close(open, open.back[0] - open.last > 3 ? open.last + 1 : open.back[0])
                    alarm = nil
                    for day in open.back { quiet.append(day, ratios[day]) }
                    sum = 0
                    rise = []
                    continue
                }
                // An early, weak alarm must not swallow a later step; a loss that grows steadily is one loss.
                let expected = expectedLoss(Array(open.losses.suffix(10)))
                if open.losses.count >= 3, loss > 1.8 * expected, loss > expected + parameters.degradedLoss {
                    open.deeper.append(day)
                } else {
                    open.deeper = []
                }
                if open.deeper.count >= 3 {
                    var next = open
                    next.start = open.deeper[0]
                    next.alert = day
                    next.losses = open.deeper.map { 1 - exp(ratios[$0] - open.reference) }
                    next.deeper = []
                    close(open, open.deeper[0])
                    alarm = next
                    continue
                }
                if open.back.isEmpty && open.deeper.isEmpty { open.losses.append(loss) }
                if open.back.isEmpty { open.last = day }
                alarm = open
                continue
            }
            quiet.forget(before: day)
            guard quiet.count >= learningDays, let reference = quiet.median else {
                quiet.append(day, value)
                continue
            }
            let deviation = max(leastDeviation, quiet.deviation)
            let score = min(6, (reference - value) / deviation) - parameters.degradedAllowance
            sum = max(0, sum + score)
            if sum == 0 {
                for (day, value) in rise { quiet.append(day, value) }
                quiet.append(day, value)
                rise = []
            } else {
                rise.append((day, value))
                if day - rise[0].day > longestRise {
                    for (day, value) in rise { quiet.append(day, value) }
                    rise = []
                    sum = 0
                }
            }
            guard sum > parameters.degradedThreshold, rise.count >= 2 else { continue }
            let losses = rise.map { 1 - exp($0.value - reference) }
            guard let loss = Median.of(Array(losses.suffix(3))), loss >= parameters.degradedLoss else {
                continue
            }
            alarm = Alarm(
                start: changeStart(before: quiet.last(15), rise, reference),
                alert: day,
                reference: reference,
                deviation: deviation,
                losses: losses,
                last: day
            )
            sum = 0
            rise = []
        }
        if let alarm { close(alarm, ratios.count) }
        return findings
    }

    /// Returns the loss that goes on from the last ones: their line, three days on, never below their median.
    private static func expectedLoss(_ losses: [Double]) -> Double {
        guard let middle = Median.of(losses), losses.count >= 5 else { return losses.max() ?? 0 }
        let count = Double(losses.count)
        let centre = (count - 1) / 2
        var (cross, square) = (0.0, 0.0)
        for (index, loss) in losses.enumerated() {
            cross += (Double(index) - centre) * (loss - middle)
            square += (Double(index) - centre) * (Double(index) - centre)
        }
        return max(middle, middle + cross / square * (centre + 3))
    }

    /// Returns the day on which the loss began: where a bend or a step fits the ratios best.
    private static func changeStart(
        before: [(day: Int, value: Double)],
        _ rise: [(day: Int, value: Double)],
        _ reference: Double
    ) -> Int {
        let days = before + rise
        var best = (day: rise[0].day, error: Double.infinity)
        // The last two days belong to the loss.
        for start in days.indices.dropLast(1) {
            var (flat, cross, square, sum) = (0.0, 0.0, 0.0, 0.0)
            for index in days.indices {
                let depth = reference - days[index].value
                if index < start {
                    flat += depth * depth
                } else {
                    let ramp = Double(days[index].day - days[start].day + 1)
                    cross += ramp * depth
                    square += ramp * ramp
                    sum += depth
                }
            }
            let count = Double(days.count - start)
            let (slope, step) = (cross / square, sum / count)
            var (bend, level) = (flat, flat)
            for index in start..<days.count {
                let depth = reference - days[index].value
                let ramp = Double(days[index].day - days[start].day + 1)
                bend += (depth - slope * ramp) * (depth - slope * ramp)
                level += (depth - step) * (depth - step)
            }
            let error = min(bend, level)
            if error < best.error { best = (days[start].day, error) }
        }
        return best.day
    }

    private static func finding(_ serial: String, _ alarm: Alarm, _ end: Int, _ home: HomeContext) -> Finding
    {
        let parameters = home.parameters
        let last = end >= home.dayCount ? home.lastKnown + 1 : home.slots(ofDay: end).lowerBound
        let first = home.slots(ofDay: alarm.start).lowerBound
        let slots = first..<max(first + 1, last)
        let loss = Median.of(alarm.losses) ?? 0
        return home.finding(
            .microDegraded,
            serial,
            slots,
            alertSlot: home.slots(ofDay: alarm.alert).upperBound - 1,
            severity: loss >= 0.25 ? .critical : .warning,
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
