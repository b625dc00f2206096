// A battery whose state of charge has moved away from the others'. See docs/analysis/uneven-battery.md.

import Readings

/// Finds uneven packs.
package enum UnevenBatteryDetector {
    /// Returns one finding per battery and stretch.
    ///
    /// - Parameter explained: stretches in which a battery's state of charge has another cause; there it is no peer.
    package static func findings(_ home: HomeContext, explained: [String: [Interval]]) -> [Finding] {
        let batteries = home.columns.batteries.filter { !$0.serial.isEmpty }
        guard batteries.count > 1 else { return [] }
        let masks = batteries.map { mask(explained[$0.serial] ?? [], home) }
        let distances = distances(batteries, masks, home)
        return batteries.indices.flatMap { findings(batteries[$0], distances[$0], home) }
    }

    private static func mask(_ intervals: [Interval], _ home: HomeContext) -> [Bool] {
        var result = [Bool](repeating: false, count: home.dayCount)
        for interval in intervals {
            let slots = home.grid.slots(in: interval)
            if slots.isEmpty { continue }
            for day in home.day(of: slots.lowerBound)...home.day(of: slots.upperBound - 1) { result[day] = true }
        }
        return result
    }

    /// Returns the daily upper quartile of the distance to the median of the others, points; nil where it is not known.
    private static func distances(_ batteries: [DeviceSlots], _ masks: [[Bool]], _ home: HomeContext) -> [[Double?]] {
        var result = batteries.map { _ in [Double?](repeating: nil, count: home.dayCount) }
        let stride = home.grid.slots(hours: 0.5)
        for day in 0..<home.dayCount {
            var samples = batteries.map { _ in [Double]() }
            let slots = home.slots(ofDay: day)
            var slot = slots.lowerBound
            while slot < slots.upperBound {
                defer { slot += stride }
                for index in batteries.indices where !masks[index][day] {
                    let own = batteries[index].socTenths[slot]
                    if own == HomeColumns.missing { continue }
                    var others: [Double] = []
                    for other in batteries.indices where other != index && !masks[other][day] {
                        let value = batteries[other].socTenths[slot]
                        if value != HomeColumns.missing { others.append(Double(value)) }
                    }
                    if let middle = Median.of(others) { samples[index].append(abs(Double(own) - middle) / 10) }
                }
            }
            for index in batteries.indices where samples[index].count * 2 * stride >= home.slotsPerDay {
                result[index][day] = Median.quantile(samples[index], 0.75)
            }
        }
        return result
    }

    private static func findings(_ battery: DeviceSlots, _ distances: [Double?], _ home: HomeContext) -> [Finding] {
        let parameters = home.parameters
        var findings: [Finding] = []
        var history: [(day: Int, value: Double)] = []
        var run: [Int] = []
        var back = 0
        var limit = 0.0
        func close() {
            defer {
                run = []
                back = 0
            }
            guard run.count >= parameters.unevenDays, let first = run.first, let last = run.last else { return }
            let slots = home.slots(ofDay: first).lowerBound..<home.slots(ofDay: last).upperBound
            let alert = home.slots(ofDay: run[parameters.unevenDays - 1]).upperBound - 1
            let points = run.compactMap { distances[$0] }
            findings.append(finding(battery, slots, alert, points, limit, home))
        }
        for day in distances.indices {
            guard let distance = distances[day] else { continue }
            let recent = history.filter { day - $0.day <= parameters.unevenHistoryDays }.map(\.value)
            if run.isEmpty {
                guard recent.count >= parameters.unevenLearningDays, let middle = Median.of(recent) else {
                    history.append((day, distance))
                    continue
                }
                let deviation = Median.deviation(recent, around: middle) ?? 0
                limit = max(parameters.unevenPoints, middle + parameters.unevenDeviations * deviation)
            }
            if distance >= limit {
                run.append(day)
                back = 0
            } else if !run.isEmpty {
                back += 1
                if back >= 2 || run.count < parameters.unevenDays { close() }
            } else {
                history.append((day, distance))
            }
            history.removeAll { day - $0.day > parameters.unevenHistoryDays }
        }
        close()
        return findings
    }

    private static func finding(
        _ battery: DeviceSlots,
        _ slots: Range<Int>,
        _ alert: Int,
        _ points: [Double],
        _ limit: Double,
        _ home: HomeContext
    ) -> Finding {
        home.finding(
            .batteryUnbalanced,
            battery.serial,
            slots,
            alertSlot: alert,
            severity: .warning,
            sureness: .likely,
            rule: [
                ("name", .text("away_from_peers")), ("points", .number(limit, decimals: 1)),
                ("days", .integer(Int64(home.parameters.unevenDays))),
                ("history_days", .integer(Int64(home.parameters.unevenHistoryDays))),
            ],
            evidence: home.deviceRows(battery.serial, slots) + [
                ("median_points", .number(Median.of(points) ?? 0, decimals: 1)),
                ("greatest_points", .number(points.max() ?? 0, decimals: 1)),
            ]
        )
    }
}
