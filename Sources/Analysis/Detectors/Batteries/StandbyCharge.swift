// What a battery charges beyond what its own electronics draw: a battery that does nothing still tells a few watts of charge, day
// and night.

import Readings

/// Energy charged beyond standby.
enum StandbyCharge {
    /// The quantile of the slots that tells the standby: the sun shines in fewer of them.
    private static let quantile = 0.4
    /// Wh by which a slot's standby is rounded.
    private static let roundingWh: Int32 = 1

    /// Returns the Wh that a battery took beyond its standby, and the last slot in which it did.
    ///
    /// - Parameter states: only slots behind which it stood between these count, tenths of a percent.
    static func excess(of battery: DeviceSlots, in slots: Range<Int>, at states: ClosedRange<Int32>) -> (
        wh: Double, last: Int?
    ) {
        var values: [Int32] = []
        for slot in slots where states.contains(battery.socTenths[slot]) {
            if battery.chargedWh[slot] != HomeColumns.missing { values.append(battery.chargedWh[slot]) }
        }
        guard !values.isEmpty else { return (0, nil) }
        values.sort()
        let standby = values[Int(Double(values.count - 1) * quantile)]
        let limit = standby == 0 ? 0 : standby + roundingWh
        let sum = values.reduce(0.0) { $1 > limit ? $0 + Double($1 - standby) : $0 }
        let last = slots.last {
            states.contains(battery.socTenths[$0]) && battery.chargedWh[$0] != HomeColumns.missing
                && battery.chargedWh[$0] > limit
        }
        return (sum, last)
    }
}
