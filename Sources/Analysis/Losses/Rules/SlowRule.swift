// A slow loss: the array gives less from month to month, against the months before and the same season of the year before. Dirt
// that a rain washes off is one, panels that age are another.

import Foundation
import Readings

/// The yield of clear days over the seasons.
struct SlowRule: Codable, Sendable {
    private static let clearCover = 0.65
    /// Loss of warm cells: per degree, and degrees of season per degree of latitude.
    private static let perDegree = 0.0037
    private static let seasonDegrees = 0.17
    /// Days that are compared: now, before, and around the same day a year ago.
    private static let now: Int64 = 28
    private static let before: ClosedRange<Int64> = 50...115
    private static let year: Int64 = 365
    private static let yearSpan: Int64 = 20
    private static let noonDegrees = 30.0
    private static let quantile = 0.75
    private static let ofYear = 0.93
    private static let ofMonths = 0.95
    private static let ofMonthsAlone = 0.885
    private static let leastDays = 6
    private static let daysAlike = 5
    private static let alike = 0.05
    /// Days before a clear day that may have grown already, and the quantile of those before that is their best.
    private static let growthDays: Int64 = 15
    private static let bestQuantile = 0.9
    /// Days in which its beginning is looked for.
    private static let kinkDays: Int64 = 130
    /// Clear days that tell what it is now, and the least loss.
    private static let lastPoints = 5
    private static let leastLoss = 0.08
    /// Share of the fall at both ends that is left out of its length; days that a fall takes at least; and days without a clear
    /// one behind which nobody knows.
    private static let onset = 0.3
    private static let slowDays: Int64 = 7
    private static let unseenDays: Int64 = 15

    /// A clear day.
    private struct Point {
        let day: Int64
        let yield: Double
        let noon: Double
    }

    private let latitude: Double
    private var open: LossEpisode?
    private var hits = 0
    private var level = 1.0
    private(set) var episodes: [LossEpisode] = []

    init(latitude: Double) { self.latitude = latitude }

    /// What was found up to now.
    var found: [LossEpisode] { episodes + (open.map { [$0] } ?? []) }
    var isOpen: Bool { open != nil }

    /// Tells whether a clear day gives much more than the best of all before: panels were added.
    func isGrown(_ mark: DayMark, history: [DayMark], envelope: Envelope, by times: Double) -> Bool {
        guard let own = yield(mark, envelope) else { return false }
        let before = history.filter { $0.number < mark.number - SlowRule.growthDays }
            .compactMap { yield($0, envelope) }
        guard let best = Median.quantile(before, SlowRule.bestQuantile) else { return true }
        return own > times * best
    }

    /// A day's yield against the planes, seasons taken out; nil where it was not clear.
    private func yield(_ mark: DayMark, _ envelope: Envelope) -> Double? {
        guard mark.cover > SlowRule.clearCover, !mark.isSpoiled, mark.held < 0.1,
            mark.expected > 0.9 * mark.whole
        else { return nil }
        guard let model = envelope.modelled(mark.planes), model > 0 else { return nil }
        let dayOfYear = Double(ClearSky.dayOfYear(mark.number))
        let season = cos(2 * .pi * (dayOfYear - 196) / 365.25) * (latitude >= 0 ? 1 : -1)
        let warm = SlowRule.perDegree * SlowRule.seasonDegrees * abs(latitude) * season
        return mark.produced / model / (1 - warm)
    }

    /// Takes a day that has been appended to the history.
    ///
    /// - Parameter history: the days up to it, in order.
    mutating func take(_ day: LossDay, history: [DayMark], envelope: Envelope) {
        guard let mark = history.last, mark.cover > SlowRule.clearCover else { return }
        let points = history.compactMap { known -> Point? in
            let age = mark.number - known.number
            guard age <= SlowRule.kinkDays || abs(age - SlowRule.year) <= SlowRule.yearSpan else {
                return nil
            }
            return yield(known, envelope).map {
                Point(day: known.number, yield: $0, noon: known.noonDegrees)
            }
        }
        guard let own = points.last, own.day == mark.number else { return }
        if open != nil {
            goOn(day, mark, points: points)
        } else if isLow(own, points) {
            hits += 1
            if hits >= SlowRule.daysAlike { begin(day, points, history: history) }
        }
    }

    /// Takes a day that was not clear, or not normal: it costs what the days before tell.
    mutating func pass(_ mark: DayMark) {
        guard var episode = open, let fraction = episode.fraction else { return }
        episode.lostWh = (episode.lostWh ?? 0) + mark.produced * fraction / (1 - fraction)
        open = episode
    }

