// The register of the production meter stands still while the inverters give. The registers of the grid may rest; repeated values
// of past rows are the business of the detector of stale meters.

import Readings

/// `meter_frozen`.
struct MeterRule {
    private struct Register {
        var lifetime: Double
        var movedAt: Int64
        var still = Hold()
    }

    private var registers: [String: Register] = [:]

    private static let seconds = 1_800.0
    /// What the inverters must give, W.
    private static let leastWatts = 100.0
    /// The last digit of a register, Wh.
    private static let digit = 0.0005
    /// So many meters are followed.
    private static let most = 16
    private static let device = "meter_prod"

    /// What an inverter said of the time since the register stands: its report is of a quarter of an hour, and is asked for every
    /// five minutes. Earlier reports speak of before, and are what an array leaves that stopped with its meter, seconds.
    private static let reportSeconds = 1_230.0

    mutating func claims(_ picture: LivePicture, inverters: InverterRule) -> [LiveClaim] {
        let time = picture.time
        var claims: [LiveClaim] = []
        for row in picture.registers where picture.meters[row.meter] == "production" {
            guard let lifetime = row.lifetime else { continue }
            guard var register = registers[row.meter] else {
                if registers.count < MeterRule.most {
                    registers[row.meter] = Register(lifetime: lifetime, movedAt: time.at)
                }
                continue
            }
            let hasMoved = abs(lifetime - register.lifetime) >= MeterRule.digit
            if hasMoved {
                (register.lifetime, register.movedAt) = (lifetime, time.at)
                claims.append(.over(.meterFrozen, picture.site.name(MeterRule.device), at: time.at))
            }
            let watts = inverters.watts(time) ?? 0
            let seconds = register.still.take(!hasMoved && watts > MeterRule.leastWatts, time)
            let since = inverters.watts(heardSince: register.still.from + MeterRule.reportSeconds) ?? 0
            if seconds >= MeterRule.seconds, since > MeterRule.leastWatts {
                claims.append(claim(row.meter, register, watts: since, site: picture.site))
            }
            registers[row.meter] = register
        }
        return claims
    }

    private func claim(_ meter: String, _ register: Register, watts: Double, site: LiveSite) -> LiveClaim {
        let since = max(register.movedAt, register.still.since ?? register.movedAt)
        return .holds(.meterFrozen, site.name(MeterRule.device), since: since, rule: .liveMeterFrozen) {
            $0.evidence.deviceKind = DeviceKind.meter.rawValue
            $0.evidence.serial = meter
            $0.evidence.powerW = Whole.of(watts)
            $0.evidence.silentSeconds = Whole.of(register.still.seconds)
        }
    }
}
