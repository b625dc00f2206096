// What is usual at a home: how often its nights import, its high sun exports, and what the array reaches at each hour. Only of
// days that no rule suspects; what was is forgotten slowly.

import Readings

/// What is usual at a home.
struct ClampHabits: Codable, Sendable {
    /// A count of cases out of all, fading.
    struct Share: Codable, Sendable {
        private(set) var cases = 0.0
        private(set) var all = 0.0

        var value: Double { all > 0 ? cases / all : 0 }

        mutating func take(_ cases: Int, of all: Int) {
            self.cases = self.cases * ClampHabits.fading + Double(cases)
            self.all = self.all * ClampHabits.fading + Double(all)
        }
    }

    private static let fading = 0.98
    /// Days after which the best of each hour is known.
    private static let enough = 5
    /// What remains of the greatest row and of the best sum from one day to the next.
    private static let peakFading = 0.985
    private static let bestFading: Float = 0.99

    /// Days that were learnt from.
    private(set) var days = 0
    /// The greatest row of the season, and the best day's sum, Wh.
    private(set) var peak = 0.0
    private(set) var bestWh = 0.0
    /// Rows of nights: those that export, import, and use nothing.
    private(set) var nightExports = Share()
    private(set) var nightImports = Share()
    private(set) var nightZeros = Share()
    /// What is imported in a row of the night that imports, Wh.
    private(set) var nightWh = 0.0
    /// Rows with a high sun that export, and that import; the same of those that charge no battery.
    private(set) var brightExports = Share()
    private(set) var brightImports = Share()
    private(set) var idleExports = Share()
    /// Rows with any exchange, days with any, and good days with export.
    private(set) var exchangingRows = Share()
    private(set) var exchangingDays = Share()
    private(set) var goodDays = Share()
    /// Rows with production at which nothing is used.
    private(set) var unused = Share()
    /// Days on which import fell as production rose, of those that show it.
    private(set) var falling = Share()
    /// The longest time without any exchange, hours; it fades.
    private(set) var longestRestHours = 0.0
    /// The best row of each half hour of the sun, Wh a second; it fades.
    private(set) var best = [Float](repeating: 0, count: 48)

    /// A day is good from this share of the best day's sum.
    static let goodShare = 0.5

    /// Tells whether a day's sum is that of a good day.
    func isGood(_ producedWh: Double) -> Bool { bestWh > 0 && producedWh >= ClampHabits.goodShare * bestWh }

    /// Learns from a day that no rule suspects.
    mutating func learn(_ rows: ClampDay, top: Double) {
        days += 1
        let most = top > 0 ? min(rows.most, top) : rows.most
        peak = max(most, peak * ClampHabits.peakFading)
        let isGoodDay = isGood(rows.producedWh)
        bestWh = max(rows.producedWh, bestWh * ClampHabits.peakFading)
        let day = rows.day
        // The clear sky knows better, once it is known.
        if day.expected.isEmpty { learnBest(day) }
        guard rows.known > 0 else { return }
        nightExports.take(rows.nightExports, of: rows.nights)
        if rows.nightImports > 0 {
            let mean = rows.nightImportWh / Double(rows.nightImports)
            nightWh += (mean - nightWh) * (nightWh > 0 ? 1 - ClampHabits.fading : 1)
        }
        nightImports.take(rows.nightImports, of: rows.nights)
        nightZeros.take(rows.nightZeros, of: rows.nights)
        brightExports.take(rows.brightExports, of: rows.bright)
        brightImports.take(rows.brightImports, of: rows.bright)
        idleExports.take(rows.idleExports, of: rows.idle)
        exchangingRows.take(rows.exchanging, of: rows.known)
        exchangingDays.take(rows.exchanging > 0 ? 1 : 0, of: 1)
        if isGoodDay { goodDays.take(rows.brightExports > 0 ? 1 : 0, of: 1) }
        unused.take(rows.unused, of: rows.lively)
        if let line = rows.trend.line, line.correlation.magnitude > 0.5 {
            falling.take(line.slope < 0 ? 1 : 0, of: 1)
        }
    }

    private mutating func learnBest(_ day: LossDay) {
        for index in best.indices { best[index] *= ClampHabits.bestFading }
        for row in day.sine.indices where day.sine[row] > 0 && day.produced[row] > 0 {
            let bin = min(47, max(0, Int(day.solarHours[row] * 2)))
            best[bin] = max(best[bin], Float(day.produced[row] / Double(day.seconds)))
        }
    }

    /// Keeps how long the exchange rested.
    mutating func rested(hours: Double) { longestRestHours = max(hours, longestRestHours * 0.99) }

    /// Tells whether it is known what the array gives on a day.
    func knowsBest(of day: LossDay) -> Bool { !day.expected.isEmpty || days >= ClampHabits.enough }

    /// What the array gives at most in a row, Wh: under a clear sky where that is known, else its best at this hour; 0 where
    /// neither is known.
    func expected(_ row: Int, of day: LossDay) -> Double {
        if row < day.expected.count { return day.expected[row] }
        guard days >= ClampHabits.enough, day.seconds <= 3600 else { return 0 }
        let bin = min(47, max(0, Int(day.solarHours[row] * 2)))
        return Double(best[bin]) * Double(day.seconds)
    }
}
