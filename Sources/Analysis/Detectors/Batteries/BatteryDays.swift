// Batteries summed by solar day: the base of the daily rules.

import Readings

/// One battery's days.
struct BatteryDays: Sendable {
    /// Energy charged, Wh; nil for a day with too few reports.
    var chargedWh: [Double?]
    /// The greatest state of charge, percent; nil for a day with too few reports.
    var highest: [Double?]

    /// The share of a day's slots that must be there.
    private static let leastShare = 0.5

    init(_ battery: DeviceSlots, _ home: HomeContext) {
        let count = home.dayCount
        chargedWh = Array(repeating: nil, count: count)
        highest = Array(repeating: nil, count: count)
        for day in 0..<count {
            let slots = home.slots(ofDay: day)
            var reports = 0
            var charged = 0
            var top = Int32.min
            for slot in slots where battery.socTenths[slot] != HomeColumns.missing {
                reports += 1
                top = max(top, battery.socTenths[slot])
                let value = battery.chargedWh[slot]
                if value != HomeColumns.missing { charged += Int(value) }
            }
            guard Double(reports) >= Double(home.slotsPerDay) * BatteryDays.leastShare else { continue }
            chargedWh[day] = Double(charged)
            highest[day] = Double(top) / 10
        }
    }
}
