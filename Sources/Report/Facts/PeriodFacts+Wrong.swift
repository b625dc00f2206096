// Which figures of a time are known to be wrong, and which are too few for a rate. What is said instead stands in Sections.

import Analysis
import Readings

extension PeriodFacts {
    /// Tells whether figures of a channel are known to be wrong in a part of a time: by what was found of its meter.
    func isSpoiled(_ channel: Channel, in interval: Interval) -> Bool {
        records.contains { reported in
            reported.isOpen && reported.finding.kind.spoilsSums.contains(channel)
                && reported.finding.interval.overlaps(interval)
        }
    }

    /// Tells whether a figure of the time cannot be: an energy below zero, or one of a meter that was found to be wrong.
    func isWrong(_ channel: Channel) -> Bool {
        isSpoiled(channel, in: interval) || (totals[channel]?.value ?? 0) < 0
    }

    /// Returns a rate of the time, percent; nil where too little of it has data, or where its figures are wrong.
    func rate(_ rate: (PeriodTotals) -> Double?) -> Double? {
        Channel.allCases.contains(where: isWrong) ? nil : totals.rate(rate)
    }

    /// Tells whether a battery or an inverter has rows in the time.
    var hasDeviceRows: Bool {
        !inverters.isEmpty
            || batteries.contains { $0.lastPercent != nil || $0.chargedWh + $0.dischargedWh > 0 }
    }

    /// Moments of the time at which devices were seen without intervals: captures, and what batteries said of themselves.
    var captureCount: Int {
        // A capture tells of devices by their own last reports, which may be older; the gateway's time is the capture's.
        let gateways = material.states.filter { $0.device.kind == .gateway }.map(\.atUTCSeconds)
        let seen = gateways.isEmpty ? material.batteryStates.map(\.startUTCSeconds) : gateways
        return PeriodFacts.momentCount(seen.filter { interval.contains($0) })
    }

    /// Counts moments: a capture takes a while, what lies within an hour is one.
    static func momentCount(_ seconds: [Int64]) -> Int {
        var count = 0
        var last = Int64.min
        for at in Set(seconds).sorted() where count == 0 || at - last > 3600 {
            count += 1
            last = at
        }
        return count
    }
}
