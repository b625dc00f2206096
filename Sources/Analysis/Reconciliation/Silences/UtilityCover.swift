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
    ///
    /// The same time may be there from several files: one meter with both directions is taken, the best covered; else one
    /// of import together with one of export.
    init?(_ intervals: [UtilityInterval], gap: Interval, days: MonitorDays) {
        let inside = intervals.filter {
            $0.seconds > 0 && $0.startUTCSeconds >= gap.startUTCSeconds
                && $0.startUTCSeconds + Int64($0.seconds) <= gap.endUTCSeconds
        }
        let groups = Dictionary(grouping: inside) { "\($0.meter)|\($0.seconds)" }
        let sums = groups.keys.sorted().map { Sum(groups[$0] ?? [], days: days) }
        func best(_ share: (Sum) -> Int64) -> Sum? {
            sums.filter { share($0) > 0 }.max { share($0) < share($1) }
        }
        let least = Int64(UtilityCover.leastShare * Double(gap.seconds))
        if let both = best(\.bothSeconds), both.bothSeconds >= least {
            self.init(both, both, seconds: both.bothSeconds, gap: gap)
        } else if let taken = best(\.importSeconds), let given = best(\.exportSeconds),
            min(taken.importSeconds, given.exportSeconds) >= least
        {
            self.init(taken, given, seconds: min(taken.importSeconds, given.exportSeconds), gap: gap)
        } else {
            return nil
        }
    }

    private init(_ taken: Sum, _ given: Sum, seconds: Int64, gap: Interval) {
        share = Double(seconds) / Double(max(1, gap.seconds))
        imported = taken.imported
        exported = given.exported
        nights = taken.nights
    }

    /// What one meter counted.
    private struct Sum {
        var imported = 0.0
        var exported = 0.0
        var importSeconds: Int64 = 0
        var exportSeconds: Int64 = 0
        var bothSeconds: Int64 = 0
        var nights: [Double] = []

        init(_ intervals: [UtilityInterval], days: MonitorDays) {
            var drawn: [Int: (energy: Double, seconds: Int64)] = [:]
            var index = 0
            for interval in intervals.sorted(by: { $0.startUTCSeconds < $1.startUTCSeconds }) {
                let seconds = Int64(interval.seconds)
                let taken = interval.netWh.map { max(0, $0) } ?? interval.importWh
                let given = interval.netWh.map { max(0, -$0) } ?? interval.exportWh
                if let given {
                    exported += Double(given) / 1000
                    exportSeconds += seconds
                }
                if taken != nil && given != nil { bothSeconds += seconds }
                guard let taken else { continue }
                imported += Double(taken) / 1000
                importSeconds += seconds
                while index < days.days.count,
                    days.days[index].interval.endUTCSeconds <= interval.startUTCSeconds
                { index += 1 }
                guard index < days.days.count else { continue }
                let night = days.days[index].interval.startUTCSeconds + MonitorDays.nightSeconds
                if interval.startUTCSeconds + seconds <= night {
                    let known = drawn[index] ?? (0, 0)
                    drawn[index] = (known.energy + Double(taken) / 1000, known.seconds + seconds)
                }
            }
            nights = drawn.keys.sorted().compactMap { index in
                drawn[index].flatMap { $0.seconds == MonitorDays.nightSeconds ? $0.energy : nil }
            }
        }
    }
}
