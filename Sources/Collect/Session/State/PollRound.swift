// What a running round knows of itself: what is still to be asked, and whether anybody answers.

/// A round over the paths that are due.
struct PollRound: Sendable {
    /// When it began.
    let start: Moment
    /// When the next one may begin, by the monotonic clock; infinite for the first, which takes the time it needs.
    let next: Double
    /// Asks every path, and waits for the gate where it must.
    let isFirst: Bool
    /// The gateway's night: nothing counts that fails.
    var isQuiet: Bool
    /// Places of paths that are to be asked.
    var queue: [Int] = []
    /// Places of paths that were asked, to no avail included.
    var asked: Set<Int> = []
    /// Requests that were sent.
    var requestCount = 0
    /// Looks at `info` of the running probe.
    var probeCount = 0
    /// Times that a probe began anew.
    var reprobeCount = 0
    /// Places of paths that were refused under a login that nothing was good under yet: they are asked once more, last.
    var suspects: Set<Int> = []
    /// The login was tried.
    var hasTriedLogin = false
    /// Asked `info` to see whether anybody is there.
    var hasLookedForLife = false
    /// Something was answered.
    var hasAnswer = false
    /// Groups of which something was answered.
    var answeredGroups: Set<GatewayPath.Group> = []
    /// Requests without a reply.
    var failureCount = 0
    /// Paths that failed, and whether by a reset.
    var failures: [(index: Int, isReset: Bool)] = []
    /// Nothing more is asked.
    var isOver = false

    /// A round asks no more than this, so that readings of the next find the gate open.
    static let mostRequests = 11
    /// A round ends after so many requests without a reply.
    static let mostFailures = 3
}

/// A request on its way.
struct InFlight: Sendable {
    let purpose: Purpose
    let sent: Moment
    let request: GatewayRequest
    /// When it is given up where nothing is heard of it, by the monotonic clock.
    var deadline: Double { sent.monotonicSeconds + request.timeoutSeconds + 30 }

    /// What it is for.
    enum Purpose: Equatable, Sendable {
        case info
        case login
        case path(Int)
    }
}

/// A running session of the gateway.
struct GatewayLogin: Equatable, Sendable {
    /// Counted up with each login; 0 is none.
    let number: Int
    /// The cookie; nil where the token is shown with each request, or nothing.
    let cookie: String?
}
