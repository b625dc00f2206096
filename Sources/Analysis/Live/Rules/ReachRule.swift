// The gateway does not answer, or this machine has no network itself. All that the gateway would have told is not known
// meanwhile; that is held by LiveRules.

import Readings

/// `gateway_unreachable` and `watch_offline`.
struct ReachRule {
    private struct Silence {
        /// When it began, by the clock that never goes back, and seconds UTC.
        var from: Double
        var since: Int64
    }

    private var lastAnswer: Double?
    private var silence: Silence?
    /// The kind of this silence, once it was told.
    private var told: FindingKind?
    private var answered = 0
    private var firstAnswer: Int64 = 0
    private var routed = 0
    private var firstRoute: Int64 = 0

    /// A silence is told after so long, seconds; around the nightly reset of gateways after longer.
    private static let (shortest, shortestAtNight) = (300.0, 1_200.0)
    /// It is a warning so much later, seconds.
    private static let warningLater = 600.0
    /// The nightly reset by the gateway's clock, seconds of the day: 22:55 to 23:10.
    private static let reset: Range<Int64> = 82_500..<83_400
    /// So many rounds with an answer end it.
    private static let rounds = 3
    /// How far back a silence may lie that began before the first round, seconds.
    private static let mostBefore: Int64 = 900

    mutating func claims(_ signals: [CollectorSignal], _ picture: LivePicture)
        -> [LiveClaim]
    {
        let time = picture.time
        if time.isKnown { return answer(picture) }
        var claims: [LiveClaim] = []
        for signal in signals {
            guard case .unreachable(let since, let hasRoute) = signal else { continue }
            claims += silent(since: time.plausible(since), hasRoute: hasRoute, picture)
        }
        return claims
    }

    private mutating func answer(_ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        (lastAnswer, silence, told, routed) = (time.monotonic, nil, nil, 0)
        if answered == 0 { firstAnswer = time.at }
        answered = min(answered + 1, ReachRule.rounds)
        guard answered >= ReachRule.rounds else { return [] }
        return [
            .over(.gatewayUnreachable, picture.site.gatewayName, at: firstAnswer),
            .over(.watchOffline, picture.site.name("site"), at: firstAnswer),
        ]
    }

    private mutating func silent(since: Int64, hasRoute: Bool, _ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        answered = 0
        var claims: [LiveClaim] = []
        if hasRoute {
            if routed == 0 { firstRoute = time.at }
            routed = min(routed + 1, ReachRule.rounds)
            // The network is back and the gateway is not: another silence begins.
            if told == .watchOffline {
                guard routed >= ReachRule.rounds else { return [] }
                claims.append(.over(.watchOffline, picture.site.name("site"), at: firstRoute))
                (silence, told) = (Silence(from: time.monotonic, since: firstRoute), nil)
            }
        } else {
            routed = 0
        }
        if silence == nil {
            let before = Double(min(max(time.at - since, 0), ReachRule.mostBefore))
            silence = Silence(from: lastAnswer ?? time.monotonic - before, since: min(since, time.at))
        }
        guard let silence else { return claims }
        let seconds = time.monotonic - silence.from
        let needed =
            isReset(time.at, picture.site) || isReset(silence.since, picture.site)
            ? ReachRule.shortestAtNight : ReachRule.shortest
        guard seconds >= needed || told != nil else { return claims }
        let kind = told ?? (hasRoute ? .gatewayUnreachable : .watchOffline)
        told = kind
        let isLong = seconds >= needed + ReachRule.warningLater
        let isOwn = kind == .watchOffline
        claims.append(
            .holds(
                kind,
                isOwn ? picture.site.name("site") : picture.site.gatewayName,
                since: silence.since,
                rule: isOwn ? .liveWatchOffline : .liveGatewayUnreachable
            ) {
                $0.grade = isLong ? 2 : 1
                $0.severity = isLong ? .warning : .notice
                $0.sureness = .sure
                // That nothing answers is seen, not concluded.
                $0.isSaid = true
                $0.evidence.deviceKind = isOwn ? nil : DeviceKind.gateway.rawValue
                $0.evidence.lastReport = Instant(utcSeconds: silence.since)
                $0.evidence.silentSeconds = Whole.of(seconds)
            }
        )
        return claims
    }

    private func isReset(_ utcSeconds: Int64, _ site: LiveSite) -> Bool {
        ReachRule.reset.contains(site.zone.wallClock(atUTCSeconds: utcSeconds).secondOfDay)
    }
}
