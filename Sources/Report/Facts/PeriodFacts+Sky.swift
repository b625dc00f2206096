// What the sky would have given in a time. How that is computed stands in Analysis, what is said of it in Sections.

import Analysis
import Readings

extension PeriodFacts {
    /// The array under a clear sky by the site's scale; nil where the site has none yet.
    static func sky(_ material: ReportMaterial) -> SkyExpectation? {
        material.skyScale.map {
            SkyExpectation($0, place: material.site.place, array: material.site.array)
        }
    }

    /// What the array made on the whole days of a time over what a clear sky would have given on them; nil
    /// where that cannot be told: below a spring-to-summer of data, and where the figures of production are wrong.
    func skyShare(_ days: [DayTotals]) -> (recordedKWh: Double, clearKWh: Double)? {
        guard let sky, sky.scale.isSeasonSeen else { return nil }
        var sums = (recordedKWh: 0.0, clearKWh: 0.0)
        for day in days where day.coverage.expected > 0 {
            let interval = zone.interval(of: day.day)
            guard day.coverage.share >= ReconciliationParameters.observedShare,
                let produced = day.energy[Channel.produced.rawValue], produced.value >= 0,
                !isSpoiled(.produced, in: interval)
            else { continue }
            sums.recordedKWh += produced.kilowattHours
            sums.clearKWh += sky.kilowattHours(interval)
        }
        return sums.clearKWh > 0 ? sums : nil
    }
}
