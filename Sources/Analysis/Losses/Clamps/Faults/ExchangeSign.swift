// Clamps at the grid or at the load that are turned round: the home exports at night what nothing gives, and import rises with the
// sun where it used to export. See docs/analysis/clamps.md.

import Readings

/// Import and export exchanged, or a use below zero from which the exchange is computed.
struct ExchangeSign: Codable, Sendable {
    private(set) var run = ClampRun()
    /// Rows in good sun that told the load's clamps from the grid's.
    private var loads = 0
    private var grids = 0

    /// Hours of the night that show it, and how many rows for each that denies it.
    private static let nightHours = 1.5
    private static let times = 3
    /// Share of the rows of a home's nights that export without it, up to which a night shows anything.
    private static let usualExports = 0.02
    /// Wh of import per Wh of production, and their correlation, from which import follows the sun.
    private static let slope = 0.45
    private static let correlation = 0.6
    /// The same from one row to the next, at least.
    private static let leastStep = 0.2
    /// Share of the rows with a high sun that used to export, and the fewest rows.
    private static let exportingShare = 0.25
    private static let exportingRows = 16.0
    /// Hours with a high sun that a day needs.
    private static let brightHours = 1.5

    /// Tells whether a night shows it.
    static func isNightWrong(_ rows: ClampDay, habits: ClampHabits) -> Bool {
        guard rows.nightExports >= rows.rows(hours: nightHours),
            rows.nightExports >= times * rows.nightImports
        else { return false }
        if rows.knowsBattery { return true }
        // A battery that nobody knows may sell.
        return habits.nightExports.all >= 100
            ? habits.nightExports.value <= usualExports : rows.nightExports * 5 >= rows.nights * 4
    }

    /// Tells whether a night speaks against a fault of production alone.
    static func isNightDoubtful(_ rows: ClampDay, habits: ClampHabits) -> Bool {
        rows.nightExports >= rows.rows(hours: 0.75)
            && (rows.knowsBattery || habits.nightExports.value <= usualExports)
    }

    /// Goes on at another place of the episodes.
    mutating func takePlace(_ index: Int) { run.takePlace(index) }

    /// Takes a day; tells whether its exchange is wrong, or may be.
    ///
    /// - Parameter asksDays: whether days may show it; not where another fault of the grid's clamps lasts.
    mutating func take(
        _ rows: ClampDay,
        habits: ClampHabits,
        asksDays: Bool,
        in episodes: inout [LossEpisode]
    ) -> Bool {
        let day = rows.day
        let isNightWrong = ExchangeSign.isNightWrong(rows, habits: habits)
        let isDayWrong = asksDays && !isNightWrong && ExchangeSign.isDayWrong(rows, habits: habits)
        var evidence = ClampRun.Evidence(verdict: .nothing)
        evidence.rightDays = 2
        if isNightWrong || isDayWrong {
            evidence.verdict = .wrong
            tell(rows)
        } else if rows.nightImports + rows.brightExports >= rows.rows(hours: 2),
            rows.nightImports + rows.brightExports >= ExchangeSign.times * rows.nightExports
        {
            evidence.verdict = .right
        }
        guard run.isSuspected || rows.nightExports > 0 || isDayWrong else { return false }
        evidence.marks = marks(rows, byDay: isDayWrong)
        if evidence.verdict != .right, let first = evidence.marks.firstIndex(of: 1) {
            for row in first..<day.starts.count where !(day.imported[row] + day.exported[row]).isNaN {
                evidence.provenWh += day.imported[row] + day.exported[row]
            }
        }
        run.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.gridMeterWrong, .reversed)
        }
        if let open = run.open {
            episodes[open].kind = loads > grids ? .consumptionMeterWrong : .gridMeterWrong
        } else if !run.isSuspected {
            (loads, grids) = (0, 0)
        }
        return run.open != nil || run.weight > 0 || evidence.verdict == .wrong
    }

    /// The load's clamps leave an export above production, the grid's an import that rises with it.
    private mutating func tell(_ rows: ClampDay) {
        if 2 * rows.strongNegative > rows.strong, rows.strong >= rows.rows(hours: 0.5) {
            loads += 1
        } else if let line = rows.trend.line, line.correlation.magnitude > 0.6 {
            if line.slope > 0 { grids += 1 } else { loads += 1 }
        } else if rows.strong >= rows.rows(hours: 0.5) {
            grids += 1
        }
    }

    /// Import rises with the sun where it used to export.
    private static func isDayWrong(_ rows: ClampDay, habits: ClampHabits) -> Bool {
        guard rows.brightExports == 0, rows.bright >= rows.rows(hours: brightHours),
            2 * rows.brightImports >= rows.bright || rows.brightImports >= rows.rows(hours: 2),
            habits.brightExports.all >= exportingRows, habits.brightExports.value >= exportingShare,
            rows.trend.mean > 0
        else { return false }
        // What is an export in truth is no more than array and battery give, and moves with the array.
        guard 10 * rows.brightOver <= rows.bright, let step = rows.trend.step, step.slope > leastStep else {
            return false
        }
        if let line = rows.trend.line, line.slope > slope, line.correlation > correlation { return true }
        return step.slope > slope && step.slope > 4 * step.error
    }

    private func marks(_ rows: ClampDay, byDay: Bool) -> [Int8] {
        let day = rows.day
        return day.starts.indices.map { row in
            let (imported, exported) = (day.imported[row], day.exported[row])
            guard !imported.isNaN, !exported.isNaN, !day.produced[row].isNaN else { return 0 }
            if rows.isNight(row) {
                if rows.exportsOfNothing(row) { return 1 }
                return imported > rows.noise && exported <= rows.noise ? -1 : 0
            }
            guard rows.isBright(row) else { return 0 }
            if exported > rows.noise { return rows.exportsTooMuch(row) ? 1 : -1 }
            return byDay && imported > rows.noise ? 1 : 0
        }
    }
}
