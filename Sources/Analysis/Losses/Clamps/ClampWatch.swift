// What a day's rows prove of the clamps: production, the load or the grid measured wrongly. Told apart by when rows contradict one
// another: faults of production only in the sun, those of the grid and the load at night too. See docs/analysis/clamps.md.

import Readings

/// What the rules of the clamps say of a day.
struct ClampVerdict: Sendable {
    /// Tells whether production of this day says nothing of the array: its clamp is wrong, or may be.
    var spoilsProduction = false
    /// Tells whether the exchange or the use of this day is wrong, or may be: nothing is concluded from them.
    var spoilsExchange = false
}

/// The clamps, day after day. Days come in order; what is told of a day is known at its end.
struct ClampWatch: Codable, Sendable {
    /// What was found; one that lasts has no end.
    private(set) var episodes: [LossEpisode] = []
    private var habits = ClampHabits()
    private var sign = ProductionSign()
    private var offset = ProductionOffset()
    private var short = ProductionShort()
    private var exchange = ExchangeSign()
    private var dead = ExchangeDead()
    private var net = LoadAsNet()
    private var sums = DailySums()

    /// Takes a day.
    ///
    /// - Parameters:
    ///   - day: with the sun, and with what the array gives under a clear sky where that is known.
    ///   - top: the greatest production of a row in the last year, Wh; 0 where nothing is known.
    mutating func take(_ day: LossDay, top: Double) -> ClampVerdict {
        guard !day.starts.isEmpty else { return ClampVerdict() }
        let rows = ClampDay(day, peak: habits.peak, nightWh: habits.nightWh)
        var verdict = ClampVerdict()
        let isReversed = sign.take(rows, top: top, in: &episodes)
        verdict.spoilsProduction = isReversed
        if day.seconds > 3600 {
            let found = sums.take(rows, best: habits.bestWh, in: &episodes)
            verdict.spoilsProduction = verdict.spoilsProduction || found.spoilsProduction
            verdict.spoilsExchange = found.spoilsExchange
        } else {
            if offset.take(rows, in: &episodes) { verdict.spoilsProduction = true }
            if rows.known > 0, !isReversed { exchange(rows, top: top, &verdict) }
        }
        if !verdict.spoilsProduction, !verdict.spoilsExchange { habits.learn(rows, top: top) }
        return verdict
    }

    /// The rules that look at the exchange.
    private mutating func exchange(_ rows: ClampDay, top: Double, _ verdict: inout ClampVerdict) {
        let isNightWrong = exchange.run.open != nil || ExchangeSign.isNightDoubtful(rows, habits: habits)
        let isShort = short.take(
            rows,
            habits: habits,
            top: top,
            isNightWrong: isNightWrong,
            in: &episodes
        )
        let told = exchange.run.open
        let isSign = exchange.take(rows, habits: habits, asksDays: net.run.open == nil, in: &episodes)
        if told == nil, exchange.run.open != nil { takeOver() }
        let isDead = dead.take(rows, habits: &habits, in: &episodes)
        let isNet = exchange.run.open == nil && net.take(rows, habits: habits, in: &episodes)
        if isShort { verdict.spoilsProduction = true }
        if isSign || isDead || isNet { verdict.spoilsExchange = true }
    }

    /// What the first day took for production was the load: the same finding, its first alert kept.
    private mutating func takeOver() {
        guard let mine = exchange.run.open, let other = short.run.open, mine == other + 1,
            episodes[mine].start <= episodes[other].start + ClampWatch.sameCause
        else { return }
        episodes[mine].start = min(episodes[mine].start, episodes[other].start)
        episodes[mine].alert = episodes[other].alert
        episodes[other] = episodes[mine]
        episodes.removeLast()
        exchange.takePlace(other)
        short.giveUp()
    }

    /// Two faults that begin so close are one, seconds.
    private static let sameCause: Int64 = 2 * 86_400
}
