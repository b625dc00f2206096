// Clamps at the grid or at the load that give nothing. Without the grid's, the home exchanges nothing while the array gives; without
// the load's it uses nothing, and all that is produced goes out. See docs/analysis/clamps.md.

import Readings

/// An exchange of zero, or a use of zero from which the exchange is computed.
struct ExchangeDead: Codable, Sendable {
    private(set) var grid = ClampRun()
    private(set) var load = ClampRun()
    /// Hours without any exchange up to now, and the production in them, Wh.
    private var restHours = 0.0
    private var restDays = 0

    /// Share of the rows with production at which nothing is used, and hours of them.
    private static let unusedShare = 0.95
    private static let unusedHours = 1.5
    /// Share of the days before that had some exchange, and of the rows of a home that never rests.
    private static let exchangingDays = 0.92
    private static let exchangingRows = 0.9
    /// Hours of high sun without export in which no battery is charged, and the share of such rows that exported.
    private static let idleHours = 2.0
    private static let idleShare = 0.9
    /// Hours of the night without any use, as a battery is known.
    private static let zeroHours = 1.0
    /// Hours without exchange from which it is dead where a battery may rest: so many, and times the longest before.
    private static let restHours = 50.0
    private static let restTimes = 2.2
    /// Days before.
    private static let learned = 10

    /// Takes a day; tells whether its exchange is wrong, or may be.
    mutating func take(_ rows: ClampDay, habits: inout ClampHabits, in episodes: inout [LossEpisode]) -> Bool
    {
        let isLoad = takeLoad(rows, habits: habits, in: &episodes)
        let isGrid = takeGrid(rows, habits: &habits, in: &episodes)
        return isLoad || isGrid
    }

    private mutating func takeLoad(_ rows: ClampDay, habits: ClampHabits, in episodes: inout [LossEpisode])
        -> Bool
    {
        let day = rows.day
        let isUnused =
            rows.lively >= rows.rows(hours: ExchangeDead.unusedHours)
            && Double(rows.unused) >= ExchangeDead.unusedShare * Double(rows.lively)
            && rows.importing == 0 && rows.exchanging > 0 && habits.unused.value < 0.2
        guard isUnused || load.isSuspected || rows.unused > 0 || rows.silentNights > 0 else {
            load.rest()
            return false
        }
        var evidence = ClampRun.Evidence(verdict: .nothing)
        // One day of rows; what is rounded coarsely, or had no day before, takes two.
        evidence.weight = isUnused && rows.noise < 1.5 * 5 * max(1, day.hours * 4) && habits.days >= 3 ? 2 : 1
        evidence.verdict = isUnused ? .wrong : 2 * rows.unused < rows.lively ? .right : .nothing
        evidence.marks = day.starts.indices.map { row in
            let use = day.produced[row] + day.imported[row] - day.exported[row] + (rows.battery(row) ?? 0)
            if use.isNaN { return rows.isSilentNight(row) ? 1 : 0 }
            return use > rows.noise ? -1 : use.magnitude <= 1 ? 1 : 0
        }
        load.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.consumptionMeterWrong, .dead)
        }
        return load.open != nil || load.weight > 0
    }

    private mutating func takeGrid(
        _ rows: ClampDay,
        habits: inout ClampHabits,
        in episodes: inout [LossEpisode]
    ) -> Bool {
        let day = rows.day
        guard rows.known > 0 else { return grid.open != nil }
        let isAlive = rows.lively >= rows.rows(hours: 1)
        if rows.exchanging > 0 {
            // What rested before the first row with some, and behind the last.
            let first = day.starts.indices.first { ExchangeDead.exchanges($0, day) } ?? 0
            let last = day.starts.indices.last { ExchangeDead.exchanges($0, day) } ?? 0
            habits.rested(hours: grid.open == nil ? restHours + Double(first) * day.hours : 0)
            restHours = Double(day.starts.count - 1 - last) * day.hours
            restDays = 0
        } else {
            restHours = isFedOtherwise(rows) ? 0 : restHours + Double(day.starts.count) * day.hours
            if isAlive { restDays += 1 }
        }
        var evidence = ClampRun.Evidence(verdict: .nothing)
        let strength = strength(rows, habits: habits, isAlive: isAlive)
        if strength > 0 {
            evidence.verdict = .wrong
            evidence.weight = strength
        } else if rows.exchanging >= rows.rows(hours: 1) {
            evidence.verdict = .right
        }
        if grid.isSuspected || strength > 0 || 4 * rows.exchanging < 3 * rows.known || rows.silentNights > 0 {
            evidence.marks = day.starts.indices.map { row in
                let exchange = day.imported[row] + day.exported[row]
                if exchange.isNaN { return rows.isSilentNight(row) ? 1 : 0 }
                return exchange > rows.noise ? -1 : exchange <= 1 ? 1 : 0
            }
        }
        grid.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.gridMeterWrong, .dead)
        }
        return grid.open != nil || grid.weight > 0
    }

    private static func exchanges(_ row: Int, _ day: LossDay) -> Bool {
        day.imported[row] + day.exported[row] > 1
    }

    private func isFedOtherwise(_ rows: ClampDay) -> Bool { rows.fedOtherwise >= rows.rows(hours: 0.5) }

    /// How much a day weighs that exchanges nothing; 0 where that is usual.
    private func strength(_ rows: ClampDay, habits: ClampHabits, isAlive: Bool) -> Int {
        // While a generator feeds the home the grid is away.
        guard rows.exchanging == 0, isAlive, !isFedOtherwise(rows),
            habits.days >= ExchangeDead.learned,
            habits.exchangingDays.value >= ExchangeDead.exchangingDays
        else { return 0 }
        // A home that always exchanges.
        if habits.exchangingRows.value >= ExchangeDead.exchangingRows { return 2 }
        if rows.knowsBattery {
            let isUnfed =
                rows.nightZeros >= rows.rows(hours: ExchangeDead.zeroHours) && habits.nightZeros.value < 0.02
            let isUnsold =
                rows.idle >= rows.rows(hours: ExchangeDead.idleHours) && habits.idleExports.all >= 20
                && habits.idleExports.value >= ExchangeDead.idleShare
            // A long rest alone may be a grid that is away.
            return isUnfed || isUnsold ? 2 : 0
        }
        let isLong =
            restHours >= max(ExchangeDead.restHours, ExchangeDead.restTimes * habits.longestRestHours)
        if isLong { return 2 }
        let isGood =
            habits.isGood(rows.producedWh) && habits.goodDays.all >= 6
            && habits.goodDays.value >= ExchangeDead.exchangingDays
        return isGood ? 1 : 0
    }
}
