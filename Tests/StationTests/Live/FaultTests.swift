// Each fault of the mock around saved gateways of four generations: what is told and when, what is asked, what is kept, and the
// rows behind it.

import Analysis
import Foundation
import Lake
import Readings
import Simulation
import TestSupport
import Testing

/// A fault and what is to come of it.
struct PlantedFault: CustomTestStringConvertible {
    /// As it is written, without its times.
    let text: String
    /// What must be told, on which gateways, and within how many minutes of the beginning.
    var told: [(kind: FindingKind, gateways: ClosedRange<Int>, minutes: Double)] = []
    /// What may be told besides.
    var allowed: Set<FindingKind> = []
    /// Played on every gateway where there is time, else not at all: another one is much the same.
    var isSpare = false
    /// The gateways around which it makes sense.
    var gateways = 0...3
    /// Minutes behind the fault's end in which all of it has ended; nil where only the owner can end it.
    var endMinutes: Double? = 25

    var testDescription: String { text }

    /// Nothing answers.
    private static func silent(_ text: String, isSpare: Bool = false) -> PlantedFault {
        PlantedFault(text: text, told: [(.gatewayUnreachable, 0...3, 6)], isSpare: isSpare)
    }
    /// A token that is not taken is tried once an hour.
    private static func dead(_ text: String, isSpare: Bool) -> PlantedFault {
        PlantedFault(text: text, told: [(.tokenExpiring, 1...3, 2)], isSpare: isSpare, endMinutes: 65)
    }

    static let all: [PlantedFault] = silences + deaths + harmless + spare + others

    private static let silences: [PlantedFault] =
        ["slow", "off"].map { silent("*=" + $0) }
        + ["stall:45", "endless", "huge:100", "drip:120", "reset", "cut", "cutchunk"].map {
            silent("*=" + $0, isSpare: true)
        }
    private static let deaths: [PlantedFault] = ["html401", "garbage:header", "expired"].map {
        dead("*=" + $0, isSpare: $0 != "html401")
    }
    private static let harmless: [PlantedFault] = [
        "*=zeros", "*=back:1885",
    ].map { PlantedFault(text: $0) }
    private static let spare: [PlantedFault] = [
        "*=busy", "*=cookie:30", "*=stall:5", "*=empty", "*=wrap", "*=ghost", "ivp/meters/readings=cut",
        "*=status:502", "*=garbage",
        "*=cookie", "home=stall:45", "ivp/pdm/*=stall:85",
        "ivp/ensemble/*=status:502", "api/*=reset",
    ].map { PlantedFault(text: $0, isSpare: true) }
    private static let others: [PlantedFault] = [
        PlantedFault(text: "*=frozen", told: [(.meterFrozen, 3...3, 35)]),
        // Where the meter has one phase its register is gone.
        PlantedFault(text: "*=zerophase", allowed: [.meterFrozen], isSpare: true),
        // Of old firmware, whose login is asked for with each answer.
        PlantedFault(text: "api/v1/production=html401", gateways: 0...0),
        PlantedFault(text: "*=stale", allowed: [.partialSite, .batteryLost], isSpare: true),
        PlantedFault(text: "*=clock:+7200", told: [(.clockSkewed, 0...3, 18)], isSpare: true),
        PlantedFault(text: "*=relay", told: [(.relayOpenedItself, 1...2, 3)], isSpare: true),
        PlantedFault(text: "*=drain:60", told: [(.batteryDeep, 1...2, 40)]),
        // One that had a key is never asked in clear text: firmware does not go back that far.
        PlantedFault(
            text: "*=firmware:8.3.6087",
            told: [(.firmwareChanged, 1...3, 6)],
            isSpare: true,
            gateways: 1...3,
            endMinutes: nil
        ),
        PlantedFault(text: "*=serial:122200999999", told: [(.serialChanged, 0...3, 6)], endMinutes: nil),
        PlantedFault(text: "*=key", told: [(.keyChanged, 1...3, 1)], isSpare: true, endMinutes: nil),
    ]
}

