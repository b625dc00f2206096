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
            // What a clear sky gives, and when it is night, is of another place.
            SideEffectRule(.placeWrong, bringsAbout: .productionLost),
            SideEffectRule(.placeWrong, bringsAbout: .degradation),
            SideEffectRule(.placeWrong, bringsAbout: .productionMeterWrong),
            SideEffectRule(.placeWrong, bringsAbout: .consumptionMeterWrong),
            SideEffectRule(.placeWrong, bringsAbout: .gridMeterWrong),
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
    /// Hours by which days that span a part of the year grow and shrink more evenly with the other hemisphere's, and the share of
    /// their unevenness that is left there: over months the mean says nothing, for summer and winter weigh each other up.
    private static let seasonHours = 0.3
    private static let seasonShare = 0.5
    /// Degrees from the equator within which the length of the day says nothing, and from which it says too much.
    private static let equatorDegrees = 15.0
    private static let polarDegrees = 62.0

    /// What the days say of a place.
    private struct Fit {
        /// Hours by which the sun stands east of where it would.
        let hoursOff: Double
        /// Hours by which half a day's light is longer than the sun is up, at the place and at its mirror.
        let longer: Double
        let longerAcross: Double
        /// Hours by which half a day's light goes up and down otherwise than the sun's day, at the place and at its mirror.
        let uneven: Double
        let unevenAcross: Double

        init?(_ lights: [DayLight], _ place: Place) {
            guard let longitude = PlaceGuess.longitude(lights) else { return nil }
            let away = (longitude - place.longitude).truncatingRemainder(dividingBy: 360) / 15
            hoursOff = away > 12 ? away - 24 : away < -12 ? away + 24 : away
            func longer(_ latitude: Double) -> Double {
                Median.of(lights.map { $0.halfHours - $0.halfHours(atLatitude: latitude) }) ?? 0
            }
            self.longer = longer(place.latitude)
            longerAcross = longer(-place.latitude)
            uneven = PlaceGuess.misfit(lights, place.latitude)
            unevenAcross = PlaceGuess.misfit(lights, -place.latitude)
        }

        /// Tells whether the length of the days is that of the other hemisphere.
        func isAcross(_ place: Place, stepHours: Double) -> Bool {
            guard (equatorDegrees...polarDegrees).contains(abs(place.latitude)) else { return false }
            if uneven - unevenAcross > seasonHours, unevenAcross < seasonShare * uneven { return true }
            let fits = (-shortHours...(longHours + stepHours)).contains(longerAcross)
            return longer > longHours + stepHours && fits
                || longer < -shortHours && abs(longerAcross) <= curedLightHours
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
        guard lights.count >= leastDays, let fit = Fit(lights, place) else {
            return unseen(series, from: first)
        }
        let off = lights.filter { light in
            let away = abs(light.longitude - place.longitude - 15 * fit.hoursOff)
                .truncatingRemainder(dividingBy: 360)
            return min(away, 360 - away) <= 15 * spreadHours
        }
        let isOff =
            abs(fit.hoursOff) >= leastHours && Double(off.count) >= agreeingShare * Double(lights.count)
        let stepHours = Double(presence.key.seconds) / 3600
        guard isOff || fit.isAcross(place, stepHours: stepHours) else { return [] }
        let cure = PlaceCheck.slips(of: place).first { slip in
            guard let cured = Fit(lights, slip.place) else { return false }
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
