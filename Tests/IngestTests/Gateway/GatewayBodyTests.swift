// Bodies of the gateway as owners save them: under other names, with a byte order mark, one alone, minutes apart, with
// devices that were taken off the list. All bodies are made here.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

/// Bodies of a small home; times are seconds UTC.
enum MadeBodies {
    static let time: Int64 = 1_777_744_800

    static func info(_ utcSeconds: Int64 = time, serial: String = "122000000003") -> String {
        "<?xml version='1.0' encoding='UTF-8'?><envoy_info><time>\(utcSeconds)</time><device><sn>\(serial)</sn><pn>800-00654-r08</pn><software>D8.2.4345</software><imeter>true</imeter></device></envoy_info>"
    }

    static let meters =
        #"[{"eid":704643328,"state":"enabled","measurementType":"production","phaseCount":1,"meteringStatus":"normal","statusFlags":[]}]"#

    static func readings(_ utcSeconds: Int64 = time) -> String {
        #"[{"eid":704643328,"timestamp":\#(utcSeconds),"actEnergyDlvd":7200000.5,"actEnergyRcvd":10.0,"activePower":900}]"#
    }

    static func production(_ utcSeconds: Int64 = time, _ lifetime: Int = 7_200_000) -> String {
        #"{"production":[{"type":"inverters","activeCount":3,"readingTime":\#(utcSeconds),"wNow":900,"whLifetime":\#(lifetime)}]}"#
    }

    static func home(last: Int64, clock: String = "", isConnected: Bool = true) -> String {
        #"{"timezone":"UTC",\#(clock)"network":{"web_comm":\#(isConnected),"last_enlighten_report_time":\#(last)}}"#
    }

    static func inverters(_ utcSeconds: Int64 = time) -> String {
        #"[{"serialNumber":"482200000001","lastReportDate":\#(utcSeconds - 60),"devType":1,"lastReportWatts":300,"maxReportWatts":320}]"#
    }

    static func pcu(_ serial: String, isLost: Bool = false) -> String {
        isLost
            ? #"{"devName":"pcu","sn":"\#(serial)","active":false,"modGone":true,"channels":[{"lastReading":{},"lifetime":{}}]}"#
            : #"{"devName":"pcu","sn":"\#(serial)","active":true,"modGone":false,"channels":[{"lastReading":{"endDate":\#(time - 700),"duration":905,"joulesProduced":172000},"lifetime":{"joulesProduced":2000000000}}]}"#
    }

