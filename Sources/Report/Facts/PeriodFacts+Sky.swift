// What the sky would have given in a time. How that is computed stands in Analysis, what is said of it in Sections.

import Analysis
import Readings

extension PeriodFacts {
    /// Days behind which no scale of the sky is taken: a year, in which the array has seen every season.
    private static let skyDays: Int64 = 366

    /// The array under a clear sky, by the whole days of a year up to an instant; nil where that cannot be told.
    static func sky(_ material: ReportMaterial, until latest: Int64) -> SkyExpectation? {
        let zone = material.zone
        guard let end = material.analysis.dataEnd.map({ min($0, latest) }) else { return nil }
        let year = Interval(
            startUTCSeconds: end - skyDays * 86_400,
            endUTCSeconds: max(end, end - skyDays * 86_400)
        )
        guard let presence = SeriesChoice.best(material.analysis, year), presence.isMetered else {
            return nil
        }
        let energy = presence.columns[.produced]
        var day = zone.wallClock(atUTCSeconds: year.startUTCSeconds).day.advanced(by: 1)
        var days: [(interval: Interval, producedKWh: Double)] = []
        while zone.startOfDay(day) < end {
            let own = zone.interval(of: day)
            var sum: Int64 = 0
            var seconds: Int64 = 0
            for row in presence.columns.rowRange(in: own)
            where presence.isPresent[row] && energy[row] != ReadingColumns.missingWh {
                sum += Int64(energy[row])
                seconds += presence.end(ofRow: row) - presence.columns.startUTCSeconds[row]
            }
            if Double(seconds) >= ReconciliationParameters.observedShare * Double(own.seconds) {
                days.append((own, Double(sum) / 1000))
            }
            day = day.advanced(by: 1)
        }
        return SkyExpectation(place: material.site.place, array: material.site.array, days: days)
    }

    /// What the array made on the whole days of a time over what a clear sky would have given on them; nil
    /// where that cannot be told.
    func skyShare(_ days: [DayTotals]) -> (recordedKWh: Double, clearKWh: Double)? {
        guard let sky else { return nil }
        var sums = (recordedKWh: 0.0, clearKWh: 0.0)
        for day in days where day.coverage.expected > 0 {
            guard day.coverage.share >= ReconciliationParameters.observedShare,
                let produced = day.energy[Channel.produced.rawValue]
            else { continue }
            sums.recordedKWh += produced.kilowattHours
            sums.clearKWh += sky.kilowattHours(zone.interval(of: day.day))
        }
        return sums.clearKWh > 0 ? sums : nil
    }
}
