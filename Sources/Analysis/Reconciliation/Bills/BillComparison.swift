// A bill held against the monitor: net against net, with the tolerance that meters, rounding and reads allow.

import Readings

/// What a comparison of a bill says.
package enum BillVerdict: String, CaseIterable, Sendable {
    /// They agree.
    case consistent
    /// They differ more than usual.
    case watch
    /// They contradict each other.
    case mismatch
    /// Too little is known.
    case cannotTell = "cannot_tell"
}

/// Terms of the tolerance.
package enum ToleranceTerm: String, CaseIterable, Sendable {
    case utilityMeter = "utility_meter"
    case productionMeter = "production_meter"
    case consumptionMeter = "consumption_meter"
    case batteryMeter = "battery_meter"
    case rounding
    case readTime = "read_time"
    case unobserved
}

/// A bill beside what the monitor has of its period.
package struct BillComparison: Equatable, Sendable {
    /// The bill.
    package let period: BillPeriod
    /// The share of its time that the monitor observed, 0 to 1.
    package let observedShare: Double
    /// Days that are observed.
    package let observedDays: Int
    /// Energies of the observed time in the order of `Channel`, kWh.
    package let monitorKWh: [Double]
    /// Export less import of the observed time as the monitor measured it, kWh; nil where it observed nothing.
    package let monitorNetKWh: Double?
    /// What the unobserved rest is estimated to add, kWh.
    package let unobservedKWh: Double
    /// The variances by term, kWh².
    package let terms: [ToleranceTerm: Double]
    /// The verdict.
    package var verdict: BillVerdict

    /// Utility's net less monitor's, kWh; nil where one of them is missing.
    package var residual: Double? {
        guard let net = period.netKWh, let monitorNetKWh else { return nil }
        return net - monitorNetKWh - unobservedKWh
    }
    /// One standard deviation of the residual that meters and rounding allow, kWh.
    package var tolerance: Double {
        // Summed in a fixed order, so that equal facts give equal bytes.
        ToleranceTerm.allCases.reduce(0) { $0 + (terms[$1] ?? 0) }.squareRoot()
    }
    /// The variance that meters, rounding and reads allow, without what days without data add, kWh².
    var meterVariance: Double {
        ToleranceTerm.allCases.filter { $0 != .unobserved }.reduce(0) { $0 + (terms[$1] ?? 0) }
    }
    /// The term that allows most.
    package var largestTerm: ToleranceTerm? {
        let largest = terms.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
        return largest.flatMap { $0.value > 0 ? $0.key : nil }
    }
    /// Tells whether all of it is observed, but for what can be filled.
    package var isFullyObserved: Bool { observedShare >= ReconciliationParameters.fullShare }
    /// What the utility counts more in both directions, kWh; nil where a direction is missing or unobserved.
    package var bothDirections: Double? {
        guard isFullyObserved, let imported = period.importKWh, let exported = period.exportKWh,
            period.problem == nil
        else { return nil }
        func monitor(_ channel: Channel) -> Double { monitorKWh[channel.rawValue] / observedShare }
        return ((imported - monitor(.imported)) + (exported - monitor(.exported))) / 2
    }
}

/// Compares bills with the monitor.
struct BillComparer {
    let days: MonitorDays
    let nets: DailyNets
    let parameters: ReconciliationParameters

