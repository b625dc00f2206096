// The rules that judge a gateway while it is watched, round by round. See docs/analysis/live.md; what the nightly check finds
// in the rows that are kept of the rounds is the business of the detectors.

import Readings

/// The live rules of one gateway.
package struct LiveRules: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [
            .gatewayUnreachable: .nineDays, .watchOffline: .nineDays, .returnFailed: .nineDays,
            .batteryLost: .nineDays, .batteryStuck: .nineDays, .productionStopped: .nineDays,
            .meterFrozen: .nineDays, .tokenExpiring: .nineDays, .keyChanged: .nineDays,
            .firmwareChanged: .nineDays, .serialChanged: .nineDays, .watchStalled: .nineDays,
        ],
        memoryDays: 0,
        // What the night finds by rows of what the watch has told at once.
        effects: [
            .telling(.returnFailed, with: .relayOpenedItself, isSameDevice: true, widens: true),
            .telling(.batteryLost, with: .deviceSilent, isSameDevice: true),
            .telling(.batteryStuck, with: .batteryPinned, isSameDevice: true),
            .telling(.batteryStuck, with: .batteryNoCharge, isSameDevice: true),
            .telling(.meterFrozen, with: .stale, isSameDevice: true),
        ],
        effectsPlace: 14,
        page: "live.md"
    )

    private var picture: LivePicture
    private var book: LiveBook
    private var reach = ReachRule()
    private var signals = SignalRules()
    private var cloud = CloudRule()
    private var relay = RelayRules()
    private var deep = DeepRule()
    private var lost: BatteryLostRule
    private var stuck = BatteryStuckRule()
    private var inverters: InverterRule
    private var production = ProductionRule()
    private var meters = MeterRule()

    /// Begins, or goes on behind a restart.
    ///
    /// - Parameter open: what the store keeps of the gateway as open; only what live rules found counts.
    package init(site: LiveSite, open: [Finding] = []) {
        picture = LivePicture(site: site)
        let own = open.filter { $0.end == nil && $0.rule.name?.isLive == true }
        book = LiveBook(muted: site.muted, open: own)
        lost = BatteryLostRule(resuming: own)
        inverters = InverterRule(resuming: own)
    }

    /// How many findings are open.
    package var openCount: Int { book.openCount }

    /// Takes what the array usually gives now: it changes with the season.
    ///
    /// - Parameter usualProductionW: as `LiveSite` has it.
    package mutating func learn(usualProductionW: [Double?]) {
        picture.learn(usualProductionW: usualProductionW)
    }

    /// Takes the next round, and returns what changed, in a fixed order. The same rounds give the same changes.
    package mutating func take(_ round: LiveRound) -> [LiveChange] {
        picture.take(round)
        var claims = reach.claims(round.signals, picture)
        claims += signals.claims(round.signals, picture)
        // What cannot be asked is not known: nothing of it begins, and nothing ends.
        if picture.time.isKnown {
            claims += cloud.claims(picture)
            claims += relay.claims(picture, gridUpSince: round.gridUpSinceUTCSeconds)
            claims += lost.claims(picture)
            claims += deep.claims(picture, isOffGrid: relay.isOpen, lost: lost.silent)
            claims += stuck.claims(picture)
            claims += inverters.claims(picture)
            let isCurtailed = relay.isOpen && deep.isFull
            claims += production.claims(picture, inverters: inverters, isCurtailed: isCurtailed)
            claims += meters.claims(picture, inverters: inverters)
        }
        return book.take(claims, picture.time)
    }

    /// A watch whose heartbeat is older than this stands still, seconds.
    package static let stalledSeconds: Int64 = 900

    /// Returns the finding of a watch that stands still; nil for one that goes on.
    ///
    /// - Parameters:
    ///   - heartbeat: the newest heartbeat, seconds UTC; nil where there is none since the watch was set up.
    ///   - setUp: since when one is expected, seconds UTC.
    ///   - gateway: the gateway that is watched.
    ///   - now: seconds UTC.
    package static func stalled(heartbeat: Int64?, setUp: Int64, gateway: String, now: Int64) -> Finding? {
        let last = heartbeat ?? setUp
        let (age, isBeyond) = now.subtractingReportingOverflow(last)
        guard !isBeyond, age > stalledSeconds else { return nil }
        return .ofRecords(
            .watchStalled,
            gateway.isEmpty ? "site" : gateway,
            start: last,
            end: nil,
            alert: last + stalledSeconds,
            knownEnd: now,
            severity: .warning,
            rule: FindingRule(.heartbeatTooOld, [("seconds", .integer(stalledSeconds))]),
            evidence: Evidence {
                $0.deviceKind = DeviceKind.gateway.rawValue
                $0.lastReport = heartbeat.map { Instant(utcSeconds: $0) }
                $0.silentSeconds = Int(clamping: age)
            }
        )
    }
}
