// Clamps at the load that are set as those of the grid: no sunny day exports, all rows import, and what is imported no longer falls
// as production rises. See docs/analysis/clamps.md.

import Readings

/// The load taken for the exchange.
struct LoadAsNet: Codable, Sendable {
    private(set) var run = ClampRun()

    /// Share of the daylight rows that import, and of the sunny days before that exported.
    private static let importing = 0.93
    private static let exporting = 0.85
    /// Wh of import per Wh of production below which it falls with it; standard errors that lie between.
    private static let falling = -0.4
    private static let errors = 3.0
    private static let sureErrors = 4.5
    private static let rising = 0.45
    /// Share of the rows with a high sun that exported, from which two days without tell it, and one.
    private static let brightExporting = 0.6
    private static let sureExporting = 0.8

    /// Takes a day; tells whether its exchange is wrong, or may be.
    mutating func take(_ rows: ClampDay, habits: ClampHabits, in episodes: inout [LossEpisode]) -> Bool {
        let day = rows.day
        let isFlat =
            rows.brightExports == 0 && rows.importing > 0
            && Double(rows.daylightImports) >= LoadAsNet.importing * Double(rows.daylight)
        if !run.isSuspected, !isFlat {
            run.rest()
            return false
        }
        var evidence = ClampRun.Evidence(verdict: .nothing)
        if isFlat { evidence.weight = weight(rows, habits: habits) }
        if isFlat, evidence.weight > 0 {
            evidence.verdict = .wrong
        } else if rows.brightExports >= rows.rows(hours: 0.5) {
            evidence.verdict = .right
        }
        let falls = LoadAsNet.falls(rows)
        evidence.marks = day.starts.indices.map { row in
            if day.exported[row] > rows.noise { return -1 }
            guard day.imported[row] > rows.noise else { return 0 }
            return rows.isBright(row) ? 1 : falls && day.produced[row] > rows.noise ? -1 : 0
        }
        run.take(evidence, of: day, reachesBack: true, in: &episodes) {
            LossEpisode.ofClamp(.gridMeterWrong, .loadAsNet)
        }
        return run.open != nil || run.weight > 0
    }

    /// How much a day without export weighs; 0 where it says nothing.
    private func weight(_ rows: ClampDay, habits: ClampHabits) -> Int {
        guard let step = rows.trend.step, let line = rows.trend.line,
            step.slope > LoadAsNet.falling, step.slope - LoadAsNet.errors * step.error > -1,
            line.slope > LoadAsNet.falling, line.slope < LoadAsNet.rising
        else { return 0 }
        let isSunny =
            habits.isGood(rows.producedWh) && rows.bright >= rows.rows(hours: 2) && habits.goodDays.all >= 6
            && habits.goodDays.value >= LoadAsNet.exporting
        let isBright =
            rows.bright >= rows.rows(hours: 1) && habits.brightExports.all >= 30
            && habits.brightExports.value >= LoadAsNet.brightExporting
        guard isSunny || isBright else { return 0 }
        let isSure =
            isSunny && rows.bright >= rows.rows(hours: 3)
            && habits.brightExports.value >= LoadAsNet.sureExporting
            && step.slope - LoadAsNet.sureErrors * step.error > -1 && step.slope < LoadAsNet.rising
        return isSure ? 2 : 1
    }

    /// Import falls as production rises.
    private static func falls(_ rows: ClampDay) -> Bool {
        guard let step = rows.trend.step, rows.trend.steps >= 8 else { return false }
        return step.slope + 2 * step.error < -0.5
    }
}
