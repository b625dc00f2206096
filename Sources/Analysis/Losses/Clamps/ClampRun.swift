// How a fault of a clamp begins, lasts and ends, day after day. Which rows are wrong or right is the business of the rules.

import Readings

/// A fault that may begin, or that lasts.
struct ClampRun: Codable, Sendable {
    /// What a day says of it.
    enum Verdict { case wrong, right, nothing }

    /// What a rule says of a day.
    struct Evidence {
        var verdict: Verdict
        /// 1 for a wrong row, -1 for a right one, 0 for one that says nothing; empty where no row is wrong.
        var marks: [Int8] = []
        /// What a wrong day weighs; a fault is told from 2 on.
        var weight = 1
        /// Right days that end it.
        var rightDays = 1
        /// Wh that prove it.
        var provenWh = 0.0
    }

    /// The first wrong row, seconds UTC, while it is not told.
    private(set) var since: Int64?
    private(set) var weight = 0
    private var firstEnd: Int64 = 0
    private var days = 0
    private var wh = 0.0
    private var rightDays = 0
    private var closing: Int64?
    /// The first row in the sun behind the last right one.
    private var behindRight: Int64?
    /// Its place among the episodes, while it lasts.
    private(set) var open: Int?

    /// Between its first day and the one that tells it may lie so much, seconds.
    private static let window: Int64 = 15 * 86_400
    private static let patience: Int64 = 4 * 86_400
    /// Weight from which it is told.
    private static let enough = 2

    /// Tells whether it lasts, or may have begun.
    var isSuspected: Bool { open != nil || weight > 0 || since != nil }

    /// Takes a day.
    ///
    /// - Parameters:
    ///   - reachesBack: whether it may have been so from the last right row on, although no row shows it.
    ///   - make: describes it; start, alert, days and end are filled in here.
    mutating func take(
        _ evidence: Evidence,
        of day: LossDay,
        reachesBack: Bool = false,
        in episodes: inout [LossEpisode],
        make: () -> LossEpisode
    ) {
        if open != nil {
            last(evidence, of: day, reachesBack: reachesBack, in: &episodes)
        } else {
            begin(evidence, of: day, reachesBack: reachesBack)
            if weight >= ClampRun.enough, let since {
                var episode = make()
                episode.start = since
                episode.alert = day.end
                episode.days = days
                episode.provenWh = wh
                episode.lastSeen = lastWrong(evidence.marks, of: day) ?? day.end
                open = episodes.count
                episodes.append(episode)
            }
        }
        if reachesBack { remember(evidence, of: day) }
    }

    /// Takes a day that is right throughout, while nothing is told.
    mutating func rest() {
        guard open == nil else { return }
        reset()
        behindRight = nil
    }

    /// Gives up what lasts: another rule goes on with it.
    mutating func giveUp() {
        open = nil
        closing = nil
        rightDays = 0
        reset()
    }

    /// Goes on at another place of the episodes.
    mutating func takePlace(_ index: Int) { open = index }

    private mutating func begin(_ evidence: Evidence, of day: LossDay, reachesBack: Bool) {
        if weight > 0, day.end - firstEnd > ClampRun.window { reset() }
        // What one day leaves open the next ones settle.
        if weight == 0, let old = since, day.end - old > ClampRun.patience { since = nil }
        let split = ClampRun.split(evidence.marks, wrongFirst: false)
        let first = evidence.marks[split...].firstIndex(of: 1)
        switch evidence.verdict {
        case .wrong:
            if let first, since == nil || (weight == 0 && split > 0) {
                since = day.starts[first]
                if reachesBack { reach(back: split, evidence.marks, of: day) }
            }
            if weight == 0 { firstEnd = day.end }
            weight += evidence.weight
            days += 1
            wh += evidence.provenWh
        case .right:
            reset()
            // Turned round late on a day that was right.
            since = first.map { day.starts[$0] }
            wh = since == nil ? 0 : evidence.provenWh
        case .nothing:
            if weight == 0, let first, since == nil || split > 0 { since = day.starts[first] }
            wh += evidence.provenWh
        }
    }

    private mutating func reset() {
        since = nil
        weight = 0
        days = 0
        wh = 0
    }

    private mutating func last(
        _ evidence: Evidence,
        of day: LossDay,
        reachesBack: Bool,
        in episodes: inout [LossEpisode]
    ) {
        guard let open else { return }
        episodes[open].provenWh = (episodes[open].provenWh ?? 0) + evidence.provenWh
        if let seen = lastWrong(evidence.marks, of: day) {
            episodes[open].lastSeen = seen
            closing = nil
        }
        switch evidence.verdict {
        case .wrong:
            episodes[open].days += 1
            rightDays = 0
        case .right:
            rightDays += 1
        case .nothing: break
        }
        if closing == nil, let right = firstRight(evidence.marks, of: day) {
            closing = reachesBack ? right : episodes[open].lastSeen
        }
        guard rightDays >= evidence.rightDays else { return }
        episodes[open].end = max(closing ?? episodes[open].lastSeen, episodes[open].start + day.seconds)
        giveUp()
    }

    /// The end of the last wrong row, those behind right ones left away.
    private func lastWrong(_ marks: [Int8], of day: LossDay) -> Int64? {
        let split = ClampRun.split(marks, wrongFirst: true)
        return marks[..<split].lastIndex(of: 1).map { day.end(of: $0) }
    }

    private func firstRight(_ marks: [Int8], of day: LossDay) -> Int64? {
        let split = ClampRun.split(marks, wrongFirst: true)
        return marks[split...].firstIndex(of: -1).map { day.starts[$0] }
    }

    private mutating func reach(back split: Int, _ marks: [Int8], of day: LossDay) {
        if marks[..<split].contains(-1) {
            if let row = (split..<day.starts.count).first(where: { ClampRun.isSunny($0, day) }) {
                since = day.starts[row]
            }
        } else if let behindRight, let first = since, first - behindRight < ClampRun.window {
            since = min(first, behindRight)
        }
    }

    private static func isSunny(_ row: Int, _ day: LossDay) -> Bool {
        day.sine.isEmpty || day.sine[row] > 0.05
    }

    /// Keeps the first row in the sun behind the last right one.
    private mutating func remember(_ evidence: Evidence, of day: LossDay) {
        var from = 0
        if let right = evidence.marks.lastIndex(of: -1) {
            from = right + 1
            behindRight = nil
        } else if evidence.marks.isEmpty, evidence.verdict == .right {
            behindRight = nil
            return
        }
        if behindRight == nil, from < day.starts.count {
            behindRight = (from..<day.starts.count).first { ClampRun.isSunny($0, day) }.map { day.starts[$0] }
        }
    }

    /// The row with the fewest rows on the wrong side: right in front and wrong behind, or the reverse.
    private static func split(_ marks: [Int8], wrongFirst: Bool) -> Int {
        let front: Int8 = wrongFirst ? -1 : 1
        var cost = marks.count(where: { $0 == -front })
        var (best, least) = (0, cost)
        for (index, mark) in marks.enumerated() where mark != 0 {
            cost += mark == front ? 1 : -1
            if cost < least || (wrongFirst && cost == least) { (best, least) = (index + 1, cost) }
        }
        return best
    }
}
