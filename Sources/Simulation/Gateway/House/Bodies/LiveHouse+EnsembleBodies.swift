// What the storage system of a house that is played live answers: batteries one by one, all of them, the relay.

import Readings

extension LiveHouse {
    static let generator = """
        {
            "admin_state": "unknown",
            "oper_state": "open",
            "admin_mode": 0,
            "schedule": 0,
            "start_soc": 100,
            "stop_soc": -1,
            "exc_on": 0,
            "present": 0,
            "type": 1
        }

        """

    static let dryContacts: String = {
        let contacts = ["NC1", "NC2", "NO1", "NO2"].map { "{\"id\": \"\($0)\", \"status\": \"open\"}" }
        return "{\"dry_contacts\": [\(contacts.joined(separator: ", "))]}\n"
    }()

    private var hasPack: Bool { !shape.batteries.isEmpty }
    private var isClosed: Bool { active.relay == .closed }

    /// The controller's state in words and as a number; what the numbers are while the relay is open no capture tells.
    private var controllerState: (text: String, code: Int64) {
        switch active.relay {
        case .closed: ("ENPWR_STATE_OPER_CLOSED", 24)
        case .openWithoutGrid: ("ENPWR_STATE_OPER_NO_GRID", 0)
        case .openWithGrid: ("ENPWR_STATE_OPER_OPEN", 0)
        }
    }

    private var batteryMode: String { isClosed ? "multimode-ongrid" : "multimode-offgrid" }

    private func firmware(_ battery: Int) -> String {
        shape.batteryFirmware[active.isOutdated(battery) ? 0 : shape.batteryFirmware.count - 1]
    }

    func ensembleInventory(_ clock: Int64) -> [UInt8] {
        var body = BodyWriter()
        body.openList()
        guard hasPack else {
            body.closeList()
            return body.bytes
        }
        body.open()
        body.put("type", "ENCHARGE")
        body.openList("devices")
        for index in pack.batteries.indices { battery(index, clock, to: &body) }
        body.closeList()
        body.close()
        body.open()
        body.put("type", "ENPOWER")
        body.openList("devices")
        controller(clock, to: &body)
        body.closeList()
        body.close()
        body.closeList()
        return body.bytes
    }

    private func battery(_ index: Int, _ clock: Int64, to body: inout BodyWriter) {
        let battery = pack.batteries[index]
        let isHeard = clock - battery.reportedAt < 900
        body.open()
        body.put("part_num", "836-01826-r76")
        body.put("serial_num", battery.serial)
        body.put("installed", 1_700_000_000)
        body.put(
            "device_status",
            texts: isHeard ? ["envoy.global.ok", "prop.done"] : ["envoy.cond_flags.obs_strs.failure"]
        )
        body.put("last_rpt_date", battery.reportedAt)
        body.put("admin_state", 6)
        body.put("admin_state_str", "ENCHG_STATE_READY")
        body.put("created_date", 1_700_000_000)
        body.put("img_load_date", 1_700_000_000)
        body.put("img_pnum_running", firmware(index))
        body.put("bmu_fw_version", "3.8.63")
        body.put("communicating", isHeard)
        body.put("sleep_enabled", false)
        body.put("percentFull", Int64(battery.reportedPercent))
        body.put("temperature", Int64(battery.reportedTemperature))
        body.put("maxCellTemp", Int64(battery.reportedTemperature) + 1)
        body.put("reported_enc_grid_state", isClosed ? "grid-tied" : "multimode-offgrid")
        body.put("comm_level_sub_ghz", 0)
        body.put("comm_level_2_4_ghz", 0)
        body.put("led_status", Int64(battery.reportedLight))
        body.put("dc_switch_off", active.isDropped(index))
        body.put("encharge_rev", 3)
        body.put("encharge_capacity", Int64(shape.batteryWh))
        body.put("phase", ["ph-a", "ph-b", "ph-c"][index % shape.phaseCount])
        body.put("der_index", 2)
        body.close()
    }

    private func controller(_ clock: Int64, to body: inout BodyWriter) {
        let state = controllerState
        body.open()
        body.put("part_num", "861-01381-r05")
        body.put("serial_num", shape.controller)
        body.put("installed", 1_700_000_000)
        body.put("device_status", texts: ["envoy.global.ok", "prop.done"])
        body.put("last_rpt_date", clock - 3 - clock % 60)
        body.put("admin_state", state.code)
        body.put("admin_state_str", state.text)
        body.put("created_date", 1_700_000_000)
        body.put("img_load_date", 1_700_000_000)
        body.put("img_pnum_running", "2.0.6936_rel/31.43")
        body.put("communicating", true)
        body.put("temperature", 79)
        body.put("comm_level_sub_ghz", 5)
        body.put("comm_level_2_4_ghz", 5)
        body.put("mains_admin_state", "closed")
        body.put("mains_oper_state", isClosed ? "closed" : "open")
        // It says so with the relay open as well.
        body.put("Enpwr_grid_mode", "multimode-ongrid")
        body.put("Enchg_grid_mode", batteryMode)
        body.put("Enpwr_relay_state_bm", isClosed ? 15_664 : 16_124)
        body.put("Enpwr_curr_state_id", isClosed ? 16 : 128)
        body.close()
    }

