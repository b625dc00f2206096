// What the sums of whole days prove of the clamps: an export above what was produced, and days without any use. What rows would
// tell apart and sums do not stays untold. See docs/analysis/clamps.md.

import Readings

/// The clamps of a home that reports days alone.
struct DailySums: Codable, Sendable {
    private var short = ClampRun()
    private var load = ClampRun()
    private var grid = ClampRun()
    private var wasDead = false
    private var days = 0.0
    private var importing = 0.0
    private var all = 0.0
    private var unused = 0.0

    private static let fading = 0.98
    /// Share of an export that meters may differ by, and Wh.
    private static let share = 0.03
    private static let noiseWh = 100.0
    /// Days before, and the share of them that imported, from which a home always imports.
    private static let enough = 12.0
    private static let always = 0.97
    /// Share of the best day, or of a clear one, from which production is right again.
    private static let rightShare = 0.68
    /// Share of the best day up to which a clamp is dead.
    private static let deadShare = 0.01
    /// Share of the days at most on which nothing was used before.
    private static let seldom = 0.05

    /// Takes a day of one row.
    ///
    /// - Parameter best: the best day's sum of the season, Wh; 0 where nothing is known.
    mutating func take(_ rows: ClampDay, best: Double, in episodes: inout [LossEpisode]) -> ClampVerdict {
        let (produced, exported) = (rows.day.produced[0], rows.day.exported[0])
        guard !exported.isNaN, !rows.day.imported[0].isNaN, produced > -DailySums.noiseWh else {
            return ClampVerdict()
        }
        let isLoad = takeUse(rows, in: &episodes)
        let isGrid = takeExchange(rows, in: &episodes)
        let isShort = takeProduction(rows, best: best, isLoad: isLoad, in: &episodes)
        if !isLoad, !isShort, !isGrid { learn(rows) }
        return ClampVerdict(spoilsProduction: isShort, spoilsExchange: isLoad || isGrid)
    }

    private mutating func learn(_ rows: ClampDay) {
        let day = rows.day
        all = all * DailySums.fading + 1
        unused *= DailySums.fading
        if isUnused(rows) { unused += 1 }
        guard day.imported[0] + day.exported[0] > 2 else { return }
        days = days * DailySums.fading + 1
        importing = importing * DailySums.fading + (day.imported[0] > 2 ? 1 : 0)
    }

    /// What is exported beyond production and discharge, Wh.
    private func surplus(_ rows: ClampDay) -> Double {
        let day = rows.day
        return day.exported[0] * (1 - DailySums.share) - day.produced[0] - max(0, rows.battery(0) ?? 0)
            - DailySums.noiseWh
    }

    /// More goes out than is made: production is dead or short.
    private mutating func takeProduction(
        _ rows: ClampDay,
        best: Double,
        isLoad: Bool,
        in episodes: inout [LossEpisode]
    ) -> Bool {
        let day = rows.day
        if isLoad, short.open == nil {
            short.rest()
            return false
        }
        let surplus = surplus(rows)
        var evidence = ClampRun.Evidence(verdict: .nothing)
        let isDead = day.produced[0] <= DailySums.deadShare * best
        // Where the load's clamps are turned round the home never imports; where production is short its nights do. Behind a
        // battery neither need be, and sums do not tell which it is.
        if surplus > 0, day.imported[0] > 2 || isDead {
            evidence.verdict = .wrong
            evidence.provenWh = surplus
        } else if surplus <= 0, day.produced[0] > 0 {
            let expected = day.expected.first ?? 0
            let share = wasDead ? DailySums.deadShare : DailySums.rightShare
            let isFull = day.produced[0] > share * (expected > 0 ? expected : best)
            evidence.verdict = short.open == nil || isFull ? .right : .nothing
        }
        if short.isSuspected || surplus > 0 {
            evidence.marks = [evidence.verdict == .wrong ? 1 : evidence.verdict == .right ? -1 : 0]
        }
        if short.open == nil { wasDead = isDead }
        short.take(evidence, of: day, reachesBack: short.open != nil, in: &episodes) {
            LossEpisode.ofClamp(.productionMeterWrong, isDead ? .dead : .halved, sureness: .sure)
        }
        return short.open != nil || surplus > 0
    }

    private var alwaysImports: Bool { days >= DailySums.enough && importing >= DailySums.always * days }

    private func isUnused(_ rows: ClampDay) -> Bool {
        let day = rows.day
        let use = day.produced[0] + day.imported[0] - day.exported[0] + (rows.battery(0) ?? 0)
        return day.produced[0] > 10 * DailySums.noiseWh && use.magnitude <= 2 && day.imported[0] <= 2
    }

    /// Nothing is used, or less.
    private mutating func takeUse(_ rows: ClampDay, in episodes: inout [LossEpisode]) -> Bool {
        let day = rows.day
        let use = day.produced[0] + day.imported[0] - day.exported[0] + (rows.battery(0) ?? 0)
        let isNegative = surplus(rows) > 0 && day.imported[0] <= 2 && alwaysImports
        let isUnused = isUnused(rows)
        let isWrong = isNegative || (isUnused && unused <= DailySums.seldom * all)
        var evidence = ClampRun.Evidence(verdict: .nothing, rightDays: 2)
        if isWrong {
            evidence.verdict = .wrong
        } else if use > DailySums.noiseWh {
            evidence.verdict = .right
        }
        if load.isSuspected || isWrong {
            evidence.marks = [isWrong ? 1 : evidence.verdict == .right ? -1 : 0]
        }
        load.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.consumptionMeterWrong, isUnused ? .dead : .reversed)
        }
        return load.open != nil || isWrong
    }

    /// Nothing comes in and nothing goes out, where something always did.
    private mutating func takeExchange(_ rows: ClampDay, in episodes: inout [LossEpisode]) -> Bool {
        let day = rows.day
        let isZero = day.imported[0] == 0 && day.exported[0] == 0
        let isWrong =
            isZero && rows.fedOtherwise == 0 && day.produced[0] > 10 * DailySums.noiseWh && alwaysImports
        var evidence = ClampRun.Evidence(verdict: isWrong ? .wrong : isZero ? .nothing : .right, rightDays: 2)
        if grid.isSuspected || isWrong { evidence.marks = [isWrong ? 1 : isZero ? 0 : -1] }
        grid.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.gridMeterWrong, .dead)
        }
        return grid.open != nil || isWrong
    }
}
