// A capture made by hand: a gateway of two phases with two inverters, a battery and a relay, as its bodies were saved.

import Readings
import Simulation

/// The capture, and what tests ask of it.
enum SmallCapture {
    /// When it was saved: 2026-06-25 06:12:00 UTC, a morning in Brussels.
    static let savedAt = 1_782_367_920.0
    static let serial = "122200000017"

    static func info(firmware: String) -> String {
        """
        <?xml version='1.0' encoding='UTF-8'?>
        <envoy_info>
          <time>1782367920</time>
          <device><sn>\(serial)</sn><pn>800-00555-r03</pn><software>\(firmware)</software><imeter>true</imeter></device>
          <package name="app"><version>08.03.5289</version></package>
        </envoy_info>

        """
    }

    private static func channel(_ eid: Int, delivered: String, received: String, watts: String) -> String {
        """
        {"eid": \(eid), "timestamp": 1782367915, "actEnergyDlvd": \(delivered), "actEnergyRcvd": \(received),
         "apparentEnergy": 10.000, "reactEnergyLagg": 1.000, "reactEnergyLead": 2.000, "activePower": \(watts),
         "instantaneousDemand": \(watts), "apparentPower": 100.000, "reactivePower": 0.000, "current": 1.000}
        """
    }

    private static func meter(
        _ eid: Int,
        _ sum: (String, String, String),
        channels: [(String, String, String)]
    ) -> String {
        let own = channel(eid, delivered: sum.0, received: sum.1, watts: sum.2).dropLast()
        let list = channels.enumerated().map {
            channel(eid * 2 + $0, delivered: $1.0, received: $1.1, watts: $1.2)
        }
        return own + ", \"channels\": [\(list.joined(separator: ","))]}"
    }

    static let bodies: [String: String] = [
        "home": """
        {"timezone": "Europe/Brussels", "current_date": "06/25/2026", "current_time": "08:12",
         "network": {"web_comm": true, "last_enlighten_report_time": 1782367800}}
        """,
        "ivp_meters": """
        [{"eid": 704643328, "state": "enabled", "measurementType": "production", "phaseCount": 2},
         {"eid": 704643584, "state": "enabled", "measurementType": "net-consumption", "phaseCount": 2},
         {"eid": 704643840, "state": "disabled", "measurementType": "storage", "phaseCount": 2}]
        """,
        "ivp_meters_readings": "["
            + meter(
                704_643_328,
                ("10000.500", "5.000", "3600.000"),
                channels: [("6000.250", "2.000", "1800.000"), ("4000.250", "3.000", "1800.000")]
            )
            + ","
            // One phase takes while the other gives.
            + meter(
                704_643_584,
                ("8000.000", "3000.000", "-600.000"),
                channels: [
                    ("5000.000", "1000.000", "300.000"), ("3000.000", "2000.000", "-900.000"),
                    ("7.000", "9.000", "-400.000"),
                ]
            )
            + ","
            + meter(
                704_643_840,
                ("77.000", "66.000", "1000.000"),
                channels: [("77.000", "66.000", "1000.000")]
            ) + "]",
        "production.json": """
        {"production": [{"type": "inverters", "activeCount": 2, "readingTime": 1782367800, "wNow": 3600, "whLifetime": 1100000},
          {"type": "eim", "activeCount": 1, "measurementType": "production", "readingTime": 1782367915, "wNow": 3600.000, "whLifetime": 10000.500}],
         "storage": [{"type": "acb", "activeCount": 0, "readingTime": 0, "wNow": 0, "whNow": 0}]}
        """,
        "api_v1_production": """
        {"wattHoursToday": 100, "wattHoursSevenDays": 700, "wattHoursLifetime": 10000, "wattsNow": 3600}
        """,
        "api_v1_production_inverters": """
        [{"serialNumber": "900000000001", "lastReportDate": 1782367800, "devType": 1, "lastReportWatts": 187, "maxReportWatts": 242},
         {"serialNumber": "900000000002", "lastReportDate": 1780000000, "devType": 1, "lastReportWatts": 16, "maxReportWatts": 242}]
        """,
        "ivp_pdm_device_data": """
        {"553648384": {"devName": "pcu", "sn": "900000000001", "active": true, "channels": [
          {"created": 1782367800, "lastReading": {"endDate": 1782367800, "duration": 903, "joulesProduced": 168861},
           "lifetime": {"createdTime": 1700000000, "duration": 1000, "joulesProduced": 500000000}}]},
         "553648640": {"devName": "pcu", "sn": "900000000002", "active": false, "channels": [
          {"created": 0, "lastReading": {}, "lifetime": {}}]}}
        """,
        "ivp_ensemble_inventory": """
        [{"type": "ENCHARGE", "devices": [{"serial_num": "482200000001", "percentFull": 60, "last_rpt_date": 1782367700}]},
         {"type": "ENPOWER", "devices": [{"serial_num": "482200000100", "mains_admin_state": "closed",
           "mains_oper_state": "closed", "admin_state_str": "ENPWR_STATE_OPER_CLOSED", "last_rpt_date": 1782367700}]}]
        """,
        "ivp_ensemble_secctrl": "{\"agg_soc\": 60, \"ENC_agg_soc\": 60, \"ENC_agg_avail_energy\": 6000}",
        "ivp_ensemble_dry_contacts": "<html>no</html>",
    ]

    /// The files, with logs of two bodies.
    static func files(firmware: String = "D8.3.5289") -> [(name: String, bytes: [UInt8])] {
        let logs = [
            "home_log.json": "{\"code\": 200, \"headers\": {\"Content-Type\": \"application/json\"}}",
            "ivp_ensemble_dry_contacts_log.json":
                "{\"code\": 401, \"headers\": {\"content-type\": \"text/html\"}}",
        ]
        return ([("info", info(firmware: firmware))] + bodies.map { ($0, $1) } + logs.map { ($0, $1) })
            .map { ($0.0, Array($0.1.utf8)) }
    }

    static func replay(start: Double = savedAt, firmware: String = "D8.3.5289") throws -> CaptureReplay {
        try CaptureReplay(files: files(firmware: firmware), startUTCSeconds: start)
    }
}

extension MockAnswer {
    /// The body as JSON.
    var json: JSONValue {
        reply.flatMap { JSONValue(parsing: String(decoding: $0.body, as: UTF8.self)) } ?? .null
    }
    /// The body as text.
    var text: String { String(decoding: reply?.body ?? [], as: UTF8.self) }
}
