// A gateway of a few lines, and a watch that asks it in virtual time: what the tests of the session ask and are answered.

import Collect
import Foundation
import Readings

/// What came of a request.
enum Outcome {
    case reply(GatewayReply)
    case failure(GatewayFailure, seconds: Double)
}

/// A gateway: answers by its settings; a test changes them while it runs.
struct TestGateway {
    var firmware = "D8.3.5289"
    var serial = "122000000001"
    var key = "sha256//first"
    var usesTokens = true
    var isMetered = true
    var hasBatteries = true
    /// Its clock less true time.
    var clockSeconds = 0.0
    /// Takes the token.
    var takesToken = true
    var setsCookie = true
    var cookies: Set<String> = []
    var cookieCount = 0
    /// Paths it does not have.
    var missing: Set<String> = ["ivp/ensemble/relay"]
    /// Paths it does not give.
    var forbidden: Set<String> = []
    /// What it does instead, by path; nil for its answer.
    var fault: (GatewayRequest, Double) -> Outcome? = { _, _ in nil }

    mutating func answer(_ request: GatewayRequest, utcSeconds: Double) -> Outcome {
        if let fault = fault(request, utcSeconds) { return fault }
        if !request.isPlain, !usesTokens { return .failure(.unreachable(hasRoute: true), seconds: 0.01) }
        if request.isPlain, usesTokens { return reply("", 301) }
        if let pin = request.pin, pin != key { return .failure(.wrongKey(found: key), seconds: 0.1) }
        switch request.path {
        case "info": return reply(info(utcSeconds))
        case "auth/check_jwt": return login(request)
        default: break
        }
        if missing.contains(request.path) { return reply("{\"error\":404}", 404) }
        guard isLetIn(request), !forbidden.contains(request.path) else {
            return reply("<html>401 Authorization Required</html>", 401)
        }
        return reply(body(request.path))
    }

    func info(_ utcSeconds: Double) -> String {
        """
        <?xml version="1.0"?><envoy_info><time>\(Int(utcSeconds + clockSeconds))</time><device><sn>\(serial)</sn>
        <pn>800-1</pn><software>\(firmware)</software><imeter>\(isMetered)</imeter></device>
        \(usesTokens ? "<web-tokens>true</web-tokens>" : "")</envoy_info>
        """
    }

    private func body(_ path: String) -> String {
        switch path {
        case "ivp/meters": isMetered ? #"[{"eid":1,"state":"enabled"}]"# : "[]"
        case "ivp/ensemble/inventory": hasBatteries ? #"[{"type":"ENCHARGE","devices":[{}]}]"# : "[]"
        default: "[]"
        }
    }

    private func isLetIn(_ request: GatewayRequest) -> Bool {
        switch request.access {
        case .none: !usesTokens && request.path == "api/v1/production"
        case .bearer: takesToken
        case .cookie(let cookie): cookies.contains(cookie)
        case .digest: !usesTokens
        }
    }

    private mutating func login(_ request: GatewayRequest) -> Outcome {
        guard request.access == .bearer, takesToken else { return reply("<html></html>", 401) }
        var reply = GatewayReply(
            status: 200,
            body: Array("<!DOCTYPE html><h2>Valid token.</h2>\n".utf8),
            seconds: 0.2
        )
        if setsCookie {
            cookieCount += 1
            cookies = ["sessionId=\(cookieCount)"]
            reply.cookie = "sessionId=\(cookieCount)"
        }
        reply.key = key
        return .reply(reply)
    }

    func reply(_ body: String, _ status: Int = 200) -> Outcome {
        .reply(
            GatewayReply(status: status, body: Array(body.utf8), key: usesTokens ? key : nil, seconds: 0.2)
        )
    }
}

/// A watch over a test gateway, in virtual time.
struct TestWatch {
    var session: GatewaySession
    var gateway: TestGateway
    /// True time, from which both clocks of the machine are made.
    var utcSeconds: Double
    private let startSeconds: Double
    /// The machine's clock less true time.
    var ownClockSeconds = 0.0
    private(set) var requests: [(at: Double, request: GatewayRequest)] = []
    private(set) var signals: [CollectorSignal] = []
    private(set) var samples: [(at: Double, path: String)] = []
    private(set) var memories: [GatewayMemory] = []
    private(set) var rounds: [Double] = []
    private(set) var keptCookies = 0
    /// Answers that did not end with one request or wake.
    private(set) var misfits = 0
    private var wakeAt = 0.0

