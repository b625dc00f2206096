// What a varied house reports: rows with their roundings, repeats and losses, and what is true of them.

import Foundation
import Readings

extension VariedHouse {
    /// Rows of the site in the order of `Channel`; nil for a row that never came.
    func siteRows(_ random: inout SplitMix) -> [[Int32]?] {
        var carry = [Double](repeating: 0, count: Channel.count)
        var rows = (0..<grid.count).map { slot -> [Int32]? in
            guard parts[slot] == Int(grid.step / base.step) else { return nil }
            var values = Channel.allCases.map { site[$0.rawValue][slot] }
            let net = values[1] + values[4] - values[0] - values[5]
            values[Channel.imported.rawValue] = max(0, net)
            values[Channel.exported.rawValue] = max(0, -net)
            return values.indices.map { channel in
                let whole = (values[channel] + carry[channel]).rounded()
                carry[channel] = values[channel] == 0 ? 0 : values[channel] + carry[channel] - whole
                // Clamps tell a watt-hour more or less.
                let noise = channel < 4 && whole > 20 ? (random.unit() * 2 - 1).rounded() : 0
                return Int32(max(0, whole + noise))
            }
        }
        let truth = rows
        for fault in schedule.faults where fault.kind == "stale" {
            let range = grid.slots(in: fault.interval)
            guard let first = range.first, let held = truth[first] else { continue }
            for slot in range.dropFirst() where rows[slot] != nil {
                var row = rows[slot] ?? held
                let flicker = plan.isHard && random.unit() < 0.3 ? Int32(random.unit() < 0.5 ? -1 : 1) : 0
                for channel in row.indices {
                    let isHeld =
                        switch fault.device {
                        case "site": true
                        case "meter_prod": channel == 0
                        default: channel == 2 || channel == 3
                        }
                    if isHeld { row[channel] = max(0, held[channel] + (held[channel] > 70 ? flicker : 0)) }
                }
                rows[slot] = row
            }
        }
        for fault in schedule.faults where fault.kind == "site_silent" {
            for slot in grid.slots(in: fault.interval) { rows[slot] = nil }
        }
        for slot in lost(share: 0.002, &random) { rows[slot] = nil }
        return rows
    }

    /// Slots whose reports get lost: single ones, in hard houses in bursts too.
    func lost(share: Double, _ random: inout SplitMix) -> [Int] {
        var result: [Int] = []
        var slot = 0
        while slot < grid.count {
            if random.unit() < share {
                let isBurst = plan.isHard && random.unit() < 0.2
                let length = isBurst ? 1 + Int(random.unit() * 2.5 * 3600 / Double(grid.step)) : 1
                result += Array(slot..<min(grid.count, slot + length))
                slot += length
            }
            slot += 1
        }
        return result
    }

    /// What was planted, each with whether the data could show it in time.
    var truths: [FaultHouse.Fault] {
        schedule.faults.flatMap { fault -> [FaultHouse.Fault] in
            var own = FaultHouse.Fault(kind: fault.kind, device: fault.device, interval: fault.interval)
            own.observable = isVisible(fault) ? 1 : 0
            return [own] + effects(of: fault)
        }
    }

    /// What a fault brings about: neither to be found nor wrong to be told.
    private func effects(of fault: PlannedFault) -> [FaultHouse.Fault] {
        let kinds: [String]
        switch fault.kind {
        case "batt_pinned": kinds = ["batt_unbalanced", "batt_no_charge"]
        case "batt_no_charge": kinds = ["batt_unbalanced", "batt_deep"]
        case "batt_unbalanced": kinds = ["batt_no_charge", "batt_deep", "batt_pinned"]
        case "micro_dead": kinds = ["micro_degraded"]
        case "clock_shift": kinds = ["stale", "night_prod"]
        default: kinds = []
        }
        let padded = Interval(
            startUTCSeconds: fault.interval.startUTCSeconds - 4 * 86_400,
            endUTCSeconds: fault.interval.endUTCSeconds + 4 * 86_400
        )
        let meters = fault.kind == "clock_shift" ? ["meter_net", "meter_prod"] : []
        return meters.map { FaultHouse.Fault(kind: "stale", device: $0, interval: padded, observable: 0) }
            + kinds.map { FaultHouse.Fault(kind: $0, device: fault.device, interval: padded, observable: 0) }
    }

    /// Whole days from a fault's start, at most so many and no further than its end.
    private func days(of fault: PlannedFault, _ count: Int) -> Range<Int> {
        let first = Int((fault.interval.startUTCSeconds - grid.startUTCSeconds) / 86_400) + 1
        let end = Int((fault.interval.endUTCSeconds - grid.startUTCSeconds) / 86_400)
        return first..<max(first, min(end, first + count, plan.days))
    }