    func ensemblePower() -> [UInt8] {
        var body = BodyWriter()
        body.open()
        // The name really ends with a colon.
        body.openList("devices:")
        for index in pack.batteries.indices {
            let battery = pack.batteries[index]
            let isHeard = !active.isSilent(index)
            // In whole watts.
            let power = isHeard ? battery.milliwatts / 1000 * 1000 : 0
            body.open()
            body.put("serial_num", battery.serial)
            body.put("real_power_mw", power)
            body.put("apparent_power_mva", power)
            body.put("soc", Int64(isHeard ? pack.shownPercent(index, active) : battery.reportedPercent))
            body.close()
        }
        body.closeList()
        body.close()
        return body.bytes
    }

    func ensembleAggregate() -> [UInt8] {
        var body = BodyWriter()
        body.open()
        aggregate(to: &body)
        body.close()
        return body.bytes
    }

    private func aggregate(to body: inout BodyWriter) {
        let whole = Int64(shape.batteryWh) * Int64(shape.batteries.count)
        var (stored, there) = (0.0, Int64(0))
        for index in pack.batteries.indices where !active.isDropped(index) {
            stored += active.isStuck(index) ? 0.99 * shape.batteryWh : pack.batteries[index].storedWh
            there += Int64(shape.batteryWh)
        }
        let percent = there == 0 ? 0 : Int64((100 * stored / Double(there)).rounded())
        let reserve = Int64(shape.reservePercent)
        body.put("shutdown", false)
        let isBiased = hasPack && !isClosed
        for name in ["freq_bias_hz", "voltage_bias_v"] { body.put(name, raw: isBiased ? "0.4" : "0.0") }
        for name in ["freq_bias_hz_q8", "voltage_bias_v_q5"] { body.put(name, 0) }
        for phase in ["phaseb", "phasec"] {
            body.put("freq_bias_hz_\(phase)", raw: "0.0")
            body.put("voltage_bias_v_\(phase)", raw: "0.0")
            body.put("freq_bias_hz_q8_\(phase)", 0)
            body.put("voltage_bias_v_q5_\(phase)", 0)
        }
        body.open("offgrid_secctrl")
        for name in ["F", "V", "Vd_neg", "Vq_neg", "Vd_zero", "Vq_zero"] { body.put(name, raw: "0.0") }
        body.put("is_active", isBiased)
        body.put("is_system_balanced", true)
        body.close()
        body.put("configured_backup_soc", reserve)
        body.put("adjusted_backup_soc", reserve)
        body.put("agg_soc", percent)
        body.put("Max_energy", whole)
        body.put("ENC_agg_soc", percent)
        body.put("ENC_agg_soh", hasPack ? 100 : 0)
        body.put("ENC_agg_backup_energy", there * reserve / 100)
        body.put("ENC_agg_avail_energy", Int64(stored))
        body.put("Enc_commissioned_capacity", whole)
        body.put("Enc_max_available_capacity", there)
        body.put("ACB_agg_soc", 0)
        body.put("ACB_agg_energy", 0)
        body.put("VLS_Limit", 10)
        body.put("soc_rec_enabled", true)
        body.put("soc_recovery_entry", 0)
        body.put("soc_recovery_exit", 10)
        body.put("Commission_in_progress", false)
        body.put("ESS_in_progress", false)
    }

    private func relay(to body: inout BodyWriter) {
        body.put("mains_admin_state", "closed")
        body.put("mains_oper_state", isClosed ? "closed" : "open")
        body.put("srt12_state", "open")
        body.put("srt13_state", "open")
        for name in ["der1_state", "der2_state", "der3_state"] { body.put(name, 0) }
        if hasPack { body.put("Enpwr_grid_mode", "multimode-ongrid") }
        body.put("Enchg_grid_mode", hasPack ? batteryMode : "unknown")
        body.put("Solar_grid_mode", hasPack ? batteryMode : "unknown")
    }

    func ensembleRelay() -> [UInt8] {
        var body = BodyWriter()
        body.open()
        relay(to: &body)
        body.close()
        return body.bytes
    }

    func ensembleStatus() -> [UInt8] {
        var body = BodyWriter()
        body.open()
        body.open("inventory")
        body.open("serial_nums")
        if hasPack {
            let state = controllerState
            body.open(shape.controller)
            device(
                shape.controller,
                type: 17,
                state: (state.text, state.code),
                part: "861-01381-r05",
                to: &body
            )
            body.put("app_fw_version", "2.0.6936_rel/31.43")
            body.close()
        }
        for index in pack.batteries.indices {
            let serial = pack.batteries[index].serial
            body.open(serial)
            device(serial, type: 13, state: ("ENCHG_STATE_READY", 6), part: "836-01826-r76", to: &body)
            body.put("reported_grid_mode", batteryMode)
            body.put("phase", ["ph-a", "ph-b", "ph-c"][index % shape.phaseCount])
            body.put("encharge_revision", 3)
            body.put("encharge_capacity", Int64(shape.batteryWh))
            body.put("encharge_rated_power", Int64(shape.batteryW))
            body.put("app_fw_version", firmware(index))
            body.put("bmu_fw_version", "3.8.63")
            body.close()
        }
        body.close()
        body.close()
        body.open("secctrl")
        aggregate(to: &body)
        body.close()
        body.open("relay")
        relay(to: &body)
        body.close()
        body.close()
        return body.bytes
    }

    private func device(
        _ serial: String,
        type: Int64,
        state: (text: String, code: Int64),
        part: String,
        to body: inout BodyWriter
    ) {
        body.put("device_type", type)
        body.put("com_interface_str", "ZigBee")
        body.put("device_id", serial)
        body.put("admin_state", state.code)
        body.put("admin_state_str", state.text)
        body.put("msg_retry_count", 2)
        body.put("part_number", part)
        body.put("submodule_count", 0)
        body.put("submodules", raw: "{}")
    }
}
