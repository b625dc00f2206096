// A production clamp that is turned round: production below zero whenever the sun shines. See docs/analysis/clamps.md.

import Readings

/// Production that is counted with the wrong sign.
struct ProductionSign: Codable, Sendable {
    private(set) var run = ClampRun()

    /// Share of the top from which a row has a sign: below are the noise of clamps and the draw of inverters; its least power, W,
    /// and that of an array.
    private static let topShare = 0.02
    private static let leastW = 32.0
    private static let leastTopW = 100.0
    /// A row in the sun has a sign from so many times what a night shows.
    private static let nightTimes = 2.5
    /// A weak row below zero, Wh: what a clamp gives at night is less.
    private static let weakWh = -2.0
    /// Hours of one sign that a day needs, and how many rows for each of the other.
    private static let hours = 1.5
    private static let times = 3
    /// Full hours that a day's row stands for.
    private static let hoursOfDailyRow = 3.0

    /// Takes a day; tells whether its production is wrong, or may be.
    mutating func take(_ rows: ClampDay, top: Double, in episodes: inout [LossEpisode]) -> Bool {
        let day = rows.day
        let isDaily = day.seconds == Int64(SeriesKey.day)
        let hours = isDaily ? ProductionSign.hoursOfDailyRow : day.hours
        let reach = max(rows.peak, min(top > 0 ? top : rows.most, rows.most))
        guard reach >= ProductionSign.leastTopW * hours else { return run.open != nil }
        let limit = max(
            ProductionSign.topShare * reach,
            ProductionSign.leastW * hours,
            ProductionSign.nightTimes * ProductionSign.night(day)
        )
        var (wrong, right, sum) = (0, 0, 0.0)
        for value in day.produced where !value.isNaN {
            if value < -limit { wrong += 1 } else if value > limit { right += 1 }
            if value < 0 { sum -= value }
        }
        let least = isDaily ? 1 : rows.rows(hours: ProductionSign.hours)
        var evidence = ClampRun.Evidence(verdict: .nothing, weight: isDaily ? 1 : 2)
        if wrong >= least, wrong >= ProductionSign.times * right {
            evidence.verdict = .wrong
        } else if right >= least, right >= ProductionSign.times * wrong {
            evidence.verdict = .right
        }
        if run.isSuspected || wrong > 0 {
            evidence.provenWh = sum
            evidence.marks = day.produced.map {
                $0 <= ProductionSign.weakWh ? 1 : $0 > limit ? -1 : 0
            }
        }
        run.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.productionMeterWrong, .reversed, sureness: .sure)
        }
        return run.open != nil || evidence.verdict == .wrong
    }

    /// The mean of what a night shows, its sign left away, Wh of a row: a constant is no sign.
    private static func night(_ day: LossDay) -> Double {
        var (sum, count) = (0.0, 0.0)
        for row in day.sine.indices where day.sine[row] < ClampDay.nightSine && !day.produced[row].isNaN {
            sum += day.produced[row].magnitude
            count += 1
        }
        return count > 0 ? sum / count : 0
    }
}
