// A production clamp that gives nothing, or half: in the sun the home exports what neither the array nor the battery gives. Faults
// of the grid's clamps and of the load's show at night as well. See docs/analysis/clamps.md.

import Readings

/// Production that is measured too small, proven by the export.
struct ProductionShort: Codable, Sendable {
    private(set) var run = ClampRun()
    private var zeros = 0
    private var others = 0

    /// Hours at the top that the surplus of a day is worth, from which it shows it, and from which one day is enough.
    private static let shownHours = 0.05
    private static let sureHours = 0.5
    /// Wh of exchange per Wh of production that only a production measured too small shows.
    private static let steep = -1.4
    /// Share of what the array gives from which production is right, and hours of that on a day.
    private static let rightShare = 0.72
    private static let rightHours = 1.0
    /// Such days where it is not known what the array gives.
    private static let rightDaysUnknown = 3
    /// Share of the rows at which the export is more than twice the production, from which it is no half.
    private static let beyondShare = 0.25
    /// Of the clear sky, and of the top, a row needs to say that production is right.
    private static let brightShare = 0.15

    /// Takes a day; tells whether its production is wrong, or may be.
    ///
    /// - Parameter isNightWrong: whether the night shows a fault of the grid's clamps or the load's.
    mutating func take(
        _ rows: ClampDay,
        habits: ClampHabits,
        top: Double,
        isNightWrong: Bool,
        in episodes: inout [LossEpisode]
    ) -> Bool {
        let day = rows.day
        let isQuiet = rows.impossible == 0 && !run.isSuspected
        if isQuiet, rows.dark == 0 {
            run.rest()
            (zeros, others) = (0, 0)
            return false
        }
        let hour = max(top, habits.peak, rows.most) / day.hours
        var evidence = ClampRun.Evidence(verdict: .nothing)
        evidence.marks = marks(rows, habits: habits, top: top)
        let right = evidence.marks.count { $0 == -1 }
        let proves =
            rows.impossibleWh >= ProductionShort.shownHours * hour
            && rows.impossible >= rows.rows(hours: 0.25)
        if proves, !isNightWrong, isShort(rows) {
            evidence.verdict = .wrong
            evidence.provenWh = rows.impossibleWh
            evidence.weight = isSure(rows, hour: hour) ? 2 : 1
            zeros += rows.impossibleZeros
            others += rows.impossible - rows.impossibleZeros
        } else if right >= rows.rows(hours: ProductionShort.rightHours), rows.impossible == 0 || isNightWrong
        {
            evidence.verdict = .right
            evidence.rightDays = habits.knowsBest(of: day) ? 1 : ProductionShort.rightDaysUnknown
        }
        let isDead = zeros > 2 * others
        run.take(evidence, of: day, reachesBack: true, in: &episodes) {
            LossEpisode.ofClamp(.productionMeterWrong, isDead ? .dead : .halved, sureness: .sure)
        }
        if !run.isSuspected { (zeros, others) = (0, 0) }
        return run.open != nil || run.weight > 0 || proves
    }

    /// Leaves what lasts to another rule.
    mutating func giveUp() {
        run.giveUp()
        (zeros, others) = (0, 0)
    }

    /// Tells whether what exceeds production is what a dead or half clamp leaves: where the battery is not known, one that sells
    /// exceeds it by any amount.
    private func isShort(_ rows: ClampDay) -> Bool {
        rows.knowsBattery && rows.nightExports == 0
            || Double(rows.farBeyond) < ProductionShort.beyondShare * Double(rows.impossible)
    }

    /// Tells whether one day is enough: much of it, and either no production at all, or an exchange that moves twice as much as
    /// production. Where the load's clamps are turned round it moves as much.
    private func isSure(_ rows: ClampDay, hour: Double) -> Bool {
        guard rows.impossibleWh >= ProductionShort.sureHours * hour, rows.impossible >= rows.rows(hours: 1)
        else {
            return false
        }
        if rows.impossibleZeros > 2 * (rows.impossible - rows.impossibleZeros) { return true }
        return rows.trend.line.map { $0.slope < ProductionShort.steep } ?? false
    }

    private func marks(_ rows: ClampDay, habits: ClampHabits, top: Double) -> [Int8] {
        let day = rows.day
        let least = ProductionShort.brightShare * max(habits.peak, 0)
        var marks = [Int8](repeating: 0, count: day.starts.count)
        for row in day.starts.indices where !day.produced[row].isNaN && day.sine[row] > 0.02 {
            if rows.exportsTooMuch(row) {
                marks[row] = 1
                continue
            }
            let expected = habits.expected(row, of: day)
            let limit = max(ProductionShort.rightShare * expected, least)
            if expected > 0 ? day.produced[row] > limit : exportsLess(row, rows) { marks[row] = -1 }
        }
        if run.open != nil || rows.dark > 0 { markZeros(&marks, rows) }
        return marks
    }

    /// Where it is not known what the array gives: a good sun of which a part goes out.
    private func exportsLess(_ row: Int, _ rows: ClampDay) -> Bool {
        let (produced, exported) = (rows.day.produced[row], rows.day.exported[row])
        return produced > 0.3 * rows.most && exported > rows.noise && exported < 0.9 * produced
    }

    /// Zero in the sun is wrong, and a production of its own right, where the clamp is dead.
    private func markZeros(_ marks: inout [Int8], _ rows: ClampDay) {
        let isDead = zeros + rows.impossibleZeros > 2 * (others + rows.impossible - rows.impossibleZeros)
        guard isDead, zeros + rows.impossibleZeros > 0 else { return }
        for row in marks.indices where !rows.day.produced[row].isNaN {
            if rows.isDark(row) {
                marks[row] = 1
            } else if marks[row] == 0, rows.day.produced[row] > 2 * rows.noise {
                marks[row] = -1
            }
        }
    }
}