@Suite("faults around saved gateways", .enabled(if: Shared.isPresent))
struct FaultTests {
    /// D5.0.62, D7.3.517, D8.2.127, D8.3.5289.
    static let gateways = [
        "5.0.62", "7.3.517", "8.2.127_with_3cts_and_battery_split", "8.3.5289_modGone",
    ]
    /// 2026-06-15, 10:00 UTC.
    static let start = 1_781_517_600.0
    static let isLong = ProcessInfo.processInfo.environment["SUNVIGIL_PLAYED_DAYS"] != nil
    /// Faults by gateways: each fault on one of them; all of both where there is time.
    static let cases = PlantedFault.all.indices.flatMap { fault in
        let planted = PlantedFault.all[fault]
        guard !isLong else { return planted.gateways.map { (fault: fault, gateway: $0) } }
        let own = planted.told.first?.gateways ?? planted.gateways
        return planted.isSpare ? [] : [(fault: fault, gateway: own.lowerBound + fault % own.count)]
    }

    @Test("is told in time, once, and over in time; nothing storms, and rows go on", arguments: cases)
    func planted(fault index: Int, gateway: Int) throws {
        let planted = PlantedFault.all[index]
        let (begin, end, all) = FaultTests.isLong ? (1800.0, 7500.0, 18_000.0) : (900.0, 3300.0, 8_520.0)
        let play = try SavedGateway(FaultTests.gateways[gateway]).play(start: FaultTests.start)
        let fault = try MockFault(parsing: "\(planted.text)@\(Int(begin))-\(Int(end))")
        let mock = MockGateway(play: play, faults: [fault], startUTCSeconds: FaultTests.start, seed: 1)
        let played = try PlayedWatch(mock, serial: play.serial, start: FaultTests.start, zone: "Etc/UTC")
        try played.watch(seconds: all)
        let name = "\(planted.text) on \(FaultTests.gateways[gateway])"
        #expect(played.remarks.isEmpty, "\(name): \(played.remarks)")
        #expect(played.mostInAMinute <= 12 && played.leaks.isEmpty, "\(name)")
        #expect(try played.store().snapshot().verify().damages.isEmpty, "\(name)")
        try expectTold(
            planted,
            played,
            gateway: gateway,
            from: FaultTests.start + begin,
            to: FaultTests.start + end
        )
        // A gateway that only its owner can take back is asked no more.
        let isRefused = planted.told.contains { [.serialChanged, .keyChanged].contains($0.kind) }
        let isSeen = played.changes.contains {
            [.serialChanged, .keyChanged].contains($0.change.finding.kind)
        }
        if !(isRefused && isSeen) {
            try FaultTests.expectRows(
                play,
                played,
                until: FaultTests.start + all,
                gateway: gateway,
                name: name
            )
        }
    }

    @Test("the nightly start of the gateway is no news", arguments: [0, 3])
    func night(gateway: Int) throws {
        let start = FaultTests.start + 12 * 3600
        let play = try SavedGateway(FaultTests.gateways[gateway]).play(start: start)
        let mock = MockGateway(
            play: play,
            faults: [try MockFault(parsing: "*=nightly:9")],
            startUTCSeconds: start,
            seed: 1
        )
        let played = try PlayedWatch(mock, serial: play.serial, start: start, zone: "Etc/UTC")
        try played.watch(seconds: 6000)
        let own = played.changes.filter { Double($0.at) >= start + 3000 }
        #expect(own.isEmpty && played.remarks.isEmpty && played.mostInAMinute <= 12, "\(played.news)")
        #expect(played.asked.contains { $0.at > start + 5000 && $0.path == "info" })
    }

