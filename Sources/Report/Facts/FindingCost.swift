// What a finding costs: energy that was lost or could not be kept, as far as the rows of a report tell it.

import Analysis
import Readings
import Words

/// What a finding costs.
enum FindingCost: Equatable, Sendable {
    /// No energy.
    case nothing
    /// Energy that the array did not make, kWh.
    case production(Double)
    /// Energy that the array did not make, or that a clamp did not measure, kWh.
    case doubtful(Double)
    /// Energy that the batteries could not keep, kWh.
    case storage(Double)
    /// Energy that was not recorded; whether it was lost the finding itself does not say.
    case unrecorded
    /// The report's rows do not tell it.
    case unknown

    /// Weighs a finding with what is told with it: what it does not say itself, a companion may.
    init(_ reported: ReportedFinding, _ facts: PeriodFacts) {
        let own = FindingCost(reported.finding, facts)
        guard own == .unrecorded || own == .unknown else {
            self = own
            return
        }
        let others = reported.companions.map { FindingCost($0.finding, facts) }
        self = others.first { $0 != .unrecorded && $0 != .unknown } ?? own
    }

    /// Weighs a finding by the part of it that lies in a time.
    init(_ finding: Finding, _ facts: PeriodFacts) {
        switch FindingWords.of(finding.kind).cost {
        case .unrecorded: self = .unrecorded
        case .nothing: self = .nothing
        case .inverter: self = FindingCost.inverter(finding, facts).map { .production($0) } ?? .unknown
        case .battery: self = FindingCost.battery(finding, facts).map { .storage($0) } ?? .unknown
        case .outage:
            guard finding.severity > .notice, let made = finding.evidence.balance?["kwh"]?.double,
                let sky = finding.evidence.clearSky?["kwh"]?.double
            else {
                self = finding.severity == .notice && finding.sureness != .suspected ? .nothing : .unknown
                return
            }
            self = .production(max(0, sky - made))
        case .lost:
            let lost = facts.lostKWh(of: finding, in: facts.interval)
            self = lost.map { finding.isLossOfPanels ? .production($0) : .doubtful($0) } ?? .unknown
        case .unknown: self = .unknown
        }
    }

    /// What an inverter gave less than the middle one on the days of a finding, kWh.
    private static func inverter(_ finding: Finding, _ facts: PeriodFacts) -> Double? {
        guard let own = facts.inverters.first(where: { $0.serial == finding.device }) else { return nil }
        var lost = 0.0
        for (index, day) in facts.days.enumerated() {
            let interval = facts.zone.interval(of: day.day)
            guard finding.interval.overlaps(interval), index < own.days.count,
                let usual = facts.middleInverter[index], let made = own.days[index]
            else { continue }
            lost += max(0, usual - Double(made))
        }
        return lost / 1000
    }

    /// What a battery gave less than the middle of the others in the time of a finding, kWh.
    private static func battery(_ finding: Finding, _ facts: PeriodFacts) -> Double? {
        guard let time = finding.interval.intersection(facts.interval), facts.batteries.count > 1 else {
            return nil
        }
        let rows = DeviceRows.longest(
            facts.material.devices.filter {
                [.battery, .acBattery].contains($0.device.kind) && !$0.device.serial.isEmpty
            }
        )
        func given(_ series: DeviceSeries) -> Double {
            var sum: Int64 = 0
            for (start, energy) in zip(series.startUTCSeconds, series[.discharged])
            where time.contains(start) && energy != HomeColumns.missing {
                sum += Int64(energy)
            }
            return Double(sum)
        }
        guard let own = rows.first(where: { $0.device.serial == finding.device }),
            let middle = Median.of(
                rows.filter { $0.device.serial != finding.device }.map(given)
            )
        else { return nil }
        return max(0, middle - given(own)) / 1000
    }

    /// Energy, kWh; nil where none is told.
    var kilowattHours: Double? {
        switch self {
        case .production(let energy), .doubtful(let energy), .storage(let energy): energy
        case .nothing, .unrecorded, .unknown: nil
        }
    }

    /// The least and the most that the energy is worth; nil without a tariff or an energy.
    func worth(_ tariff: Tariff?) -> (least: Double, most: Double)? {
        guard let tariff else { return nil }
        switch self {
        case .production(let energy):
            let values = [energy * tariff.exportPerKWh, energy * tariff.importPerKWh].sorted()
            return (values[0], values[1])
        case .doubtful(let energy):
            // What was made and not measured costs nothing.
            return (0, energy * max(tariff.exportPerKWh, tariff.importPerKWh, 0))
        case .storage(let energy):
            let value = energy * max(0, tariff.importPerKWh - tariff.exportPerKWh)
            return (value, value)
        case .nothing, .unrecorded, .unknown: return nil
        }
    }
}
