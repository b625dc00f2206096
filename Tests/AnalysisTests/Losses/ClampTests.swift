// Clamps that give nothing, half, or the wrong sign, and homes that look a little like it.

import Foundation
import Readings
import Testing

@testable import Analysis

@Suite("clamps")
struct ClampTests {
    /// Intersection over union of an episode and a time.
    private func overlap(_ episode: LossEpisode, _ time: Interval) -> Double {
        let end = episode.end ?? time.endUTCSeconds
        let shared = min(end, time.endUTCSeconds) - max(episode.start, time.startUTCSeconds)
        let all = max(end, time.endUTCSeconds) - min(episode.start, time.startUTCSeconds)
        return Double(shared) / Double(all)
    }

    private static let expected: [(ClampHome.Fault, FindingKind, LossEpisode.Fault)] = [
        (.productionDead, .productionMeterWrong, .dead), (.productionHalf, .productionMeterWrong, .halved),
        (.productionReversed, .productionMeterWrong, .reversed),
        (.productionOffset, .productionMeterWrong, .offset), (.gridDead, .gridMeterWrong, .dead),
        (.gridReversed, .gridMeterWrong, .reversed), (.loadAsNet, .gridMeterWrong, .loadAsNet),
        (.useDead, .consumptionMeterWrong, .dead), (.useReversed, .consumptionMeterWrong, .reversed),
    ]

    @Test(
        "each fault is one episode of its kind, in time and told within three days",
        arguments: expected,
        [Int64(900), 3600]
    )
    func each(_ fault: (ClampHome.Fault, FindingKind, LossEpisode.Fault), seconds: Int64) throws {
        for (day, hour) in [(Int64(30), 0.0), (31, 13.25), (33, 20.5)] {
            let home = ClampHome(seconds: seconds)
            let time = home.home.time(day: day, hour: hour.rounded(.down), hours: 12 * 24 + 5)
            let found = try home.episodes(home.columns(fault.0, in: time))
            #expect(found.map(\.kind) == [fault.1] && found.map(\.fault) == [fault.2])
            let episode = try #require(found.first)
            let patience: Int64 = fault.0 == .productionOffset ? 5 : 3
            #expect(overlap(episode, time) > 0.8)
            #expect(episode.alert <= time.startUTCSeconds + patience * 86_400 + 6 * 3600)
            #expect(episode.severity == .warning && episode.cause == .meter)
        }
    }

    @Test("without the consumption column as well", arguments: ClampHome.Fault.allCases)
    func withoutUse(_ fault: ClampHome.Fault) throws {
        var home = ClampHome()
        home.channels = [.produced, .imported, .exported]
        let time = home.home.time(day: 30, hour: 15, hours: 12 * 24)
        let found = try home.episodes(home.columns(fault, in: time))
        #expect(found.count == 1)
        #expect(overlap(try #require(found.first), time) > 0.7)
    }

    @Test(
        "behind a battery, told or not",
        arguments: [
            ClampHome.Fault.productionDead, .productionHalf, .gridReversed, .gridDead, .useReversed,
        ],
        [true, false]
    )
    func battery(_ fault: ClampHome.Fault, isTold: Bool) throws {
        var home = ClampHome(batteryWh: 5_000)
        home.channels =
            isTold ? Channel.allCases : [.produced, .imported, .exported]
        let time = home.home.time(day: 30, hour: 10, hours: 15 * 24)
        let found = try home.episodes(home.columns(fault, in: time))
        #expect(found.count == 1)
        #expect(overlap(try #require(found.first), time) > 0.6)
    }

    @Test("from the first day on, where rows contradict one another")
    func always() throws {
        for fault in [
            ClampHome.Fault.productionReversed, .productionHalf, .productionDead, .gridReversed, .useReversed,
        ] {
            let home = ClampHome(days: 20)
            let found = try home.episodes(home.columns(fault))
            #expect(found.count == 1, "\(fault)")
            #expect(found.first?.end == nil)
            #expect(try #require(found.first).start < home.home.start + 86_400)
        }
    }

    private typealias Change = @Sendable (Int64, inout [Int32]) -> Void

    private static func net(_ row: inout [Int32]) {
        let net = row[1] + row[4] - row[0] - row[5]
        (row[2], row[3]) = (max(0, net), max(0, -net))
    }

    private static let innocents: [(String, Change)] = [
        ("nothing", { _, _ in }),
        (
            "no export is allowed",
            { _, row in
                if row[3] > 0 { (row[0], row[3]) = (row[0] - row[3], 0) }
            }
        ),
        (
            "an export limit",
            { _, row in
                if row[3] > 300 { (row[0], row[3]) = (row[0] - row[3] + 300, 300) }
            }
        ),
        (
            "what inverters draw at night",
            { _, row in
                if row[0] == 0 {
                    row[0] = -3
                    net(&row)
                }
            }
        ),
        ("gross counting", { _, row in (row[2], row[3]) = (row[1], row[0]) }),
        (
            "snow",
            { start, row in
                if start % (40 * 86_400) < 12 * 86_400 {
                    row[0] = 0
                    net(&row)
                }
            }
        ),
        (
            "an empty house",
            { start, row in
                if start % (40 * 86_400) < 14 * 86_400 {
                    row[1] = 9
                    net(&row)
                }
            }
        ),
        (
            "a car that takes more than the array gives",
            { start, row in
                if start % (7 * 86_400) < 2 * 86_400 {
                    row[1] += 2_600
                    net(&row)
                }
            }
        ),
        ("rounding", { _, row in for index in 0..<4 { row[index] = (row[index] + 2) / 5 * 5 } }),
        (
            "an array that stands still",
            { start, row in
                if start % (40 * 86_400) < 14 * 86_400 {
                    row[0] = 0
                    net(&row)
                }
            }
        ),
    ]

