// Days beside a clear sky as the store keeps them.

import Analysis
import Foundation
import Readings
import Testing

@Suite("expected days")
struct ExpectedDayTests {
    @Test("what is kept comes back, and what is not known stays so")
    func roundTrip() throws {
        let day = try #require(CivilDate("2025-06-05"))
        let days = [
            ExpectedDay(day: day, expectedWh: 40_000.5, recordedWh: 0, clearness: 0, likelyWh: 27_000),
            ExpectedDay(day: day.advanced(by: 1), expectedWh: 40_100),
        ]
        let text = try JSONEncoder().encode(days)
        #expect(try JSONDecoder().decode([ExpectedDay].self, from: text) == days)
        #expect(String(decoding: text, as: UTF8.self).contains("\"day\":\"2025-06-05\""))
    }
}
