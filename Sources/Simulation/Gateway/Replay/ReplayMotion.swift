// How a saved body goes on: device times at the cadence at which such devices report, registers by the powers beside them. A
// device that was silent when the body was saved stays silent.

import Readings

/// The motion of bodies.
struct ReplayMotion: Sendable {
    private let firmware: MockFirmware
    private let startUTCSeconds: Double
    /// Channels of the enabled meters; nil where the capture does not list meters.
    private let phases: [Int64: Int]?
    private let zone: TimeZoneRules

    /// What had not reported for so long is silent, seconds.
    private static let silentSeconds = 3600.0
    /// Batteries and the cloud's reports come so often, seconds.
    private static let reportSeconds = 300.0

    /// - Parameter meters: the body of `ivp/meters`.
    init(firmware: MockFirmware, startUTCSeconds: Double, meters: JSONValue?, zone: TimeZoneRules) {
        (self.firmware, self.startUTCSeconds, self.zone) = (firmware, startUTCSeconds, zone)
        guard let meters, case .array = meters else {
            phases = nil
            return
        }
        var phases: [Int64: Int] = [:]
        for meter in meters.elements where meter["state"]?.string != "disabled" {
            guard let eid = meter["eid"]?.double.flatMap({ Int64(exactly: $0) }) else { continue }
            phases[eid] = meter["phaseCount"]?.double.flatMap { Int(exactly: $0) } ?? 1
        }
        self.phases = phases
    }

    /// A body's distance from when it was saved.
    private struct Step {
        /// From the time when it was saved to the start of playing, seconds.
        let shift: Double
        /// Since the start of playing, seconds.
        let elapsed: Double
        /// The time when it was saved.
        let saved: Double

        /// How often something reported since the start that does so every so many seconds and reported last at a time.
        func reports(every seconds: Double, last time: Double) -> Double {
            let age = saved - time
            guard age <= ReplayMotion.silentSeconds else { return 0 }
            let phase = max(0, age).truncatingRemainder(dividingBy: seconds)
            return ((elapsed + phase) / seconds).rounded(.down)
        }

        /// A time moved on.
        func moved(_ time: Double, every seconds: Double) -> Double {
            time <= 0 ? time : time + shift + seconds * reports(every: seconds, last: time)
        }

        /// A power's energy since the start, Wh.
        func energy(_ watts: Double) -> Double { watts * elapsed / 3600 }
    }

    /// Returns a body as it is at a time.
    func moved(_ json: JSONValue, saved: Double, at utcSeconds: Double) -> JSONValue {
        let step = Step(
            shift: (startUTCSeconds - saved).rounded(),
            elapsed: max(0, (utcSeconds - startUTCSeconds).rounded(.down)),
            saved: saved
        )
        return GatewayBody.map(json) { members in
            moveDevice(&members, step)
            moveMeter(&members, step)
            movePage(&members, step)
            moveTimes(&members, step)
            moveClock(&members, at: utcSeconds)
        }
    }

    // MARK: Times

    private func moveTimes(_ members: inout GatewayBody.Members, _ step: Step) {
        let seconds = firmware.inverterSeconds
        for name in ["timestamp", "createdAt"] {
            GatewayBody.set(&members, name) { step.moved($0, every: 1) }
        }
        GatewayBody.set(&members, "lastReportDate") { step.moved($0, every: seconds) }
        for name in ["last_rpt_date", "last_enlighten_report_time"] {
            GatewayBody.set(&members, name) { step.moved($0, every: ReplayMotion.reportSeconds) }
        }
        let isOfInverters = GatewayBody.member(members, "type")?.string == "inverters"
        GatewayBody.set(&members, "readingTime") { step.moved($0, every: isOfInverters ? seconds : 1) }
    }

    private func moveClock(_ members: inout GatewayBody.Members, at utcSeconds: Double) {
        guard GatewayBody.member(members, "current_date") != nil else { return }
        let local = zone.wallClock(atUTCSeconds: Int64(utcSeconds))
        let day =
            "\(ClockText.twoDigits(Int64(local.day.month)))/\(ClockText.twoDigits(Int64(local.day.day)))"
        GatewayBody.put(&members, "current_date", to: .text("\(day)/\(local.day.year)"))
        GatewayBody.put(&members, "current_time", to: .text(ClockText.hoursMinutes(local.secondOfDay)))
    }

    // MARK: Registers

