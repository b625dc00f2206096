// What a heartbeat tells of a session: how old each path is, what rests, how long the token lasts. Nothing secret.

import Readings

/// The standing of a session.
package struct GatewayStatus: Equatable, Sendable {
    /// What it is about.
    package let state: GatewayState
    /// The paths of the plan in their order.
    package let paths: [Path]
    /// Days that the token has; nil where there is none or it does not say.
    package let tokenDaysLeft: Int?
    /// The gateway's clock less the one of this machine, seconds; nil where it is not known.
    package let skewSeconds: Int64?
    /// What was done so far.
    package let counts: GatewayCounts

    /// The standing of a path.
    package struct Path: Equatable, Sendable {
        /// The path.
        package let path: String
        /// When it last gave a good body, seconds UTC; nil for never since the watch began.
        package let goodUTCSeconds: Int64?
        /// How long it is still left alone, seconds; 0 for not at all.
        package let restSeconds: Int64
        /// Failures and bad bodies since the last good one.
        package let failures: Int
    }
}

extension GatewaySession {
    /// Returns how it stands.
    package func status(at given: Moment) -> GatewayStatus {
        var clock = clock
        let at = clock.take(given).at
        let now = at.monotonicSeconds
        let paths = GatewayPath.plan.enumerated().map { index, path in
            let group = path.group.rawValue
            let until = max(
                health[index].stoppedUntil,
                health[index].breaker.restsUntil,
                groups[group].restsUntil,
                busyUntil[group]
            )
            return GatewayStatus.Path(
                path: path.path,
                goodUTCSeconds: health[index].goodUTCSeconds,
                restSeconds: max(0, Int64(bounded: (until - now).rounded(.up))),
                failures: health[index].failures
            )
        }
        return GatewayStatus(
            state: state,
            paths: paths,
            tokenDaysLeft: token?.claims?.daysLeft(atUTCSeconds: gatewayUTCSeconds(at)),
            skewSeconds: clock.skewSeconds.map { Int64(bounded: $0.rounded()) },
            counts: counts
        )
    }
}
