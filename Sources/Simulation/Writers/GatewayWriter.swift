// The story house as its gateway answers: a folder of saved bodies, each with its log.

import Readings

/// Writes captures.
package struct GatewayWriter {
    private let house: StoryHouse
    private let at: Int64
    private let zone: TimeZoneRules
    private let now: StoryHouse.Truth

    /// The energy at which a counter of 2^32 J begins anew, in J.
    private static let wrapJoules: Int64 = 4_294_967_296
    /// What an inverter had made before the story begins, J: the last one's counter wraps in it.
    private static func earlierJoules(_ index: Int) -> Int64 { 3_100_000_000 + Int64(index) * 120_000_000 }

    /// Makes a writer for an instant inside the story; nil outside.
    package init?(_ house: StoryHouse, at utcSeconds: Int64, zone: TimeZoneRules) {
        guard let now = house.intervals.last(where: { $0.startUTCSeconds < utcSeconds }) else { return nil }
        self.house = house
        at = utcSeconds
        self.zone = zone
        self.now = now
    }

    /// Returns the bodies by the names under which they are saved.
    package func files() -> [(name: String, text: String)] {
        let bodies: [(String, JSONValue)] = [
            ("home", home), ("ivp_meters", meters), ("ivp_meters_readings", readings),
            ("production.json", production), ("api_v1_production", totals),
            ("api_v1_production_inverters", inverters), ("ivp_ensemble_inventory", inventory),
            ("ivp_ensemble_power", power), ("ivp_ensemble_secctrl", aggregate),
            ("ivp_pdm_device_data", deviceData),
        ]
        let log = JSONValue.object([("code", .integer(200)), ("headers", .object([]))]).compact
        return [("info", info), ("info_log.json", log)]
            + bodies.flatMap { [($0.0, $0.1.pretty), ("\($0.0)_log.json", log)] }
    }

    private var isSilent: Bool { house.silence.contains(at) }

    private var info: String {
        """
        <?xml version='1.0' encoding='UTF-8'?>
        <envoy_info>
          <time>\(at)</time>
          <device>
            <sn>\(StoryHouse.gatewaySerial)</sn>
            <pn>800-00555-r03</pn>
            <software>D8.3.5167</software>
            <imeter>true</imeter>
          </device>
          <web-tokens>true</web-tokens>
        </envoy_info>

        """
    }

    private var home: JSONValue {
        let last = isSilent ? house.silence.startUTCSeconds : at - 120
        return .object([
            ("timezone", .text(StoryHouse.timeZone)),
            (
                "network",
                .object([
                    ("web_comm", .boolean(!isSilent)), ("ever_reported_to_enlighten", .boolean(true)),
                    ("last_enlighten_report_time", .integer(last)), ("primary_interface", .text("eth0")),
                    (
                        "interfaces",
                        .array([.object([("type", .text("ethernet")), ("interface", .text("eth0"))])])
                    ),
                ])
            ), ("comm", .object([("num", .integer(17)), ("level", .integer(5))])),
        ])
    }

    private static let meterIDs: [(Int64, String)] = [
        (704_643_328, "production"), (704_643_584, "net-consumption"), (704_643_840, "storage"),
    ]

    private var meters: JSONValue {
        .array(
            GatewayWriter.meterIDs.map { eid, type in
                .object([
                    ("eid", .integer(eid)), ("state", .text("enabled")), ("measurementType", .text(type)),
                    ("phaseMode", .text("single")), ("phaseCount", .integer(1)),
                    ("meteringStatus", .text("normal")), ("statusFlags", .array([])),
                ])
            }
        )
    }

    /// The registers of a meter: delivered and received, Wh, and the power, W.
    private func register(_ type: String) -> (Int64, Int64, Int64) {
        func sum(_ channel: Channel) -> Int64 { house.lifetimeWh(channel, until: at) }
        func now(_ channel: Channel) -> Int64 { Int64(self.now.energyWh[channel.rawValue]) * 4 }
        switch type {
        case "production": return (sum(.produced), 0, now(.produced))
        case "storage": return (sum(.discharged), sum(.charged), now(.discharged) - now(.charged))
        default: return (sum(.imported), sum(.exported), now(.imported) - now(.exported))
        }
    }

    private var readings: JSONValue {
        .array(
            GatewayWriter.meterIDs.map { eid, type in
                let (delivered, received, power) = register(type)
                let own: [(String, JSONValue)] = [
                    ("timestamp", .integer(at - 5)),
                    ("actEnergyDlvd", .number(Double(delivered), decimals: 3)),
                    ("actEnergyRcvd", .number(Double(received), decimals: 3)),
                    ("activePower", .number(Double(power), decimals: 3)),
                    ("voltage", .number(240, decimals: 3)),
                    ("freq", .number(50, decimals: 3)),
                ]
                let channel = JSONValue.object([("eid", .integer(eid * 2))] + own)
                return .object([("eid", .integer(eid))] + own + [("channels", .array([channel]))])
            }
        )
    }

    private var production: JSONValue {
        let (total, _, power) = register("production")
        return .object([
            (
                "production",
                .array([
                    .object([
                        ("type", .text("inverters")),
                        ("activeCount", .integer(Int64((0..<10).count { !isLost($0) }))),
                        ("readingTime", .integer(at - 200)), ("wNow", .integer(power)),
                        ("whLifetime", .integer(shownInverterWh)),
                    ]),
                    .object([
                        ("type", .text("eim")), ("activeCount", .integer(1)),
                        ("measurementType", .text("production")), ("readingTime", .integer(at - 5)),
                        ("wNow", .number(Double(power), decimals: 3)),
                        ("whLifetime", .number(Double(total), decimals: 3)),
                    ]),
                ])
            )
        ])
    }

    private var totals: JSONValue {
        let (total, _, power) = register("production")
        return .object([
            ("wattHoursToday", .integer(0)), ("wattHoursSevenDays", .integer(0)),
            ("wattHoursLifetime", .integer(total)), ("wattsNow", .integer(power)),
        ])
    }

    private var inverters: JSONValue {
        .array(
            house.inverterWh(now).enumerated().map { index, energy in
                .object([
                    ("serialNumber", .text(StoryHouse.inverterSerial(index))),
                    ("lastReportDate", .integer(lastReport(index))), ("devType", .integer(1)),
                    ("lastReportWatts", .integer(Int64(energy) * 4)), ("maxReportWatts", .integer(366)),
                ])
            }
        )
    }

    private func isLost(_ index: Int) -> Bool {
        index == StoryHouse.lostInverter && at >= house.silence.endUTCSeconds
    }

    private func lastReport(_ index: Int) -> Int64 {
        isLost(index) ? house.silence.endUTCSeconds : now.startUTCSeconds + StoryHouse.stepSeconds
    }

    /// The lifetime of an inverter, J.
    private func lifetimeJoules(_ index: Int) -> Int64 {
        let made = house.intervals.reduce(Int64(0)) {
            $1.startUTCSeconds < at ? $0 + Int64(house.inverterWh($1)[index]) : $0
        }
        return GatewayWriter.earlierJoules(index) + made * 3600
    }

    /// The sum of the inverters as firmware of this age shows it: each counter modulo 2^32 J.
    private var shownInverterWh: Int64 {
        (0..<StoryHouse.inverterCount).filter { !isLost($0) }.reduce(0) {
            $0 + lifetimeJoules($1) % GatewayWriter.wrapJoules / 3600
        }
    }

    private var deviceData: JSONValue {
        var members: [(String, JSONValue)] = [
            ("deviceCount", .integer(10)), ("deviceDataLimit", .integer(50)),
        ]
        let energies = house.inverterWh(now)
        for index in 0..<StoryHouse.inverterCount {
            let isLost = isLost(index)
            let reading: [(String, JSONValue)] =
                isLost
                ? []
                : [
                    ("endDate", .integer(lastReport(index))), ("duration", .integer(900)),
                    ("joulesProduced", .integer(Int64(energies[index]) * 3600)),
                    ("acVoltageINmV", .integer(240_000)), ("acFrequencyINmHz", .integer(50_000)),
                    ("dcVoltageINmV", .integer(36_500)),
                    ("dcCurrentINmA", .integer(Int64(energies[index]) * 100)),
                    ("channelTemp", .integer(21)),
                ]
            let lifetime: [(String, JSONValue)] =
                isLost
                ? [] : [("createdTime", .integer(1)), ("joulesProduced", .integer(lifetimeJoules(index)))]
            let channel = JSONValue.object([
                ("chanEid", .integer(1_627_390_225 + Int64(index))),
                ("watts", .object([("now", .integer(Int64(energies[index]) * 4)), ("max", .integer(366))])),
                ("lastReading", .object(reading)), ("lifetime", .object(lifetime)),
            ])
            members.append(
                (
                    "\(553_648_384 + index * 256)",
                    .object([
                        ("devName", .text("pcu")), ("sn", .text(StoryHouse.inverterSerial(index))),
                        ("active", .boolean(!isLost)), ("modGone", .boolean(isLost)),
                        ("channels", .array([channel])),
                    ])
                )
            )
        }
        return .object(members)
    }

    private var inventory: JSONValue {
        let batteries = house.batteryPercent(now).enumerated().map { index, percent in
            let isStuck = index == 5 && at >= house.silence.endUTCSeconds
            return JSONValue.object([
                ("serial_num", .text(StoryHouse.batterySerial(index))),
                ("percentFull", .integer(Int64(percent))),
                ("admin_state_str", .text(isStuck ? "ENCHG_STATE_CHARGING" : "ENCHG_STATE_READY")),
                ("device_status", .array([.text("envoy.global.ok"), .text("prop.done")])),
                ("img_pnum_running", .text(house.batteryFirmware(index, at: at))),
                ("communicating", .boolean(true)), ("last_rpt_date", .integer(at - 60 - Int64(index) * 30)),
                ("temperature", .integer(19)), ("maxCellTemp", .integer(21)),
                ("encharge_capacity", .integer(1_600)), ("led_status", .integer(isStuck ? 12 : 14)),
            ])
        }
        let controller = JSONValue.object([
            ("serial_num", .text("482200000100")), ("mains_admin_state", .text("closed")),
            ("mains_oper_state", .text("closed")), ("admin_state_str", .text("ENPWR_STATE_OPER_CLOSED")),
            ("Enpwr_grid_mode", .text("multimode-ongrid")), ("communicating", .boolean(true)),
            ("last_rpt_date", .integer(at - 30)), ("temperature", .integer(77)),
        ])
        return .array([
            .object([("type", .text("ENCHARGE")), ("devices", .array(batteries))]),
            .object([("type", .text("ENPOWER")), ("devices", .array([controller]))]),
        ])
    }

    private var power: JSONValue {
        let share = (Int64(now.energyWh[5]) - Int64(now.energyWh[4])) * 4 * 1000 / 6
        return .object([
            (
                "devices:",
                .array(
                    house.batteryPercent(now).enumerated().map { index, percent in
                        .object([
                            ("serial_num", .text(StoryHouse.batterySerial(index))),
                            ("real_power_mw", .integer(share)), ("apparent_power_mva", .integer(share)),
                            ("soc", .integer(Int64(percent))),
                        ])
                    }
                )
            )
        ])
    }

    private var aggregate: JSONValue {
        .object([
            ("agg_soc", .integer(Int64(now.storedPercent.rounded()))),
            ("ENC_agg_soc", .integer(Int64(now.storedPercent.rounded()))),
            ("Enc_commissioned_capacity", .integer(9_600)),
            ("ENC_agg_avail_energy", .integer(Int64(now.storedPercent * 96))),
            ("configured_backup_soc", .integer(10)), ("VLS_Limit", .integer(10)),
        ])
    }
}
