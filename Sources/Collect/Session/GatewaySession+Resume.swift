// A session that goes on where another ended a little ago: a watch that is started every minute asks what is due, and not all
// of it each time.

import Readings

extension GatewaySession {
    /// What the last session asked is older than this: then all is asked anew, seconds.
    private static let longestPause = 1_800.0

    /// Goes on behind a session that has ended.
    ///
    /// - Parameters:
    ///   - asked: when each path was asked last, by path, seconds UTC.
    ///   - fullSet: when the last full set was complete, seconds UTC; nil for none: then one is due.
    ///   - at: now.
    package mutating func resume(asked: [String: Int64], fullSet: Int64?, at given: Moment) {
        let at = clock.take(given).at
        guard let newest = asked.values.max(), let fullSet,
            (0...GatewaySession.longestPause).contains(at.utcSeconds - Double(newest))
        else { return }
        let gateway = clock.gatewaySeconds(at)
        for (index, path) in GatewayPath.plan.enumerated() {
            guard let last = asked[path.path] else { continue }
            let ago = at.utcSeconds - Double(last)
            guard ago >= 0 else { continue }
            plan.resume(
                index,
                facts,
                askedGatewaySeconds: gateway - ago,
                monotonicSeconds: at.monotonicSeconds - ago
            )
        }
        let ago = at.utcSeconds - Double(fullSet)
        plan.resumeFullSet(endedGatewaySeconds: gateway - ago, monotonicSeconds: at.monotonicSeconds - ago)
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