    @Test("a home that is right, and what is innocent, has none")
    func innocent() throws {
        for (name, change) in ClampTests.innocents {
            for channels in [
                [Channel.produced, .consumed, .imported, .exported], [.produced, .imported, .exported],
            ] {
                var home = ClampHome(days: 80)
                home.channels = channels
                let found = try home.episodes(home.home.columns(channels, spoil: change))
                #expect(found.isEmpty, "\(name): \(found)")
            }
        }
    }

    @Test("a battery that rests, that sells at night, and that the monitor does not know")
    func batteries() throws {
        for channels in [Channel.allCases, [.produced, .imported, .exported]] {
            var home = ClampHome(days: 80, batteryWh: 9_000)
            home.channels = channels
            #expect(try home.episodes(home.columns(nil)).isEmpty)
            let sells = home.home.columns(channels) { start, row in
                if start.flooredRemainder(by: 86_400) >= 19 * 3600, row[2] == 0, row[5] > 0 {
                    row[5] += 600
                    row[3] += 600
                }
            }
            if channels.count > 3 { #expect(try home.episodes(sells).isEmpty) }
        }
    }

    @Test("zeros of a night that begins or ends it are the clamp's own, with the battery's rows or without")
    func nights() throws {
        for (fault, kind) in [
            (ClampHome.Fault.gridDead, FindingKind.gridMeterWrong), (.useDead, .consumptionMeterWrong),
        ] {
            for seconds in [Int64(300), 900, 3600] {
                let home = ClampHome(seconds: seconds)
                // From a night to a night.
                let time = home.home.time(day: 30, hour: 21, hours: 6 * 24 + 2)
                let found = home.home.findings(home.columns(fault, in: time))
                    .filter { ![.productionLost, .degradation].contains($0.kind) }
                #expect(found.map(\.kind) == [kind], "\(fault) \(seconds)")
                let finding = try #require(found.first)
                #expect(abs(finding.interval.startUTCSeconds - time.startUTCSeconds) <= 3600)
                #expect(abs(finding.interval.endUTCSeconds - time.endUTCSeconds) <= 3600)
            }
        }
    }

    @Test("an exchange that stands still at what went out by day is not turned round")
    func standing() throws {
        for channels in [
            [Channel.produced, .consumed, .imported, .exported], [.produced, .imported, .exported],
        ] {
            var home = ClampHome()
            home.channels = channels
            let time = home.home.time(day: 30, hour: 15, hours: 54)
            let columns = home.home.columns(channels) { start, row in
                guard time.contains(start) else { return }
                (row[2], row[3]) = (0, 650 + Int32(start / 900 % 2))
                row[1] = row[0] - row[3]
            }
            #expect(try home.episodes(columns).isEmpty)
        }
    }

    @Test("nights spoiled by production at wrong hours are no offset when they are dark again")
    func darkAgain() throws {
        let home = ClampHome()
        for days in [Int64(0)..<4, 30..<45] {
            let columns = home.home.columns(home.channels) { start, row in
                let day = (start - home.home.start) / 86_400
                if days.contains(day), row[0] == 0 { row[0] = 300 + Int32(start / 900 % 40) * 20 }
            }
            #expect(try !home.episodes(columns).contains { $0.fault == .offset })
        }
    }

    @Test("an offset begins with its first evening", arguments: [Int64(900), 3600])
    func firstEvening(seconds: Int64) throws {
        var home = ClampHome(seconds: seconds)
        // Most of the night lies behind midnight.
        home.home.longitude = -25
        let time = home.home.time(day: 30, hour: 13, hours: 12 * 24)
        let found = try home.episodes(home.columns(.productionOffset, in: time))
        #expect(found.map(\.fault) == [.offset])
        #expect(try #require(found.first).start < home.home.start + 31 * 86_400)
    }

    @Test("days alone show what sums prove, and no more")
    func daily() throws {
        let told: [(ClampHome.Fault, FindingKind?)] = [
            (.productionDead, .productionMeterWrong), (.productionHalf, .productionMeterWrong),
            (.productionReversed, .productionMeterWrong), (.useDead, .consumptionMeterWrong),
            (.useReversed, .consumptionMeterWrong), (.gridDead, .gridMeterWrong), (.productionOffset, nil),
            (.gridReversed, nil), (.loadAsNet, nil),
        ]
        for (fault, kind) in told {
            var home = ClampHome()
            home.isDaily = true
            let time = home.home.time(day: 30, hour: 0, hours: 15 * 24)
            let found = try home.episodes(home.columns(fault, in: time))
            #expect(found.map(\.kind) == (kind.map { [$0] } ?? []), "\(fault)")
            if let episode = found.first { #expect(overlap(episode, time) > 0.8) }
        }
        var home = ClampHome(batteryWh: 9_000)
        home.isDaily = true
        home.channels = Channel.allCases
        let time = home.home.time(day: 30, hour: 0, hours: 15 * 24)
        #expect(try home.episodes(home.columns(.useReversed, in: time)).isEmpty)
    }

    @Test("what is kept from night to night goes on as if nothing had been between")
    func kept() throws {
        for fault in ClampHome.Fault.allCases {
            let home = ClampHome(days: 50)
            let columns = home.columns(fault, in: home.home.time(day: 25, hour: 11, hours: 12 * 24))
            #expect(try home.episodes(columns) == home.episodes(columns, isKept: true))
        }
    }

    @Test("days under suspicion say nothing of the array")
    func spoiled() throws {
        let home = ClampHome(days: 40)
        for fault in [ClampHome.Fault.productionHalf, .productionDead, .productionReversed] {
            let time = home.home.time(day: 20, hour: 0, hours: 10 * 24)
            let spoiled = try home.verdicts(home.columns(fault, in: time))
            #expect(spoiled[20..<30].allSatisfy { $0.spoilsProduction }, "\(fault)")
            #expect(spoiled[..<20].allSatisfy { !$0.spoilsProduction && !$0.spoilsExchange })
        }
    }

    @Test("a constant below zero is no sign, not under a dull sky either, and it ends")
    func offsetBelowZero() throws {
        var home = ClampHome()
        home.channels = [.produced]
        let time = home.home.time(day: 30, hour: 12, hours: 15 * 24)
        let dull = home.home.columns([.produced]) { start, row in
            if time.contains(start) { row[0] = row[0] / 40 - 9 }
        }
        let found = try home.episodes(dull)
        #expect(found.map(\.fault) == [.offset])
        #expect(overlap(try #require(found.first), time) > 0.8)
        #expect(found.first?.end != nil)
        // What is there from the first night on is the draw of the inverters.
        let always = home.home.columns([.produced]) { _, row in if row[0] == 0 { row[0] = -2 } }
        #expect(try home.episodes(always).isEmpty)
    }

    @Test("a car at noon behind a battery is no export")
    func carAtNoon() throws {
        var home = ClampHome(batteryWh: 5_000)
        home.channels = Channel.allCases
        let noon = home.home.columns(Channel.allCases) { start, row in
            let hour = start.flooredRemainder(by: 86_400) / 3600
            guard start >= home.home.start + 35 * 86_400, row[0] > 0 else { return }
            if (10..<14).contains(hour) {
                // All day long the array charges the battery, at noon the grid the car.
                (row[1], row[2], row[3], row[4], row[5]) = (1_500 + row[0], 1_500, 0, 0, 0)
            } else {
                (row[1], row[2], row[3], row[4], row[5]) = (
                    60, 0, 0, max(0, row[0] - 60), max(0, 60 - row[0])
                )
            }
        }
        #expect(try home.episodes(noon).filter { $0.fault == .reversed }.isEmpty)
    }

    @Test("what goes into the battery proves as much as what goes out")
    func charging() throws {
        var home = ClampHome(batteryWh: 40_000)
        home.channels = Channel.allCases
        let time = home.home.time(day: 30, hour: 0, hours: 10 * 24)
        // Nothing is exported on any of these days.
        let columns = home.home.columns(Channel.allCases) { start, row in
            (row[3], row[4]) = (0, row[4] + row[3])
            guard time.contains(start) else { return }
            row[0] /= 2
            row[1] = row[0] + row[2] + row[5] - row[4]
        }
        let found = try home.episodes(columns)
        #expect(found.map(\.fault) == [.halved])
        #expect(overlap(try #require(found.first), time) > 0.8)
    }

    @Test("a car that follows the sun for a day is no load set as net")
    func carByTheSun() throws {
        let home = ClampHome(days: 60)
        let columns = home.home.columns { start, row in
            let day = (start - home.home.start) / 86_400
            guard day >= 30, day % 5 == 0, row[0] > 40 else { return }
            row[1] = row[0] + 120
            (row[2], row[3]) = (120, 0)
        }
        #expect(try home.episodes(columns).isEmpty)
    }

    @Test("a generator or the battery feeds the home while the grid is away", arguments: [1_500.0, 5_000])
    func generator(batteryWh: Double) throws {
        var home = ClampHome(batteryWh: batteryWh)
        home.channels = Channel.allCases
        let away = home.home.time(day: 30, hour: 18, hours: 62)
        let columns = home.home.columns(Channel.allCases) { start, row in
            // The array is throttled; what is used above it and the battery comes from the generator, which is no column.
            if away.contains(start) { (row[0], row[2], row[3]) = (row[0] - row[3], 0, 0) }
        }
        let found = try home.episodes(columns)
        #expect(found.isEmpty, "\(found)")
    }
}
