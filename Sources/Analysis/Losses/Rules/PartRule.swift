// A part of the array gives nothing, or its clamp counts a part: day after day the same share of the clear sky, and a step before
// it. Weather gives another level every day, dirt a slope.

import Foundation
import Readings

/// Levels below the clear sky at which days agree.
struct PartRule: Sendable {
    /// Losses that are looked for: from, to, and the step in the logarithm of what is left.
    private static let least = 0.12
    private static let most = 0.86
    private static let step = 0.035
    /// How near a day lies to a level, as a share of it: of clear and of other days.
    private static let near = 0.033
    private static let nearCloudy = 0.05
    private static let clearCover = 0.5
    /// Weight of a day by its cover, and of a rough one whose best rows agree.
    private static let coverWeights: [(cover: Double, weight: Double)] = [
        (0.9, 1), (0.5, 0.75), (0.3, 0.5), (0.1, 0.35),
    ]
    private static let roughWeight = 0.3
    /// Weight that raises the alarm, by loss.
    private static let alarms: [(loss: Double, weight: Double)] = [
        (0.12, 13), (0.16, 10.5), (0.20, 8.5), (0.28, 5), (0.40, 2.7), (0.50, 1.9), (0.70, 3.5), (0.86, 3.5),
    ]
    private static let against = 1.5
    /// A day so far below a level is overcast, and what it counts against it.
    private static let overcastShare = 0.6
    private static let overcastWeight = 0.25
    private static let aboveWeight = 3.0
    /// A loss of more than half needs days that are clear throughout.
    private static let clearThroughout = 0.7
    private static let within: Int64 = 62
    /// In a season that was not seen before the envelope is a guess: more is needed, and small losses are not told.
    private static let newSeasonTimes = 1.25
    private static let newSeasonLoss = 0.13
    private static let withoutSupport: Int64 = 40
    private static let hourlyTimes = 1.25
    /// Share of hazy days that is usual, and what more of them costs.
    private static let usualHaze = 0.15
    private static let hazeTimes = 1.2
    /// A day with this share held back counts less.
    private static let heldShare = 0.2
    private static let heldWeight = 0.4
    /// Days before from which the step is taken.
    private static let stepDays: Int64 = 40
    private static let stepMarks = 15
    private static let rowMemory: Int64 = 120

    /// A smooth row.
    struct Row: Sendable {
        let day: Int64
        let start: Int64
        let share: Float
    }

    /// What the days say of a level since the last that lay above it.
    fileprivate struct Level: Codable, Sendable {
        let loss: Double
        /// Days at or before this one do not count.
        var since = Int64.min
        /// Weight of the days on it, and of clear ones beside it.
        var weight = 0.0
        var beside = 0.0
        /// The first and the last day on it.
        var first: Int64?
        var last: Int64?

        mutating func clear(_ number: Int64) {
            self = Level(loss: loss, since: number)
        }

        mutating func add(_ mark: DayMark) {
            let (on, beside) = PartRule.weights(mark, loss: loss)
            self.beside += beside
            guard on > 0 else { return }
            weight += on
            first = first ?? mark.number
            last = mark.number
        }
    }

    private let seconds: Int64
    private var levels: [Level]
    private var rows: [Row] = []
    private var open: LossEpisode?
    private var lastSupport: Int64 = 0
    private var latest = Int64.min
    private var newSeasonTimes = 1.0
    private(set) var episodes: [LossEpisode] = []

    init(seconds: Int64) {
        self.seconds = seconds
        levels = stride(from: log(1 - PartRule.least), through: log(1 - PartRule.most), by: -PartRule.step)
            .map { Level(loss: 1 - exp($0)) }
    }

    /// What is kept of it between two runs.
    struct Kept: Codable, Sendable {
        fileprivate let seconds: Int64
        fileprivate let levels: [Level]
        fileprivate let rows: PackedRows
        fileprivate let open: LossEpisode?
        fileprivate let lastSupport: Int64
        fileprivate let latest: Int64
        fileprivate let episodes: [LossEpisode]
    }

