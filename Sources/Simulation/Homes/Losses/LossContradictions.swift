// Days on which the rows of a report contradict one another, so that a wrong clamp can be told from them.

import Readings

/// Looks for rows that cannot be true.
struct LossContradictions {
    private let house: LossHouse
    private let topWh: Double
    private let hours: Double
    private var plan: LossPlan { house.plan }

    init(_ house: LossHouse) {
        self.house = house
        hours = Double(house.plan.report.step) / 3600
        topWh = 0.9 * min(1, house.plan.inverterShare) * house.plan.installedW * hours
    }

    /// A row, and what is true of it.
    private struct Row {
        let made: Double
        let used: Double
        let out: Double
        let back: Double
        let charged: Double
        let discharged: Double
        /// The sun's height, degrees.
        let height: Double
        /// What the grid took in truth, Wh.
        let trueOut: Double
    }

    /// Returns the days of a fault on which its rows show it.
    func days(of fault: LossFault) -> [Int] {
        guard !plan.report.hasProductionAlone || fault.kind == .clampReversed else { return [] }
        let first = house.calendar.day(of: fault.interval.startUTCSeconds)
        let last = house.calendar.day(of: fault.interval.endUTCSeconds - 1)
        return (first...last).filter { day in shows(fault.kind, rows(day, fault.interval)) }
    }

    private func rows(_ day: Int, _ interval: Interval) -> [Row] {
        guard let start = house.starts.first else { return [] }
        let calendar = house.calendar
        let step = plan.report.step
        let isDaily = plan.report == .dailyProduction
        let low = isDaily ? day : Int((calendar.bounds[day] - start) / step)
        let high = isDaily ? day + 1 : Int((calendar.bounds[day + 1] - start) / step)
        return (low..<high).compactMap { index in
            let second = house.starts[index]
            guard interval.contains(second) else { return nil }
            let values = house.rows[index].map(Double.init)
            let middle = Int((second + (isDaily ? 43_200 : step / 2) - start) / LossDays.step)
            let quarters = isDaily ? 0..<0 : Int((second - start) / 900)..<Int((second + step - start) / 900)
            return Row(
                made: values[Channel.produced.rawValue],
                used: values[Channel.consumed.rawValue],
                out: values[Channel.exported.rawValue],
                back: values[Channel.imported.rawValue],
                charged: values[Channel.charged.rawValue],
                discharged: values[Channel.discharged.rawValue],
                height: Double(house.light.heights[min(middle, house.light.heights.count - 1)]),
                trueOut: quarters.reduce(0) { $0 + house.quarters.exported[$1] - house.quarters.imported[$1] }
            )
        }
    }

    private func shows(_ kind: LossFault.Kind, _ rows: [Row]) -> Bool {
        let hasBattery = plan.battery.wh > 0
        let isBlind = hasBattery && !plan.report.hasAll
        let few = max(1, Int(1 / hours))
        func count(_ isOdd: (Row) -> Bool) -> Int { rows.count(where: isOdd) }
        /// Rows of the night in which the house gives more than its battery does.
        func nights() -> Int {
            count { $0.height < -6 && $0.out > 3 + (isBlind ? 0 : $0.discharged) }
        }
        switch kind {
        case .clampReversed: return count { $0.made < -0.02 * topWh } >= min(few, 3)
        case .clampDead, .clampHalved:
            guard plan.wiring == .grid else { return false }
            let over = rows.filter {
                $0.height > 0 && $0.out > $0.made + (isBlind ? 0 : $0.discharged) + 0.02 * topWh + 3
            }
            return over.reduce(0) { $0 + $1.out - $1.made } > 0.05 * topWh / hours
        case .gridDead, .loadAsNet:
            guard plan.exportLimitW != 0, !isBlind else { return false }
            let gave = count { $0.trueOut > 0.02 * topWh && $0.out == 0 && (!hasBattery || $0.charged < 3) }
            return gave >= 2 * few
        case .gridReversed:
            let sunny = count { $0.height > 15 && $0.made > 0.1 * topWh && $0.back > 0.3 * $0.made }
            return (isBlind ? 0 : nights()) >= few || (plan.exportLimitW != 0 && sunny >= 2 * few)
        case .loadReversed:
            let sunny = count { $0.height > 5 && $0.made > 0.2 * topWh && $0.out > $0.made + 0.01 * topWh }
            return (isBlind ? 0 : nights()) >= few || sunny >= few
        case .loadDead:
            guard !isBlind else { return false }
            return count { $0.made > 0.02 * topWh && (plan.report.hasAll ? $0.used == 0 : $0.back == 0) }
                >= few
        default: return false
        }
    }
}
