// The gateway itself and the site's settings: clock, firmware, the link to the cloud, the storage mode.

import Readings

/// Reads the bodies that speak of the gateway.
enum GatewaySiteBodies {
    /// Standard reporting is every 5 minutes, a cellular site reports 4 times a day: longer is a silence.
    private static let silentSeconds: Int64 = 7 * 3600
    /// A difference above this shows that `info` was saved at another time.
    private static let otherTimeSeconds: Int64 = 86_400
    /// What a clock is held against, as the event's code: one that is held against nothing outside is no finding.
    private static let outside = "files"

    static func read(
        _ bodies: GatewayBodies,
        _ clocks: GatewayClocks,
        into observation: inout GatewayObservation
    ) {
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
        let clock = clock(clocks, device, into: &observation)
        home(bodies["home"], device, now: clock, clocks: clocks, into: &observation)
        tariff(bodies["admin/lib/tariff"], into: &observation)
    }

    /// The gateway's own clock; the observation's time where `info` is missing or of another time.
    private static func clock(
        _ clocks: GatewayClocks,
        _ device: Device,
        into observation: inout GatewayObservation
    ) -> Int64 {
        if let apart = clocks.apart { observation.summary.notes.append(apart) }
        guard let time = clocks.info, abs(time - observation.atUTCSeconds) <= otherTimeSeconds else {
            return observation.atUTCSeconds
        }
        if let ahead = clocks.ahead {
            observation.event(
                .clockSkewed,
                device,
                origin: "info",
                code: outside,
                text:
                    "the gateway's clock is \(GatewayText.span(ahead)) ahead of the clock by which its bodies were saved"
            )
        }
        return time
    }

    private static func home(
        _ body: JSONNode?,
        _ device: Device,
        now: Int64,
        clocks: GatewayClocks,
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
        guard let last, now - last > silentSeconds,
            clocks.leastAge(since: last, fallback: now) > silentSeconds
        else { return }
        let isCutOff = network["web_comm"]?.boolean == false
        let connected = isCutOff ? "web_comm is false" : "web_comm is true"
        observation.event(
            .cloudSilent,
            device,
            from: last,
            origin: "home",
            code: isCutOff ? "web_comm false" : "",
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
