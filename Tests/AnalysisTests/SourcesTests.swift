// Several sources of one site: what one lacks, another may have.

import Analysis
import Readings
import Testing

private let start: Int64 = 1_735_689_600
private let day: Int64 = 86_400

/// A metered series; days in `silent` are left out, those in `zero` are zeros.
private func series(
    step: Int64,
    days: Range<Int64>,
    without silent: Range<Int64> = 0..<0,
    zero: Range<Int64> = 0..<0
)
    -> ReadingColumns
{
    var columns = ReadingColumns()
    for slot in (days.lowerBound * day / step)..<(days.upperBound * day / step) {
        let number = slot * step / day
        if silent.contains(number) { continue }
        let energy: Int32 = zero.contains(number) ? 0 : 7
        columns.append(
            startUTCSeconds: start + slot * step,
            energyWh: [energy, energy, energy, 0, 0, 0],
            quality: energy == 0 ? .zero : []
        )
    }
    return columns
}

private func key(_ source: Source, _ seconds: Int32) -> SeriesKey {
    SeriesKey(systemID: 1, source: source, seconds: seconds)
}

private func silences(_ columns: [SeriesKey: ReadingColumns]) throws -> [Interval] {
    let place = try #require(Place(latitude: 50, longitude: 0))
    return SiteAnalysis(place: place, zone: .utc, series: columns).findings.filter { $0.kind == .siteSilent }
        .map(\.interval)
}

@Suite("several sources")
struct SourcesTests {
    @Test("a hole of one series is no silence where another has data; what neither has is one")
    func holes() throws {
        let fine = series(step: 900, days: 0..<40, without: 10..<30)
        #expect(try silences([key(.enlightenWeb, 900): fine]).map(\.seconds) == [20 * day])
        let daily = series(step: day, days: 0..<40, without: 15..<18)
        let both = try silences([key(.enlightenWeb, 900): fine, key(.enlightenWeb, 86_400): daily])
        #expect(both == [Interval(startUTCSeconds: start + 15 * day, endUTCSeconds: start + 18 * day)])
        // Another source of the same step covers as well.
        let other = series(step: 900, days: 5..<35)
        #expect(try silences([key(.enlightenWeb, 900): fine, key(.enlightenCSV, 900): other]).isEmpty)
    }

    @Test("zeros of another series cover nothing")
    func zeros() throws {
        let fine = series(step: 900, days: 0..<40, without: 10..<30)
        let zeros = series(step: day, days: 0..<40, zero: 10..<30)
        let found = try silences([key(.enlightenWeb, 900): fine, key(.cloudAPI, 86_400): zeros])
        #expect(found == [Interval(startUTCSeconds: start + 10 * day, endUTCSeconds: start + 30 * day)])
        var production = ReadingColumns()
        for number in 0..<Int64(40) {
            production.append(
                startUTCSeconds: start + number * day,
                energyWh: [5] + Array(repeating: ReadingColumns.missingWh, count: 5)
            )
        }
        #expect(try silences([key(.enlightenWeb, 900): fine, key(.cloudAPI, 86_400): production]).count == 1)
    }
}
