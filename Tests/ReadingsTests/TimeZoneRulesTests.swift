// Local time of the tz database against the system's own.

import Foundation
import Readings
import TestSupport
import Testing

private let zoneinfo = "/usr/share/zoneinfo"

private func rules(_ name: String) throws -> TimeZoneRules {
    let data = try #require(FileManager.default.contents(atPath: "\(zoneinfo)/\(name)"))
    return try TimeZoneRules(identifier: name, tzif: [UInt8](data))
}

@Suite("time zones")
struct TimeZoneRulesTests {
    @Test("every zone of the database agrees with Foundation at random instants")
    func everyZone() throws {
        let text = try String(contentsOfFile: "\(zoneinfo)/tzdata.zi", encoding: .utf8)
        let names = text.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.first == "Z" ? String(words[1]) : words.first == "L" ? String(words[2]) : nil
        }
        var compared = 0
        var generator = SeededGenerator(seed: 11)
        for name in names {
            // EET, WET and their like are links to cities in newer releases of the database: Foundation's may be newer.
            guard name.contains("/"), let reference = TimeZone(identifier: name) else { continue }
            let zone = try rules(name)
            for _ in 0..<40 {
                let instant = Int64.random(in: 0...2_145_000_000, using: &generator)
                let expected = reference.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
                #expect(zone.offset(atUTCSeconds: instant) == Int64(expected), "\(name) at \(instant)")
                compared += 1
            }
        }
        #expect(compared > 10_000)
    }

    @Test("a fold has two instants, a gap none, in both hemispheres")
    func foldsAndGaps() throws {
        func local(_ text: String) -> Int64 { Instant(iso8601: text + "Z")?.utcSeconds ?? 0 }
        let paris = try rules("Europe/Paris")
        #expect(
            paris.resolve(localSeconds: local("2024-10-27T02:15:00"))
                == .fold(
                    firstUTCSeconds: local("2024-10-27T00:15:00"),
                    secondUTCSeconds: local("2024-10-27T01:15:00")
                )
        )
        #expect(paris.resolve(localSeconds: local("2025-03-30T02:15:00")) == .gap)
        #expect(try rules("Pacific/Auckland").resolve(localSeconds: local("2024-09-29T02:30:00")) == .gap)
        let day = try #require(CivilDate("2025-03-30"))
        #expect(paris.interval(of: day).seconds == 23 * 3600)
        #expect(
            try rules("America/Havana").interval(of: #require(CivilDate("2024-03-10"))).seconds == 23 * 3600
        )
    }

    @Test("a damaged zone file throws at every length")
    func truncated() throws {
        let data = [UInt8](try #require(FileManager.default.contents(atPath: "\(zoneinfo)/Europe/London")))
        for length in 0..<data.count - 2 where length % 7 == 0 {
            _ = try? TimeZoneRules(identifier: "x", tzif: Array(data[..<length]))
        }
        #expect(throws: TimeZoneRules.FileError.self) {
            try TimeZoneRules(identifier: "x", tzif: Array(data[..<40]))
        }
    }

    @Test("sunrise and sunset in London are those of the almanac to two minutes")
    func sun() throws {
        let sun = SolarPosition(place: try #require(Place(latitude: 51.5, longitude: -0.1275)))
        let day = try #require(CivilDate("2025-06-21"))
        guard case .rises(let sunrise, let sunset) = sun.day(day) else {
            Issue.record("the sun rises in London")
            return
        }
        let expectedRise = try #require(Instant(iso8601: "2025-06-21T03:43:00Z")).utcSeconds
        let expectedSet = try #require(Instant(iso8601: "2025-06-21T20:21:00Z")).utcSeconds
        #expect(abs(sunrise - expectedRise) <= 120)
        #expect(abs(sunset - expectedSet) <= 120)
    }
}
