// Hours without production in the middle of sunny days, again and again: inverters that let go because the grid's voltage is too
// high, or because they are hot.

import Readings

/// Days with hours without production between hours with.
struct TripRule: Codable, Sendable {
    private static let hours = 0.4...5.0
    private static let aroundShare = 0.35
    private static let dullShare = 0.08
    private static let daysNeeded = 3.0
    /// Days with nothing at all among them: clouds may come at the same hour for a week.
    private static let emptyDays = 2
    private static let within: Int64 = 8
    /// Share of the days' clear sky that is lost at least, and seconds after which trips are new ones.
    private static let leastShare = 0.04
    private static let pause: Int64 = 21 * 86_400
    /// Hourly: a weak hour between good ones.
    private static let weakHour = 0.52
    private static let goodHour = 0.82
    /// Hourly: an hour of which clouds are not the cause; and what a day without such a one counts.
    private static let zeroHour = 0.03
    private static let weakWeight = 0.6

    /// A day with hours without production.
    struct Day: Codable, Sendable {
        let number: Int64
        /// The first second and the one behind the last, seconds UTC.
        let start: Int64
        let end: Int64
        /// What was lost in it, Wh, and the day's clear sky.
        let lostWh: Double
        let expected: Double
        /// The end of the row that tells it.
        let known: Int64
        /// How much it says.
        let weight: Double
    }

    private var days: [Day] = []
    private var open: LossEpisode?
    private var openExpected = 0.0
    /// What a day must say to go on with the one that stands: weak hours do not follow on empty ones.
    private var openWeight = 1.0
    private(set) var episodes: [LossEpisode] = []

    /// Takes a day.
    mutating func take(_ day: LossDay, _ levels: DayLevels) {
        let isHourly = day.seconds > 1800
        let trips =
            isHourly ? weakHours(day, levels) : zeros(day, levels, around: TripRule.aroundShare)
        // What a dull day loses counts, but tells nothing.
        let dull = open == nil || isHourly ? nil : zeros(day, levels, around: TripRule.dullShare)
        if let trips { days.append(trips) }
        days.removeAll { $0.number <= day.number - TripRule.within }
        let weight = days.reduce(0) { $0 + $1.weight }
        if var episode = open {
            if let trips, trips.weight >= openWeight {
                episode.lastSeen = trips.end
                episode.days += 1
            } else if days.allSatisfy({ $0.weight < openWeight }) {
                close()
                return
            }
            if let trips = trips ?? dull {
                episode.lostWh = (episode.lostWh ?? 0) + trips.lostWh
                openExpected += trips.expected
            }
            episode.fraction = openExpected > 0 ? min(1, (episode.lostWh ?? 0) / openExpected) : nil
            open = episode
        } else if weight >= TripRule.daysNeeded - 0.01,
            days.count(where: { $0.weight >= 1 }) >= TripRule.emptyDays, let first = days.first,
            let last = days.last,
            trips != nil
        {
            openExpected = days.reduce(0) { $0 + $1.expected }
            openWeight = days.map(\.weight).max() ?? 1
            let lost = days.reduce(0) { $0 + $1.lostWh }
            guard lost > TripRule.leastShare * openExpected else { return }
            if let known = episodes.last, let end = known.end, first.start - end < TripRule.pause {
                // It was only dull for a while.
                open = known
                open?.end = nil
                open?.lastSeen = last.end
                open?.lostWh = (known.lostWh ?? 0) + lost
                open?.days += days.count
                openExpected += (known.lostWh ?? 0) / max(0.01, known.fraction ?? 1)
                episodes.removeLast()
                return
            }
            open = LossEpisode(
                kind: .productionLost,
                fault: .trips,
                start: first.start,
                alert: last.known,
                severity: .warning,
                cause: .panels,
                fraction: openExpected > 0 ? min(1, lost / openExpected) : nil,
                lostWh: lost,
                days: days.count,
                lastSeen: last.end
            )
        }
    }

    private mutating func close() {
        guard var episode = open else { return }
        episode.end = episode.lastSeen
        episodes.append(episode)
        open = nil
    }

