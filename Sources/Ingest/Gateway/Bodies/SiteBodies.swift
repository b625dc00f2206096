// The gateway itself and the site's settings: clock, firmware, the link to the cloud, the storage mode.

import Readings

/// Reads the bodies that speak of the gateway.
enum GatewaySiteBodies {
    /// Standard reporting is every 5 minutes, a cellular site reports 4 times a day: longer is a silence.
    private static let silentSeconds: Int64 = 7 * 3600
    /// A clock that differs by more is told.
    private static let skewSeconds: Int64 = 300
    /// A difference above this shows that `info` was saved at another time.
    private static let otherTimeSeconds: Int64 = 86_400

    static func read(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        let serial = bodies.info?.serial ?? ""
        let device = Device(.gateway, serial)
        if let info = bodies.info {
            observation.state(
                device,
                origin: "info",
                [
                    .firmware: info.software, .model: info.partNumber,
                    .note: info.isMetered.map { $0 ? "metered" : "unmetered" },
                ]
            )
        }
        let clock = clock(bodies, device, into: &observation)
        home(bodies["home"], device, now: clock, into: &observation)
        tariff(bodies["admin/lib/tariff"], into: &observation)
    }

    /// The gateway's own clock; the observation's time where `info` is missing or of another time.
    private static func clock(
        _ bodies: GatewayBodies,
        _ device: Device,
        into observation: inout GatewayObservation
    ) -> Int64 {
        guard let time = bodies.info?.utcSeconds else { return observation.atUTCSeconds }
        let skew = time - observation.atUTCSeconds
        if abs(skew) > otherTimeSeconds {
            observation.summary.notes.append(
                "info was saved \(GatewayText.span(skew)) \(skew < 0 ? "before" : "after") the readings: its clock is not compared"
            )
            return observation.atUTCSeconds
        }
        // Inverters report up to a quarter of an hour late: only a meter's own time tells the clock.
        let hasMeterTime =
            bodies["ivp/meters/readings"]?.elements.contains { $0["timestamp"]?.time != nil } ?? false
        if abs(skew) > skewSeconds, hasMeterTime {
            observation.event(
                .clockSkewed,
                device,
                origin: "info",
                text:
                    "the gateway's clock is \(GatewayText.span(skew)) \(skew < 0 ? "behind" : "ahead of") its readings"
            )
        }
        return time
    }

    private static func home(
        _ body: JSONNode?,
        _ device: Device,
        now: Int64,
        into observation: inout GatewayObservation
    ) {
        guard let body, let network = body["network"] else { return }
        let last = network["last_enlighten_report_time"]?.time
        let primary = network["primary_interface"]?.string
        let interface = network["interfaces"]?.elements.first { $0["interface"]?.string == primary }
        observation.state(
            device,
            at: now,
            origin: "home",
            lastReport: last,
            [
                .cloudConnected: network["web_comm"]?.boolean.map { "\($0)" },
                .mode: interface?["type"]?.string,
                .signal: interface?["signal_strength"]?.text,
                .communicating: body["comm"]?["num"]?.text.map { "\($0 != "0")" },
                .note: body["comm"]?["num"]?.text.map { "\($0) devices communicating" },
            ]
        )
        guard let last, now - last > silentSeconds else { return }
        let connected = network["web_comm"]?.boolean == false ? "web_comm is false" : "web_comm is true"
        observation.event(
            .cloudSilent,
            device,
            from: last,
            origin: "home",
            text:
                "the gateway has not reported to the cloud for \(GatewayText.span(now - last)) (\(now - last) s), since \(Instant(utcSeconds: last).iso8601); \(connected)"
        )
    }

    private static func tariff(_ body: JSONNode?, into observation: inout GatewayObservation) {
        guard let settings = body?["tariff"]?["storage_settings"] else { return }
        observation.state(
            .site,
            origin: "admin/lib/tariff",
            [
                .mode: settings["mode"]?.string,
                .note: [
                    ("reserved_soc", "reserve"), ("very_low_soc", "very low limit"),
                    ("charge_from_grid", "charge from grid"), ("operation_mode_sub_type", "sub type"),
                ].compactMap { name, word in
                    settings[name]?.text.flatMap { $0.isEmpty ? nil : "\(word) \($0)" }
                }.joined(separator: ", "),
            ]
        )
    }
}
