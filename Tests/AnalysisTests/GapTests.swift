// Silences of a site, and what is told of them.

import Analysis
import Readings
import TestSupport
import Testing

private let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
private let base: Int64 = 1_740_787_200  // 2025-03-01T00:00:00Z

/// A metered series of slots; `zero` slots are all zero, `absent` slots have no row.
private func series(_ count: Int, zero: Set<Int> = [], absent: Set<Int> = []) -> ReadingColumns {
    var columns = ReadingColumns()
    let missing = ReadingColumns.missingWh
    for slot in 0..<count where !absent.contains(slot) {
        let isZero = zero.contains(slot)
        columns.append(
            startUTCSeconds: base + Int64(slot) * 900,
            energyWh: isZero
                ? [0, 0, 0, 0, missing, missing]
                : [Int32(slot % 7), Int32(20 + slot % 5), 10, 1, missing, missing]
        )
    }
    return columns
}

private func findings(_ columns: ReadingColumns) throws -> [Finding] {
    let place = try #require(Place(latitude: 51, longitude: 0))
    return SiteAnalysis(place: place, zone: .utc, series: [key: columns]).findings
}

@Suite("gaps")
struct GapTests {
    @Test("a gap across midnight is one gap, whether its rows are zero or missing")
    func acrossMidnight() throws {
        let found = try findings(series(192, zero: Set(90..<96), absent: Set(96..<104)))
        #expect(found.count == 1)
        let gap = try #require(found.first)
        #expect(gap.kind == .siteSilent && gap.start.utcSeconds == base + 90 * 900)
        #expect(gap.end?.utcSeconds == base + 104 * 900 && gap.alert.utcSeconds == base + 90 * 900 + 5_400)
    }

    @Test("a single zero is a midnight zero at midnight, a dropout elsewhere, nothing at the end")
    func singles() throws {
        #expect(try findings(series(192, zero: [96])).map(\.kind) == [.midnightZero])
        #expect(try findings(series(192, zero: [97])).map(\.kind) == [.dropout])
        #expect(try findings(series(192, zero: [191])).isEmpty)
        #expect(try findings(series(192)).isEmpty)
    }

    @Test("a day that begins at 01:00 has its midnight there; a midnight that comes twice is one")
    func daysWithoutMidnight() throws {
        let place = try #require(Place(latitude: 30, longitude: 31))
        func kinds(_ zone: String, _ local: String) throws -> [FindingKind] {
            let rules = try zoneRules(zone)
            let zero = try #require(Instant(iso8601: local)).utcSeconds
            let missing = ReadingColumns.missingWh
            var columns = ReadingColumns()
            for slot in -96..<96 {
                let at = zero + Int64(slot) * 900
                columns.append(
                    startUTCSeconds: at,
                    energyWh: at == zero
                        ? [0, 0, 0, 0, missing, missing]
                        : [Int32((slot + 96) % 7), Int32(20 + (slot + 96) % 5), 10, 1, missing, missing]
                )
            }
            return SiteAnalysis(place: place, zone: rules, series: [key: columns]).findings.map(\.kind)
        }
        #expect(try kinds("Africa/Cairo", "2025-04-24T22:00:00Z") == [.midnightZero])
        #expect(try kinds("Africa/Cairo", "2025-04-24T22:15:00Z") == [.dropout])
        #expect(try kinds("America/Havana", "2025-11-02T04:00:00Z") == [.midnightZero])
        #expect(try kinds("America/Havana", "2025-11-02T05:00:00Z") == [.dropout])
    }

    @Test("zeros before the first energy are no gap; a silence at the end lasts")
    func edges() throws {
        let found = try findings(series(192, zero: Set(0..<40).union(150..<192)))
        #expect(found.count == 1 && found[0].kind == .siteSilent && found[0].end == nil)
    }

    @Test("nights before a meter was added are no silence")
    func meterAddedLater() throws {
        var columns = ReadingColumns()
        let missing = ReadingColumns.missingWh
        for slot in 0..<192 {
            let produced: Int32 = slot % 96 > 30 && slot % 96 < 60 ? 100 : 0
            let meter: Int32 = slot < 96 ? missing : 20
            columns.append(
                startUTCSeconds: base + Int64(slot) * 900,
                energyWh: [produced, meter, meter, meter, missing, missing]
            )
        }
        #expect(try findings(columns).isEmpty)
    }

    @Test("severity grows with the length")
    func severity() throws {
        #expect(try findings(series(400, zero: Set(50..<56)))[0].severity == .notice)
        #expect(try findings(series(400, zero: Set(50..<78)))[0].severity == .warning)
        #expect(try findings(series(400, zero: Set(50..<146)))[0].severity == .critical)
    }

    @Test("a short gap is estimated by its neighbours")
    func estimate() throws {
        let presence = Presence(key: key, columns: series(192, zero: [96]), zone: .utc)
        let gap = Interval(startUTCSeconds: base + 96 * 900, endUTCSeconds: base + 97 * 900)
        let estimate = try #require(
            GapEstimator(presence: presence, zone: .utc).estimate(.consumed, over: gap)
        )
        // Slot 95 holds 20 + 0, slot 97 holds 20 + 2.
        #expect(estimate.low == 20 && estimate.middle == 21 && estimate.high == 22)
    }
}
