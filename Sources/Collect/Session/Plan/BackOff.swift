// How long what failed is left alone: growing waits, breakers of paths and of groups of paths, and the pace of logins. What
// counts as a failure the session says.

/// Waits that grow from one failure to the next.
package struct BackOff: Equatable, Sendable {
    /// The waits, seconds: 1, 2, 4, 8, 15 min.
    package static let waits: [Double] = [60, 120, 240, 480, 900]
    private(set) var level = 0

    /// Makes one that begins with the first wait.
    package init() {}

    /// Returns the next wait, seconds, up to a fifth shorter or longer.
    mutating func next(_ jitter: inout Jitter) -> Double {
        let wait = BackOff.waits[min(level, BackOff.waits.count - 1)]
        level = min(level + 1, BackOff.waits.count - 1)
        return wait * jitter.next(in: 0.8...1.2)
    }
}

/// Leaves a path or a group alone that failed twice: 5 min, doubling to 1 h.
struct Breaker: Equatable, Sendable {
    private var failures = 0
    private var wait = Breaker.firstWait
    /// Until when it rests, by the monotonic clock.
    private(set) var restsUntil = -Double.infinity

    private static let firstWait = 300.0
    private static let longestWait = 3600.0
    private static let failuresBeforeRest = 2

    /// Takes note of a failure.
    mutating func fail(at monotonicSeconds: Double) {
        failures += 1
        guard failures >= Breaker.failuresBeforeRest else { return }
        restsUntil = monotonicSeconds + wait
        wait = min(wait * 2, Breaker.longestWait)
    }

    /// Takes note of an answer.
    mutating func succeed() { self = Breaker() }
}

/// What is known of a path from how it was answered.
struct PathHealth: Equatable, Sendable {
    var breaker = Breaker()
    /// Until when it is not asked, by the monotonic clock: for a day mostly.
    var stoppedUntil = -Double.infinity
    /// Stopped because it is not given to this login.
    var isForbidden = false
    /// Connections reset in a row.
    var resets = 0
    /// The login under which it was last good.
    var goodLogin = 0
    /// The time of the last good body, seconds UTC.
    var goodUTCSeconds: Int64?
    /// Failures and bad bodies since the last good one.
    var failures = 0

    /// Resets of a path that stop it for a day.
    static let mostResets = 3
    /// How long a path is stopped that is missing, forbidden or resets connections.
    static let day = 86_400.0
    /// How long a busy process is left alone where it does not say.
    static let busySeconds: ClosedRange<Double> = 30...900

    /// Tells whether it is left alone now.
    func isResting(_ monotonicSeconds: Double) -> Bool {
        monotonicSeconds < stoppedUntil || monotonicSeconds < breaker.restsUntil
    }

    /// Tells whether it is stopped for long.
    func isStopped(_ monotonicSeconds: Double) -> Bool { monotonicSeconds < stoppedUntil }
}

/// The pace of logins: one a minute at most, fewer where they do not last.
struct LoginPace: Equatable, Sendable {
    private var last: Double?
    private var level = 0

    /// A login that lasted so long was a good one, seconds: a session of the gateway lives that long untouched.
    private static let longLogin = 600.0

    /// Returns how long the next login must wait, seconds; 0 or less for not at all.
    func wait(at monotonicSeconds: Double) -> Double {
        last.map { $0 + BackOff.waits[level] - monotonicSeconds } ?? 0
    }

    /// Takes note of a login.
    mutating func note(at monotonicSeconds: Double) {
        if let last {
            let isLong = monotonicSeconds - last >= LoginPace.longLogin + BackOff.waits[level]
            level = isLong ? 0 : min(level + 1, BackOff.waits.count - 1)
        }
        last = monotonicSeconds
    }

    /// Forgets that logins did not last: there is another token, or another firmware.
    mutating func ease() { level = 0 }
}

/// The one gate that every request passes: so many in any minute.
struct RequestGate: Equatable, Sendable {
    private var times: [Double] = []

    /// Requests in 60 s.
    static let most = 12

    /// Returns how long the next request must wait, seconds; 0 for not at all.
    func wait(at monotonicSeconds: Double) -> Double {
        guard times.count >= RequestGate.most, let oldest = times.first else { return 0 }
        return max(0, oldest + 60 - monotonicSeconds)
    }

    /// Takes note of a request.
    mutating func note(at monotonicSeconds: Double) {
        times.append(monotonicSeconds)
        if times.count > RequestGate.most { times.removeFirst() }
    }
}

/// Chance with a seed, so that watches do not ask in step and tests come out the same.
struct Jitter: Equatable, Sendable {
    private var state: UInt64

    /// Makes chance of a seed.
    init(seed: UInt64) { state = seed }

    /// Returns a number of a range. SplitMix64: Steele and others, 2014, https://doi.org/10.1145/2660193.2660195
    mutating func next(in range: ClosedRange<Double>) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return range.lowerBound + (range.upperBound - range.lowerBound) * Double(mixed >> 11)
            / 9_007_199_254_740_992
    }
}
