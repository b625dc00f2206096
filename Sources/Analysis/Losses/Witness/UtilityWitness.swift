// The utility's meter over a loss: where the exchange stayed as it was under the same sun, the panels went on; where it fell by what
// is missing, they did not. Homes with a battery are not asked: it may give or take what is missing.

import Readings

/// Asks the utility's intervals.
struct UtilityWitness {
    private let intervals: [UtilityInterval]
    private let sun: SolarPosition

    init(_ intervals: [UtilityInterval], sun: SolarPosition) {
        self.intervals = intervals
        self.sun = sun
    }

    /// Degrees of the sun from which rows count.
    private static let leastDegrees = 5.0
    /// Hours of the loss, and before it, that must be known.
    private static let leastHours = 6.0
    private static let leastHoursBefore = 40.0
    /// How much the use of the same hours may differ from before, as a share of it, and how much of the loss that may be.
    private static let loadShare = 0.35
    private static let loadOfLoss = 0.3
    /// Shares of the loss that went out all the same, from which the panels made it, and up to which they did not.
    private static let madeShare = 0.65
    private static let lostShare = 0.3
    /// The share of the loss that proves the panels where nothing at all was recorded.
    private static let exportShare = 0.1

    /// A stretch of rows with what both counted, Wh; the exchange is export less import.
    private struct Row {
        let hour: Int
        let metered: Double
        let exchanged: Double
        let exported: Double
        let seconds: Int64
    }

    /// Returns what the utility says; nil where it has no intervals of that time, or cannot tell.
    func verdict(_ loss: LossCase) -> WitnessVerdict? {
        guard let fraction = loss.fraction, fraction > 0, !intervals.isEmpty else { return nil }
        let during = rows(loss, [loss.time])
        let before = rows(loss, loss.before)
        func hours(_ rows: [Row]) -> Double { Double(rows.reduce(0) { $0 + $1.seconds }) / 3600 }
        guard hours(during) >= Self.leastHours, hours(before) >= Self.leastHoursBefore,
            let lost = lostWh(loss, during: during, before: before), lost > 0
        else { return nil }
        // What was used at each hour before is taken for what was used at it now.
        var used = [Double](repeating: 0, count: 24)
        var counts = [Double](repeating: 0, count: 24)
        for row in before {
            used[row.hour] += (row.metered - row.exchanged) / Double(row.seconds)
            counts[row.hour] += 1
        }
        var load = 0.0
        var made = 0.0
        var metered = 0.0
        for row in during where counts[row.hour] > 0 {
            let own = used[row.hour] / counts[row.hour] * Double(row.seconds)
            load += abs(own)
            made += row.exchanged + own
            metered += row.metered
        }
        let exported = during.reduce(0) { $0 + $1.exported }
        let beyond = during.reduce(0) { $0 + max(0, $1.exported - $1.metered) }
        let proven = loss.finding.evidence.fault == "all" ? exported : beyond
        if proven >= Self.exportShare * lost {
            return WitnessVerdict(cause: .meter, by: [.utility], provenWh: proven, isSure: true)
        }
        guard Self.loadShare * load <= Self.loadOfLoss * lost else { return nil }
        let share = (made - metered) / lost
        if share >= Self.madeShare { return WitnessVerdict(cause: .meter, by: [.utility]) }
        return share <= Self.lostShare ? WitnessVerdict(cause: .panels, by: [.utility]) : nil
    }

    /// The energy that is missing in the rows that are looked at, Wh: by the meter where it still gives, else by the days before.
    private func lostWh(_ loss: LossCase, during: [Row], before: [Row]) -> Double? {
        guard let fraction = loss.fraction else { return nil }
        let metered = during.reduce(0) { $0 + $1.metered }
        if fraction < 0.95 { return metered * fraction / (1 - fraction) }
        let whole = loss.finding.interval.seconds
        if let known = loss.finding.evidence.lostKWh, whole > 0 {
            return known * 1000 * Double(loss.time.seconds) / Double(whole)
        }
        let seconds = before.reduce(0) { $0 + $1.seconds }
        guard seconds > 0 else { return nil }
        return before.reduce(0) { $0 + $1.metered } / Double(seconds)
            * Double(during.reduce(0) { $0 + $1.seconds })
    }

    /// Rows in the sun that both counted.
    private func rows(_ loss: LossCase, _ times: [Interval]) -> [Row] {
        guard let first = times.first, let last = times.last else { return [] }
        let inside = intervals.filter {
            $0.seconds > 0 && $0.seconds <= 3600 && !$0.quality.contains(.estimated)
                && !$0.quality.contains(.ambiguous) && $0.startUTCSeconds >= first.startUTCSeconds
                && $0.startUTCSeconds < last.endUTCSeconds
        }
        guard let seconds = inside.first.map({ Int64($0.seconds) }) else { return [] }
        var nets: [Int64: (net: Double, exported: Double)] = [:]
        var doubles: Set<Int64> = []
        for interval in inside where Int64(interval.seconds) == seconds {
            let net: Int64
            if let exported = interval.exportWh, let imported = interval.importWh {
                net = exported - imported
            } else if let own = interval.netWh {
                net = -own
            } else {
                continue
            }
            // Two meters, or one from two files: whose exchange it is cannot be told.
            if nets[interval.startUTCSeconds] != nil { doubles.insert(interval.startUTCSeconds) }
            nets[interval.startUTCSeconds] = (Double(net), Double(interval.exportWh ?? max(0, net)))
        }
        return times.flatMap { loss.bins(in: $0, seconds: seconds) }.compactMap { bin in
            let length = bin.endUTCSeconds - bin.startUTCSeconds
            let parts = stride(from: bin.startUTCSeconds, to: bin.endUTCSeconds, by: Int(seconds))
            let own = parts.compactMap { doubles.contains($0) ? nil : nets[$0] }
            guard Int64(own.count) * seconds == length else { return nil }
            let middle = bin.startUTCSeconds + length / 2
            guard length > 3600 || sun.elevation(atUTCSeconds: middle) > Self.leastDegrees else { return nil }
            return Row(
                hour: Int(bin.startUTCSeconds.flooredRemainder(by: 86_400) / 3600),
                metered: bin.meteredWh,
                exchanged: own.reduce(0) { $0 + $1.net },
                exported: own.reduce(0) { $0 + $1.exported },
                seconds: length
            )
        }
    }
}
