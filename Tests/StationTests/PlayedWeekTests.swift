// A house played live through the watch: rows against what is true of the house, findings against what was planted.

import Foundation
import Lake
import Readings
import Simulation
import Station
import TestSupport
import Testing

@Suite("a watch over a played house")
struct PlayedWeekTests {
    /// Monday, 2025-06-02, midnight UTC.
    static let monday: Int64 = 1_748_822_400
    /// Days that are played: a week takes minutes.
    static let days = ProcessInfo.processInfo.environment["SUNVIGIL_PLAYED_DAYS"].flatMap { Int($0) } ?? 1

    static func watch(_ house: LiveHouse, faults: [MockFault] = [], zone: TimeZoneRules, name: String) throws
        -> PlayedWatch
    {
        let start = Double(monday)
        let gateway = MockGateway(play: house, faults: faults, startUTCSeconds: start, zone: zone, seed: 1)
        return try PlayedWatch(gateway, serial: house.serial, start: start, zone: name)
    }

    @Test("a clean house is kept whole, and nothing is found", arguments: [3, 4] as [UInt64])
    func clean(seed: UInt64) throws {
        let name = LiveHouseShape.zoneName(seed: seed)
        let zone = try ZoneFiles.load(name)
        var house = LiveHouse.named(seed: seed, start: PlayedWeekTests.monday, zone: zone)
        let played = try PlayedWeekTests.watch(house, zone: zone, name: name)
        let end = PlayedWeekTests.monday + Int64(PlayedWeekTests.days) * 86_400
        try played.watch(seconds: Double(end - PlayedWeekTests.monday) + 120)
        #expect(played.remarks.isEmpty, "\(played.remarks)")
        #expect(played.news.isEmpty, "\(played.news)")
        let lake = try played.store().snapshot()
        let site = try lake.site(named: "home")
        let key = SeriesKey(systemID: site.systemID, source: .gateway, seconds: 900)
        let rows = try #require(try lake.readings(systemID: site.systemID)[key])
        #expect(rows.rowCount >= PlayedWeekTests.days * 96 - 1)
        house.advance(to: end)
        var errors: [Double] = []
        var sums: [Channel: (rows: Double, truth: Double)] = [:]
        for truth in house.truthRows(seconds: 900) {
            guard let row = rows.startUTCSeconds.firstIndex(of: truth.startUTCSeconds) else { continue }
            for channel in [Channel.produced, .imported, .exported] {
                let own = Double(rows[channel][row])
                let real = truth.energyWh[channel.rawValue]
                errors.append(abs(own - real))
                sums[channel, default: (0, 0)].rows += own
                sums[channel, default: (0, 0)].truth += real
            }
        }
        let mean = errors.reduce(0, +) / Double(max(1, errors.count))
        print(
            "seed \(seed): \(rows.rowCount) rows, \(played.requestCount) requests, mean error \(mean) Wh, \(sums)"
        )
        #expect(errors.count >= PlayedWeekTests.days * 90 * 3 && mean < 3)
        #expect(try lake.verify().damages.isEmpty)
    }

    @Test("what is planted is told")
    func planted() throws {
        let name = LiveHouseShape.zoneName(seed: 3)
        let zone = try ZoneFiles.load(name)
        let house = LiveHouse(
            seed: 3,
            start: PlayedWeekTests.monday,
            days: PlayedWeekTests.days,
            faults: LiveHousePlan.week(seed: 3, start: PlayedWeekTests.monday, zone: zone),
            zone: zone
        )
        let faults = house.networkFaults.compactMap { MockFault($0, start: PlayedWeekTests.monday) }
        let played = try PlayedWeekTests.watch(house, faults: faults, zone: zone, name: name)
        try played.watch(seconds: Double(PlayedWeekTests.days) * 86_400)
        print(house.truth.pretty)
        print(played.remarks)
        print(played.news.joined(separator: "\n"))
    }
}
