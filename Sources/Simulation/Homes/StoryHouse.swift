// A seeded house and its story: sun, loads, batteries, a gateway that goes silent, a utility meter that counts on.
// It knows the truth. Writing reports is in EnlightenWriter.swift.

import Readings

/// The story house.
package struct StoryHouse: Sendable {
    /// One interval as it truly was, in Wh.
    package struct Truth: Sendable {
        /// The start in seconds UTC.
        package let startUTCSeconds: Int64
        /// Energies in the order of `Channel`.
        package let energyWh: [Int32]
        /// Tells whether the gateway reported it.
        package let isReported: Bool
        /// What the batteries held at its end, percent of those that work.
        package let storedPercent: Double
    }

    /// The zone's identifier.
    package static let timeZone = "Europe/London"
    /// The step in seconds.
    package static let stepSeconds: Int64 = 900
    /// The array's rating in W.
    package static let installedW = 4_000.0
    /// Six batteries of 1.6 kWh.
    package static let batteryCount = 6
    private static let batteryWh = 1_600.0
    private static let maximumBatteryWh = 400.0
    private static let efficiency = 0.95
    /// The share that is kept for outages.
    private static let reserveShare = 0.1

    /// All intervals in order.
    package let intervals: [Truth]
    /// The time in which the gateway was silent.
    package let silence: Interval
    /// The first instant of the silence at which the batteries are below 2 %; nil where they never are.
    package let flatFrom: Instant?
    /// The serial number of the battery that shows 99 % from the end of the silence on and takes no part.
    package static let stuckBattery = "482200000006"

    /// Simulates the house.
    ///
    /// - Parameters:
    ///   - seed: equal seeds give equal houses.
    ///   - zone: the rules of `timeZone`.
    ///   - span: the time simulated.
    ///   - silence: the time in which the gateway reports nothing and the batteries do not charge.
    package init(seed: UInt64, zone: TimeZoneRules, place: Place, span: Interval, silence: Interval) {
        var random = SplitMix(state: seed)
        let sun = SolarPosition(place: place)
        // One battery stays at 99 % from the silence on: it takes no part any more.
        var stored = Double(StoryHouse.batteryCount) * StoryHouse.batteryWh / 2
        var clearness = 0.6
        var flatFrom: Instant?
        var intervals: [Truth] = []
        var start = span.startUTCSeconds
        while start < span.endUTCSeconds {
            let wall = zone.wallClock(atUTCSeconds: start)
            if wall.secondOfDay == 0 { clearness = 0.15 + 0.85 * random.unit() }
            let height = sun.elevation(atUTCSeconds: start + StoryHouse.stepSeconds / 2)
            let shine = max(0, height) / 60 * clearness * (0.8 + 0.4 * random.unit())
            let produced = (min(1, shine) * StoryHouse.installedW / 4).rounded()
            let hour = Double(wall.secondOfDay) / 3600
            let evening = hour > 17 && hour < 22 ? 100.0 : 0
            let consumed = (35 + evening + 50 * random.unit()).rounded()
            let isSilent = silence.contains(start)
            let working =
                start >= silence.endUTCSeconds
                ? Double(StoryHouse.batteryCount - 1) : Double(StoryHouse.batteryCount)
            let capacity = working * StoryHouse.batteryWh
            stored = min(stored, capacity)
            let surplus = produced - consumed
            var charged = 0.0
            var discharged = 0.0
            if surplus > 0 && !isSilent {
                charged = min(
                    surplus,
                    StoryHouse.maximumBatteryWh,
                    (capacity - stored) / StoryHouse.efficiency
                ).rounded(.down)
                stored += charged * StoryHouse.efficiency
            } else if surplus < 0 {
                // The reserve is kept, but not in the silence, in which nothing looks after it.
                let kept = isSilent ? 0 : StoryHouse.reserveShare * capacity
                discharged = min(
                    -surplus,
                    StoryHouse.maximumBatteryWh,
                    max(0, stored - kept) * StoryHouse.efficiency
                ).rounded(.down)
                stored -= discharged / StoryHouse.efficiency
            }
            if isSilent && flatFrom == nil && stored < 0.02 * capacity {
                flatFrom = Instant(utcSeconds: start)
            }
            let net = produced + discharged - consumed - charged
            intervals.append(
                Truth(
                    startUTCSeconds: start,
                    energyWh: [produced, consumed, max(0, -net), max(0, net), charged, discharged].map {
                        Int32($0)
                    },
                    isReported: !isSilent,
                    storedPercent: 100 * stored / capacity
                )
            )
            start += StoryHouse.stepSeconds
        }
        self.intervals = intervals
        self.flatFrom = flatFrom
        self.silence = silence
    }

    /// Returns what the utility's meter counted in a local month: import and export in Wh.
    package func meter(_ month: CivilMonth, zone: TimeZoneRules) -> (importWh: Int64, exportWh: Int64) {
        let interval = zone.interval(of: month)
        return intervals.filter { interval.contains($0.startUTCSeconds) }.reduce((0, 0)) {
            ($0.0 + Int64($1.energyWh[2]), $0.1 + Int64($1.energyWh[3]))
        }
    }
}
