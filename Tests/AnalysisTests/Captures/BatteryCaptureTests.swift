// Batteries as captures at any spacing show them: silent, standing still, apart; and packs in which all is well.

import Readings
import Testing

@testable import Analysis

@Suite("batteries in captures")
struct BatteryCaptureTests {
    private static let hour: Int64 = 3_600

    /// The time of the states of charge of a day.
    private static func instant(_ day: Int64) -> Int64 { 1_700_000_000 + day * 86_400 - 60 }

    /// What batteries show at the n-th capture; nil for one that does not answer.
    private typealias Level = (Int) -> Double?

    /// A pack that goes up and down with the day, however it is looked at.
    private static func swing(_ index: Int) -> Double { [82, 60, 35, 48, 71][index * 3 % 5] }

    private func records(_ levels: [Level], captures: Int, hours: Int64) -> SiteRecords {
        var records = SiteRecords()
        var last = [Int64](repeating: 0, count: levels.count)
        for index in 0..<captures {
            let at = 1_700_000_000 + Int64(index) * hours * BatteryCaptureTests.hour
            for (number, level) in levels.enumerated() {
                let device = Device(.battery, "\(number)")
                let value = level(index)
                if let value {
                    last[number] = at - 60
                    records.moments.append(
                        DeviceReading(
                            device,
                            startUTCSeconds: at - 60,
                            origin: "",
                            values: [.stateOfCharge: value]
                        )
                    )
                }
                records.states.append(
                    DeviceState(
                        device,
                        atUTCSeconds: at,
                        origin: "ivp/ensemble/inventory",
                        lastReportUTCSeconds: last[number],
                        properties: [.communicating: value == nil ? "false" : "true"]
                    )
                )
            }
        }
        return records
    }

    private func found(_ levels: [Level], captures: Int = 24, hours: Int64 = 24) throws -> [Finding] {
        let place = try #require(Place(latitude: 28, longitude: -82))
        let records = records(levels, captures: captures, hours: hours)
        return SiteAnalysis(place: place, zone: .utc, series: [:], records: records).findings
    }

    @Test(
        "one that stands still while the others move is found at any spacing",
        arguments: [Int64(1), 6, 24, 96, 168]
    )
    func stuck(hours: Int64) throws {
        let captures = hours == 1 ? 24 * 9 : 24
        let levels: [Level] = [
            { BatteryCaptureTests.swing($0) }, { BatteryCaptureTests.swing($0) + 2 },
            { $0 % 2 == 0 ? 99 : 98 },
        ]
        let high = try found(levels, captures: captures, hours: hours)
        #expect(high.map(\.kind) == [.batteryPinned] && high.first?.device == "2" && high.first?.end == nil)
        #expect(high.first?.sureness == .likely && high.first?.evidence.greatestPoints == 47)
        let low = try found([levels[0], levels[1], { _ in 14 }], captures: captures, hours: hours)
        #expect(low.map(\.kind) == [.batteryNoCharge] && low.first?.device == "2")
    }

    @Test("two of four that stand still are two findings; one that moves again has ended")
    func several() throws {
        let two = try found([
            { BatteryCaptureTests.swing($0) }, { BatteryCaptureTests.swing($0) + 1 }, { _ in 99 },
            { _ in 97 },
        ])
        #expect(two.map(\.device).sorted() == ["2", "3"] && two.allSatisfy { $0.kind == .batteryPinned })
        let over = try found([
            { BatteryCaptureTests.swing($0) }, { $0 < 12 ? 99 : BatteryCaptureTests.swing($0) },
        ])
        #expect(over.map(\.device) == ["1"])
        #expect(over.first?.end?.utcSeconds == BatteryCaptureTests.instant(12))
    }