    static func deviceData(_ entries: [String]) -> String {
        let devices = entries.enumerated().map { #""\#(553_648_384 + $0.offset)":\#($0.element)"# }
        return #"{"deviceCount":\#(entries.count),"deviceDataLimit":50,\#(devices.joined(separator: ","))}"#
    }

    static func read(_ bodies: [String: String], _ change: (inout DocumentOptions) -> Void = { _ in }) throws
        -> Taken
    {
        try TestSupport.read(
            GatewayBundle.pack(bodies.map { (name: $0.key, bytes: Array($0.value.utf8)) }),
            format: .gatewayCapture,
            change
        )
    }
}

@Suite("names and contents of bodies")
struct GatewayBodyNameTests {
    @Test("bodies with the head of their answer, or in UTF-16 without a mark, are the same bodies")
    func heads() throws {
        let bodies = [
            "info": MadeBodies.info(), "ivp_meters": MadeBodies.meters,
            "ivp_meters_readings": MadeBodies.readings(),
            "api_v1_production_inverters": MadeBodies.inverters(),
        ]
        let plain = try MadeBodies.read(bodies)
        #expect(plain.readings.count >= 2)
        for head in [
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n",
            "HTTP/1.1 301 Moved\n\nHTTP/2 200\nServer: x\n\n",
        ] {
            let told = try MadeBodies.read(bodies.mapValues { head + $0 })
            #expect(told.readings == plain.readings && told.states == plain.states)
        }
        let wide = bodies.map { name, text in
            (name: name, bytes: text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
        }
        let taken = try TestSupport.read(GatewayBundle.pack(wide), format: .gatewayCapture)
        #expect(taken.readings == plain.readings && taken.states == plain.states)
    }

    private let bodies = [
        ("info", MadeBodies.info()), ("ivp_meters", MadeBodies.meters),
        ("ivp_meters_readings", MadeBodies.readings()), ("production.json", MadeBodies.production()),
        ("home", MadeBodies.home(last: MadeBodies.time - 120)),
        ("api_v1_production_inverters", MadeBodies.inverters()),
    ]

    private func rows(_ taken: Taken) -> [String] {
        (taken.readings.map { "\($0.device) \($0.origin) \($0.startUTCSeconds) \($0.values.count)" }
            + taken.states.map { "\($0.device) \($0.origin) \($0.properties.count)" }).sorted()
    }

    @Test(
        "a body under another name is known by what it holds",
        arguments: [
            [
                "info", "ivp_meters", "ivp_meters_readings", "envoy_production.json", "envoy_home.json",
                "inv.json",
            ],
            ["a", "b", "c", "d", "e", "f"],
            [
                "info.xml", "ivp_meters.json", "ivp_meters_readings.txt", "production.json.txt", "home.json",
                "x.html",
            ],
            [
                "https%3A%2F%2Fenvoy.local%2Finfo", "ivp%2Fmeters", "IVP%2Fmeters%2Freadings",
                "http_192.168.1.20_production.json", "home.html", "api%2Fv1%2Fproduction%2Finverters",
            ],
            // Names that are exchanged tell less than what is in the bodies.
            ["home", "ivp_meters_readings", "ivp_meters", "info.xml", "production.json", "inventory.json"],
        ]
    )
    func names(names: [String]) throws {
        let plain = try MadeBodies.read(Dictionary(uniqueKeysWithValues: bodies))
        let named = Dictionary(uniqueKeysWithValues: zip(names, bodies.map(\.1)))
        let taken = try MadeBodies.read(named)
        #expect(rows(taken) == rows(plain) && taken.readings.count == 3)
        #expect(taken.summary.notes.isEmpty, "\(taken.summary.notes)")
    }

    @Test("what is no body is named, with how to save it; what is left out on purpose is not")
    func unread() throws {
        var named = Dictionary(uniqueKeysWithValues: bodies)
        named["notes.txt"] = "call the installer"
        named["envoy_thing.json"] = #"{"a":1}"#
        named["ivp_ss_gen_config"] = #"{"b":1}"#
        named["home_log.json"] = #"{"code":200}"#
        let notes = try MadeBodies.read(named).summary.notes
        #expect(notes.count == 1)
        #expect(notes.first?.hasPrefix("not read: envoy_thing.json, notes.txt; save a body under") == true)
    }

    @Test("a byte order mark is no part of a body, and UTF-16 is read", arguments: ["utf8", "le", "be"])
    func marks(kind: String) throws {
        func marked(_ text: String) -> [UInt8] {
            switch kind {
            case "utf8": return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
            case "le": return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            default: return [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
            }
        }
        let files = bodies.map { (name: $0.0, bytes: marked($0.1)) }
        let taken = try read(GatewayBundle.pack(files), format: .gatewayCapture)
        #expect(rows(taken) == rows(try MadeBodies.read(Dictionary(uniqueKeysWithValues: bodies))))
        #expect(GatewayFormats.identifiers(files: files) == ["gateway": "122000000003"])
    }

    @Test("a body that names devices and times is read alone; any other is told to be one of several")
    func alone() throws {
        let taken = try read(Array(MadeBodies.deviceData([MadeBodies.pcu("482200000001")]).utf8))
        let interval = try #require(taken.readings.first { $0.seconds == 905 })
        #expect(abs((interval.values[.energy] ?? 0) - 172_000.0 / 3600) < 1e-9)
        #expect(interval.startUTCSeconds == MadeBodies.time - 700 - 905)
        #expect(try read(Array(MadeBodies.inverters().utf8)).readings.count == 1)
        for body in [
            MadeBodies.readings(), MadeBodies.meters, MadeBodies.production(), MadeBodies.home(last: 1),
            #"{"devices:":[{"serial_num":"1","real_power_mw":5,"soc":3}]}"#,
        ] {
            let text = refusal(body)
            #expect(text.contains("import the folder that holds info and the others"), "\(text)")
        }
        #expect(refusal(#"{"1":{"a":2}}"#).contains("it is no known format"))
        // Pages of the web application whose names are numbers are still told by what they hold.
        #expect(try read(Array(#"{"17":{"serialNum":"482200000001"}}"#.utf8)).states.count == 1)
        #expect(try read(Array(#"{"17":"482200000001"}"#.utf8)).states.count == 1)
    }
}

@Suite("clocks of a capture")
struct GatewayClockTests {
    private func capture(
        meters: Int64 = MadeBodies.time,
        home: String,
        captured: Int64 = MadeBodies.time + 9_000_000
    ) throws -> Taken {
        try MadeBodies.read([
            "info": MadeBodies.info(), "ivp_meters": MadeBodies.meters,
            "ivp_meters_readings": MadeBodies.readings(meters), "home": home,
        ]) { $0.capturedUTCSeconds = captured }
    }

    @Test("bodies saved apart are a note and no event", arguments: [-540, 660, 4 * 3600, -20 * 3600])
    func apart(seconds: Int64) throws {
        let home = MadeBodies.home(last: MadeBodies.time - 200)
        let taken = try capture(meters: MadeBodies.time - seconds, home: home)
        #expect(taken.events.isEmpty)
        #expect(taken.summary.notes.contains { $0.contains("apart: info") })
    }

    @Test(
        "a page saved hours before the others shows no silence of the cloud; a silence is one by its own clock too"
    )
    func homeClock() throws {
        // 1,777,744,800 is 18:00 UTC of 2 May 2026; home was saved at 08:00.
        let early = MadeBodies.home(
            last: MadeBodies.time - 36_300,
            clock: #""current_date":"05/02/2026","current_time":"08:00","#
        )
        #expect(try capture(home: early).events.isEmpty)
        let silent = MadeBodies.home(
            last: MadeBodies.time - 40 * 3600,
            clock: #""current_date":"05/02/2026","current_time":"18:01","#,
            isConnected: false
        )
        let events = try capture(home: silent).events
        #expect(events.map(\.kind) == [.cloudSilent] && events.first?.code == "web_comm false")
    }

    @Test("a clock is told against the files' time only where it is ahead of it, by no whole zone")
    func outside() throws {
        let home = MadeBodies.home(last: MadeBodies.time - 100)
        func kinds(_ ahead: Int64, meters: Int64 = 0) throws -> [SiteEvent.Kind] {
            try capture(meters: MadeBodies.time + meters, home: home, captured: MadeBodies.time - ahead)
                .events
                .map(\.kind)
        }
        #expect(try kinds(1_300) == [.clockSkewed])
        #expect(try kinds(3_600).isEmpty && kinds(-5_000).isEmpty && kinds(100).isEmpty)
        #expect(try kinds(900_000).isEmpty && kinds(1_300, meters: -700).isEmpty)
    }
}

@Suite("devices that need not report")
struct GatewayDeviceListTests {
    @Test("what was deleted or never reported is not lost; what fell silent is")
    func lost() throws {
        func entry(_ serial: String, state: Int, last: Int64) -> String {
            #"{"serial_num":"\#(serial)","admin_state":"\#(state)","last_rpt_date":"\#(last)","dev_type":"1","part_num":"800-1"}"#
        }
        let old = MadeBodies.time - 40 * 86_400
        let taken = try MadeBodies.read([
            "info": MadeBodies.info(),
            "ivp_pdm_device_data": MadeBodies.deviceData(
                [MadeBodies.pcu("482200000001")]
                    + (2...5).map { MadeBodies.pcu("48220000000\($0)", isLost: true) }
            ),
            "inventory.json_deleted_1":
                #"[{"type":"PCU","devices":[\#(entry("482200000002", state: 3, last: old)),\#(entry("482200000003", state: 1, last: old)),\#(entry("482200000004", state: 1, last: 0))]}]"#,
            "api_v1_production_inverters":
                #"[{"serialNumber":"482200000001","lastReportDate":\#(MadeBodies.time)},{"serialNumber":"482200000002","lastReportDate":\#(old)}]"#,
        ])
        #expect(taken.events.map(\.kind) == [.inverterLost, .inverterLost])
        // The fifth is in no list that says more.
        #expect(Set(taken.events.map(\.device.serial)) == ["482200000003", "482200000005"])
        #expect(
            taken.states.first { $0.device.serial == "482200000002" && $0.isRetired != nil }?.isRetired
                == true
        )
        #expect(
            taken.states.first { $0.device.serial == "482200000003" && $0.isRetired != nil }?.isRetired
                == false
        )
    }

