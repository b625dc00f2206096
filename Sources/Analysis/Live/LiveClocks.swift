// How long something has held, by the clock that never goes back, over rounds in which it was seen. Times without rounds, and
// times in which the gateway did not answer, count for nothing.

import Readings

/// Counts the time between sights of one thing.
struct Ticker: Equatable {
    private var last: Double?

    /// Returns the seconds since the sight before; 0 for the first, behind a silence, and where it lies further back.
    ///
    /// - Parameter longest: seconds.
    mutating func step(_ time: LiveTime, longest: Double = 900) -> Double {
        defer { last = time.monotonic }
        guard let last, last >= time.brokenAt, time.monotonic - last <= longest else { return 0 }
        return time.monotonic - last
    }
}

/// How long a condition has held without a break.
struct Hold: Equatable {
    private var ticker = Ticker()
    /// Seconds for which it has been seen to hold.
    private(set) var seconds = 0.0
    /// When it was first seen to hold, seconds UTC; nil while it does not.
    private(set) var since: Int64?
    /// The same by the clock that never goes back.
    private(set) var from = 0.0

    /// Rounds come a few seconds early or late: so much may be missing of a time, seconds.
    static let jitter = 10.0

    /// Takes a sight, and returns the seconds for which it has held, with those that a round may come early.
    @discardableResult
    mutating func take(_ holds: Bool, _ time: LiveTime, longest: Double = 900) -> Double {
        let step = ticker.step(time, longest: longest)
        guard holds else {
            (seconds, since) = (0, nil)
            return 0
        }
        if since == nil {
            (seconds, since, from) = (0, time.at, time.monotonic)
        } else {
            seconds += step
        }
        return seconds > 0 ? seconds + Hold.jitter : 0
    }
}

/// The time of a round, and what is known at it.
struct LiveTime: Equatable {
    /// Seconds UTC by this machine's clock.
    private(set) var at: Int64 = 0
    /// Seconds of the clock that never goes back.
    private(set) var monotonic = 0.0
    /// The last moment at which nothing was known, by the clock that never goes back.
    private(set) var brokenAt = -Double.infinity
    /// Whether the gateway answered in this round.
    private(set) var isKnown = false
    private var settledFrom = 0.0
    private var isBegun = false
    private var lastKnown: Double?

    /// Whether things may be told that no body says by itself: not so at the start, nor just behind a silence.
    var isSettled: Bool { monotonic >= settledFrom }

    /// For so long behind the start or a silence, seconds.
    private static let settlingSeconds = 300.0
    /// Rounds further apart leave a silence between them, seconds.
    private static let apartSeconds = 900.0
    /// Times that a clock can show: 1970 to 2099, seconds UTC.
    private static let plausible: Range<Int64> = 0..<4_102_444_800

    /// Takes the time of the next round. A clock that goes back, or shows what cannot be, stands still.
    mutating func take(_ round: LiveRound) {
        let isFirst = !isBegun
        isBegun = true
        let before = monotonic
        if round.monotonicSeconds.isFinite, isFirst || round.monotonicSeconds > monotonic {
            monotonic = round.monotonicSeconds
        }
        if LiveTime.plausible.contains(round.atUTCSeconds) { at = round.atUTCSeconds }
        let isSilent = round.signals.contains {
            if case .unreachable = $0 { true } else { false }
        }
        let hasRows = !round.readings.isEmpty || !round.states.isEmpty || !round.events.isEmpty
        isKnown = hasRows || !isSilent && round.signals.contains(.answered)
        let isStarted = isFirst || round.signals.contains(.started)
        if isSilent && !hasRows { brokenAt = monotonic }
        if !isFirst, monotonic - before > LiveTime.apartSeconds { brokenAt = max(brokenAt, before.nextUp) }
        guard isKnown else {
            if isStarted { settledFrom = monotonic + LiveTime.settlingSeconds }
            return
        }
        if isStarted || lastKnown.map({ $0 < brokenAt }) ?? (brokenAt > -.infinity) {
            settledFrom = monotonic + LiveTime.settlingSeconds
        }
        lastKnown = monotonic
    }

    /// Returns a time of a device where it can be one, else that of the round.
    func plausible(_ utcSeconds: Int64) -> Int64 {
        LiveTime.plausible.contains(utcSeconds) ? utcSeconds : at
    }
}