    /// A Wednesday, 09:00:30 UTC.
    static let start = 1_790_067_630.0

    init(
        _ gateway: TestGateway = TestGateway(),
        memory: GatewayMemory = GatewayMemory(),
        token: GatewayToken? = TestToken.good,
        zone: TimeZoneRules = .utc,
        start: Double = TestWatch.start,
        seed: UInt64 = 1
    ) {
        (self.gateway, utcSeconds, startSeconds) = (gateway, start, start)
        session = GatewaySession(
            memory: memory,
            token: token,
            zone: zone,
            at: Moment(monotonicSeconds: 1000, utcSeconds: start),
            seed: seed
        )
    }

    var now: Moment {
        Moment(monotonicSeconds: 1000 + utcSeconds - startSeconds, utcSeconds: utcSeconds + ownClockSeconds)
    }

    var paths: [String] { requests.map(\.request.path) }

    func count(_ path: String) -> Int { requests.count { $0.request.path == path } }

    /// Tells the session something and does what it wants, until it wants to sleep.
    mutating func tell(_ event: GatewayEvent) {
        var event = event
        while true {
            let actions = session.handle(event, at: now)
            for action in actions.dropLast() { note(action) }
            switch actions.last {
            case .send(let request):
                requests.append((utcSeconds, request))
                switch gateway.answer(request, utcSeconds: utcSeconds) {
                case .reply(let reply):
                    utcSeconds += reply.seconds
                    event = .replied(reply)
                case .failure(let failure, let seconds):
                    utcSeconds += min(seconds, request.timeoutSeconds)
                    event = .failed(failure)
                }
            case .wake(let seconds):
                if !(0.01...60).contains(seconds) { misfits += 1 }
                wakeAt = utcSeconds + seconds
                return
            default:
                misfits += 1
                wakeAt = utcSeconds + 60
                return
            }
        }
    }

    private mutating func note(_ action: GatewayAction) {
        switch action {
        case .signal(let signal): signals.append(signal)
        case .sample(let path): samples.append((utcSeconds, path))
        case .remember(let memory): memories.append(memory)
        case .roundEnded: rounds.append(utcSeconds)
        case .keep(_, let reply): keptCookies += reply.cookie == nil ? 0 : 1
        case .send, .wake: misfits += 1
        }
    }

    /// Lets time go by.
    mutating func run(minutes: Double) {
        let end = utcSeconds + minutes * 60
        while wakeAt <= end {
            utcSeconds = max(utcSeconds, wakeAt)
            tell(.tick)
        }
        utcSeconds = max(utcSeconds, end)
    }

    /// Begins, up to the end of the first round.
    mutating func begin() {
        tell(.started)
        while rounds.isEmpty {
            utcSeconds = max(utcSeconds, wakeAt)
            tell(.tick)
        }
    }

    /// Forgets what was written down so far.
    mutating func clear() {
        (requests, signals, samples, rounds) = ([], [], [], [])
    }

    func has(_ signal: CollectorSignal) -> Bool { signals.contains(signal) }
}

/// Tokens for tests.
enum TestToken {
    static let good = make()

    static func make(serial: String = "122000000001", ends: Int = 1_820_000_000, mark: String = "a")
        -> GatewayToken?
    {
        try? GatewayToken(
            text(#"{"aud":"\#(serial)","iss":"Entrez","enphaseUser":"owner","exp":\#(ends),"iat":1}"#, mark)
        )
    }

    static func text(_ payload: String, _ mark: String = "a") -> String {
        "eyJhbGciOiJFUzI1NiJ9." + encoded(payload) + "." + String(repeating: mark, count: 40)
    }

    static func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}

/// The rules of a zone.
func testZone(_ name: String) throws -> TimeZoneRules {
    try TimeZoneRules(
        identifier: name,
        tzif: [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)")))
    )
}
