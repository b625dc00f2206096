// What an array can make at most in a time: no more than its rating, and no more than its best days under a clear sky. Every
// estimate of a silence is held against it.

import Readings

/// The most that an array can make.
package struct ProductionBound: Sendable {
    private let sky: ClearSky
    /// The rating, kW; nil where it is not given, or the history shows more.
    private let ratedKW: Double?
    /// Energy of the best days over the clear sky's, with what that may be short of; nil without observed days.
    private let bestRatio: Double?

    /// Days from which the best of them are those of a clear sky.
    private static let enoughDays = 28
    /// The same factor where days are fewer: all may have been cloudy.
    private static let fewDaysFactor = 1.6
    /// An array gives more than the clear sky of its rating where the rating is that of inverters, or clouds add to the sun.
    private static let ratingFactor = 1.5

    /// Takes the bound of a site.
    init(_ observed: ObservedDays, sky: ClearSky, installedW: Double?) {
        self.sky = sky
        let known = zip(observed.days.days, observed.isObserved).compactMap { day, isObserved -> Double? in
            isObserved && day.sky > 0 ? day.whole(day.production) / day.sky : nil
        }
        let best =
            observed.days.channels.contains(.produced)
            ? Median.quantile(known, ReconciliationParameters.bestQuantile).flatMap { $0 > 0 ? $0 : nil }
            : nil
        bestRatio = best.map {
            $0
                * (known.count >= ProductionBound.enoughDays
                    ? ReconciliationParameters.horizonFactor : ProductionBound.fewDaysFactor)
        }
        let rated = installedW.flatMap { $0 > 0 ? $0 / 1000 : nil }
        // A rating that the history exceeds is a wrong one.
        ratedKW = rated.flatMap { rated in
            best.map { $0 > ProductionBound.ratingFactor * rated } ?? false ? nil : rated
        }
    }

    /// Returns what the panels could have made at most in a time, kWh; nil where neither rating nor history is known.
    package func mostKWh(_ time: Interval) -> Double? {
        let whole = sky.energy(from: time.startUTCSeconds, to: time.endUTCSeconds)
        let byDays = bestRatio.map { $0 * whole }
        let byRating = ratedKW.map { rated in
            var sum = 0.0
            var start = time.startUTCSeconds
            while start < time.endUTCSeconds {
                let end = min(start + 3600, time.endUTCSeconds)
                let clear = ProductionBound.ratingFactor * sky.energy(from: start, to: end)
                sum += rated * min(clear, Double(end - start) / 3600)
                start = end
            }
            return sum
        }
        return [byDays, byRating].compactMap { $0 }.min()
    }
}
