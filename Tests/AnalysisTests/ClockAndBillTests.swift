// The clock of the utility's data against the sun and the monitor, what is odd about bills, and which source counts.

import Analysis
import Readings
import Testing

private let start: Int64 = 1_748_736_000

/// Intervals of a house with solar power whose noon, by the file's clock, lies `shift` hours after 12:00 UTC.
private func hours(shift: Int64, days: Int64, hasExport: Bool = true) -> [UtilityInterval] {
    (0..<(24 * days)).map { hour in
        let behind = (hour - shift - 12).flooredRemainder(by: 24)
        let exported = max(0, 6 - min(behind, 24 - behind)) * 100
        return UtilityInterval(
            meter: "",
            startUTCSeconds: start + hour * 3600,
            seconds: 3600,
            importWh: exported == 0 ? 300 + (hour % 5) * 40 : 0,
            exportWh: hasExport ? exported : nil
        )
    }
}

private func check(_ intervals: [UtilityInterval], monitor: ClockCheck.Slots = [:]) throws
    -> ClockCheck.Outcome
{
    var check = ClockCheck()
    intervals.forEach { check.take($0) }
    return check.outcome(monitor: monitor, place: try #require(Place(latitude: 50, longitude: 0)))
}

@Suite("clock check")
struct ClockCheckTests {
    @Test(
        "the sun tells a clock that is off by more than two and a half hours, in both directions",
        arguments: [-11, -7, -4, 3, 8, 11]
    )
    func sun(_ shift: Int64) throws {
        guard case .wrong(let found, _) = try check(hours(shift: shift, days: 8)) else {
            Issue.record("a clock off by \(shift) h passes")
            return
        }
        // The middle of an hour counts, and the sun is not exactly in the south at noon.
        #expect(abs(found - Double(shift) - 0.5) < 0.2)
    }

    @Test("a right clock passes; a week without export, or less than a week, proves nothing")
    func right() throws {
        #expect(
            try check(hours(shift: 0, days: 8)) == .right(test: "the middle of the export against solar noon")
        )
        #expect(
            try check(hours(shift: 1, days: 8)) == .right(test: "the middle of the export against solar noon")
        )
        guard case .untested = try check(hours(shift: 6, days: 5)) else {
            Issue.record("five days are enough")
            return
        }
        guard case .untested = try check(hours(shift: 6, days: 9, hasExport: false)) else {
            Issue.record("import alone tells the sun")
            return
        }
    }

    @Test(
        "the monitor tells a single hour, and also where nothing is exported",
        arguments: [-12, -1, 0, 1, 5]
    )
    func monitor(_ shift: Int64) throws {
        var monitor: ClockCheck.Slots = [:]
        var intervals: [UtilityInterval] = []
        for hour in 0..<Int64(24 * 10) {
            let load = 200 + (hour * 7919) % 613
            ClockCheck.add(Double(load), from: start + hour * 3600, seconds: 3600, to: &monitor)
            intervals.append(
                UtilityInterval(
                    meter: "",
                    startUTCSeconds: start + (hour + shift) * 3600,
                    seconds: 3600,
                    importWh: load
                )
            )
        }
        let outcome = try check(intervals, monitor: monitor)
        if shift == 0 {
            #expect(outcome == .right(test: "correlation with the monitor"))
        } else {
            #expect(outcome == .wrong(hours: Double(shift), test: "correlation with the monitor"))
        }
    }
}

@Suite("clocks half an hour off")
struct HalfHourTests {
    @Test("the monitor tells half an hour where both have half hours", arguments: [-0.5, 0, 0.5, 1.5])
    func halfHours(_ shift: Double) throws {
        var monitor: ClockCheck.Slots = [:]
        var check = ClockCheck()
        for slot in 0..<Int64(48 * 10) {
            let load = 100 + (slot * 7919) % 613
            ClockCheck.add(Double(load), from: start + slot * 1800, seconds: 1800, to: &monitor)
            check.take(
                UtilityInterval(
                    meter: "",
                    startUTCSeconds: start + slot * 1800 + Int64(shift * 3600),
                    seconds: 1800,
                    importWh: load
                )
            )
        }
        let outcome = check.outcome(monitor: monitor, place: try #require(Place(latitude: 50, longitude: 0)))
        #expect(
            outcome
                == (shift == 0
                    ? .right(test: "correlation with the monitor")
                    : .wrong(hours: shift, test: "correlation with the monitor"))
        )
    }
}

