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
    private static let ofYear = 0.91
    private static let ofMonths = 0.94
    private static let ofMonthsAlone = 0.885
    private static let leastDays = 6
    private static let daysAlike = 6
    private static let alike = 0.05

    private let latitude: Double
    private var open: LossEpisode?
    private var hits = 0
    private var level = 1.0
    private(set) var episodes: [LossEpisode] = []

    init(latitude: Double) { self.latitude = latitude }

    /// What was found up to now.
    var found: [LossEpisode] { episodes + (open.map { [$0] } ?? []) }
    var isOpen: Bool { open != nil }

    /// A day's yield against the planes, seasons taken out; nil where it was not clear.
    private func yield(_ mark: DayMark, _ envelope: Envelope) -> Double? {
        guard mark.cover > SlowRule.clearCover, !mark.isSpoiled, mark.held < 0.1,
            mark.expected > 0.9 * mark.whole
        else { return nil }
        var planes = PlaneSky.Planes()
        for (index, value) in mark.planes.enumerated() { planes[index] = value }
        guard let model = envelope.modelled(planes), model > 0 else { return nil }
        let dayOfYear = Double(ClearSky.dayOfYear(mark.number))
        let season = cos(2 * .pi * (dayOfYear - 196) / 365.25) * (latitude >= 0 ? 1 : -1)
        let warm = SlowRule.perDegree * SlowRule.seasonDegrees * abs(latitude) * season
        return mark.produced / model / (1 - warm)
    }

    /// Takes a day that has been appended to the history.
    ///
    /// - Parameter history: the days up to it, in order; those of other losses left out.
    mutating func take(_ day: LossDay, history: [DayMark], envelope: Envelope) {
        guard let mark = history.last, mark.cover > SlowRule.clearCover else { return }
        let points = history.compactMap { mark in
            yield(mark, envelope).map { (day: mark.number, yield: $0, noon: mark.noonDegrees) }
        }
        guard let own = points.last, own.day == mark.number else { return }
        if var episode = open {
            if own.yield > 0.5 * (level + (1 - (episode.fraction ?? 0)) * level) + 0.25 * (episode.fraction ?? 0) * level,
                points.suffix(3).allSatisfy({ $0.yield > 0.97 * level }) || own.yield > 0.98 * level
            {
                episode.end = day.starts[0]
                episode.reading = "soiling"
                episodes.append(episode)
                open = nil
                hits = 0
                return
            }
            let fraction = max(0, 1 - own.yield / level)
            episode.days += 1
            episode.lastSeen = day.end
            episode.fraction = max(episode.fraction ?? 0, fraction * 0.5)
            episode.lostWh = (episode.lostWh ?? 0) + mark.produced * fraction / max(0.2, 1 - fraction)
            open = episode
            return
        }
        let number = mark.number
        let recent = points.filter { $0.day > number - SlowRule.now }.map(\.yield)
        let months = points.filter {
            SlowRule.before.contains(number - $0.day) && $0.noon > SlowRule.noonDegrees
        }.map(\.yield)
        let year = points.filter { abs(number - $0.day - SlowRule.year) <= SlowRule.yearSpan }.map(\.yield)
        guard recent.count >= SlowRule.leastDays, months.count >= SlowRule.leastDays,
            mark.noonDegrees > SlowRule.noonDegrees,
            let high = Median.quantile(recent, SlowRule.quantile),
            let before = Median.quantile(months, SlowRule.quantile)
        else { return }
        let last = year.count >= SlowRule.leastDays ? Median.quantile(year, SlowRule.quantile) : nil
        let isLow =
            last.map { high < SlowRule.ofYear * $0 && high < SlowRule.ofMonths * before }
            ?? (high < SlowRule.ofMonthsAlone * before)
        let alike = recent.filter { abs($0 / high - 1) < SlowRule.alike }.count
        guard isLow, 3 * alike >= recent.count else {
            hits = 0
            return
        }
        hits += 1
        guard hits >= SlowRule.daysAlike else { return }
        begin(day, points.map { ($0.day, $0.yield) }, before: before, high: high)
    }

    private mutating func begin(
        _ day: LossDay, _ points: [(day: Int64, yield: Double)], before: Double, high: Double
    ) {
        let recent = points.filter { $0.day > day.number - 130 }
        let kink = SlowRule.kink(recent) ?? day.number - 40
        level = before
        let fraction = 1 - high / before
        open = LossEpisode(
            kind: .degradation,
            fault: .slow,
            start: day.starts[0] - (day.number - kink) * 86_400,
            alert: day.end,
            severity: .warning,
            fraction: fraction,
            lostWh: 0,
            days: hits,
            lastSeen: day.end
        )
    }

    /// The first day of the fall: a level, then a straight line.
    private static func kink(_ points: [(day: Int64, yield: Double)]) -> Int64? {
        guard let first = points.first?.day, let last = points.last?.day, last - first > 30 else { return nil }
        var best: (error: Double, day: Int64)?
        for kink in stride(from: first + 10, to: last - 10, by: 2) {
            var equations = NormalEquations(count: 2)
            for point in points { equations.add([1, Double(max(0, point.day - kink))], point.yield) }
            guard let solution = equations.solution(), solution[1] < 0 else { continue }
            let error = equations.residual(solution)
            if error < best?.error ?? .infinity { best = (error, kink) }
        }
        return best?.day
    }
}
