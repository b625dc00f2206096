// What captures show, as findings: what lasts and what is over, devices that were taken away, several gateways, and what
// intervals tell of the same device.

import Readings
import Testing

@testable import Analysis

private let day: Int64 = 86_400

private func event(
    _ kind: SiteEvent.Kind,
    _ device: Device,
    day at: Int64,
    from: Int64? = nil,
    origin: String = "o",
    code: String = ""
) -> SeenEvent {
    SeenEvent(
        SiteEvent(kind, device, startUTCSeconds: (from ?? at) * day, origin: origin, code: code, text: "t"),
        seenUTCSeconds: at * day
    )
}

private func state(
    _ device: Device,
    day at: Int64,
    origin: String = "o",
    last: Int64? = nil,
    _ properties: [StateProperty: String] = [:]
) -> DeviceState {
    DeviceState(
        device,
        atUTCSeconds: at * day,
        origin: origin,
        lastReportUTCSeconds: last.map { $0 * day },
        properties: properties
    )
}

private func analysed(_ records: SiteRecords) throws -> [Finding] {
    let place = try #require(Place(latitude: 40, longitude: -3))
    return SiteAnalysis(place: place, zone: .utc, series: [:], records: records).findings
}

@Suite("findings of captures")
struct CaptureFindingTests {
    private let gateway = Device(.gateway, "122000000001")
    private let inverter = Device(.inverter, "482200000001")

    @Test(
        "a silence of the cloud is a warning for a day; a relay that opened for want of a grid did its work"
    )
    func severity() throws {
        func cloud(hours: Int64) throws -> Severity? {
            let seen = event(.cloudSilent, gateway, day: 10, origin: "home").event
            let silent = SiteEvent(
                seen.kind,
                gateway,
                startUTCSeconds: 10 * day - hours * 3_600,
                origin: "home",
                text: "t"
            )
            return try analysed(SiteRecords(events: [SeenEvent(silent, seenUTCSeconds: 10 * day)])).first?
                .severity
        }
        #expect(try cloud(hours: 8) == .warning && cloud(hours: 25) == .critical)
        let relay = Device(.systemController, "122200000001")
        func opened(_ word: String) throws -> Severity? {
            let records = SiteRecords(
                events: [event(.relayOpenedItself, relay, day: 3)],
                states: [state(relay, day: 3, [.state: word, .relayActual: "open"])]
            )
            return try analysed(records).first { $0.kind == .relayOpenedItself }?.severity
        }
        #expect(try opened("ENPWR_STATE_OPER_NO_GRID") == .warning)
        #expect(try opened("ENPWR_STATE_OPER_OPEN") == .critical)
    }

    @Test(
        "a silence of the cloud ends when this gateway reached it, not when another did or says it is connected"
    )
    func cloud() throws {
        let silent = event(.cloudSilent, gateway, day: 10, from: 5, origin: "home")
        func end(_ states: [DeviceState]) throws -> Int64? {
            let found = try analysed(SiteRecords(events: [silent], states: states))
            #expect(found.count == 1)
            return found.first?.end.map { $0.utcSeconds / day }
        }
        #expect(try end([state(gateway, day: 12, origin: "home", last: 11, [.cloudConnected: "true"])]) == 12)
        #expect(try end([state(gateway, day: 12, origin: "home", last: 5, [.cloudConnected: "true"])]) == nil)
        let other = Device(.gateway, "122000000002")
        #expect(try end([state(other, day: 12, origin: "home", last: 11, [.cloudConnected: "true"])]) == nil)
        let again = event(.cloudSilent, gateway, day: 20, from: 15, origin: "home")
        let back = state(gateway, day: 12, origin: "home", last: 11, [.cloudConnected: "true"])
        let two = try analysed(SiteRecords(events: [silent, again], states: [back]))
        #expect(two.map { $0.end?.utcSeconds } == [12 * day, nil])
        #expect(two.first?.sureness == .likely)
        let told = event(.cloudSilent, gateway, day: 10, origin: "home", code: "web_comm false")
        #expect(try analysed(SiteRecords(events: [told])).first?.sureness == .sure)
    }

    @Test(
        "what a gateway said last of itself is over when another took its place, not when another stands beside it"
    )
    func exchanged() throws {
        let other = Device(.gateway, "122000000002")
        let meter = Device(.meter, "704643328")
        let events = [
            event(.cloudSilent, gateway, day: 10, from: 5, origin: "home"),
            event(.meterFault, meter, day: 10, origin: "122000000001/ivp/meters"),
        ]
        let old = [state(gateway, day: 10), state(inverter, day: 10)]
        func ends(_ later: [DeviceState]) throws -> [Int64?] {
            try analysed(SiteRecords(events: events, states: old + later)).map {
                $0.end.map { $0.utcSeconds / day }
            }
        }
        #expect(try ends([state(other, day: 12), state(inverter, day: 12)]) == [12, 12])
        let found = try analysed(
            SiteRecords(events: events, states: old + [state(other, day: 12), state(inverter, day: 12)])
        )
        #expect(found.first { $0.kind == .cloudSilent }?.evidence.bound == "exchange")
        // Of two side by side each has its own devices.
        let beside = Device(.inverter, "482200000077")
        #expect(try ends([state(other, day: 12), state(beside, day: 12)]) == [nil, nil])
        // The old one is seen again: it was not exchanged.
        let back = [state(other, day: 12), state(inverter, day: 12), state(gateway, day: 13)]
        #expect(try ends(back) == [nil, nil])
    }

