// What the sky would have given in a time. How that is computed stands in Analysis, what is said of it in Sections.

import Analysis
import Readings

/// What was recorded on days beside what a clear sky would have given on them.
struct SkyShare: Equatable, Sendable {
    /// What was recorded, kWh.
    var recordedKWh = 0.0
    /// What a clear sky would have given, kWh.
    var clearKWh = 0.0
    /// Days that count.
    var days = 0
    /// The scale by which that is told; nil where each day has an expectation of its own.
    var scale: SkyScale?

    /// Percent.
    var percent: Double { 100 * recordedKWh / clearKWh }
}

extension PeriodFacts {
    /// The array under a clear sky by the site's scale; nil where the site has none yet.
    static func sky(_ material: ReportMaterial) -> SkyExpectation? {
        material.skyScale.map {
            SkyExpectation($0, place: material.site.place, array: material.site.array)
        }
    }

    /// What the array made on the whole days of a time over what a clear sky would have given on them: by what the array was
    /// learned to give, where days have such an expectation, else by the site's scale. Nil where that cannot be told: below
    /// a spring-to-summer of data, and where the figures of production are wrong.
    func skyShare(_ days: [DayTotals]) -> SkyShare? {
        let expected = expectedByDay
        let isLearned = days.contains { expected[$0.day] != nil }
        guard isLearned || sky?.scale.isSeasonSeen == true else { return nil }
        var sums = SkyShare(scale: isLearned ? nil : sky?.scale)
        for day in days where day.coverage.expected > 0 {
            let interval = zone.interval(of: day.day)
            guard day.coverage.share >= ReconciliationParameters.observedShare,
                let produced = day.energy[Channel.produced.rawValue], produced.value >= 0,
                !isSpoiled(.produced, in: interval),
                let clear = isLearned
                    ? expected[day.day].map({ $0.expectedWh / 1000 }) : sky?.kilowattHours(interval)
            else { continue }
            sums.recordedKWh += produced.kilowattHours
            sums.clearKWh += clear
            sums.days += 1
        }
        return sums.clearKWh > 0 ? sums : nil
    }
}
