// Lists of findings: many notices of one kind and month share a line, and what is told with another stands below it.

import Analysis
import Readings
import Testing
import Words

@Suite("lists of findings")
struct FindingLineTests {
    @Test(
        "more than five notices of one kind in a month are one line; fewer, graver ones and other months are not"
    )
    func many() throws {
        let house = try ReportHouse()
        func lines(_ kind: FindingKind, days: [Int64], severity: Severity = .notice) -> [FindingLine] {
            days.map { day in
                let start = house.start(day, hour: 9)
                let finding = house.finding(kind, "site", from: start, to: start + 7200 + day * 60, severity)
                return FindingLine(finding, number: day + 1)
            }
        }
        let told = OwnerWords.lines(
            lines(.dropout, days: Array(0...6)) + lines(.dropout, days: [35, 36])
                + lines(.spike, days: Array(10...16), severity: .warning)
                + lines(.midnightZero, days: [20, 21]),
            zone: house.zone
        )
        #expect(told.count == 2 + 7 + 2, "\(told)")
        let folded = try #require(
            told.first { $0.hasPrefix("#1…7 notice: lost report: 7 times in March 2025, ") }
        )
        #expect(folded.contains(" 14.4 h together; the longest: a report was lost from 2025-03-07 09:00"))
        #expect(told.filter { $0.contains("2025-04-0") }.count == 2)
        #expect(told.contains { $0.hasPrefix("#21…22 notice: in March 2025 the first interval of 2 days") })
    }

    @Test("what is told with another stands below it, and such a one is never folded")
    func companions() throws {
        let house = try ReportHouse()
        let own = (0..<7).map { day in
            FindingLine(
                house.finding(
                    .dropout,
                    "site",
                    from: house.start(day),
                    to: house.start(day, hour: 2),
                    .notice
                ),
                number: day + 1,
                companions: day == 3 ? ["#40 the cloud"] : []
            )
        }
        let told = OwnerWords.lines(own, zone: house.zone)
        #expect(told.count == 2 && told[0].hasPrefix("#4 notice: a report was lost"))
        #expect(
            told[0].hasSuffix("\n      with it: #40 the cloud")
                && told[1].hasPrefix("#1…7 notice: lost report: 6 times in March 2025")
        )
    }
}