    var kept: Kept {
        Kept(
            seconds: seconds,
            levels: levels,
            rows: PackedRows(rows),
            open: open,
            lastSupport: lastSupport,
            latest: latest,
            episodes: episodes
        )
    }

    /// Goes on where an earlier run stood.
    init(kept: Kept) {
        seconds = kept.seconds
        levels = kept.levels
        rows = kept.rows.rows
        open = kept.open
        lastSupport = kept.lastSupport
        latest = kept.latest
        episodes = kept.episodes
    }

    /// What was found up to now.
    var found: [LossEpisode] { episodes + (open.map { [$0] } ?? []) }
    /// The first day of a level that no step led to, told once: that is what the array gives now.
    private(set) var drift: Int64?

    /// Tells whether a level stands.
    var isOpen: Bool { open != nil }
    /// The first second of the one that stands, seconds UTC.
    var openStart: Int64? { open?.start }

    /// Tells whether a day lies on a level that others support already.
    func isSuspect(_ mark: DayMark) -> Bool {
        if open != nil { return true }
        return levels.contains { level in
            level.loss > 0.15 && level.weight > 0.5 * PartRule.alarm(level.loss)
                && PartRule.lies(mark, on: level.loss)
        }
    }

    /// Takes a day.
    ///
    /// - Parameter before: the days before it, in order.
    mutating func take(
        _ mark: DayMark,
        of day: LossDay,
        levels shares: DayLevels,
        before: [DayMark],
        isSeasonSeen: Bool
    ) {
        newSeasonTimes = isSeasonSeen ? 1 : PartRule.newSeasonTimes
        drift = nil
        latest = mark.number
        guard !mark.isSpoiled else { return }
        for row in day.starts.indices where shares.isSmooth[row] && day.expected[row] > 0.3 * shares.top {
            rows.append(Row(day: day.number, start: day.starts[row], share: Float(shares.shares[row])))
        }
        if let first = rows.first, first.day <= day.number - PartRule.rowMemory - 30 {
            rows.removeAll { $0.day <= day.number - PartRule.rowMemory }
        }
        if open != nil {
            goOn(mark, day)
            return
        }
        for index in levels.indices {
            if PartRule.lies(mark, above: levels[index].loss) {
                levels[index].clear(mark.number)
                continue
            }
            levels[index].add(mark)
            if let first = levels[index].first, first <= mark.number - PartRule.within {
                renew(&levels[index], mark, before: before)
            }
        }
        alarm(mark, day, before: before)
    }

    /// Forgets what was gathered: another finding tells it.
    mutating func clear() {
        for index in levels.indices { levels[index].clear(latest) }
    }

    /// Lets go of the one that stands: another finding tells it.
    mutating func dropOpen() {
        open = nil
        clear()
    }

    /// Counts the days within reach anew: some are too old.
    private func renew(_ level: inout Level, _ mark: DayMark, before: [DayMark]) {
        let since = level.since
        level.clear(since)
        for known in before.suffix(Int(PartRule.within)) + [mark]
        where known.number > max(since, mark.number - PartRule.within) && !known.isSpoiled {
            level.add(known)
        }
    }

    /// Tells whether a day lies well above a level.
    private static func lies(_ mark: DayMark, above loss: Double) -> Bool {
        if let level = mark.level, mark.cover >= 0.05, level > 1 - loss / 2 { return true }
        return mark.best.map { $0 > 1 - 0.35 * loss } ?? false
    }