    private func slots(ofDay day: Int) -> Range<Int> {
        let each = Int(86_400 / grid.step)
        return (day * each)..<min(grid.count, (day + 1) * each)
    }

    private func isVisible(_ fault: PlannedFault) -> Bool {
        switch fault.kind {
        case "clock_shift":
            // The best light of a day by height and beam around it says whether it was clear.
            let needed = abs(fault.size) < 7_200 ? 3 : 2
            return days(of: fault, 4).count { isClear($0) } >= needed
        case "stale": return isStaleVisible(fault)
        case "batt_pinned":
            let taken = days(of: fault, 3).reduce(0.0) { sum, day in
                sum + slots(ofDay: day).reduce(0) { $0 + charged[fault.index][$1] }
            }
            return taken >= max(250, 0.07 * plan.unitsWh[fault.index])
        case "batt_no_charge":
            return days(of: fault, 4).count { othersCharge(fault, $0) >= 0.08 * plan.unitsWh[fault.index] }
                >= 3
        case "batt_unbalanced": return days(of: fault, 6).count { distance(fault, $0) >= 11.5 } >= 4
        case "micro_degraded":
            let reach = fault.shape == .ramp ? 0.09 : 0
            return days(of: fault, 26).count { isClear($0) } >= 5
                && fault.size * min(1, 3 * 20 * 86_400 / Double(fault.interval.seconds)) >= reach
        default: return true
        }
    }

    private func isClear(_ day: Int) -> Bool {
        let best = light[max(0, day - 20)..<min(light.count, day + 20)].max() ?? 0
        return day < light.count && light[day] >= 0.7 * best && light[day] > 0.8
    }

    private func isStaleVisible(_ fault: PlannedFault) -> Bool {
        let range = grid.slots(in: fault.interval)
        guard let first = range.first else { return false }
        let values = Channel.allCases.map { site[$0.rawValue][first] }
        let net = abs(values[1] + values[4] - values[0] - values[5])
        switch fault.device {
        case "site": return range.count >= 8
        case "meter_prod": return range.count >= 9 && values[0] >= 8
        default: return range.count >= 9 && net >= 8
        }
    }

    private func othersCharge(_ fault: PlannedFault, _ day: Int) -> Double {
        let sums = plan.unitsWh.indices.filter { $0 != fault.index }.map { unit in
            slots(ofDay: day).reduce(0.0) { $0 + charged[unit][$1] }
        }
        return sums.min() ?? 0
    }

    /// The upper quartile of a day's distance from the others' mean, points.
    private func distance(_ fault: PlannedFault, _ day: Int) -> Double {
        let others = plan.unitsWh.indices.filter { $0 != fault.index }
        let distances = slots(ofDay: day).map { slot in
            abs(shown[fault.index][slot] - others.reduce(0) { $0 + shown[$1][slot] } / Double(others.count))
        }.sorted()
        return distances.isEmpty ? 0 : distances[distances.count * 3 / 4]
    }
}

extension FaultHouse {
    /// Simulates a varied house; nil where its dates are none.
    ///
    /// - Parameter plan: what it is like; its faults are drawn from its seed.
    package init?(_ plan: FaultPlan) {
        guard let house = VariedHouse(plan) else { return nil }
        self.init(plan, grid: house.grid)
        var random = SplitMix(state: plan.seed &* 3 &+ 1)
        site = house.siteRows(&random)
        let whole = Int(plan.step / house.base.step)
        func known(_ slot: Int) -> Bool { house.parts[slot] == whole }
        for index in inverters.indices {
            for slot in 0..<grid.count where known(slot) && !house.isDark[slot] {
                inverters[index][slot] = Int32(house.inverters[index][slot].rounded())
            }
            for slot in house.lost(share: 0.004, &random) { inverters[index][slot] = nil }
        }
        for index in batteries.indices {
            var carry = (0.0, 0.0)
            for slot in 0..<grid.count where known(slot) {
                let sums = (house.charged[index][slot] + carry.0, house.discharged[index][slot] + carry.1)
                carry = (sums.0 - sums.0.rounded(), sums.1 - sums.1.rounded())
                batteries[index][slot] = (
                    Int32(sums.0.rounded()), Int32(sums.1.rounded()), Int32(house.shown[index][slot])
                )
            }
            for slot in house.lost(share: 0.002, &random) { batteries[index][slot] = nil }
        }
        for fault in house.schedule.faults where fault.kind == "site_silent" {
            for slot in grid.slots(in: fault.interval) {
                for index in inverters.indices { inverters[index][slot] = nil }
                for index in batteries.indices { batteries[index][slot] = nil }
            }
        }
        faults = house.truths
    }
}
