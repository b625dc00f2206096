// One scale of the clear sky for a site: the same whenever it is asked, not told before a spring-to-summer was seen.

import Analysis
import Foundation
import Readings
import TestSupport
import Testing

@Suite("scale of the clear sky")
struct SkyScaleTests {
    /// Whole days of an array from a day on; each makes a share of what a clear sky would give, by its number.
    private func days(_ first: String, _ count: Int, at place: Place, share: (Int) -> Double) throws
        -> [SkyDay]
    {
        let zone = try zoneRules("Etc/UTC")
        let start = try #require(CivilDate(first))
        let array: ArrayOrientation = place.latitude >= 0 ? .southernRoof : .northernRoof
        let sky = ClearSky(place: place, array: array)
        return (0..<count).map { index in
            let day = start.advanced(by: Int64(index))
            let interval = zone.interval(of: day)
            let clear = sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
            return SkyDay(day: day, interval: interval, producedKWh: 4 * share(index) * clear)
        }
    }

    private func place(_ latitude: Double) throws -> Place {
        try #require(Place(latitude: latitude, longitude: 10))
    }

    /// Days of which every fifth is clear, the others cloudy by another measure each.
    private func weather(_ index: Int) -> Double { index % 5 == 0 ? 1 : 0.2 + 0.1 * Double(index % 7) }

    @Test(
        "in winter alone the season is not seen, and no share is to be told; by summer it is",
        arguments: [
            (52.0, "2024-10-01", "2025-04-01"), (-34.0, "2024-04-01", "2024-10-01"),
        ]
    )
    func season(latitude: Double, first: String, early: String) throws {
        let place = try place(latitude)
        let all = try days(first, 330, at: place, share: weather)
        let winter = all.filter { "\($0.day)" < early }
        let young = try #require(SkyScale.current(days: winter, place: place, array: nil))
        #expect(!young.isSeasonSeen)
        let grown = try #require(SkyScale.current(days: all, place: place, array: nil))
        #expect(grown.isSeasonSeen && abs(grown.kilowattHoursPerClear - 4) < 0.01)
    }

    @Test("in the tropics any ninety days are a season")
    func tropics() throws {
        let place = try place(1)
        let days = try days("2024-10-01", 200, at: place, share: weather)
        #expect(SkyScale.current(days: days, place: place, array: nil)?.isSeasonSeen == true)
        #expect(SkyScale.current(days: Array(days.prefix(20)), place: place, array: nil) == nil)
    }

    @Test(
        "between two anniversaries nothing moves it, whatever the newer days bring and whenever it is asked"
    )
    func stands() throws {
        let place = try place(52)
        // From the second year on the array makes a tenth less.
        let all = try days("2024-01-01", 1000, at: place) { index in
            self.weather(index) * (index < 365 ? 1 : 0.9)
        }
        func scale(_ count: Int, kept: SkyScale? = nil) throws -> SkyScale {
            try #require(
                SkyScale.current(kept: kept, days: Array(all.prefix(count)), place: place, array: nil)
            )
        }
        let first = try scale(220)
        #expect(first.isSeasonSeen)
        for count in [221, 300, 364] { #expect(try scale(count) == first, "\(count)") }
        let second = try scale(365)
        #expect(second.wholeDays == 365 && second.lastDay == "2024-12-30")
        for count in [366, 500, 729] {
            #expect(try scale(count) == second, "\(count)")
            #expect(try scale(count, kept: second) == second)
        }
        #expect(try scale(730, kept: second).wholeDays == 730)
        // Another place or array begins anew; a kept one of an older year gives way.
        #expect(try scale(500, kept: first) == second)
        let roof = try #require(ArrayOrientation(tiltDegrees: 10, azimuthDegrees: 90))
        let other = try #require(
            SkyScale.current(kept: second, days: Array(all.prefix(500)), place: place, array: roof)
        )
        #expect(other != second)
    }

    @Test("it is kept as JSON and comes back as it was")
    func json() throws {
        let place = try place(52)
        let scale = try #require(
            SkyScale.current(
                days: try days("2024-01-01", 300, at: place, share: weather),
                place: place,
                array: nil
            )
        )
        let data = try JSONEncoder().encode(scale)
        #expect(try JSONDecoder().decode(SkyScale.self, from: data) == scale)
        let text = String(decoding: data, as: UTF8.self)
        for key in ["kwh_per_clear_kwh", "season_seen", "whole_days", "first_day", "last_day", "day_spread"] {
            #expect(text.contains("\"\(key)\""), "\(key)")
        }
    }
}
