// Two clocks against each other: the gateway's and this machine's. What follows for rows is the business of whoever makes
// them; what follows for the owner that of the rules.

/// The gateway's clock as far as it is known.
struct GatewayClock: Sendable {
    private var samples: [Double] = []
    private var last: Moment
    /// The gateway's clock less ours, seconds; what was known before our clock jumped goes on by the jump.
    private(set) var skewSeconds: Double?

    /// Measurements of which the middle one counts.
    private static let mostSamples = 5
    /// A jump of our clock, seconds, behind which the skew is measured anew.
    static let jumpSeconds = 30.0
    /// A skew that is told, seconds.
    static let toldSeconds: Int64 = 120

    /// Makes a clock with what was known.
    init(skewSeconds: Int64?, at: Moment) {
        last = GatewayClock.sane(at)
        self.skewSeconds = skewSeconds.map { max(-1e9, min(1e9, Double($0))) }
    }

    /// Takes a moment from outside: time does not go back, and is a number. Tells whether our clock jumped.
    mutating func take(_ given: Moment) -> (at: Moment, hasJumped: Bool) {
        var at = GatewayClock.sane(given)
        at.monotonicSeconds = max(at.monotonicSeconds, last.monotonicSeconds)
        let jump = (at.utcSeconds - last.utcSeconds) - (at.monotonicSeconds - last.monotonicSeconds)
        last = at
        guard abs(jump) > GatewayClock.jumpSeconds else { return (at, false) }
        samples = []
        skewSeconds = skewSeconds.map { $0 - jump }
        return (at, true)
    }

    /// Takes a measurement: the gateway's time, and ours in the middle of the request.
    mutating func measure(gatewaySeconds: Int64, ownSeconds: Double) {
        samples.append(Double(gatewaySeconds) - ownSeconds)
        if samples.count > GatewayClock.mostSamples { samples.removeFirst() }
        skewSeconds = samples.sorted()[samples.count / 2]
    }

    /// The monotonic time of the last moment.
    var now: Double { last.monotonicSeconds }

    /// Tells whether the skew was measured since our clock last jumped.
    var isMeasured: Bool { !samples.isEmpty }

    /// Returns the gateway's time.
    func gatewaySeconds(_ at: Moment) -> Double { at.utcSeconds + (skewSeconds ?? 0) }

    private static func sane(_ at: Moment) -> Moment {
        func bounded(_ value: Double) -> Double { value.isNaN ? 0 : max(-1e11, min(1e11, value)) }
        return Moment(
            monotonicSeconds: bounded(at.monotonicSeconds),
            utcSeconds: bounded(at.utcSeconds)
        )
    }
}