@Suite("bill checks")
struct BillCheckTests {
    private func bill(_ start: String, _ end: String, _ importWh: Int64?, meter: String = "") throws -> Bill {
        Bill(
            meter: meter,
            start: try #require(CivilDate(start)),
            end: try #require(CivilDate(end)),
            importWh: importWh
        )
    }

    @Test("long, missing, overlapping and odd bills are told, right ones are not")
    func messages() throws {
        let right = [
            try bill("2025-01-01", "2025-02-01", 310_000), try bill("2025-02-01", "2025-03-01", 300_000),
            try bill("2025-03-01", "2025-04-01", 290_000),
        ]
        #expect(BillChecks.messages(right.reversed()).isEmpty)
        let long = BillChecks.messages([try bill("2025-01-01", "2025-03-01", 1)])
        #expect(long.count == 1 && long[0].contains("59 days"))
        let missing = BillChecks.messages([right[0], right[2]])
        #expect(missing == ["no bill covers 2025-02-01 to 2025-03-01"])
        let overlap = BillChecks.messages(right + [try bill("2025-02-20", "2025-03-10", nil)])
        #expect(overlap.contains { $0.contains("overlaps the bill that ends 2025-03-01") })
        let odd = BillChecks.messages([right[0], try bill("2025-02-01", "2025-03-01", 3_000), right[2]])
        #expect(odd.count == 1 && odd[0].contains("far from its neighbours"))
        let gap = (
            start: try #require(CivilDate("2025-02-10")), end: try #require(CivilDate("2025-02-12"))
        )
        #expect(BillChecks.messages(right, gaps: [gap]).count == 1)
        // Two meters have bills of their own.
        #expect(
            BillChecks.messages(right + [try bill("2025-01-15", "2025-02-15", 9, meter: "…2-00")]).isEmpty
        )
    }

    @Test("the owner's bill takes the place of the utility's of the same first day")
    func precedence() throws {
        let utility = [
            try bill("2025-01-01", "2025-02-01", 1, meter: "…1-00"),
            try bill("2025-02-01", "2025-03-01", 2, meter: "…1-00"),
        ]
        let owner = [try bill("2025-02-01", "2025-03-02", 3)]
        #expect(BillChecks.current(owner: owner, utility: utility).map(\.importWh) == [1, 3])
        #expect(BillChecks.current(owner: [], utility: utility).map(\.importWh) == [1, 2])
    }
}

@Suite("precedence")
struct PrecedenceTests {
    private func columns(_ channels: [Channel]) -> ReadingColumns {
        var columns = ReadingColumns()
        columns.append(
            startUTCSeconds: start,
            energyWh: Channel.allCases.map { channels.contains($0) ? 1 : ReadingColumns.missingWh }
        )
        return columns
    }

    @Test("metered before production alone, then the finest step, then the latest capture")
    func order() {
        func key(_ source: Source, _ seconds: Int32) -> SeriesKey {
            SeriesKey(systemID: 1, source: source, seconds: seconds)
        }
        let series: [SeriesKey: ReadingColumns] = [
            key(.cloudAPI, 300): columns([.produced]),
            key(.enlightenCSV, 900): columns(Channel.allCases),
            key(.enlightenWeb, 900): columns(Channel.allCases),
            key(.cloudAPI, 86_400): columns([.produced, .imported]),
        ]
        let order = SiteAnalysis.precedence(
            series,
            captures: [key(.enlightenCSV, 900): 5, key(.enlightenWeb, 900): 9]
        )
        #expect(
            order == [
                key(.enlightenWeb, 900), key(.enlightenCSV, 900), key(.cloudAPI, 86_400), key(.cloudAPI, 300),
            ]
        )
        let reversed = SiteAnalysis.precedence(
            series,
            captures: [key(.enlightenCSV, 900): 9, key(.enlightenWeb, 900): 5]
        )
        #expect(reversed.first == key(.enlightenCSV, 900))
    }
}