    /// Compares a bill.
    func compare(_ period: BillPeriod) -> BillComparison {
        let range = days.range(from: period.start, to: period.end)
        var sums = [Double](repeating: 0, count: Channel.count)
        var net = 0.0
        var seconds: Int64 = 0
        var complete = 0
        var missingDays = 0.0
        for index in range {
            let day = days.days[index]
            for channel in 0..<Channel.count { sums[channel] += day.energyKWh[channel] }
            net += nets.net(day)
            seconds += day.presentSeconds
            if day.isObserved { complete += 1 }
            missingDays += 1 - min(1, day.share)
        }
        let dayCount = max(1, period.dayCount)
        missingDays += Double(dayCount - range.count)
        let share = max(0, 1 - missingDays / Double(dayCount))
        let hasMonitor = seconds > 0 && nets.isKnown
        let isJudged = hasMonitor && share >= ReconciliationParameters.judgedShare
        let fill = missingDays > 0.0001 && isJudged ? nets.mean(around: range) : nil
        var terms = tolerance(period, sums, dayCount: dayCount)
        let unobserved = (fill?.net ?? 0) * missingDays
        if let fill { terms[.unobserved] = squared(0.25 * fill.magnitude * missingDays) }
        var result = BillComparison(
            period: period,
            observedShare: share,
            observedDays: complete,
            monitorKWh: sums,
            monitorNetKWh: hasMonitor ? net : nil,
            unobservedKWh: unobserved,
            terms: terms,
            verdict: .cannotTell
        )
        let isFilled = missingDays <= 0.0001 || fill != nil
        guard isJudged, isFilled, period.problem == nil, let residual = result.residual else { return result }
        let ratio = abs(residual) / max(result.tolerance, 1e-9)
        result.verdict =
            ratio <= ReconciliationParameters.consistentTolerances
            ? .consistent : ratio <= ReconciliationParameters.mismatchTolerances ? .watch : .mismatch
        return result
    }

    /// The variances that meters, printed rounding and the time of reads allow. Limits are taken as uniform.
    private func tolerance(_ period: BillPeriod, _ sums: [Double], dayCount: Int) -> [ToleranceTerm: Double] {
        func limit(_ share: Double, _ energies: Double...) -> Double {
            energies.reduce(0) { $0 + squared($1) } * squared(share) / 3
        }
        let imported = period.importKWh ?? sums[Channel.imported.rawValue]
        let exported = period.exportKWh ?? sums[Channel.exported.rawValue]
        let net = period.netKWh ?? exported - imported
        var terms: [ToleranceTerm: Double] = [
            .utilityMeter: limit(parameters.utilityMeterShare, imported, exported),
            .rounding: period.registers * squared(parameters.roundingKWh) / 6,
            .readTime: squared(net / Double(dayCount) * parameters.readHours / 24),
        ]
        if parameters.metersGridConnection {
            terms[.consumptionMeter] = limit(
                parameters.consumptionMeterShare,
                sums[Channel.imported.rawValue],
                sums[Channel.exported.rawValue]
            )
        } else {
            terms[.productionMeter] = limit(
                parameters.productionMeterShare,
                sums[Channel.produced.rawValue]
            )
            terms[.consumptionMeter] = limit(
                parameters.consumptionMeterShare,
                sums[Channel.consumed.rawValue]
            )
            terms[.batteryMeter] = limit(
                parameters.batteryMeterShare,
                sums[Channel.charged.rawValue] + sums[Channel.discharged.rawValue]
            )
        }
        return terms
    }
}

/// Export less import, day by day.
struct DailyNets {
    /// Tells whether the monitor knows the net at all.
    let isKnown: Bool
    private let isMetered: Bool
    private let mean: LocalMean
    private let magnitude: LocalMean

    init(_ days: MonitorDays) {
        isMetered = days.channels.contains(.imported) && days.channels.contains(.exported)
        isKnown =
            isMetered || (days.channels.contains(.produced) && days.channels.contains(.consumed))
        let isMetered = isMetered
        let clean = days.days.map(\.isObserved)
        let values = days.days.map { $0.whole(DailyNets.net($0, isMetered)) }
        mean = LocalMean(values, where: clean)
        magnitude = LocalMean(values.map { abs($0) }, where: clean)
    }

    private static func net(_ day: MonitorDay, _ isMetered: Bool) -> Double {
        isMetered ? day.exported - day.imported : day.production - day.consumption - day.battery
    }

    /// Export less import of what a day has, kWh.
    func net(_ day: MonitorDay) -> Double { DailyNets.net(day, isMetered) }

    /// The mean net of the days around a range and its mean magnitude, kWh a day; nil where too few are observed.
    func mean(around range: Range<Int>) -> (net: Double, magnitude: Double)? {
        guard let sides = mean.sides(around: range) else { return nil }
        return (mean.value(sides), magnitude.value(sides))
    }
}

func squared(_ value: Double) -> Double { value * value }
