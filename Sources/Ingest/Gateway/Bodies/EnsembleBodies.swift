// Batteries, the grid relay and the generator. State of charge has two clocks, and both are kept: `percentFull` of the
// inventory is as old as the battery's last report, `soc` of the power body is live.

import Readings

/// Reads the bodies of the storage system.
enum GatewayEnsembleBodies {
    /// Batteries at rest that differ by this much do not follow each other any more, percent.
    private static let divergentPercent = 10.0
    /// Reports of batteries that are compared lie within this, seconds.
    private static let freshSeconds: Int64 = 3_600
    /// Light codes of a battery at rest.
    private static let idleLights: Set<Int64> = [14, 15, 16, 17]

    static func read(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        inventory(bodies["ivp/ensemble/inventory"], into: &observation)
        power(bodies["ivp/ensemble/power"], into: &observation)
        aggregate(bodies["ivp/ensemble/secctrl"], into: &observation)
        status(bodies["ivp/ensemble/status"], into: &observation)
        generator(bodies["ivp/ensemble/generator"], into: &observation)
        relay(bodies["ivp/ensemble/relay"], into: &observation)
    }

    private static func inventory(_ body: JSONNode?, into observation: inout GatewayObservation) {
        var resting: [Resting] = []
        for group in body?.elements ?? JSONNode.none {
            let type = group["type"]?.string ?? ""
            for entry in group["devices"]?.elements ?? JSONNode.none {
                guard let serial = entry["serial_num"]?.text else { continue }
                switch type {
                case "ENCHARGE":
                    battery(entry, serial, into: &observation)
                    if let battery = Resting(entry, serial) { resting.append(battery) }
                case "ENPOWER", "COLLAR": controller(entry, serial: serial, type: type, into: &observation)
                default: other(entry, serial: serial, type: type, into: &observation)
                }
            }
        }
        diverging(resting, into: &observation)
    }

    /// A battery at rest, with what it last said.
    private struct Resting {
        let serial: String
        let percent: Double
        let report: Int64?

        /// Returns nil for a battery at work, and for one that the gateway does not reach: its entry is of the past.
        init?(_ entry: JSONNode, _ serial: String) {
            guard let percent = entry["percentFull"]?.double,
                entry["led_status"]?.int64.map(idleLights.contains) ?? false,
                entry["communicating"]?.looseBoolean != false
            else { return nil }
            (self.serial, self.percent, report) = (serial, percent, entry["last_rpt_date"]?.time)
        }
    }

    /// Only what batteries said at one time is compared.
    private static func diverging(_ resting: [Resting], into observation: inout GatewayObservation) {
        let newest = resting.compactMap(\.report).max() ?? 0
        let fresh = resting.filter { newest - ($0.report ?? newest) <= freshSeconds }
        guard let low = fresh.min(by: { $0.percent < $1.percent }),
            let high = fresh.max(by: { $0.percent < $1.percent }),
            high.percent - low.percent >= divergentPercent
        else { return }
        let numbers = [low.percent, high.percent].map { GatewayText.number($0, decimals: 0) }
        observation.event(
            .batteriesDiverge,
            Device(.battery, low.serial),
            origin: "ivp/ensemble/inventory",
            text:
                "batteries at rest differ: \(low.serial) shows \(numbers[0]) %, \(high.serial) shows \(numbers[1]) %"
        )
    }

    private static func shared(_ entry: JSONNode) -> [StateProperty: String?] {
        [
            .state: entry["admin_state_str"]?.string,
            .flags: entry["device_status"]?.elements.compactMap(\.string).joined(separator: " "),
            .firmware: entry["img_pnum_running"]?.string ?? entry["FW Version"]?.string,
            .model: entry["part_num"]?.string,
            .communicating: entry["communicating"]?.looseBoolean.map { "\($0)" },
            .signal: [entry["comm_level_sub_ghz"], entry["comm_level_2_4_ghz"]].compactMap { $0?.text }
                .joined(separator: " "),
        ]
    }