    @Test("what lasts is known up to the newest capture; what a later capture shows as over has ended")
    func ends() throws {
        let meter = Device(.meter, "704643328")
        let relay = Device(.systemController, "R")
        let events = [
            event(.meterFault, meter, day: 3, origin: "122000000001/ivp/meters"),
            event(.relayOpenedItself, relay, day: 3), event(.inverterLost, inverter, day: 3),
        ]
        let open = try analysed(SiteRecords(events: events, states: [state(gateway, day: 9)]))
        #expect(open.count == 3 && open.allSatisfy { $0.end == nil && $0.knownEnd.utcSeconds == 9 * day })
        let wells = [
            state(
                meter,
                day: 6,
                origin: "122000000002/ivp/meters",
                [.state: "enabled", .meteringStatus: "normal"]
            ),
            state(
                meter,
                day: 7,
                origin: "122000000001/ivp/meters",
                [.state: "enabled", .meteringStatus: "normal"]
            ),
            state(relay, day: 7, [.relayActual: "closed"]),
            state(inverter, day: 7, origin: "ivp/pdm/device_data", [.state: "active"]),
        ]
        let over = try analysed(SiteRecords(events: events, states: wells))
        #expect(over.count == 3 && over.allSatisfy { $0.end?.utcSeconds == 7 * day })
    }

    @Test("a device that was deleted is no finding; one that was found before ends with that")
    func retired() throws {
        let deleted = state(inverter, day: 5, origin: "inventory.json?deleted=1", [.state: "3"])
        for kind in [SiteEvent.Kind.inverterLost, .deviceSilent] {
            let after = event(kind, inverter, day: 5, from: kind == .deviceSilent ? 1 : 5)
            #expect(try analysed(SiteRecords(events: [after], states: [deleted])).isEmpty)
            let before = event(kind, inverter, day: 4)
            let found = try analysed(SiteRecords(events: [before, after], states: [deleted]))
            #expect(found.map { $0.end?.utcSeconds } == [5 * day])
            let again = state(inverter, day: 6, origin: "inventory.json", [.state: "2"])
            #expect(try analysed(SiteRecords(events: [before], states: [deleted, again])).first?.end == nil)
        }
        // The same number means something else in the list of batteries.
        let battery = Device(.battery, "482200000001")
        let other = state(battery, day: 5, origin: "ivp/ensemble/inventory", [.state: "3"])
        #expect(
            try analysed(SiteRecords(events: [event(.inverterLost, inverter, day: 6)], states: [other])).count
                == 1
        )
    }

    @Test(
        "one that is not listed any more beside its companions was taken away; a list of another gateway says nothing"
    )
    func vanished() throws {
        let list = "ivp/pdm/device_data"
        let companion = Device(.inverter, "482200000002")
        let stranger = Device(.inverter, "482300000001")
        let lost = event(.inverterLost, inverter, day: 3, origin: list)
        let known = [state(inverter, day: 3, origin: list), state(companion, day: 3, origin: list)]
        let elsewhere = known + [state(stranger, day: 4, origin: list)]
        #expect(try analysed(SiteRecords(events: [lost], states: elsewhere)).first?.end == nil)
        let gone = elsewhere + [state(companion, day: 5, origin: list)]
        #expect(try analysed(SiteRecords(events: [lost], states: gone)).first?.end?.utcSeconds == 5 * day)
    }

    @Test("a counter that stands wrapped in every capture is one finding until it wraps again")
    func counters() throws {
        let events = (1...6).map {
            event(
                .counterWrapped,
                .site,
                day: $0,
                origin: "production.json/inverters",
                code: $0 < 5 ? "1" : "2"
            )
        }
        #expect(try analysed(SiteRecords(events: events)).map(\.start.utcSeconds) == [day, 5 * day])
    }

    @Test("meters of two gateways have one number and are two; those of one keep their name")
    func gateways() throws {
        let meter = Device(.meter, "704643328")
        let first = event(.meterFault, meter, day: 3, origin: "122000000001/ivp/meters")
        let second = event(.meterFault, meter, day: 3, origin: "122000000002/ivp/meters")
        #expect(try analysed(SiteRecords(events: [first])).map(\.device) == ["704643328"])
        #expect(
            try analysed(SiteRecords(events: [first, second])).map(\.device) == [
                "704643328 of gateway 122000000001", "704643328 of gateway 122000000002",
            ]
        )
    }

    @Test("a clock that was compared within the gateway alone is no finding")
    func clock() throws {
        #expect(try analysed(SiteRecords(events: [event(.clockSkewed, gateway, day: 3)])).isEmpty)
        let told = event(.clockSkewed, gateway, day: 3, code: "files")
        #expect(try analysed(SiteRecords(events: [told])).map(\.kind) == [.clockSkewed])
    }

    @Test("what captures and intervals show of one device is one finding")
    func doubles() {
        func finding(_ kind: FindingKind, _ rule: RuleName, from: Int64, to: Int64?, device: String = "1")
            -> Finding
        {
            .ofRecords(
                kind,
                device,
                start: from * day,
                end: to.map { $0 * day },
                alert: from * day,
                knownEnd: 30 * day,
                severity: .warning,
                rule: FindingRule(rule),
                evidence: Evidence { $0.deviceKind = "battery" }
            )
        }
        let pinned = finding(.batteryPinned, .chargePlateau, from: 5, to: nil)
        let stuck = finding(.batteryPinned, .stuckInCaptures, from: 3, to: nil)
        let folded = CaptureDoubles.folded([stuck, pinned])
        #expect(folded.map(\.rule.name) == [.chargePlateau] && folded[0].sideEffects.count == 1)
        let early = finding(.batteryPinned, .stuckInCaptures, from: 1, to: 4)
        #expect(CaptureDoubles.folded([early, pinned]).count == 2)
        let lost = finding(.inverterLost, .captureEvent, from: 9, to: nil)
        let silent = finding(.deviceSilent, .expectedReportsMissed, from: 2, to: nil)
        #expect(CaptureDoubles.folded([silent, lost]).map(\.kind) == [.deviceSilent])
        let apart = finding(.batteriesDiverge, .apartInCaptures, from: 9, to: nil, device: "2")
        #expect(CaptureDoubles.folded([apart, pinned]).map(\.kind) == [.batteryPinned])
    }
}