    /// What a day says for a level, and against it.
    private static func weights(_ mark: DayMark, loss: Double) -> (on: Double, beside: Double) {
        let weight = self.weight(mark.cover) * (mark.held > heldShare ? heldWeight : 1)
        if weight > 0, lies(mark, on: loss) { return (weight, 0) }
        if let level = mark.level, weight > 0 {
            // Overcast says little against it, and a clear day above it much: nothing that is lost gives that.
            let times =
                level < overcastShare * (1 - loss)
                ? overcastWeight
                : level > (1 - loss) * (1 + 2 * near) && mark.cover >= clearCover ? aboveWeight : 1
            return (0, weight * times)
        }
        if let peak = mark.peak, abs(peak / (1 - loss) - 1) < nearCloudy {
            return (roughWeight * (mark.held > heldShare ? heldWeight : 1), 0)
        }
        return (0, 0)
    }

    private static func lies(_ mark: DayMark, on loss: Double) -> Bool {
        let near = (mark.cover >= clearCover ? self.near : nearCloudy) * (1 - loss)
        if let level = mark.level, abs(level - (1 - loss)) < near { return true }
        guard mark.cover > 0.1, let upper = mark.upper else { return false }
        return abs(upper - (1 - loss)) < near
    }

    private static func weight(_ cover: Double) -> Double {
        guard let last = coverWeights.last, cover >= last.cover else { return 0 }
        for (high, low) in zip(coverWeights, coverWeights.dropFirst()) where cover >= low.cover {
            let share = min(1, (cover - low.cover) / (high.cover - low.cover))
            return low.weight + share * (high.weight - low.weight)
        }
        return 0
    }

    private static func alarm(_ loss: Double) -> Double {
        for (low, high) in zip(alarms, alarms.dropFirst()) where loss <= high.loss {
            let share = max(0, (loss - low.loss) / (high.loss - low.loss))
            return low.weight + share * (high.weight - low.weight)
        }
        return 4.5
    }

    private mutating func alarm(_ mark: DayMark, _ day: LossDay, before: [DayMark]) {
        var best: (level: Level, weight: Double)?
        var drift: Int64?
        for level in levels {
            let weight = level.weight
            guard let first = level.first, level.last == mark.number,
                weight >= PartRule.alarm(level.loss), weight > PartRule.against * level.beside
            else { continue }
            let earlier = before.filter { $0.number < first && !$0.isSpoiled }
            let recent = earlier.suffix(60)
            let hazy = recent.filter { $0.cover > 0.3 && ($0.level ?? 1) < 0.93 && ($0.level ?? 0) > 0.4 }
            let haze = Double(hazy.count) / Double(max(10, recent.count))
            guard level.loss >= PartRule.newSeasonLoss || newSeasonTimes == 1 else { continue }
            var needed =
                newSeasonTimes * PartRule.alarm(level.loss) * (seconds > 1800 ? PartRule.hourlyTimes : 1)
            needed *= 1 + PartRule.hazeTimes * max(0, haze - PartRule.usualHaze)
            guard weight >= needed else { continue }
            if level.loss > 0.5 {
                let clear = (before.suffix(62) + [mark]).filter {
                    $0.number >= first && $0.cover > PartRule.clearThroughout
                }
                if clear.count < 2 { continue }
            }
            switch change(level, earlier) {
            case .step: break
            case .drift:
                drift = min(drift ?? .max, first)
                continue
            case .unclear: continue
            }
            if best.map({ weight > $0.weight }) ?? true { best = (level, weight) }
        }
        guard let best, let first = best.level.first else {
            if let drift {
                self.drift = drift
                clear()
            }
            return
        }
        begin(best.level.loss, first: first, at: mark, of: day, before: before)
    }

    /// What led to a level.
    private enum Change { case step, drift, unclear }