    private static func battery(
        _ entry: JSONNode,
        _ serial: String,
        into observation: inout GatewayObservation
    ) {
        let device = Device(.battery, serial)
        let report = entry["last_rpt_date"]?.time
        observation.read(
            device,
            at: report,
            origin: "ivp/ensemble/inventory",
            [
                .stateOfCharge: entry["percentFull"]?.double, .temperature: entry["temperature"]?.double,
                .maximumCellTemperature: entry["maxCellTemp"]?.double,
                .capacity: entry["encharge_capacity"]?.double,
            ]
        )
        var properties = shared(entry)
        properties[.light] = entry["led_status"]?.text
        properties[.phases] = entry["phase"]?.string
        properties[.gridMode] = entry["reported_enc_grid_state"]?.string
        properties[.note] = [
            entry["dc_switch_off"]?.boolean == true ? "dc switch off" : nil,
            entry["sleep_enabled"]?.boolean == true ? "sleep enabled" : nil,
            entry["bmu_fw_version"]?.string.map { "bmu \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        observation.state(device, origin: "ivp/ensemble/inventory", lastReport: report, properties)
    }

    private static func controller(
        _ entry: JSONNode,
        serial: String,
        type: String,
        into observation: inout GatewayObservation
    ) {
        let device = Device(.systemController, serial)
        let commanded = entry["mains_admin_state"]?.string
        let actual = entry["mains_oper_state"]?.string ?? entry["mid_state"]?.text
        var properties = shared(entry)
        if type == "COLLAR" {
            properties[.state] = entry["collar_state"]?.text ?? entry["admin_state_str"]?.string
        }
        properties[.relayCommanded] = commanded
        properties[.relayActual] = actual
        properties[.gridMode] = [entry["Enpwr_grid_mode"], entry["Enchg_grid_mode"], entry["grid_state"]]
            .compactMap { $0?.text }.joined(separator: " ")
        properties[.errorText] = entry["control_error"]?.text
        let report = entry["last_rpt_date"]?.time
        observation.state(device, origin: "ivp/ensemble/inventory", lastReport: report, properties)
        // Its temperature looks like degrees Fahrenheit in every capture.
        observation.read(
            device,
            at: report,
            origin: "ivp/ensemble/inventory",
            [.temperature: type == "ENPOWER" ? entry["temperature"]?.double.map { ($0 - 32) / 1.8 } : nil]
        )
        opened(
            device,
            commanded: commanded,
            actual: actual,
            modes: properties[.gridMode] ?? nil,
            into: &observation
        )
    }

    /// Commanded closed and actually open: the relay opened by itself. The controller's own grid mode tells nothing.
    private static func opened(
        _ device: Device,
        commanded: String?,
        actual: String?,
        modes: String?,
        into observation: inout GatewayObservation
    ) {
        guard commanded == "closed", actual == "open" else { return }
        observation.event(
            .relayOpenedItself,
            device,
            origin: "ivp/ensemble/inventory",
            code: modes ?? "",
            text:
                "the grid relay of \(device.serial) is open although it was told to be closed: the grid failed or is out of its limits (\(modes ?? "no mode"))"
        )
    }

    private static func other(
        _ entry: JSONNode,
        serial: String,
        type: String,
        into observation: inout GatewayObservation
    ) {
        var properties = shared(entry)
        properties[.mode] = type
        observation.state(
            Device(.other, serial),
            origin: "ivp/ensemble/inventory",
            lastReport: entry["last_rpt_date"]?.time,
            properties
        )
    }

    private static func power(_ body: JSONNode?, into observation: inout GatewayObservation) {
        // The name really ends with a colon.
        for entry in (body?["devices:"] ?? body?["devices"])?.elements ?? JSONNode.none {
            guard let serial = entry["serial_num"]?.text else { continue }
            observation.read(
                Device(.battery, serial),
                origin: "ivp/ensemble/power",
                [
                    .power: entry["real_power_mw"]?.double.map { $0 / 1000 },
                    .apparentPower: entry["apparent_power_mva"]?.double.map { $0 / 1000 },
                    .stateOfCharge: entry["soc"]?.double,
                ]
            )
        }
    }

    private static func aggregate(_ body: JSONNode?, into observation: inout GatewayObservation) {
        guard let body else { return }
        let capacity = body["Enc_commissioned_capacity"]?.double ?? body["Max_energy"]?.double ?? 0
        // Without a battery all of it is 0 and means nothing.
        if capacity > 0 {
            observation.read(
                Device(.battery, ""),
                origin: "ivp/ensemble/secctrl",
                [
                    .stateOfCharge: body["ENC_agg_soc"]?.double ?? body["agg_soc"]?.double,
                    .available: body["ENC_agg_avail_energy"]?.double, .capacity: capacity,
                ]
            )
        }
        observation.state(
            .site,
            origin: "ivp/ensemble/secctrl",
            [
                .note: [
                    ("configured_backup_soc", "reserve"), ("adjusted_backup_soc", "adjusted reserve"),
                    ("VLS_Limit", "very low limit"), ("Enc_max_available_capacity", "available capacity Wh"),
                    ("ENC_agg_backup_energy", "backup energy Wh"),
                ].compactMap { name, word in body[name]?.text.map { "\(word) \($0)" } }.joined(
                    separator: ", "
                ),
                .state: body["shutdown"]?.boolean == true ? "shutdown" : nil,
                .reserve: capacity > 0 ? reserve(body["configured_backup_soc"]?.double) : nil,
            ]
        )
    }

    private static func reserve(_ percent: Double?) -> String? {
        percent.flatMap { (0...100).contains($0) ? JSONValue.fixed($0, decimals: 0) : nil }
    }

    /// Firmware per device: which battery is stuck on an old one.
    private static func status(_ body: JSONNode?, into observation: inout GatewayObservation) {
        for (serial, entry) in body?["inventory"]?["serial_nums"]?.members ?? JSONNode.noMembers {
            let kind: DeviceKind =
                switch entry["device_type"]?.int64 {
                case 13: .battery
                case 17: .systemController
                case 12: .relay
                default: .other
                }
            observation.state(
                Device(kind, serial),
                origin: "ivp/ensemble/status",
                [
                    .state: entry["admin_state_str"]?.string, .firmware: entry["app_fw_version"]?.string,
                    .model: entry["part_number"]?.string, .gridMode: entry["reported_grid_mode"]?.string,
                    .note: entry["msg_retry_count"]?.text.map { "message retries \($0)" },
                ]
            )
            observation.read(
                Device(kind, serial),
                origin: "ivp/ensemble/status",
                [
                    .ratedPower: entry["encharge_rated_power"]?.double,
                    .capacity: entry["encharge_capacity"]?.double,
                ]
            )
        }
    }

    private static func generator(_ body: JSONNode?, into observation: inout GatewayObservation) {
        // Some firmware answers with the inventory here.
        guard let body, body.kind == .object, body["admin_state"] != nil else { return }
        observation.state(
            Device(.generator, ""),
            origin: "ivp/ensemble/generator",
            [
                .relayCommanded: body["admin_state"]?.text, .relayActual: body["oper_state"]?.text,
                .state: body["present"]?.text.map { $0 == "1" ? "present" : "absent" },
                .mode: body["admin_mode"]?.text,
                .note: [
                    ("start_soc", "start soc"), ("stop_soc", "stop soc"), ("schedule", "schedule"),
                    ("type", "type"),
                    ("exc_on", "exercise"),
                ].compactMap { name, word in body[name]?.text.map { "\(word) \($0)" } }.joined(
                    separator: ", "
                ),
            ]
        )
    }

    private static func relay(_ body: JSONNode?, into observation: inout GatewayObservation) {
        guard let body, body.kind == .object else { return }
        observation.state(
            Device(.systemController, ""),
            origin: "ivp/ensemble/relay",
            [
                .relayCommanded: body["mains_admin_state"]?.text,
                .relayActual: body["mains_oper_state"]?.text,
                .gridMode: [body["Enpwr_grid_mode"], body["Enchg_grid_mode"]].compactMap { $0?.text }
                    .joined(separator: " "),
            ]
        )
    }
}
