// Which of two batteries has moved, where each is all that the other can be held against: the one whose own state of charge no
// longer goes with its own energy. See docs/analysis/uneven-battery.md.

import Foundation
import Readings

/// By how much batteries changed against themselves.
struct PackBlame {
    private let home: HomeContext

    /// Days before a stretch that tell what was usual, and days before it in which it may have begun.
    private static let usualDays = 30
    private static let leadDays = 2
    /// Points that stand for a change of the state of charge by a factor e for the same energy.
    private static let pointsPerLog = 40.0
    /// Times the other's change from which one has moved.
    private static let clearFactor = 1.5

    init(_ home: HomeContext) { self.home = home }

    /// Tells whether one battery changed clearly less than another.
    ///
    /// - Parameter days: the days from the start of a stretch to the one on which it was told.
    func isInnocent(_ battery: DeviceSlots, beside other: DeviceSlots, days: ClosedRange<Int>) -> Bool {
        guard let own = change(of: battery, days), let others = change(of: other, days) else { return false }
        return others > PackBlame.clearFactor * own
    }

    /// Points by which a battery's state of charge went another way than its energy, and swung more or less for it.
    private func change(of battery: DeviceSlots, _ days: ClosedRange<Int>) -> Double? {
        let first = max(0, days.lowerBound - PackBlame.leadDays)
        let before = (max(0, first - PackBlame.usualDays)..<first).compactMap { balance(of: battery, $0) }
        let now = (first...days.upperBound).compactMap { balance(of: battery, $0) }
        guard let drift = Median.of(before.map(\.drift)), let swing = Median.of(before.map(\.swing)),
            let swingNow = Median.of(now.suffix(days.count).map(\.swing)), swing > 0, swingNow > 0
        else { return nil }
        let moved = now.reduce(0) { $0 + $1.drift - drift }
        return abs(moved) + PackBlame.pointsPerLog * abs(log(swingNow / swing))
    }

    /// Points that a day's energy does not explain, and points of swing per unit of energy; nil for a day of rest.
    private func balance(of battery: DeviceSlots, _ day: Int) -> (drift: Double, swing: Double)? {
        let one = home.batteryUnitWh
        let efficiency = home.parameters.batteryEfficiency
        var (first, last): (Int32?, Int32?)
        var (kept, moved, swing) = (0.0, 0.0, 0.0)
        for slot in home.slots(ofDay: day) where battery.socTenths[slot] != HomeColumns.missing {
            let state = battery.socTenths[slot]
            if let last {
                swing += Double(abs(state - last)) / 10
                let charged = Double(max(0, battery.chargedWh[slot]))
                let discharged = Double(max(0, battery.dischargedWh[slot]))
                kept += charged * efficiency - discharged / efficiency
                moved += charged + discharged
            }
            first = first ?? state
            last = state
        }
        guard let first, let last, moved > 0.1 * one else { return nil }
        return (Double(last - first) / 10 - 100 * kept / one, swing / (moved / one))
    }
}
