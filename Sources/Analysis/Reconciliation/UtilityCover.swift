// What the utility's intervals say of a silence: its exact net, and whether the home drew its nights from the grid.

import Readings

/// The utility's intervals of one silence.
struct UtilityCover {
    /// The share of the silence that they cover, 0 to 1.
    let share: Double
    /// Energy from and to the grid, kWh.
    let imported: Double
    let exported: Double
    /// What the first hours of each day drew, kWh, of the days that are wholly covered.
    let nights: [Double]

    /// Silences are taken from intervals where these cover at least this share.
    static let leastShare = 0.98

    /// Sums the intervals in a silence; nil where they cover too little of it, or lack a direction.
    init?(_ intervals: [UtilityInterval], gap: Interval, days: MonitorDays) {
        var imported = 0.0
        var exported = 0.0
        var seconds: Int64 = 0
        var nights: [Int: (energy: Double, seconds: Int64)] = [:]
        let parts = days.shares(of: gap)
        guard let first = parts.first?.index else { return nil }
        var seen: Set<Int64> = []
        for interval in intervals {
            let start = interval.startUTCSeconds
            let end = start + Int64(interval.seconds)
            guard interval.seconds > 0, start >= gap.startUTCSeconds, end <= gap.endUTCSeconds else {
                continue
            }
            let net = interval.netWh
            guard net != nil || (interval.importWh != nil && interval.exportWh != nil) else { continue }
            // Import and export of several meters are summed; their time is counted once.
            if seen.insert(start).inserted { seconds += Int64(interval.seconds) }
            let taken = Double(net.map { max(0, $0) } ?? interval.importWh ?? 0) / 1000
            imported += taken
            exported += Double(net.map { max(0, -$0) } ?? interval.exportWh ?? 0) / 1000
            var index = first
            while index < days.days.count, days.days[index].interval.endUTCSeconds <= start { index += 1 }
            guard index < days.days.count else { continue }
            let midnight = days.days[index].interval.startUTCSeconds
            if end <= midnight + MonitorDays.nightSeconds {
                let known = nights[index] ?? (0, 0)
                nights[index] = (known.energy + taken, known.seconds + Int64(interval.seconds))
            }
        }
        share = Double(seconds) / Double(max(1, gap.seconds))
        guard share >= UtilityCover.leastShare else { return nil }
        self.imported = imported
        self.exported = exported
        self.nights = nights.keys.sorted().compactMap { index in
            nights[index].flatMap { $0.seconds == MonitorDays.nightSeconds ? $0.energy : nil }
        }
    }
}
