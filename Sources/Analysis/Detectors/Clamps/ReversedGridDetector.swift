// A grid meter whose sign is turned round: the home exports at night without importing, and what it uses falls below zero. See
// docs/analysis/reversed-meters.md.

import Readings

/// Finds times in which import and export are exchanged.
package enum ReversedGridDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [.gridMeterWrong: .twoDays],
        memoryDays: UsualPeak.memoryDays,
        effects: [SideEffectRule(.gridMeterWrong, bringsAbout: .spike, devices: ["meter_net"])],
        effectsPlace: 0,
        page: "reversed-meters.md"
    )

    /// Exchange below is the noise of clamps, W, and Wh of a short row.
    private static let leastW = 20.0
    private static let leastWh = 3.0
    /// Height of the sun, degrees, below which it is dark: production says so as well.
    private static let nightDegrees = -3.0
    /// Hours of one sign that a day needs, and days on end.
    private static let hours = 2.0
    private static let days = 2
    /// Share of the usual peak from which a row has a high sun, and from which it has any.
    private static let highShare = 0.5
    private static let sunnyShare = 0.05
    /// Wh of import per Wh of production, and their correlation, from which import follows the sun.
    private static let slope = 0.45
    private static let correlation = 0.6
    /// Share of the rows with a high sun that used to export, and the fewest rows.
    private static let exportingShare = 0.3
    private static let exportingRows = 20.0
    /// How much of what used to be is forgotten a day.
    private static let fading = 0.98

    /// What is asked of the rows.
    private struct Rows {
        let presence: Presence
        let produced: [Int32]
        let imported: [Int32]
        let exported: [Int32]
        let consumed: [Int32]?
        let discharged: [Int32]?
        let limit: Double
        let sun: SolarPosition

        func value(_ values: [Int32], _ row: Int) -> Double {
            values[row] == ReadingColumns.missingWh ? 0 : Double(values[row])
        }

        /// What the battery gives, Wh.
        func given(_ row: Int) -> Double { discharged.map { value($0, row) } ?? 0 }

        /// It exports in the dark what nothing at home gives.
        func exportsOfNothing(_ row: Int) -> Bool {
            guard value(imported, row) <= limit, value(exported, row) > limit else { return false }
            if let consumed, consumed[row] != ReadingColumns.missingWh {
                return Double(consumed[row]) < -limit
            }
            guard let discharged, discharged[row] != ReadingColumns.missingWh else { return false }
            return value(exported, row) > Double(discharged[row]) + limit
        }

        /// The rows of a day without sun, by the sun and by production.
        func dark(_ rows: [Int], _ day: CivilDate) -> [Int] {
            let step = Int64(presence.key.seconds)
            let light: Range<Int64>
            switch sun.day(day, elevation: ReversedGridDetector.nightDegrees) {
            case .rises(let rise, let set): light = min(rise, set)..<set
            case .polarDay: return []
            case .polarNight: light = 0..<0
            }
            return rows.filter { row in
                let start = presence.columns.startUTCSeconds[row]
                return abs(value(produced, row)) <= limit
                    && (start + step <= light.lowerBound || start >= light.upperBound)
            }
        }
    }

    /// Returns one finding for each time.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        let columns = presence.columns
        guard presence.key.seconds <= 3600, columns.hasChannel(.imported), columns.hasChannel(.exported),
            columns.hasChannel(.produced)
        else { return [] }
        let rowHours = Double(presence.key.seconds) / 3600
        let rows = Rows(
            presence: presence,
            produced: columns[.produced],
            imported: columns[.imported],
            exported: columns[.exported],
            consumed: columns.hasChannel(.consumed) ? columns[.consumed] : nil,
            discharged: columns.hasChannel(.discharged) ? columns[.discharged] : nil,
            limit: max(leastWh, leastW * rowHours),
            sun: series.sun
        )
        var watch = SignWatch(leastRows: max(2, Int((hours / rowHours).rounded(.up))), daysNeeded: days)
        var peak = UsualPeak()
        var (high, exporting) = (0.0, 0.0)
        series.forEachDay { day, all in
            let known = all.filter { presence.isPresent[$0] }
            peak.take(known.map { rows.produced[$0] }.max() ?? 0, day: day.daysSince1970)
            let dark = rows.dark(known, day)
            var wrong = dark.filter(rows.exportsOfNothing)
            var right = dark.filter { rows.value(rows.imported, $0) > rows.limit }
            let top = peak.value > 0 ? peak.value : known.map { rows.produced[$0] }.max() ?? 0
            let bright = known.filter {
                Double(top) > rows.limit && rows.value(rows.produced, $0) > highShare * Double(top)
            }
            // It exports more than the array gives: that is the load's clamp, from which the exchange is computed.
            let impossible = bright.filter {
                rows.value(rows.exported, $0) > rows.value(rows.produced, $0) + rows.given($0) + rows.limit
            }
            if 2 * impossible.count > bright.count { return }
            let exports = bright.filter { rows.value(rows.exported, $0) > rows.limit }
            if wrong.isEmpty {
                right += exports
                if exports.isEmpty, high >= exportingRows, exporting >= exportingShare * high,
                    importFollowsSun(known, rows, peak: peak.value)
                {
                    wrong = bright.filter { rows.value(rows.imported, $0) > rows.limit }
                    right = []
                } else {
                    high = high * fading + Double(bright.count)
                    exporting = exporting * fading + Double(exports.count)
                }
            }
            watch.take(wrong: wrong, right: right.sorted(), lastRow: all.upperBound - 1)
        }
        let starts = columns.startUTCSeconds
        return watch.finish(rowCount: starts.count).filter {
            series.scope.contains(starts[$0.rows.lowerBound])
        }.map { finding($0, rows) }
    }

    /// Tells whether import rises with production on a day.
    private static func importFollowsSun(_ known: [Int], _ rows: Rows, peak: Int32) -> Bool {
        let sunny = known.filter { rows.value(rows.produced, $0) > sunnyShare * Double(peak) }
        let count = Double(sunny.count)
        guard count >= 6 else { return false }
        let x = sunny.map { rows.value(rows.produced, $0) }
        let y = sunny.map { rows.value(rows.imported, $0) - rows.value(rows.exported, $0) }
        let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
        let squaresX = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let squaresY = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
        let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        guard squaresX > 0, squaresY > 0 else { return false }
        return products / squaresX > slope
            && products / (squaresX.squareRoot() * squaresY.squareRoot()) > correlation
    }

    private static func finding(_ stretch: SignWatch.Stretch, _ rows: Rows) -> Finding {
        let wrong = stretch.rows.reduce(0.0) {
            $0 + rows.value(rows.imported, $1) + rows.value(rows.exported, $1)
        }
        return .ofMeter(
            .gridMeterWrong,
            "meter_net",
            in: stretch,
            of: rows.presence,
            sureness: .likely,
            rule: FindingRule(
                .signReversed,
                [("night_degrees", .number(nightDegrees, decimals: 0)), ("days", .integer(Int64(days)))]
            )
        ) { $0.wrongWh = Int(wrong) }
    }
}
