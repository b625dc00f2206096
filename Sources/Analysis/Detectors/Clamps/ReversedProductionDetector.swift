// A production meter whose sign is turned round: production below zero whenever the sun shines. See docs/analysis/reversed-meters.md.

import Readings

/// Finds times in which production is counted with the wrong sign.
package enum ReversedProductionDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [.productionMeterWrong: .twoDays],
        memoryDays: UsualPeak.memoryDays,
        effects: [
            SideEffectRule(.productionMeterWrong, bringsAbout: .spike, devices: ["meter_prod"]),
            SideEffectRule(.productionMeterWrong, bringsAbout: .nightProduction),
            SideEffectRule(.productionMeterWrong, bringsAbout: .clockShift),
        ],
        effectsPlace: 0,
        page: "reversed-meters.md"
    )

    /// The usual peak is this many times a row that has a sign: below are the noise of clamps and the draw of inverters.
    private static let peakShare: Int32 = 50
    /// Power of the usual peak from which there is an array at all, W, and of a row that has a sign.
    private static let leastPeakW = 100.0
    private static let leastW = 32.0
    /// Hours of one sign that a day needs.
    private static let hours = 1.5
    /// Full hours that a day's row stands for.
    private static let hoursOfDailyRow = 3.0

    /// Returns one finding for each time.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        guard presence.columns.hasChannel(.produced) else { return [] }
        let isDaily = presence.key.seconds == SeriesKey.day
        let rowHours = isDaily ? hoursOfDailyRow : Double(presence.key.seconds) / 3600
        var watch = SignWatch(
            leastRows: isDaily ? 1 : max(2, Int((hours / rowHours).rounded(.up))),
            daysNeeded: isDaily ? 2 : 1
        )
        var peak = UsualPeak()
        let values = presence.columns[.produced]
        series.forEachDay { day, rows in
            let known = rows.filter { presence.isPresent[$0] && values[$0] != ReadingColumns.missingWh }
            let most = known.map { Int32(clamping: Int64(values[$0].magnitude)) }.max() ?? 0
            peak.take(most, day: day.daysSince1970)
            // A single spike makes no peak.
            let top = peak.value > 0 ? max(peak.value, min(most, 2 * min(peak.value, .max / 2))) : most
            guard Double(top) >= leastPeakW * rowHours else { return }
            let limit = max(top / peakShare, Int32(leastW * rowHours))
            watch.take(
                wrong: known.filter { values[$0] < -limit },
                right: known.filter { values[$0] > limit },
                lastRow: rows.upperBound - 1
            )
        }
        let starts = presence.columns.startUTCSeconds
        return watch.finish(rowCount: starts.count).filter {
            series.scope.contains(starts[$0.rows.lowerBound])
        }.map { finding(widened($0, values), presence) }
    }

    /// Adds the weak rows below zero in front, the morning of the first day, and behind.
    private static func widened(_ stretch: SignWatch.Stretch, _ values: [Int32]) -> SignWatch.Stretch {
        var first = stretch.rows.lowerBound
        while first > 0, values[first - 1] < weakWh, values[first - 1] != ReadingColumns.missingWh {
            first -= 1
        }
        // Dull days behind the last sunny one belong to it, up to the first row that is above zero.
        var end = stretch.rows.upperBound
        var row = end
        while row < values.count, values[row] <= -weakWh {
            if values[row] < weakWh, values[row] != ReadingColumns.missingWh { end = row + 1 }
            row += 1
        }
        return SignWatch.Stretch(
            rows: first..<end,
            alertRow: stretch.alertRow,
            isLasting: stretch.isLasting,
            days: stretch.days
        )
    }

    /// Energy of a weak row below zero, Wh: what a clamp gives at night is less.
    private static let weakWh: Int32 = -2

    private static func finding(_ stretch: SignWatch.Stretch, _ presence: Presence) -> Finding {
        let values = presence.columns[.produced]
        let wrong = stretch.rows.reduce(into: Int64(0)) { sum, row in
            if values[row] != ReadingColumns.missingWh { sum += Int64(min(0, values[row])) }
        }
        return .ofMeter(
            .productionMeterWrong,
            "meter_prod",
            in: stretch,
            of: presence,
            sureness: .sure,
            rule: FindingRule(
                .signReversed,
                [
                    ("peak_share", .number(1 / Double(peakShare), decimals: 2)),
                    ("times", .integer(Int64(SignWatch.times))),
                ]
            )
        ) { $0.wrongWh = Int(-wrong) }
    }
}