    /// Tells what led to a level, by the days before.
    private func change(_ level: Level, _ earlier: [DayMark]) -> Change {
        guard let last = earlier.last?.number else { return .unclear }
        let reaches = earlier.suffix(Int(PartRule.stepDays)).filter { $0.number > last - PartRule.stepDays }
            .compactMap(\.reach).suffix(PartRule.stepMarks)
        guard reaches.count >= 3, let high = Median.quantile(Array(reaches), 0.8) else { return .unclear }
        let loss = level.loss
        if high > 1 - 0.35 * loss && (1 - loss) / high < 1 - 0.7 * loss { return .step }
        return high < 1 - 0.5 * loss || (1 - loss) / high > 1 - 0.5 * loss ? .drift : .unclear
    }

    private mutating func begin(
        _ loss: Double,
        first: Int64,
        at mark: DayMark,
        of day: LossDay,
        before: [DayMark]
    ) {
        let edge = 1 - loss / 2
        let from = before.last { $0.number < first && ($0.reach ?? 0) > edge }?.number ?? first - 3
        // A day of broken clouds may be the first: the first smooth row tells since when.
        let seen = rows.first { $0.day >= first && $0.share < Float(edge) }?.day ?? first
        let start =
            boundary(from: from, to: seen, below: Float(edge), isStart: true)
            ?? day.starts[0] - (day.number - first) * 86_400
        let after = rows.filter { $0.start >= start }.map { Double($0.share) }
        let level = Median.of(after) ?? 1 - loss
        var episode = LossEpisode(
            kind: .productionLost,
            fault: .part,
            start: start,
            alert: day.end,
            severity: .warning,
            fraction: min(0.99, max(0.01, 1 - level)),
            days: before.filter { $0.number >= first && PartRule.lies($0, on: loss) }.count + 1,
            lastSeen: day.end
        )
        episode.lostWh =
            PartRule.lost(episode.fraction ?? loss, before.filter { $0.number >= first } + [mark])
        open = episode
        lastSupport = mark.number
        clear()
    }

    private static func lost(_ fraction: Double, _ marks: [DayMark]) -> Double {
        marks.reduce(0) { $0 + $1.produced } * fraction / (1 - fraction)
    }

    private mutating func goOn(_ mark: DayMark, _ day: LossDay) {
        guard var episode = open, let fraction = episode.fraction else { return }
        let edge = 1 - 0.45 * fraction
        let isOver =
            (mark.level.map { mark.cover >= 0.05 && $0 > edge } ?? false)
            || (mark.best.map { $0 > 1 - 0.35 * fraction } ?? false)
        if isOver || mark.number - lastSupport > PartRule.withoutSupport {
            episode.end =
                isOver
                ? boundary(from: lastSupport, to: mark.number, below: Float(1 - fraction / 2), isStart: false)
                    ?? day.starts[0]
                : rows.last { $0.day <= lastSupport }.map { $0.start + seconds } ?? day.starts[0]
            episode.lastSeen = min(episode.lastSeen, episode.end ?? .max)
            episodes.append(episode)
            open = nil
            clear()
            return
        }
        if PartRule.lies(mark, on: fraction) {
            lastSupport = mark.number
            episode.days += 1
        }
        episode.lastSeen = day.end
        episode.lostWh = (episode.lostWh ?? 0) + PartRule.lost(fraction, [mark])
        open = episode
    }

    /// Returns the instant with the fewest smooth rows on the wrong side.
    private func boundary(from first: Int64, to last: Int64, below edge: Float, isStart: Bool) -> Int64? {
        let inside = rows.filter { $0.day >= first && $0.day <= last }
        guard !inside.isEmpty else { return nil }
        // Rows below the edge belong behind a start, and before an end.
        var wrong = inside.reduce(0) { $0 + (($1.share < edge) != isStart ? 1 : 0) }
        var best = (count: wrong, place: 0)
        for (index, row) in inside.enumerated() {
            let isBelow = row.share < edge
            wrong += isBelow == isStart ? 1 : -1
            if wrong < best.count || (wrong == best.count && !isStart) { best = (wrong, index + 1) }
        }
        return best.place < inside.count ? inside[best.place].start : inside[inside.count - 1].start + seconds
    }
}
