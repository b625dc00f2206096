// How an array stands, learnt from its clearest days. Scale and weather cancel; the shape over the day gives the azimuth,
// the shape over the year the tilt.

import Readings

/// Fits tilt and azimuth.
enum ArrayFit {
    /// Days from which one clear day is taken.
    private static let blockDays = 12
    /// A day is clear where it gives at least this share of what the best days give for their sky.
    private static let clearShare = 0.85
    /// Clear days that a fit needs.
    private static let leastDays = 8
    /// Clear days at most; the newest are taken.
    private static let mostDays = 60
    /// Half hours of a day.
    private static let slots = 48

    /// The orientation taken where nothing can be fitted: an ordinary roof that faces the equator.
    static func usual(_ place: Place) -> ArrayOrientation {
        place.latitude >= 0 ? .southernRoof : .northernRoof
    }

    /// One clear day: production by half hour UTC from the start of the local day, kWh.
    private struct ClearDay {
        let dayOfYear: [Int]
        /// The sun of each half hour; nil while it is down. It is the same for every trial.
        let suns: [ClearSky.Sun?]
        let energy: [Double]
    }

    /// Returns the orientation that fits best; nil where clear days are too few.
    static func fit(_ series: [(presence: Presence, scope: Interval)], days: MonitorDays, place: Place)
        -> ArrayOrientation?
    {
        guard let fine = series.first(where: { $0.presence.key.seconds <= 1800 }) else { return nil }
        let clear = clearDays(fine, of: days, place: place)
        guard clear.count >= leastDays else { return nil }
        var best: (error: Double, tilt: Double, azimuth: Double)?
        func trial(_ tilt: Double, _ azimuth: Double) {
            let wrapped = (azimuth + 360).truncatingRemainder(dividingBy: 360)
            guard let array = ArrayOrientation(tiltDegrees: tilt, azimuthDegrees: wrapped) else { return }
            let error = misfit(clear, of: array, place: place)
            if error < best?.error ?? .infinity { best = (error, tilt, wrapped) }
        }
        for tilt in stride(from: 5.0, through: 50, by: 15) {
            for azimuth in stride(from: 0.0, to: 360, by: 30) { trial(tilt, azimuth) }
        }
        for (tiltStep, azimuthStep) in [(7.5, 15.0), (3.0, 6.0), (1.0, 2.0)] {
            guard let centre = best else { return nil }
            for tilt in [-tiltStep, 0, tiltStep] {
                for azimuth in [-azimuthStep, 0, azimuthStep] {
                    trial(centre.tilt + tilt, centre.azimuth + azimuth)
                }
            }
        }
        return best.flatMap { ArrayOrientation(tiltDegrees: $0.tilt, azimuthDegrees: $0.azimuth) }
    }

    private static func clearDays(
        _ fine: (presence: Presence, scope: Interval),
        of days: MonitorDays,
        place: Place
    ) -> [ClearDay] {
        let ratios = days.days.map { $0.isObserved && $0.sky > 0 ? $0.production / $0.sky : 0 }
        let good = Median.quantile(ratios.filter { $0 > 0 }, ReconciliationParameters.bestQuantile) ?? 0
        var chosen: [Int] = []
        for block in stride(from: 0, to: ratios.count, by: blockDays) {
            let range = block..<min(ratios.count, block + blockDays)
            if let best = range.max(by: { ratios[$0] < ratios[$1] }), ratios[best] > clearShare * good,
                fine.scope.contains(days.days[best].interval.startUTCSeconds)
            {
                chosen.append(best)
            }
        }
        return chosen.suffix(mostDays).map { clearDay(days.days[$0], of: fine.presence, place: place) }
    }

    private static func clearDay(_ day: MonitorDay, of presence: Presence, place: Place) -> ClearDay {
        let start = day.interval.startUTCSeconds
        var energy = [Double](repeating: 0, count: slots)
        for row in presence.columns.rowRange(in: day.interval) {
            let slot = Int((presence.columns.startUTCSeconds[row] - start) / 1800)
            let value = presence.columns[.produced][row]
            if slot < slots, value > 0 { energy[slot] += Double(value) / 1000 }
        }
        let middles = (0..<slots).map { start + Int64($0) * 1800 + 900 }
        let dayOfYear = middles.map { ClearSky.dayOfYear($0.flooredDivision(by: 86_400)) + 1 }
        let suns = zip(middles, dayOfYear).map { middle, number in
            ClearSky.sun(
                ClearSky.Plane(place: place, array: usual(place), dayOfYear: number),
                utcHours: Double(middle.flooredRemainder(by: 86_400)) / 3600
            )
        }
        return ClearDay(dayOfYear: dayOfYear, suns: suns, energy: energy)
    }

    /// The squared distance of the days from the sky, the scale being fitted, as a share of what there is.
    private static func misfit(_ clear: [ClearDay], of array: ArrayOrientation, place: Place) -> Double {
        var (product, square, own) = (0.0, 0.0, 0.0)
        for day in clear {
            var plane: (day: Int, plane: ClearSky.Plane)?
            for slot in 0..<slots {
                let number = day.dayOfYear[slot]
                let current =
                    plane.flatMap { $0.day == number ? $0.plane : nil }
                    ?? ClearSky.Plane(place: place, array: array, dayOfYear: number)
                plane = (number, current)
                let sky = (day.suns[slot].map { ClearSky.power(current, $0) } ?? 0) / 2
                product += day.energy[slot] * sky
                square += sky * sky
                own += squared(day.energy[slot])
            }
        }
        guard square > 0, own > 0 else { return .infinity }
        return (own - product * product / square) / own
    }
}
