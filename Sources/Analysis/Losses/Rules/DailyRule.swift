// Losses in reports of a row a day: days without production, and weeks that give less of their clear sky than the home's own days
// before and the same season of other years let expect.

import Foundation
import Readings

/// Daily sums against the clear sky.
struct DailyRule: Codable, Sendable {
    /// Days of which the scale is the upper quantile, and days before anything is said.
    private static let scaleDays = 60
    private static let scaleQuantile = 0.9
    private static let learningDays = 30
    /// Days without production until it is told as grave: with a high and with a low sun.
    private static let zeroDays = 2
    private static let zeroDaysLow = 10
    /// Losses that are looked for.
    private static let losses = [0.27, 0.33, 0.40, 0.48, 0.56, 0.65, 0.75]
    /// Evidence that raises the alarm, nats; how much of a day's counts, for days are alike; and what one day may say.
    private static let alarm = 9.0
    private static let share = 0.6
    private static let most = 3.0
    /// How near a day lies to what would be left.
    private static let near = 0.07
    /// Shares of the loss above which a day says that there is none; two of which end one, within so many days; and one.
    private static let resetShare = 0.5
    private static let backShare = 0.5
    private static let backDays: Int64 = 12
    private static let surelyBack = 0.25
    /// Days of a fit, and between fits.
    private static let fitDays = 45
    private static let daysBetweenFits: Int64 = 15
    /// Days that describe what is usual, and the weight of others than those near in time or season.
    private static let nearDays: Int64 = 75
    private static let farWeight = 0.25
    private static let bins = 24
    private static let step = 0.05
    /// The days before must have lain above.
    private static let stepDays = 20

    /// A day as it is remembered.
    private struct Day: Codable, Sendable {
        let number: Int64
        let start: Int64
        let end: Int64
        let made: Double
        /// What each plane gives per kW, and what they are taken to give together, Wh.
        let planes: PlaneSky.Planes
        var sky: Double
        let noon: Double
        var share: Double
        var isLeftOut = false
    }

    private struct Trial: Codable, Sendable {
        var evidence = 0.0
        var first: Int64?
        /// Days that lie at what would be left.
        var alike = 0
    }

    private let latitude: Double
    private var days: [Day] = []
    private var trials = losses.map { _ in Trial() }
    private var zeros: [Day] = []
    private var open: LossEpisode?
    private var openLoss = 0.0
    /// Days that lie above what would be left.
    private var back: [Int64] = []
    private var mixture = PlaneSky.noonRoofOnly
    private var isFitted = false
    private var nextFit: Int64 = 0
    private var scale: Double?
    private(set) var episodes: [LossEpisode] = []

    init(latitude: Double) { self.latitude = latitude }

    /// What was found up to now.
    var found: [LossEpisode] { episodes + (open.map { [$0] } ?? []) + (zeroEpisode.map { [$0] } ?? []) }

    /// Takes a day, and returns what a clear sky gives, Wh; nil where it is not known.
    ///
    /// - Parameters:
    ///   - planes: what each plane gives per kW over the day under a clear sky, Wh.
    ///   - noon: the sun's elevation at noon, degrees.
    mutating func take(_ day: LossDay, planes: PlaneSky.Planes, noon: Double) -> Double? {
        rescale(day.number)
        let sky = Double((planes * mixture).sum())
        guard let made = day.produced.first, made.isFinite, sky > 0, let start = day.starts.first else {
            return scale.map { $0 * sky }
        }
        var own = Day(
            number: day.number,
            start: start,
            end: day.end,
            made: max(0, made),
            planes: planes,
            sky: sky,
            noon: noon,
            share: 1
        )
        guard let scale else {
            days.append(own)
            return nil
        }
        own.share = own.made / (scale * sky)
        takeZero(own)
        if zeros.isEmpty {
            if open == nil { gather(&own) } else { goOn(&own) }
        } else {
            own.isLeftOut = true
        }
        days.append(own)
        days.removeAll { $0.number <= own.number - 800 }
        return scale * sky
    }

    /// Takes the mixture of planes and the scale anew.
    private mutating func rescale(_ number: Int64) {
        if number >= nextFit, days.count >= DailyRule.fitDays {
            var rows = EnvelopeFit.Rows()
            for day in days where !day.isLeftOut && day.number > number - 400 {
                rows.produced.append(Float(day.made))
                rows.planes.append(day.planes)
            }
            if let fitted = EnvelopeFit.fit(rows, cap: nil, before: isFitted ? mixture : nil) {
                mixture = fitted
                isFitted = true
                for index in days.indices { days[index].sky = Double((days[index].planes * mixture).sum()) }
                if let scale = self.scaled() {
                    for index in days.indices {
                        days[index].share = days[index].made / (scale * days[index].sky)
                    }
                }
            }
            nextFit = number + DailyRule.daysBetweenFits
        }
        scale = scaled() ?? scale
    }

    private func scaled() -> Double? {
        let known = days.filter { !$0.isLeftOut }.suffix(DailyRule.scaleDays)
        guard known.count >= DailyRule.learningDays else { return nil }
        return Median.quantile(known.map { $0.made / $0.sky }, DailyRule.scaleQuantile).flatMap {
            $0 > 0 ? $0 : nil
        }
    }

    // MARK: Days without production

    private mutating func takeZero(_ day: Day) {
        if day.made <= 0.004 * (scale ?? 0) * day.sky {
            zeros.append(day)
        } else {
            if var episode = zeroEpisode {
                episode.end = episode.lastSeen
                episodes.append(episode)
            }
            zeros = []
        }
    }