    @Test("a gateway that reports to the cloud no more is told within 76 minutes, worse within 436")
    func cloud() throws {
        let play = try SavedGateway("8.3.5169_with_generator").play(start: FaultTests.start)
        let minutes = FaultTests.isLong ? 470.0 : 100
        let fault = try MockFault(parsing: "*=cloudsilent@600-\(Int(minutes) * 60)")
        let mock = MockGateway(play: play, faults: [fault], startUTCSeconds: FaultTests.start, seed: 1)
        let played = try PlayedWatch(mock, serial: play.serial, start: FaultTests.start, zone: "Etc/UTC")
        try played.watch(seconds: minutes * 60 + 2400)
        let own = played.changes.filter { $0.change.finding.kind == .cloudSilent }
        #expect(
            own.map(\.change.word)
                == (FaultTests.isLong ? ["opened", "updated", "ended"] : ["opened", "ended"])
        )
        #expect(
            own.first.map { Double($0.at) <= FaultTests.start + 600 + 76 * 60 } ?? false,
            "\(played.news)"
        )
        if FaultTests.isLong { #expect(Double(own[1].at) <= FaultTests.start + 600 + 436 * 60) }
    }

    private func expectTold(
        _ planted: PlantedFault,
        _ played: PlayedWatch,
        gateway: Int,
        from begin: Double,
        to end: Double
    ) throws {
        let name = "\(planted.text) on \(FaultTests.gateways[gateway]): \(played.news)"
        let own = played.changes.filter { Double($0.at) >= begin }
        var opened = own.filter { $0.change.word == "opened" }
        for told in planted.told where told.gateways.contains(gateway) {
            let found = try #require(opened.first { $0.change.finding.kind == told.kind }, "\(name)")
            #expect(Double(found.at) <= begin + told.minutes * 60, "\(name)")
        }
        // A firmware that comes back is another change.
        if planted.told.contains(where: { $0.kind == .firmwareChanged }) {
            opened.removeAll { Double($0.at) >= end }
        }
        let expected = planted.allowed.union(planted.told.map(\.kind))
        #expect(Set(opened.map(\.change.finding.kind)).isSubset(of: expected), "\(name)")
        #expect(opened.count == Set(opened.map(\.change.finding.kind)).count, "\(name)")
        guard let minutes = planted.endMinutes else { return }
        for kind in Set(opened.map(\.change.finding.kind)) {
            let over = own.last { $0.change.finding.kind == kind && $0.change.word == "ended" }
            #expect(over.map { Double($0.at) <= end + minutes * 60 } ?? false, "\(kind) \(name)")
        }
    }

    /// The rows of the last three quarters of an hour are the register's difference, to the Wh.
    static func expectRows(
        _ play: CaptureReplay,
        _ played: PlayedWatch,
        until end: Double,
        gateway: Int,
        name: String
    ) throws {
        let lake = try played.store().snapshot()
        let id = try lake.site(named: "home").systemID
        let key = SeriesKey(systemID: id, source: .gateway, seconds: 900)
        let last = (Int64(end) - 400) / 900 * 900
        let columns = try lake.readings(systemID: id)[key]
        // Of D7.3.517 no meter was saved.
        guard gateway != 1 else { return }
        let rows = zip(columns?.startUTCSeconds ?? [], columns?[.produced] ?? []).filter {
            $0.0 >= last - 2700 && $0.0 < last
        }.map(\.1)
        #expect(rows.count == 3 && !rows.contains(ReadingColumns.missingWh), "\(name): \(rows)")
        let (from, to) = (try register(play, at: last - 2700), try register(play, at: last))
        #expect(abs(Double(rows.reduce(0, +)) - (to - from)) <= 1, "\(name): \(rows) \(to - from)")
        // Nothing that was not known was put into one row.
        let whole = zip(columns?.startUTCSeconds ?? [], columns?[.produced] ?? []).map(\.1)
        if !name.contains("back"), gateway > 1 {
            #expect((whole.max() ?? 0) <= (rows.max() ?? 0) + 2 && !whole.contains(0), "\(name): \(whole)")
        }
    }

    /// What the meters of production show at a time of theirs, or the gateway's total, Wh.
    private static func register(_ play: CaptureReplay, at utcSeconds: Int64) throws -> Double {
        var play = play
        func json(_ path: String, _ time: Double) throws -> JSONValue {
            let found = play.answer(path, utcSeconds: time)
            let answer = try #require(found)
            return try #require(JSONValue(parsing: String(decoding: answer.body, as: UTF8.self)))
        }
        let list = try json("ivp/meters", Double(utcSeconds)).elements
        guard let meter = list.first(where: { $0["measurementType"]?.string == "production" })?["eid"]?.double
        else {
            return try #require(
                try json("api/v1/production", Double(utcSeconds))["wattHoursLifetime"]?.double
            )
        }
        func own(_ time: Double) throws -> JSONValue {
            try #require(try json("ivp/meters/readings", time).elements.first { $0["eid"]?.double == meter })
        }
        // The meter's clock is some seconds off.
        let shown = try #require(try own(Double(utcSeconds))["timestamp"]?.double)
        let lag = Double(utcSeconds) - shown
        return try #require(try own(Double(utcSeconds) + lag)["actEnergyDlvd"]?.double)
    }
}
