// A stated place that the sun in the data contradicts. It is told once, and what rests on the place is told with it. See
// docs/analysis/place.md.

import Readings

/// Finds a place, or a zone, that is stated wrongly.
package enum PlaceDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [.placeWrong: .twoDays],
        memoryDays: 90,
        effects: [
            SideEffectRule(.placeWrong, bringsAbout: .nightProduction),
            SideEffectRule(.placeWrong, bringsAbout: .clockShift),
            SideEffectRule(.placeWrong, bringsAbout: .zeroDay),
        ],
        effectsPlace: 0,
        page: "place.md"
    )

    /// Days with sun that are needed.
    private static let leastDays = 10
    /// Hours by which the sun must be off: an array that faces east or west moves the middle of its light by one at most.
    private static let leastHours = 2.0
    /// Hours around their median within which this share of the days must lie.
    private static let spreadHours = 1.0
    private static let agreeingShare = 0.7
    /// Hours by which half a day's light is longer, or shorter, than the sun is up: the first needs no more than a wrong latitude,
    /// the second may be a horizon of mountains, so that the other hemisphere must fit.
    private static let longHours = 1.0
    private static let shortHours = 2.0
    /// Hours within which a cure must bring both.
    private static let curedHours = 1.0
    private static let curedLightHours = 0.6
    /// Degrees from the equator within which the length of the day says nothing, and from which it says too much.
    private static let equatorDegrees = 15.0
    private static let polarDegrees = 62.0

    /// What the days say of a place.
    private struct Fit {
        /// Hours by which the sun stands east of where it would.
        let hoursOff: Double
        /// Hours by which half a day's light is longer than the sun is up, at the place and at its mirror.
        private typealias Length = (here: Double, across: Double)
        /// Of all days, of those that are clearly shorter at the place than at its mirror, and of those that are longer: over
        /// an equinox the first and the last cancel each other.
        private let lengths: [Length]

        init?(_ lights: [DayLight], _ place: Place, stepHours: Double) {
            guard let longitude = PlaceGuess.longitude(lights) else { return nil }
            let away = (longitude - place.longitude).truncatingRemainder(dividingBy: 360) / 15
            hoursOff = away > 12 ? away - 24 : away < -12 ? away + 24 : away
            let days = lights.map {
                Length(
                    $0.halfHours - $0.halfHours(atLatitude: place.latitude),
                    $0.halfHours - $0.halfHours(atLatitude: -place.latitude)
                )
            }
            // By the two places alone: how much longer the mirror's half day is.
            let shorter = days.filter { $0.here - $0.across > longHours + stepHours }
            let longer = days.filter { $0.across - $0.here > shortHours }
            lengths = [days, shorter, longer].enumerated().compactMap { index, days in
                guard index == 0 || days.count >= leastDays, let here = Median.of(days.map(\.here)),
                    let across = Median.of(days.map(\.across))
                else { return nil }
                return Length(here, across)
            }
        }

        /// The most by which half a day's light is longer than the sun is up.
        var longer: Double { lengths.map(\.here).max() ?? 0 }

        /// Tells whether the length of the days is that of the other hemisphere.
        func isAcross(_ place: Place, stepHours: Double) -> Bool {
            guard (equatorDegrees...polarDegrees).contains(abs(place.latitude)) else { return false }
            return lengths.contains { length in
                length.here > longHours + stepHours
                    && (-shortHours...(longHours + stepHours)).contains(length.across)
                    || length.here < -shortHours && abs(length.across) <= curedLightHours
            }
        }
    }

    /// Returns the one finding, by the first data.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        let columns = presence.columns
        guard let first = presence.firstPresentRow, presence.key.seconds <= 3600,
            series.scope.contains(columns.startUTCSeconds[first])
        else { return [] }
        let place = series.sun.place
        let lights = DayLight.all(columns, seconds: presence.key.seconds)
        let stepHours = Double(presence.key.seconds) / 3600
        guard lights.count >= leastDays, let fit = Fit(lights, place, stepHours: stepHours) else {
            return unseen(series, from: first)
        }
        let off = lights.filter { light in
            let away = abs(light.longitude - place.longitude - 15 * fit.hoursOff)
                .truncatingRemainder(dividingBy: 360)
            return min(away, 360 - away) <= 15 * spreadHours
        }
        let isOff =
            abs(fit.hoursOff) >= leastHours && Double(off.count) >= agreeingShare * Double(lights.count)
        guard isOff || fit.isAcross(place, stepHours: stepHours) else { return [] }
        let cure = PlaceCheck.slips(of: place).first { slip in
            guard let cured = Fit(lights, slip.place, stepHours: stepHours) else { return false }
            return abs(cured.hoursOff) < curedHours && !cured.isAcross(slip.place, stepHours: stepHours)
                && cured.longer <= longHours + stepHours
        }
        let isNowhere = abs(place.latitude) < 0.01 && abs(place.longitude) < 0.01
        let slip = isNowhere ? .zero : cure?.slip ?? .zone
        let proposal =
            (isNowhere ? nil : cure?.place)
            ?? PlaceGuess.place(columns, seconds: presence.key.seconds)
        return [
            finding(
                series,
                from: first,
                slip: slip,
                proposal: proposal,
                severity: .warning,
                sureness: .likely
            ) {
                $0.hoursOff = isOff ? fit.hoursOff : 0
                $0.days = lights.count
            }
        ]
    }

    /// What place and zone say of each other where the sun is not to be seen in the data.
    private static func unseen(_ series: SeriesContext, from row: Int) -> [Finding] {
        let place = series.sun.place
        guard
            let doubt = PlaceCheck.doubt(
                latitude: place.latitude,
                longitude: place.longitude,
                zone: series.zone
            ), doubt.slip != .zone
        else { return [] }
        return [
            finding(
                series,
                from: row,
                slip: doubt.slip,
                proposal: doubt.proposal,
                severity: .notice,
                sureness: .suspected
            ) {
                $0.hoursOff = -doubt.hoursOff
            }
        ]
    }

    private static func finding(
        _ series: SeriesContext,
        from row: Int,
        slip: PlaceDoubt.Slip,
        proposal: Place?,
        severity: Severity,
        sureness: Sureness,
        facts: (inout Evidence) -> Void
    ) -> Finding {
        let presence = series.presence
        let starts = presence.columns.startUTCSeconds
        let last = starts.count - 1
        let end = Instant(utcSeconds: presence.end(ofRow: last))
        let place = series.sun.place
        return Finding(
            device: "site",
            kind: .placeWrong,
            start: Instant(utcSeconds: starts[row]),
            end: nil,
            alert: end,
            severity: severity,
            sureness: sureness,
            rule: FindingRule(
                .placeAgainstSun,
                [("hours", .number(leastHours, decimals: 1)), ("days", .integer(Int64(leastDays)))]
            ),
            evidence: Evidence.rows(
                of: presence.key,
                first: starts[row],
                last: starts[last],
                rowCount: last - row + 1,
                absentRows: 0
            ).with {
                $0.slip = slip.rawValue
                $0.statedLatitude = place.latitude
                $0.statedLongitude = place.longitude
                $0.proposedLatitude = proposal?.latitude
                $0.proposedLongitude = proposal?.longitude
                facts(&$0)
            },
            knownEnd: end
        )
    }
}
