// What faults do to the bodies of a played gateway. Which of them hold at a time and what is kept between two bodies is the
// mock's.

import Readings

/// A fault of bodies, at a time.
struct BodyFault: Sendable {
    let kind: MockFault.Kind
    /// When it began, seconds UTC.
    let beganUTCSeconds: Double
    let utcSeconds: Double

    /// Returns a body with the fault in it.
    ///
    /// - Parameter meters: the eids of the meters by their kind of measurement, in their order, enabled ones only.
    func changed(_ body: JSONValue, path: String, meters: [(eid: Int64, type: String)]) -> JSONValue {
        switch kind {
        case .zeros: zeroed(body, path: path)
        case .wrap: GatewayBody.map(body, wrap)
        case .back(let amount): steppedBack(body, amount)
        case .zeroPhase(let eid):
            zeroPhase(body, of: eid ?? (meters.last { $0.type == "storage" } ?? meters.last)?.eid)
        case .ghost: withGhost(body, path: path)
        case .clock(let seconds): GatewayBody.map(body) { shiftTimes(&$0, seconds) }
        case .relay(let state): GatewayBody.map(body) { openRelay(&$0, state) }
        case .drain(let points): GatewayBody.map(body) { drain(&$0, points) }
        case .cloudSilent: GatewayBody.map(body, silence)
        default: body
        }
    }

    private func zeroed(_ body: JSONValue, path: String) -> JSONValue {
        if path.hasPrefix("api/v1/production/inverters") { return .array([]) }
        return GatewayBody.map(body) { members in
            for name in GatewayBody.zeroed { GatewayBody.set(&members, name) { _ in 0 } }
        }
    }

    /// The counters of inverters begin anew at 2^32 J; lower ones come back from there.
    private func wrap(_ members: inout GatewayBody.Members) {
        let isOfInverters = GatewayBody.member(members, "type")?.string == "inverters"
        for name in isOfInverters ? ["whLifetime"] : ["wattHoursLifetime"] {
            GatewayBody.set(&members, name) { old in
                old >= GatewayBody.wrapWattHours
                    ? old - GatewayBody.wrapWattHours : old + GatewayBody.wrapWattHours
            }
        }
    }

    /// Registers are lower; the channels of a meter share that, so that they still add up to it.
    private func steppedBack(_ body: JSONValue, _ amount: Double) -> JSONValue {
        switch body {
        case .array(let values): return .array(values.map { steppedBack($0, amount) })
        case .object(var members):
            for index in members.indices where members[index].0 != "channels" {
                members[index].1 = steppedBack(members[index].1, amount)
            }
            for name in GatewayBody.registers {
                let old = GatewayBody.number(GatewayBody.member(members, name)) ?? 0
                guard old > amount else { continue }
                GatewayBody.set(&members, name) { $0 - amount }
                guard case .array(let channels)? = GatewayBody.member(members, "channels") else { continue }
                let lower = channels.map { channel in
                    guard case .object(var own) = channel else { return channel }
                    GatewayBody.set(&own, name) { $0 * (old - amount) / old }
                    return JSONValue.object(own)
                }
                GatewayBody.put(&members, "channels", to: .array(lower))
            }
            return .object(members)
        default: return body
        }
    }

    private func zeroPhase(_ body: JSONValue, of eid: Int64?) -> JSONValue {
        GatewayBody.map(body) { members in
            guard let eid, GatewayBody.number(GatewayBody.member(members, "eid")) == Double(eid),
                case .array(var channels)? = GatewayBody.member(members, "channels"),
                case .object(var first)? = channels.first
            else { return }
            for name in GatewayBody.phaseSums {
                let share = GatewayBody.number(GatewayBody.member(first, name)) ?? 0
                GatewayBody.set(&members, name) { $0 - share }
                GatewayBody.set(&first, name) { _ in 0 }
            }
            channels[0] = .object(first)
            GatewayBody.put(&members, "channels", to: .array(channels))
        }
    }

    /// An inverter that was never heard of.
    private func withGhost(_ body: JSONValue, path: String) -> JSONValue {
        guard path.hasPrefix("api/v1/production/inverters"), case .array(let inverters) = body else {
            return body
        }
        let ghost = JSONValue.object([
            ("serialNumber", .text("999900000001")), ("lastReportDate", .integer(0)),
            ("devType", .integer(1)),
            ("lastReportWatts", .integer(0)), ("maxReportWatts", .integer(0)),
        ])
        return .array(inverters + [ghost])
    }

    private func shiftTimes(_ members: inout GatewayBody.Members, _ seconds: Double) {
        for name in GatewayBody.timeNames {
            GatewayBody.set(&members, name) { $0 <= 0 ? $0 : $0 + seconds }
        }
        guard let date = GatewayBody.member(members, "current_date")?.string,
            let clock = GatewayBody.member(members, "current_time")?.string,
            let local = BodyFault.localSeconds(date, clock)
        else { return }
        let moved = local + Int64(seconds)
        let day = CivilDate(daysSince1970: moved.flooredDivision(by: 86_400))
        let text =
            "\(ClockText.twoDigits(Int64(day.month)))/\(ClockText.twoDigits(Int64(day.day)))/\(day.year)"
        GatewayBody.put(&members, "current_date", to: .text(text))
        let second = moved.flooredRemainder(by: 86_400)
        GatewayBody.put(&members, "current_time", to: .text(ClockText.hoursMinutes(second)))
    }

    /// Seconds of `10/14/2026` and `08:13`, as if they were UTC.
    private static func localSeconds(_ date: String, _ clock: String) -> Int64? {
        let parts = date.split(separator: "/").compactMap { Int($0) }
        let times = clock.split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3, times.count >= 2,
            let day = CivilDate(year: parts[2], month: parts[0], day: parts[1])
        else { return nil }
        return day.daysSince1970 * 86_400 + times[0] * 3600 + times[1] * 60
    }

    private func openRelay(_ members: inout GatewayBody.Members, _ state: String) {
        for name in ["mains_oper_state", "mid_state"] { GatewayBody.put(&members, name, to: .text("open")) }
        guard GatewayBody.member(members, "mains_oper_state") != nil else { return }
        GatewayBody.put(&members, "admin_state_str", to: .text("ENPWR_STATE_\(state)"))
    }

    private func drain(_ members: inout GatewayBody.Members, _ pointsAnHour: Double) {
        let points = (pointsAnHour * (utcSeconds - beganUTCSeconds) / 3600).rounded(.down)
        if let full = GatewayBody.number(GatewayBody.member(members, "agg_soc")), full > 0 {
            let share = max(0, full - points) / full
            GatewayBody.set(&members, "ENC_agg_avail_energy") { ($0 * share).rounded() }
        }
        for name in ["percentFull", "soc", "agg_soc", "ENC_agg_soc"] {
            GatewayBody.set(&members, name) { max(0, $0 - points) }
        }
    }

    private func silence(_ members: inout GatewayBody.Members) {
        GatewayBody.set(&members, "last_enlighten_report_time") { min($0, beganUTCSeconds) }
        GatewayBody.put(&members, "web_comm", to: .boolean(false))
    }
}
