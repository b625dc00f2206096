// Clamps at the load that are set as those of the grid: no sunny day exports, all rows import, and what is imported no longer falls
// as production rises. See docs/analysis/clamps.md.

import Readings

/// The load taken for the exchange.
struct LoadAsNet: Codable, Sendable {
    private(set) var run = ClampRun()
    /// Squares of the standard errors between such days and a home measured rightly, and how many days.
    private var squares = 0.0
    private var days = 0

    /// Share of the daylight rows that import, and of the sunny days before that exported.
    private static let importing = 0.93
    private static let exporting = 0.85
    /// Wh of import per Wh of production below which it falls with it; what it is over the rows of a home measured rightly.
    private static let falling = -0.4
    private static let usualLine = 0.8
    /// Standard errors between: of a day at least and at most, and of all together.
    private static let leastErrors = 1.5
    private static let mostErrors = 8.0
    private static let errors = 4.0
    private static let sureErrors = 6.0
    private static let sureSteps = 20
    /// How flat a day's rows lie where one day is enough.
    /// Of a night's use by day, at least.
    private static let leastUse = 0.15
    private static let flat = 0.2
    /// A night's import is so many times the usual one at most.
    private static let nightTimes = 1.7
    private static let rising = 0.45
    /// Share of the rows with a high sun that exported, from which days without tell it, and one day.
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
            (squares, days) = (0, 0)
            return false
        }
        var evidence = ClampRun.Evidence(verdict: .nothing)
        if isFlat, let weight = weight(rows, habits: habits) {
            evidence.verdict = .wrong
            evidence.weight = weight
        } else if rows.brightExports >= rows.rows(hours: 0.5) {
            evidence.verdict = .right
            (squares, days) = (0, 0)
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

    /// How much a day without export weighs: nothing by itself, until such days together leave no other reading.
    private mutating func weight(_ rows: ClampDay, habits: ClampHabits) -> Int? {
        guard let step = rows.trend.step, let line = rows.trend.line, !LoadAsNet.falls(rows),
            line.slope > LoadAsNet.falling, line.slope < LoadAsNet.rising,
            // What leads a surplus into hot water leaves less than the house uses.
            rows.trend.mean > max(3 * rows.noise, LoadAsNet.leastUse * habits.nightWh),
            isSunny(rows, habits: habits) || isBright(rows, habits: habits)
        else { return nil }
        let byStep = step.slope > LoadAsNet.falling ? (step.slope + 1) / max(step.error, 1e-3) : 0
        let byLine = (line.slope + LoadAsNet.usualLine) / max(line.error, 1e-3)
        let errors = min(LoadAsNet.mostErrors, max(byStep, byLine))
        guard errors >= LoadAsNet.leastErrors else { return nil }
        squares += errors * errors
        days += 1
        let isTold = days >= 2 && squares >= LoadAsNet.errors * LoadAsNet.errors
        return isTold || isSure(rows, habits: habits, step: step, line: (line.slope, line.error)) ? 2 : 0
    }

    private func isSunny(_ rows: ClampDay, habits: ClampHabits) -> Bool {
        habits.isGood(rows.producedWh) && rows.bright >= rows.rows(hours: 2) && habits.goodDays.all >= 6
            && habits.goodDays.value >= LoadAsNet.exporting
    }

    private func isBright(_ rows: ClampDay, habits: ClampHabits) -> Bool {
        rows.bright >= rows.rows(hours: 1) && habits.brightExports.all >= 30
            && habits.brightExports.value >= LoadAsNet.brightExporting
    }

    /// Tells whether one day is enough: a car that charges by the sun leaves a flat hour or two as well, but no flat quarters.
    private func isSure(
        _ rows: ClampDay,
        habits: ClampHabits,
        step: (slope: Double, error: Double),
        line: (slope: Double, error: Double)
    ) -> Bool {
        isSunny(rows, habits: habits) && rows.bright >= rows.rows(hours: 3)
            && habits.brightExports.value >= LoadAsNet.sureExporting
            && rows.trend.steps >= LoadAsNet.sureSteps
            && step.slope - LoadAsNet.sureErrors * step.error > -1 && step.slope < LoadAsNet.rising
            && line.slope.magnitude <= LoadAsNet.flat && line.error <= LoadAsNet.flat
            // What heats or cools all day does so at night too.
            && rows.nightImportWh <= LoadAsNet.nightTimes * habits.nightWh * Double(rows.nightImports)
    }

    /// Import falls as production rises.
    private static func falls(_ rows: ClampDay) -> Bool {
        guard let step = rows.trend.step, rows.trend.steps >= 8 else { return false }
        return step.slope + 2 * step.error < -0.5
    }
}
