// How far back rounds must be read again after a start, so that rows come out as they would have. By the time of fetching,
// which is the order of the journal; device times may jump.

/// What rows to come depend on, by the round that brought it.
struct ReplayReach: Sendable {
    /// Rounds with the newest device time known behind them.
    private var rounds: [(fetched: Int64, newest: Int64)] = []
    /// Rounds that held the list of meters, and those that showed batteries.
    private var lists: [Int64] = []
    private var batteries: [Int64] = []
    /// The last round behind which no register was held, and the one before those that are.
    private var steady: Int64?
    private var held: Int64?
    /// From where on the last rows that were made can be made again.
    private var made: Int64?

    private static let most = 8_192
    /// A state of charge counts for so long, and what is not asked for each minute is asked for within it, seconds.
    static let warmSeconds: Int64 = 600
    /// No two samples farther apart make a row, seconds.
    private static let gapSeconds: Int64 = 450

    /// Takes a round, with what it showed.
    mutating func take(_ fetched: Int64, newest: Int64?, isList: Bool, showsBatteries: Bool, isHeld: Bool) {
        func add(_ list: inout [Int64]) {
            list.append(fetched)
            if list.count > ReplayReach.most { list.removeFirst(ReplayReach.most / 2) }
        }
        rounds.append((fetched, newest ?? .min))
        if rounds.count > ReplayReach.most { rounds.removeFirst(ReplayReach.most / 2) }
        if isList { add(&lists) }
        if showsBatteries { add(&batteries) }
        if isHeld { held = held ?? steady } else { (steady, held) = (fetched, nil) }
    }

    /// Takes note that rows were made up to a time.
    mutating func emitted(until mark: Int64) { made = from(quarter: mark) }

    /// Returns the time of fetching from which on rounds are needed; nil before the first.
    ///
    /// - Parameters:
    ///   - quarter: a time in the oldest quarter-hour that is not finished.
    ///   - isBehind: times came again of which rows were made: that they were there must be known.
    func from(quarter utcSeconds: Int64, isBehind: Bool = false) -> Int64? {
        guard let first = rounds.first?.fetched else { return nil }
        let start =
            MarkTime.floor(utcSeconds, MarkTime.quarter) - ReplayReach.gapSeconds - ReplayReach.warmSeconds
            - MarkTime.minute
        let round = rounds.last { $0.newest < start }?.fetched ?? first
        var needed = [round, held, isBehind ? made : nil].compactMap { $0 }.min() ?? first
        // What the rows from there on rest upon may have come before.
        for list in [lists, batteries] {
            if let last = list.last(where: { $0 <= needed }) ?? list.first { needed = min(needed, last) }
        }
        return needed
    }
}
