// A flat top below what the array gave before: a limit of power that somebody set.

import Readings

/// Days whose production stands at one value around noon.
struct LimitRule: Codable, Sendable {
    private static let hours = 2.5
    /// How near to the day's greatest row the flat rows lie, and how far above it the clear sky is.
    private static let flat = 0.015
    private static let above = 1.10
    /// The greatest row against that of before, and by how much days before exceeded it.
    private static let below = 0.9
    private static let before = 1.08
    private static let beforeDays: Int64 = 12
    private static let daysNeeded = 3
    private static let within: Int64 = 14
    private static let same = 0.02
    private static let ended = 1.05
    /// Rows whose clear sky is so much below the limit, and how much of what the flat rows lack they may lack.
    private static let lowShare = 0.9
    private static let nearFull = 0.5

    private struct Day: Codable, Sendable {
        let number: Int64
        let top: Double
        let start: Int64
        let end: Int64
        let lostWh: Double
        let expected: Double
        let known: Int64
    }

    private var flatDays: [Day] = []
    private var tops: [DayTop] = []
    private var open: LossEpisode?
    private var value = 0.0
    private var openExpected = 0.0
    private(set) var episodes: [LossEpisode] = []

    private struct DayTop: Codable, Sendable {
        let number: Int64
        let top: Double
    }

    /// Takes a day.
    mutating func take(_ day: LossDay, _ levels: DayLevels) {
        let top = zip(day.produced, levels.shares).filter { $0.1.isFinite }.map(\.0).max() ?? 0
        let flat = flatDay(day, levels, top: top)
        if var episode = open {
            if top > LimitRule.ended * value {
                episode.end = episode.lastSeen
                episodes.append(episode)
                open = nil
                flatDays = []
            } else if let flat {
                episode.lastSeen = flat.end
                episode.days += 1
                episode.lostWh = (episode.lostWh ?? 0) + flat.lostWh
                openExpected += flat.expected
                episode.fraction = (episode.lostWh ?? 0) / max(1, openExpected)
                open = episode
            }
        } else {
            flatDays.removeAll { $0.number <= day.number - LimitRule.within }
            if let flat { flatDays.append(flat) }
            alarm(flat)
        }
        tops.append(DayTop(number: day.number, top: top))
        tops.removeAll { $0.number <= day.number - 60 }
    }

    private mutating func alarm(_ flat: Day?) {
        guard let flat else { return }
        let alike = flatDays.filter { abs($0.top / flat.top - 1) < LimitRule.same }
        guard alike.count >= LimitRule.daysNeeded, let first = alike.first else { return }
        let before = tops.filter { $0.number < first.number }
        let recent = before.filter { $0.number >= first.number - LimitRule.beforeDays }.map(\.top).max() ?? 0
        let usual = before.map(\.top).max() ?? 0
        guard flat.top < LimitRule.below * usual, recent > LimitRule.before * flat.top,
            // Since the first such day nothing exceeded it.
            !tops.contains(where: { $0.number >= first.number && $0.top > LimitRule.ended * flat.top })
        else { return }
        value = flat.top
        openExpected = alike.reduce(0) { $0 + $1.expected }
        let lost = alike.reduce(0) { $0 + $1.lostWh }
        open = LossEpisode(
            kind: .productionLost,
            fault: .limit,
            start: first.start,
            alert: flat.known,
            severity: .warning,
            fraction: lost / max(1, openExpected),
            lostWh: lost,
            days: alike.count,
            lastSeen: flat.end
        )
    }

    /// What was found up to now.
    var found: [LossEpisode] { episodes + (open.map { [$0] } ?? []) }

    /// Tells whether the array gives all it can where the sun asks for less than the limit: a part of it would be missing there too.
    private func isFull(_ day: LossDay, _ levels: DayLevels, below top: Double, flat: Double) -> Bool {
        let low = day.starts.indices.filter {
            levels.shares[$0].isFinite && day.expected[$0] < LimitRule.lowShare * top
        }
        guard let share = Median.of(low.map { levels.shares[$0] }) else { return true }
        return 1 - share < LimitRule.nearFull * (1 - flat)
    }

    /// Tells whether a limit stands.
    var isOpen: Bool { open != nil }

    private func flatDay(_ day: LossDay, _ levels: DayLevels, top: Double) -> Day? {
        guard top > 0 else { return nil }
        let needed = max(3, Int((LimitRule.hours / day.hours).rounded(.up)))
        var (first, last, count) = (-1, 0, 0)
        var (lost, made, sky) = (0.0, 0.0, 0.0)
        for row in day.starts.indices where levels.shares[row].isFinite {
            guard day.produced[row] >= (1 - LimitRule.flat) * top, day.expected[row] > LimitRule.above * top
            else { continue }
            if first < 0 { first = row }
            last = row
            count += 1
            lost += day.expected[row] - day.produced[row]
            made += day.produced[row]
            sky += day.expected[row]
        }
        guard first >= 0, count >= needed, 4 * count >= 3 * (last - first + 1),
            isFull(day, levels, below: top, flat: made / sky)
        else { return nil }
        return Day(
            number: day.number,
            top: top,
            start: day.starts[first],
            end: day.end(of: last),
            lostWh: lost,
            expected: day.expected.reduce(0, +),
            known: day.end(of: last)
        )
    }
}