@Suite("firmware of siblings")
struct FirmwareTests {
    private func states(_ devices: [(serial: String, model: String, versions: [String])]) -> [DeviceState] {
        devices.flatMap { entry in
            entry.versions.enumerated().map { index, version in
                state(
                    Device(.inverter, entry.serial),
                    day: Int64(index) * 9,
                    origin: "inventory.json",
                    [.firmware: version, .model: entry.model, .state: "2"].filter { !$0.value.isEmpty }
                )
            }
        }
    }

    private let old = "520-00082-r01-v04.28.07"
    private let new = "521-00005-r05-v06.05.02"

    @Test(
        "siblings are of one model, or of one image where no model is given",
        arguments: ["800-00625-r02", ""]
    )
    func models(older: String) throws {
        let newer = older.isEmpty ? "" : "800-01361-r02"
        let nine = (0..<9).map { ("n\($0)", newer, [new, new, new, new]) }
        let four = (0..<4).map { ("o\($0)", older, [old, old, old, old]) }
        #expect(try analysed(SiteRecords(states: states(nine + four))).isEmpty)
        let behind = [("x", newer, Array(repeating: "521-00005-r05-v06.04.01", count: 4))]
        let found = try analysed(SiteRecords(states: states(nine + four + behind)))
        #expect(found.map(\.device) == ["x"] && found.first?.knownEnd.utcSeconds == 27 * day)
    }

    @Test(
        "several that one update left behind are one finding that names them; a deleted one is none of them"
    )
    func together() throws {
        let all = (0..<8).map { ("n\($0)", "m", ["1.2.1", "1.3.0", "1.3.0", "1.3.0"]) }
        let behind = (0..<3).map { ("x\($0)", "m", Array(repeating: "1.2.1", count: 4)) }
        var records = states(all + behind)
        let found = try analysed(SiteRecords(states: records))
        #expect(found.map(\.device) == ["inverters"] && found.first?.evidence.serials == ["x0", "x1", "x2"])
        #expect(found.first?.start.utcSeconds == 9 * day && found.first?.sureness == .likely)
        for index in records.indices
        where records[index].device.serial != "x0" && records[index].device.serial.hasPrefix("x") {
            records[index].properties[.state] = "3"
        }
        #expect(try analysed(SiteRecords(states: records)).map(\.device) == ["x0"])
    }

    @Test("lists that name versions in their own ways are not mixed")
    func lists() throws {
        let one = states((0..<4).map { ("\($0)", "m", Array(repeating: "2.0.1/9", count: 4)) })
        let other = one.map {
            DeviceState(
                $0.device,
                atUTCSeconds: $0.atUTCSeconds,
                origin: "ivp/ensemble/status",
                properties: [.firmware: "1.0.7/8"]
            )
        }
        #expect(try analysed(SiteRecords(states: one + other.dropLast())).isEmpty)
    }
}
