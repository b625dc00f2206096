// A session that goes on where another ended a little ago: a watch that is started every minute asks what is due, not all of it
// each time, and is as patient as one that runs.

import Readings

/// What a session that ended leaves to the next one. All times are seconds UTC.
package struct SessionPace: Equatable, Sendable {
    /// When each path was asked last, by path.
    package var asked: [String: Int64]
    /// Until when a path is left alone, by path.
    package var paused: [String: Int64]
    /// When the last requests were sent.
    package var requested: [Int64]
    /// When the last login was tried.
    package var loggedIn: Int64?
    /// When the last full set was complete; nil for none: then one is due.
    package var fullSet: Int64?
    /// The gateway did not take the token that this session has.
    package var isTokenDead: Bool

    /// Describes what is left.
    package init(
        asked: [String: Int64],
        paused: [String: Int64] = [:],
        requested: [Int64] = [],
        loggedIn: Int64? = nil,
        fullSet: Int64?,
        isTokenDead: Bool = false
    ) {
        (self.asked, self.paused, self.requested) = (asked, paused, requested)
        (self.loggedIn, self.fullSet, self.isTokenDead) = (loggedIn, fullSet, isTokenDead)
    }
}

extension GatewaySession {
    /// What the last session asked is older than this: then all is asked anew, seconds.
    private static let longestPause = 1_800.0

    private static let earlySeconds = 10.0

    /// Tells whether a full set is being asked.
    package var isInFullSet: Bool { plan.fullSetStart != nil }

    /// Goes on behind a session that has ended.
    package mutating func resume(_ pace: SessionPace, at given: Moment) {
        let at = clock.take(given).at
        // By the monotonic clock, whatever the other did meanwhile; nothing lies ahead.
        func then(_ utcSeconds: Int64) -> Double {
            at.monotonicSeconds - max(0, at.utcSeconds - Double(utcSeconds))
        }
        for time in pace.requested.sorted() { gate.note(at: then(time)) }
        // Whoever is started every minute may come a little early.
        if let login = pace.loggedIn { loginPace.note(at: then(login) - GatewaySession.earlySeconds) }
        for (index, path) in GatewayPath.plan.enumerated() {
            guard let until = pace.paused[path.path] else { continue }
            let left = min(max(0, Double(until) - at.utcSeconds), PathHealth.day)
            health[index].stoppedUntil = max(health[index].stoppedUntil, at.monotonicSeconds + left)
        }
        if pace.isTokenDead {
            state = .tokenDead
            (isDeathTold, isRenewalDue) = (true, true)
            retryAt = pace.loggedIn.map { then($0) + GatewaySession.secondTry } ?? at.monotonicSeconds
        }
        guard let newest = pace.asked.values.max(), let fullSet = pace.fullSet,
            (0...GatewaySession.longestPause).contains(at.utcSeconds - Double(newest))
        else { return }
        let gateway = clock.gatewaySeconds(at)
        for (index, path) in GatewayPath.plan.enumerated() {
            guard let last = pace.asked[path.path] else { continue }
            let ago = max(0, at.utcSeconds - Double(last))
            plan.resume(index, facts, askedGatewaySeconds: gateway - ago, monotonicSeconds: then(last))
        }
        let ago = max(0, at.utcSeconds - Double(fullSet))
        plan.resumeFullSet(endedGatewaySeconds: gateway - ago, monotonicSeconds: then(fullSet))
    }
}

extension PollPlan {
    /// Takes note that an earlier plan asked a path.
    mutating func resume(_ index: Int, _ facts: Facts, askedGatewaySeconds: Double, monotonicSeconds: Double)
    {
        setMinute(gatewaySeconds: askedGatewaySeconds)
        answered(index, facts, monotonicSeconds: monotonicSeconds)
    }
}