    @Test("packs in which all is well have no finding")
    func well() throws {
        let swing: Level = { BatteryCaptureTests.swing($0) }
        #expect(try found([{ _ in 99 }]).isEmpty)
        #expect(try found([{ _ in 100 }, { _ in 100 }, { _ in 100 }]).isEmpty)
        #expect(try found([swing, { BatteryCaptureTests.swing($0) + 6 }, swing]).isEmpty)
        // Full at the hour of the capture, but for a few evenings of one.
        #expect(try found([{ _ in 100 }, { $0 % 6 == 0 ? 78 : 100 }, { _ in 100 }]).isEmpty)
        // Kept full ahead of a storm.
        #expect(
            try found([
                { $0 < 8 ? 100 : BatteryCaptureTests.swing($0) },
                { $0 < 8 ? 99 : BatteryCaptureTests.swing($0) },
            ]).isEmpty
        )
        // A day on which one stands still says nothing.
        #expect(try found([swing, { _ in 99 }], captures: 24, hours: 1).isEmpty)
    }

    @Test("batteries that move together and stay far apart are told once")
    func apart() throws {
        let pair = try found([
            { BatteryCaptureTests.swing($0) }, { BatteryCaptureTests.swing($0) / 3 },
            { BatteryCaptureTests.swing($0) + 1 },
        ])
        #expect(pair.map(\.kind) == [.batteriesDiverge] && pair.first?.device == "1")
        #expect(pair.first?.rule.name == .apartInCaptures && pair.first?.sureness == .likely)
    }

    @Test(
        "one that stopped reporting is silent since its last report, and what is repeated of it is no state of charge"
    )
    func silent() throws {
        let swing: Level = { BatteryCaptureTests.swing($0) }
        let lasts = try found([swing, swing, { $0 < 8 ? BatteryCaptureTests.swing($0) : nil }])
        #expect(lasts.map(\.kind) == [.deviceSilent] && lasts.first?.device == "2" && lasts.first?.end == nil)
        #expect(lasts.first?.start.utcSeconds == BatteryCaptureTests.instant(7))
        #expect(lasts.first?.sureness == .sure && lasts.first?.evidence.deviceKind == "battery")
        let back = try found([swing, swing, { (8..<20).contains($0) ? nil : BatteryCaptureTests.swing($0) }])
        #expect(back.first?.end?.utcSeconds == BatteryCaptureTests.instant(20))
        // A night without an answer is none.
        let pause = try found(
            [swing, swing, { (8..<12).contains($0) ? nil : BatteryCaptureTests.swing($0) }],
            hours: 4
        )
        #expect(pause.isEmpty)
        // Three that one capture shows to be silent are one finding, over when the last is back; two are two.
        let dead: Level = { $0 < 8 ? BatteryCaptureTests.swing($0) : nil }
        let three = try found([swing, dead, dead, dead])
        #expect(three.map(\.device) == ["batteries"] && three.first?.evidence.serials == ["1", "2", "3"])
        #expect(three.first?.kind == .deviceSilent && three.first?.end == nil)
        #expect(try found([swing, dead, dead]).map(\.device) == ["1", "2"])
        let one: Level = { (8..<20).contains($0) ? nil : BatteryCaptureTests.swing($0) }
        let two: Level = { (8..<22).contains($0) ? nil : BatteryCaptureTests.swing($0) }
        let returned = try found([swing, one, one, two])
        #expect(returned.map { $0.end?.utcSeconds } == [BatteryCaptureTests.instant(22)])
        // A battery alone is held against the capture.
        let alone = try found([{ $0 < 8 ? BatteryCaptureTests.swing($0) : nil }])
        #expect(alone.map(\.kind) == [.deviceSilent] && alone.first?.sureness == .likely)
    }
}

@Suite("registers of several gateways")
struct GatewayRegisterTests {
    private func reading(_ hour: Int64, _ kilowattHours: Double, of gateway: String) -> RegisterReading {
        RegisterReading(
            device: Device(.meter, "704643328"),
            origin: "\(gateway)/ivp/meters/readings",
            atUTCSeconds: 1_700_000_000 + hour * 3_600,
            energyKWh: kilowattHours
        )
    }

    private func times(_ spans: [String: ClosedRange<Int64>]) -> GatewayTimes {
        GatewayTimes(
            spans.flatMap { serial, hours in
                [hours.lowerBound, hours.upperBound].map {
                    DeviceState(
                        Device(.gateway, serial),
                        atUTCSeconds: 1_700_000_000 + $0 * 3_600,
                        origin: "info",
                        properties: [:]
                    )
                }
            }
        )
    }

    @Test("production of all gateways adds up where all were read; a lone one of two decides nothing")
    func sums() {
        let (first, second) = ("122000000001", "122000000002")
        let readings = [
            reading(0, 8_000, of: first), reading(1, 1_200, of: second), reading(24, 8_009, of: first),
            reading(48, 8_018, of: first),
            reading(49, 1_210, of: second),
        ]
        func series(_ gateways: GatewayTimes) -> [[Double]] {
            RegisterSeries.meters(readings, serials: ["704643328"], limitOfError: 0.005, gateways: gateways)
                .map { $0.readings.map(\.energyKWh) }
        }
        #expect(series(times([first: 0...48, second: 1...49])) == [[9_200, 9_228]])
        // A third that has no register leaves the whole unknown.
        #expect(series(times([first: 0...48, second: 1...49, "122000000003": 2...20])).isEmpty)
        // One that took another's place is a series of its own.
        #expect(series(times([first: 0...48, second: 49...60])).count == 2)
        #expect(series(times([first: 0...48])).first == [8_000, 8_009, 8_018])
    }
}
