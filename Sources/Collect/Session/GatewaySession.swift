// The session with a gateway: told what happened and when, it says what is done next. No socket, no clock, no file: who calls
// it carries out its actions and brings back the outcome. Its steps are in the other files of this folder.

import Readings

/// What is asked of a gateway, and when.
///
/// With no request on its way every answer ends with one request or one wake, 60 s away at most: it cannot fall asleep.
package struct GatewaySession: Sendable {
    /// What is known of the gateway.
    package internal(set) var memory: GatewayMemory
    /// What it is about.
    package internal(set) var state = GatewayState.probing
    /// Tells whether this machine's clock is synchronised; nil where that is not known.
    package var isOwnClockSynchronised: Bool?
    /// When the full set began that the round just ended completed, seconds UTC; nil where it completed none.
    package internal(set) var endedFullSetUTCSeconds: Int64?
    /// What was done so far.
    package internal(set) var counts = GatewayCounts()

    var token: GatewayToken?
    var access: GatewayAccess?
    var login: GatewayLogin?
    var loginNumber = 0
    /// The login under which something was last good.
    var goodLogin = 0
    var loginPace = LoginPace()
    var plan: PollPlan
    var health = Array(repeating: PathHealth(), count: GatewayPath.plan.count)
    var groups = Array(repeating: Breaker(), count: GatewayPath.Group.allCases.count)
    var busyUntil = Array(repeating: -Double.infinity, count: GatewayPath.Group.allCases.count)
    var gate = RequestGate()
    var clock: GatewayClock
    var jitter: Jitter
    var backOff = BackOff()
    /// When a gateway that is gone is looked for again, by the monotonic clock.
    var retryAt = 0.0
    var round: PollRound?
    var inFlight: InFlight?
    var nextRound: Double
    var lastRoundStart: Double?
    var isFirstRound = true
    var silentRounds = 0
    /// The last request of all was not answered.
    var isSilent = false
    var hasRoute = true
    var lastAnswer: Double
    var lastInfo: Double?
    var toldDays: Int?
    var isDeathTold = false
    /// When the token was refused, by the monotonic clock, while `info` is looked at once more.
    var refusedAt: Double?
    var isRenewalDue = false
    /// The next skew is told whatever it is: it was too large, or is the first.
    var isSkewTold = true
    /// Tokens and keys that came while a request was on its way.
    var waiting: [GatewayEvent] = []
    var actions: [GatewayAction] = []
    private var remembered: GatewayMemory

    /// Makes a session that has asked nothing yet.
    ///
    /// - Parameters:
    ///   - memory: what was known; the key and serial number in it are believed.
    ///   - token: nil where the owner gave none.
    ///   - zone: the zone of the site, for the quiet quarter of an hour and the full set.
    ///   - at: now.
    ///   - seed: chance, for the second of the minute and the waits.
    package init(memory: GatewayMemory, token: GatewayToken?, zone: TimeZoneRules, at: Moment, seed: UInt64) {
        (self.memory, self.token, remembered) = (memory, token, memory)
        clock = GatewayClock(skewSeconds: memory.skewSeconds, at: at)
        if memory.skewSeconds != nil {
            self.memory.skewSeconds = clock.skewSeconds.map { Int64(bounded: $0) }
        }
        jitter = Jitter(seed: seed)
        plan = PollPlan(zone: zone, secondOfMinute: jitter.next(in: 2...9))
        let now = clock.take(at).at
        (nextRound, lastAnswer) = (now.monotonicSeconds, now.monotonicSeconds)
        for (index, path) in GatewayPath.plan.enumerated() {
            guard let until = memory.missing[path.path] else { continue }
            let left = Double(until) - now.utcSeconds
            health[index].stoppedUntil = now.monotonicSeconds + min(max(left, 0), PathHealth.day)
        }
    }

    /// Takes an event and says what is to be done, in order; the last is a request or a wake, and the only one.
    package mutating func handle(_ event: GatewayEvent, at given: Moment) -> [GatewayAction] {
        actions = []
        let (at, hasJumped) = clock.take(given)
        if hasJumped { measureAnew(at) }
        switch event {
        case .started: say(.started)
        case .tick: giveUpLostRequest(at)
        case .replied(let reply): take(reply, at)
        case .failed(let failure): take(failure, at)
        case .tokenChanged, .trusted: waiting = Array((waiting + [event]).suffix(GatewaySession.mostWaiting))
        }
        if inFlight == nil { takeWaiting(at) }
        let next = decide(at)
        if memory != remembered {
            actions.append(.remember(memory))
            remembered = memory
        }
        actions.append(next)
        defer { actions = [] }
        return actions
    }

    private static let mostWaiting = 8
    /// Longest wait of a wake, seconds.
    static let longestWake = 60.0

    /// Returns the gateway's time, or ours where its own is not known.
    func gatewayUTCSeconds(_ at: Moment) -> Int64 { Int64(bounded: clock.gatewaySeconds(at)) }

    mutating func say(_ signal: CollectorSignal) { actions.append(.signal(signal)) }

    /// Our clock jumped: the skew is measured with the next round, and the next round begins by the new time.
    private mutating func measureAnew(_ at: Moment) {
        plan.force(GatewayPath.infoIndex)
        isSkewTold = true
        if round == nil, lastRoundStart != nil { nextRound = nextMark(at) }
    }

    private mutating func giveUpLostRequest(_ at: Moment) {
        guard let inFlight, at.monotonicSeconds > inFlight.deadline else { return }
        take(.timedOut, at)
    }

    private mutating func takeWaiting(_ at: Moment) {
        let events = waiting
        waiting = []
        for event in events {
            switch event {
            case .tokenChanged(let token): change(token, at)
            case .trusted(let pin): trust(pin, at)
            case .started, .tick, .replied, .failed: continue
            }
        }
    }
}

/// What a session did since it began.
package struct GatewayCounts: Equatable, Sendable {
    /// Requests sent.
    package var requests = 0
    /// Replies, of whatever status.
    package var replies = 0
    /// Requests without a reply.
    package var failures = 0
    /// Bodies that were none.
    package var badBodies = 0
    /// Checks of the token.
    package var logins = 0
    /// Rounds that ended.
    package var rounds = 0
}