    /// A meter, as `ivp/meters/readings` has it; the sum of its channels stays its own.
    private func moveMeter(_ members: inout GatewayBody.Members, _ step: Step) {
        guard let eid = GatewayBody.number(GatewayBody.member(members, "eid")),
            case .array(let channels)? = GatewayBody.member(members, "channels"),
            GatewayBody.member(members, "actEnergyDlvd") != nil
        else { return }
        let isEnabled = phases.map { $0[Int64(eid)] != nil } ?? true
        guard isEnabled else { return }
        let count = min(phases?[Int64(eid)] ?? 0, channels.count)
        var added: [String: Double] = [:]
        let moved = channels.enumerated().map { index, channel in
            guard case .object(var own) = channel else { return channel }
            let growth = ReplayMotion.growth(own, step)
            for (name, amount) in growth {
                GatewayBody.set(&own, name) { $0 + amount }
                if index < count { added[name, default: 0] += amount }
            }
            return .object(own)
        }
        GatewayBody.put(&members, "channels", to: .array(moved))
        for (name, amount) in count > 0 ? added : ReplayMotion.growth(members, step) {
            GatewayBody.set(&members, name) { $0 + amount }
        }
    }

    /// What the registers of a meter or channel grow by, Wh, to three decimals.
    private static func growth(_ members: GatewayBody.Members, _ step: Step) -> [String: Double] {
        func energy(_ name: String) -> Double {
            let watts = GatewayBody.number(GatewayBody.member(members, name)) ?? 0
            return (step.energy(watts) * 1000).rounded() / 1000
        }
        let active = energy("activePower")
        let reactive = energy("reactivePower")
        return [
            "actEnergyDlvd": max(0, active), "actEnergyRcvd": max(0, -active),
            "reactEnergyLagg": max(0, reactive), "reactEnergyLead": max(0, -reactive),
            "apparentEnergy": max(0, energy("apparentPower")),
        ]
    }

    /// Sections of the production page and lines of meter reports.
    private func movePage(_ members: inout GatewayBody.Members, _ step: Step) {
        let isIdle = GatewayBody.number(GatewayBody.member(members, "activeCount")) == 0
        if let watts = GatewayBody.number(GatewayBody.member(members, "wNow")), !isIdle {
            let isOfInverters = GatewayBody.member(members, "type")?.string == "inverters"
            let last = GatewayBody.number(GatewayBody.member(members, "readingTime")) ?? step.saved
            let reports = step.reports(every: firmware.inverterSeconds, last: last)
            let energy =
                isOfInverters ? watts * reports * firmware.inverterSeconds / 3600 : step.energy(watts)
            GatewayBody.set(&members, "whLifetime") { old in
                guard isOfInverters, firmware.wrapsPlant, old < GatewayBody.wrapWattHours else {
                    return old + energy
                }
                return (old + energy).truncatingRemainder(dividingBy: GatewayBody.wrapWattHours)
            }
        }
        if let watts = GatewayBody.number(GatewayBody.member(members, "wattsNow")) {
            GatewayBody.set(&members, "wattHoursLifetime") { $0 + max(0, step.energy(watts)) }
        }
        if let watts = GatewayBody.number(GatewayBody.member(members, "currW")) {
            GatewayBody.set(&members, "whDlvdCum") { $0 + max(0, step.energy(watts)) }
            GatewayBody.set(&members, "whRcvdCum") { $0 + max(0, -step.energy(watts)) }
        }
    }

    /// A channel of `ivp/pdm/device_data`: each report adds the energy of the last interval.
    private func moveDevice(_ members: inout GatewayBody.Members, _ step: Step) {
        guard case .object(var last)? = GatewayBody.member(members, "lastReading"),
            let end = GatewayBody.number(GatewayBody.member(last, "endDate")), end > 0
        else { return }
        let own = GatewayBody.number(GatewayBody.member(last, "duration")) ?? 0
        // At dusk intervals are short: such a one is the last of its day.
        let seconds = own >= 300 ? own : firmware.inverterSeconds
        let reports = own >= 300 ? step.reports(every: seconds, last: end) : 0
        let joules = GatewayBody.number(GatewayBody.member(last, "joulesProduced")) ?? 0
        GatewayBody.set(&last, "endDate") { $0 + step.shift + seconds * reports }
        GatewayBody.put(&members, "lastReading", to: .object(last))
        GatewayBody.set(&members, "created") { $0 <= 0 ? $0 : $0 + step.shift + seconds * reports }
        guard case .object(var life)? = GatewayBody.member(members, "lifetime") else { return }
        GatewayBody.set(&life, "joulesProduced") { $0 + joules * reports }
        GatewayBody.set(&life, "duration") { $0 + seconds * reports }
        GatewayBody.put(&members, "lifetime", to: .object(life))
    }
}