    private mutating func isLow(_ own: Point, _ points: [Point]) -> Bool {
        let recent = points.filter { $0.day > own.day - SlowRule.now }.map(\.yield)
        let months = points.filter {
            SlowRule.before.contains(own.day - $0.day) && $0.noon > SlowRule.noonDegrees
        }.map(\.yield)
        let year = points.filter { abs(own.day - $0.day - SlowRule.year) <= SlowRule.yearSpan }.map(\.yield)
        guard recent.count >= SlowRule.leastDays, months.count >= SlowRule.leastDays,
            own.noon > SlowRule.noonDegrees,
            let high = Median.quantile(recent, SlowRule.quantile),
            let before = Median.quantile(months, SlowRule.quantile)
        else { return false }
        let last = year.count >= SlowRule.leastDays ? Median.quantile(year, SlowRule.quantile) : nil
        let isLow =
            last.map { high < SlowRule.ofYear * $0 && high < SlowRule.ofMonths * before }
            ?? (high < SlowRule.ofMonthsAlone * before)
        let alike = recent.filter { abs($0 / high - 1) < SlowRule.alike }.count
        guard isLow, 3 * alike >= recent.count else {
            hits = 0
            return false
        }
        level = before
        return true
    }

    /// The clear days of the last months: those far below their neighbours are haze.
    private static func upper(_ points: [Point], since first: Int64) -> [Point] {
        let recent = points.filter { $0.day >= first }
        return recent.enumerated().filter { index, point in
            let around = recent[max(0, index - 4)...min(recent.count - 1, index + 4)].map(\.yield)
            return point.yield > 0.9 * (Median.of(around) ?? 0)
        }.map(\.element)
    }

    private mutating func begin(_ day: LossDay, _ points: [Point], history: [DayMark]) {
        let recent = SlowRule.upper(points, since: day.number - SlowRule.kinkDays)
        let low = Median.of(recent.suffix(SlowRule.lastPoints).map(\.yield)) ?? level
        let fraction = 1 - low / level
        guard fraction > SlowRule.leastLoss,
            let start = SlowRule.start(of: recent, from: level, to: low)
        else {
            hits = 0
            return
        }
        let since = history.filter { $0.number >= start && !$0.isSpoiled }
        open = LossEpisode(
            kind: .degradation,
            fault: .slow,
            start: day.starts[0] - (day.number - start) * 86_400,
            alert: day.end,
            severity: .warning,
            fraction: fraction,
            // On the way down it was half of that.
            lostWh: since.reduce(0) { $0 + $1.produced } * fraction / 2,
            days: hits,
            lastSeen: day.end
        )
    }

    private mutating func goOn(_ day: LossDay, _ mark: DayMark, points: [Point]) {
        guard var episode = open, let fraction = episode.fraction else { return }
        let edge = level * (1 - 0.45 * fraction)
        let last = points.suffix(2)
        if last.count == 2, last.allSatisfy({ $0.yield > edge && $0.day > mark.number - 15 }),
            let first = last.first
        {
            episode.end = day.starts[0] - (mark.number - first.day) * 86_400
            episode.lastSeen = min(episode.lastSeen, episode.end ?? .max)
            episode.reading = "soiling"
            episodes.append(episode)
            open = nil
            hits = 0
            return
        }
        let now = 1 - (Median.of(points.suffix(5).map(\.yield)) ?? level) / level
        episode.fraction = min(0.9, max(fraction, now))
        episode.days += 1
        episode.lastSeen = day.end
        open = episode
    }

    /// The first day of a slow fall between two levels; nil where it fell within days: that is a part of the array.
    private static func start(of points: [Point], from high: Double, to low: Double) -> Int64? {
        let smooth = points.indices.map { index in
            Median.of(points[max(0, index - 2)...min(points.count - 1, index + 2)].map(\.yield)) ?? low
        }
        let part = onset * (high - low)
        guard let top = smooth.lastIndex(where: { $0 > high - part }),
            let bottom = smooth.indices.first(where: { $0 > top && smooth[$0] < low + part })
        else { return nil }
        let days = points[bottom].day - points[top].day
        let between = bottom - top - 1
        guard days >= slowDays, between >= 2 || days >= unseenDays else { return nil }
        // What lies between the two is what is left of the whole fall.
        let before = Int64((Double(days) * onset / (1 - 2 * onset)).rounded())
        return points[top].day - before
    }
}