    /// What was found up to now; the last one lasts where it has no end.
    var found: [LossEpisode] { episodes + (open.map { [$0] } ?? []) }

    /// Stretches of zeros between rows with light.
    private func zeros(_ day: LossDay, _ levels: DayLevels, around least: Double) -> Day? {
        var result: (start: Int64, end: Int64, lost: Double, known: Int64)?
        var row = 0
        while row < day.starts.count {
            guard isDark(day, levels, row: row) else {
                row += 1
                continue
            }
            let first = row
            while row < day.starts.count, isDark(day, levels, row: row) { row += 1 }
            let hours = Double(row - first) * day.hours
            guard TripRule.hours.contains(hours) else { continue }
            // The rows at both ends are of both.
            let before = best(levels, (first - 3)..<first)
            let after = best(levels, row..<(row + 3))
            guard let before, let after, min(before, after) > least else { continue }
            var lost = 0.0
            for inner in max(0, first - 1)..<min(day.starts.count, row + 1) {
                let made = day.produced[inner].isFinite ? day.produced[inner] : 0
                lost += max(0, day.expected[inner] * (before + after) / 2 - made)
            }
            let known = day.end(of: min(day.starts.count - 1, row + 1))
            result = (
                result?.start ?? day.starts[first], day.starts[row - 1] + day.seconds,
                (result?.lost ?? 0) + lost, known
            )
        }
        return result.map {
            Day(
                number: day.number,
                start: $0.start,
                end: $0.end,
                lostWh: $0.lost,
                expected: day.expected.reduce(0, +),
                known: $0.known,
                weight: 1
            )
        }
    }

    private func isDark(_ day: LossDay, _ levels: DayLevels, row: Int) -> Bool {
        if day.isDoubtful[row] { return true }
        return levels.shares[row].isFinite && day.produced[row] <= 0.01 * day.expected[row] + 0.5
    }

    private func best(_ levels: DayLevels, _ rows: Range<Int>) -> Double? {
        rows.clamped(to: 0..<levels.shares.count).map { levels.shares[$0] }.filter(\.isFinite).max()
    }

    /// Hours without anything between hours with light, or weak ones between good ones.
    private func weakHours(_ day: LossDay, _ levels: DayLevels) -> Day? {
        let shares = levels.shares
        var result: Day?
        var row = 1
        while row + 1 < shares.count {
            guard let length = weakStretch(shares, from: row) else {
                row += 1
                continue
            }
            let sky = min(1, (shares[row - 1] + shares[row + length]) / 2)
            var lost = 0.0
            for inner in row..<(row + length) {
                lost += max(0, day.expected[inner] * sky - day.produced[inner])
            }
            let isZero = (row..<(row + length)).contains { shares[$0] < TripRule.zeroHour }
            result = Day(
                number: day.number,
                start: result?.start ?? day.starts[row],
                end: day.end(of: row + length - 1),
                lostWh: (result?.lostWh ?? 0) + lost,
                expected: day.expected.reduce(0, +),
                known: day.end(of: row + length),
                weight: isZero ? 1 : max(result?.weight ?? 0, TripRule.weakWeight)
            )
            row += length + 1
        }
        return result
    }

    /// The number of hours of a stretch that begins at a row; nil where none does.
    private func weakStretch(_ shares: [Double], from row: Int) -> Int? {
        for length in 1...4 where row + length < shares.count {
            let inside = shares[row..<(row + length)]
            let (before, after) = (shares[row - 1], shares[row + length])
            if inside.contains(where: { $0 < TripRule.zeroHour }) {
                if min(before, after) > TripRule.aroundShare,
                    inside.allSatisfy({ $0 < TripRule.aroundShare })
                {
                    return length
                }
            } else if length <= 2, min(before, after) > TripRule.goodHour,
                inside.contains(where: { $0 < TripRule.weakHour }),
                inside.allSatisfy({ $0 < TripRule.goodHour })
            {
                return length
            }
        }
        return nil
    }
}