    private var zeroEpisode: LossEpisode? {
        guard let first = zeros.first, let last = zeros.last, let scale else { return nil }
        let isLow = SunHeight.isLow(noonDegrees: first.noon, latitude: latitude)
        let needed = isLow ? DailyRule.zeroDaysLow : DailyRule.zeroDays
        let before = days.filter { $0.number < first.number && !$0.isLeftOut }.suffix(28).map(\.share)
        let sky = before.isEmpty ? 1 : before.reduce(0, +) / Double(before.count)
        var episode = LossEpisode(
            kind: .productionLost,
            fault: .all,
            start: first.start,
            alert: zeros.count >= needed ? zeros[needed - 1].end : first.end,
            severity: zeros.count >= needed ? (isLow ? .warning : .critical) : .notice,
            fraction: 1,
            lostWh: zeros.reduce(0) { $0 + $1.sky } * scale * min(1, sky),
            days: zeros.count,
            lastSeen: last.end
        )
        episode.reading = isLow ? "snow" : nil
        episode.sunDegrees = zeros.map(\.noon).max()
        return episode
    }

    // MARK: A part

    /// How often shares lie in a bin, by the home's own days near in time and season.
    private func usual(_ day: Day) -> [Double] {
        var counts = [Double](repeating: 0.5, count: DailyRule.bins)
        for other in days where !other.isLeftOut {
            let age = day.number - other.number
            let season = abs((age + 182) % 365 - 182)
            let weight = age <= DailyRule.nearDays || season <= 45 ? 1 : DailyRule.farWeight
            // Each day lies a little to both sides of its own bin.
            for (shift, part) in [(-1, 0.25), (0, 0.5), (1, 0.25)] {
                counts[DailyRule.bin(other.share + Double(shift) * DailyRule.step)] += weight * part
            }
        }
        let sum = counts.reduce(0, +)
        return counts.map { $0 / sum }
    }

    private static func bin(_ share: Double) -> Int { min(bins - 1, max(0, Int(share / step))) }

    private func evidence(_ day: Day, _ usual: [Double], loss: Double) -> Double {
        let left = 1 - loss
        let lost = usual[DailyRule.bin(day.share / left)] / left
        let ratio = log(lost / usual[DailyRule.bin(day.share)])
        let isLow = SunHeight.isLow(noonDegrees: day.noon, latitude: latitude)
        return max(-DailyRule.most, min(DailyRule.most, ratio)) * DailyRule.share * (isLow ? 0.5 : 1)
    }

    private mutating func gather(_ day: inout Day) {
        let usual = usual(day)
        var best: (index: Int, evidence: Double)?
        for (index, loss) in DailyRule.losses.enumerated() {
            // A day well above it: nothing is lost.
            if day.share > 1 - DailyRule.resetShare * loss {
                trials[index] = Trial()
                continue
            }
            trials[index].evidence += evidence(day, usual, loss: loss)
            if abs(day.share / (1 - loss) - 1) < DailyRule.near { trials[index].alike += 1 }
            if trials[index].evidence <= 0 {
                trials[index] = Trial()
            } else {
                trials[index].first = trials[index].first ?? day.number
            }
            if trials[index].evidence > best?.evidence ?? DailyRule.alarm,
                trials[index].alike >= (loss > 0.45 ? 3 : 4), isStep(trials[index], day, loss: loss)
            {
                best = (index, trials[index].evidence)
            }
        }
        guard let best, let first = trials[best.index].first else { return }
        let inside = days.indices.filter { days[$0].number >= first }
        for index in inside { days[index].isLeftOut = true }
        day.isLeftOut = true
        let shares = inside.map { days[$0].share } + [day.share]
        let top = Median.quantile(shares, 0.85) ?? 1 - DailyRule.losses[best.index]
        openLoss = min(0.9, max(0.15, 1 - top))
        open = LossEpisode(
            kind: .productionLost,
            fault: .part,
            start: inside.first.map { days[$0].start } ?? day.start,
            alert: day.end,
            severity: .warning,
            fraction: openLoss,
            lostWh: (inside.reduce(0) { $0 + days[$1].made } + day.made) * openLoss / (1 - openLoss),
            days: inside.count + 1,
            lastSeen: day.end
        )
        trials = DailyRule.losses.map { _ in Trial() }
        back = []
    }

    private func isStep(_ trial: Trial, _ day: Day, loss: Double) -> Bool {
        guard let first = trial.first else { return false }
        let before = days.filter { $0.number < first && !$0.isLeftOut }.suffix(DailyRule.stepDays).map(
            \.share
        )
        let after = days.filter { $0.number >= first }.map(\.share) + [day.share]
        guard before.count >= 10, let high = Median.quantile(before, 0.8),
            let low = Median.quantile(after, 0.8)
        else { return false }
        return high > 1 - 0.5 * loss && low < high * (1 - 0.6 * loss)
    }

    private mutating func goOn(_ day: inout Day) {
        guard var episode = open else { return }
        if day.share > 1 - DailyRule.backShare * openLoss { back.append(day.number) }
        back.removeAll { $0 <= day.number - DailyRule.backDays }
        if back.count >= 2 || day.share > 1 - DailyRule.surelyBack * openLoss, let first = back.first,
            let start = days.first(where: { $0.number >= first })?.start ?? Optional(day.start)
        {
            episode.end = start
            episode.lastSeen = min(episode.lastSeen, start)
            for index in days.indices where days[index].number >= first { days[index].isLeftOut = false }
            episodes.append(episode)
            open = nil
            return
        }
        day.isLeftOut = true
        episode.lastSeen = day.end
        episode.days += 1
        episode.lostWh = (episode.lostWh ?? 0) + day.made * openLoss / (1 - openLoss)
        open = episode
    }
}
