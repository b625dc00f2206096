// Devices in the web application's JSON: batteries one by one, gateways, inverters.

import Readings

/// Reads devices of the web application.
enum WebDevices {
    static func batteryStatus(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let now = reading.time.page
        try reading.read(
            Device(.battery, ""),
            at: now,
            origin: "battery_status",
            [
                .stateOfCharge: root["current_charge"]?.looseDouble,
                .available: root["available_energy"]?.looseDouble.map { $0 * 1000 },
                .capacity: root["max_capacity"]?.looseDouble.map { $0 * 1000 },
                .devicesReporting: root["included_count"]?.looseDouble,
            ]
        )
        for entry in root["storages"]?.elements ?? JSONNode.none {
            guard let serial = entry["serial_number"]?.text else {
                reading.summary.warn("a battery without a serial number was left out")
                continue
            }
            let device = Device(.battery, serial)
            let report = CloudValue.time(entry["last_report"])
            // The value is as old as the battery's last report.
            try reading.read(
                device,
                at: report ?? now,
                origin: "battery_status",
                [
                    .stateOfCharge: entry["current_charge"]?.looseDouble,
                    .stateOfHealth: entry["battery_soh"]?.looseDouble,
                    .available: entry["available_energy"]?.looseDouble.map { $0 * 1000 },
                    .capacity: entry["max_capacity"]?.looseDouble.map { $0 * 1000 },
                    .cycles: entry["cycle_count"]?.looseDouble,
                    .ratedPower: entry["rated_power"]?.looseDouble,
                ]
            )
            try reading.state(
                device,
                origin: "battery_status",
                lastReport: report,
                [
                    .state: entry["status"]?.text, .excluded: entry["excluded"]?.looseBoolean.map { "\($0)" },
                    .errorCode: entry["error_code"]?.text, .errorText: entry["error_text"]?.text,
                    .light: entry["led_status"]?.text, .mode: entry["battery_mode"]?.text,
                    .note: entry["event_description"]?.text,
                ]
            )
        }
    }

    static func devices(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for group in root["result"]?.elements ?? JSONNode.none {
            let kind = kind(group["type"]?.string ?? "")
            for entry in group["devices"]?.elements ?? JSONNode.none {
                guard let serial = (entry["serial_number"] ?? entry["sn"])?.text else { continue }
                try reading.state(
                    Device(kind, serial),
                    origin: "devices",
                    lastReport: CloudValue.time(entry["last_report"])
                        ?? CloudValue.localText(entry["last_report"]),
                    [
                        .state: entry["status"]?.text ?? entry["statusText"]?.text,
                        .firmware: entry["sw_version"]?.text,
                        .communicating: entry["connected"]?.looseBoolean.map { "\($0)" },
                        .model: entry["part_num"]?.text ?? entry["name"]?.text,
                    ]
                )
                try reading.read(
                    Device(kind, serial),
                    at: CloudValue.localText(entry["last_report"]) ?? reading.time.page,
                    origin: "devices",
                    [.stateOfCharge: entry["soc"]?.looseDouble]
                )
            }
        }
    }

    /// The web application's words for kinds of devices.
    static func kind(_ word: String) -> DeviceKind {
        switch word.lowercased() {
        case "envoy", "gateway", "envoys", "gateways": .gateway
        case "encharge", "encharges", "battery", "batteries": .battery
        case "enpower", "enpowers", "system_controller", "wind_turbine_controller": .systemController
        case "meter", "meters": .meter
        case "microinverter", "microinverters", "inverter", "inverters", "micros", "pcu": .inverter
        case "acb", "acbs", "ac_battery": .acBattery
        case "generator": .generator
        case "nsrb", "relay", "q-relay", "q_relays": .relay
        default: .other
        }
    }

    static func inverters(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for (name, word) in [("total", "inverters"), ("not_reporting", "inverters not reporting")] {
            if let count = root[name]?.int64 { reading.summary.counts[word] = Int(clamping: count) }
        }
        for entry in root["inverters"]?.elements ?? JSONNode.none {
            guard let serial = (entry["serial_number"] ?? entry["sn"])?.text else { continue }
            let device = Device(.inverter, serial)
            let report = CloudValue.time(entry["last_report"] ?? entry["last_report_date"])
            try reading.state(
                device,
                origin: "inverters",
                lastReport: report,
                [
                    .state: entry["status"]?.text ?? entry["statusText"]?.text, .model: entry["name"]?.text,
                    .firmware: entry["fw1"]?.text,
                ]
            )
        }
    }

    /// Energies by the cloud's own id, which is not the serial number.
    static func inverterEnergy(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let day = root["start_date"]?.string.flatMap { CivilDate($0) }
        let interval = day.map { reading.zone.interval(of: $0) }
        for (id, value) in root["production"]?.members ?? JSONNode.noMembers {
            guard id.utf8.allSatisfy({ (48...57).contains($0) }) else { continue }
            try reading.read(
                Device(.inverter, "id \(id)"),
                at: interval?.startUTCSeconds ?? reading.time.page,
                seconds: interval.map { Int32(clamping: $0.seconds) } ?? 0,
                origin: "inverter energy",
                [.energy: value.looseDouble]
            )
        }
        if interval == nil {
            reading.summary.notes.append("the body names no day: the energies stand at the time of capture")
        }
    }

    static func inverterStatus(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for (id, value) in root.members {
            guard id.utf8.allSatisfy({ (48...57).contains($0) }), !id.isEmpty else { continue }
            guard
                let serial = value.text
                    ?? (value["serialNum"] ?? value["serial_num"] ?? value["serial_number"])?.text
            else { continue }
            try reading.state(
                Device(.inverter, serial),
                origin: "inverter status",
                [.note: "id \(id)", .state: value["statusCode"]?.text ?? value["status"]?.text]
            )
        }
    }

    static func inverterSeries(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let quantities: [(String, Quantity)] = [
            ("POWR", .power), ("DCV", .dcVoltage), ("DCA", .dcCurrent), ("ACV", .voltage),
            ("ACHZ", .frequency),
            ("TMPI", .temperature),
        ]
        for (id, body) in root.members {
            guard !id.isEmpty, id.utf8.allSatisfy({ (48...57).contains($0) }) else { continue }
            for (name, quantity) in quantities {
                for point in body[name]?.elements ?? JSONNode.none {
                    let values = Array(point.elements)
                    guard values.count >= 2, let time = CloudValue.time(values[0]) else { continue }
                    var known: [Quantity: Double?] = [quantity: values[1].looseDouble]
                    if quantity == .power, values.count > 2 { known[.maximumPower] = values[2].looseDouble }
                    try reading.read(
                        Device(.inverter, "id \(id)"),
                        at: time,
                        origin: "inverter time series",
                        known
                    )
                }
            }
        }
    }
}