    @Test("batteries at rest are compared by what they said at one time")
    func resting() throws {
        func capture(_ report: Int64, communicates: Bool = true) throws -> [SiteEvent.Kind] {
            func battery(_ serial: String, percent: Int, last: Int64, communicates: Bool) -> String {
                #"{"serial_num":"\#(serial)","percentFull":\#(percent),"led_status":14,"admin_state":6,"admin_state_str":"ENCHG_STATE_READY","communicating":\#(communicates),"last_rpt_date":\#(last)}"#
            }
            return try MadeBodies.read([
                "info": MadeBodies.info(), "production.json": MadeBodies.production(),
                "ivp_ensemble_inventory":
                    #"[{"type":"ENCHARGE","devices":[\#(battery("1", percent: 90, last: MadeBodies.time, communicates: true)),\#(battery("2", percent: 33, last: report, communicates: communicates))]}]"#,
            ]).events.map(\.kind)
        }
        #expect(try capture(MadeBodies.time - 300) == [.batteriesDiverge])
        #expect(try capture(MadeBodies.time - 20 * 86_400).isEmpty)
        #expect(try capture(MadeBodies.time, communicates: false).isEmpty)
    }

    @Test("rows of the site and of meters bear their gateway; those of devices do not")
    func origins() throws {
        let taken = try MadeBodies.read([
            "info": MadeBodies.info(serial: "122000000001"), "ivp_meters": MadeBodies.meters,
            "ivp_meters_readings": MadeBodies.readings(), "production.json": MadeBodies.production(),
            "api_v1_production_inverters": MadeBodies.inverters(),
        ])
        #expect(
            Set(taken.readings.map(\.origin)) == [
                "122000000001/ivp/meters/readings", "122000000001/production.json/inverters",
                "api/v1/production/inverters",
            ]
        )
        #expect(taken.readings.contains { $0.device == Device(.meter, "704643328") })
        #expect(GatewayOrigin("rgm_stats/1").gateway.isEmpty && GatewayOrigin("123/x").part == "123/x")
        #expect(GatewayOrigin(gateway: "a/b", part: "info").text == "info")
    }
}
