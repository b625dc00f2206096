// Whatever comes in whatever order: the session never sleeps, never asks what it must not, and lets nothing secret out.
// COLLECT_EVENTS=1000000 makes it long.

import Collect
import Foundation
import Readings
import TestSupport
import Testing

struct SessionRandomTests {
    private static let eventCount =
        ProcessInfo.processInfo.environment["COLLECT_EVENTS"].flatMap { Int($0) } ?? 50_000
    private static let sessions = 25

    @Test(
        "random events: one request or one wake, listed paths, 12 a minute, no secret without a key, no storm of logins"
    )
    func random() {
        let paths = Set(GatewayPath.all.map(\.path))
        var spent = Duration.zero
        var events = 0
        var states: Set<String> = []
        for seed in 0..<UInt64(Self.sessions) {
            var chance = Chance(state: seed &* 77 &+ 5)
            var play = RandomPlay(seed: seed)
            for _ in 0..<(Self.eventCount / Self.sessions) {
                let event = play.event(&chance)
                let clock = ContinuousClock.now
                let actions = play.session.handle(event, at: play.now)
                spent += ContinuousClock.now - clock
                events += 1
                states.insert(play.session.state.name)
                play.take(actions, paths)
            }
            #expect(play.faults == [], "seed \(seed): \(play.faults.prefix(3))")
        }
        #expect(states.count == 6)
        print(
            "\(events) random events, \((spent / events).components.attoseconds / 1_000_000_000_000) µs each"
        )
    }
}

/// A seeded source of chance.
struct Chance {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[next(values.count)] }
}

/// Random events for a session, and a look at what it does.
private struct RandomPlay {
    var session: GatewaySession
    var now = Moment(monotonicSeconds: 5, utcSeconds: TestWatch.start)
    private(set) var faults: [String] = []
    private var isInFlight: GatewayRequest?
    private var wake = 0.0
    private var sends: [Double] = []
    private var lastLogin = -Double.infinity
    private var firmware = ["D8.3.5289", "D8.3.5289", "D8.3.5289", "D5.0.62", "R3.7.0"]
    private var isHostile: Bool
    private var token: GatewayToken?

    init(seed: UInt64) {
        isHostile = seed.isMultiple(of: 2)
        token = seed.isMultiple(of: 5) ? try? GatewayToken("envoy:password") : TestToken.good
        session = GatewaySession(
            memory: GatewayMemory(pin: seed.isMultiple(of: 3) ? "sha256//first" : nil),
            token: token,
            zone: .utc,
            at: now,
            seed: seed
        )
    }

    mutating func event(_ chance: inout Chance) -> GatewayEvent {
        switch chance.next(isHostile ? 60 : 2000) {
        case 0:
            token = chance.pick([TestToken.good, TestToken.make(mark: "b"), try? GatewayToken("u:p"), nil])
            return .tokenChanged(token)
        case 1: return .trusted(pin: chance.pick(["sha256//first", "sha256//second", ""]))
        case 2: return .started
        case 3: return chance.next(2) == 0 || isInFlight != nil ? .tick : .replied(GatewayReply(status: 200))
        case 4:
            now.utcSeconds += chance.pick([-86_400, -45, 31, 4000, 1e6])
            return .tick
        default: break
        }
        guard let request = isInFlight else {
            pass(wake * chance.pick([1, 1, 1, 0.5, 1.2]))
            return .tick
        }
        isInFlight = nil
        pass(chance.pick([0.05, 0.2, 0.2, 1, 9, 45]))
        if chance.next(isHostile ? 5 : 40) == 0 {
            return .failed(
                chance.pick([
                    .timedOut, .reset, .noReply, .cut, .tooLarge, .badHeader, .unreachable(hasRoute: true),
                    .unreachable(hasRoute: false), .wrongKey(found: "sha256//second"), .wrongKey(found: nil),
                    .other("x"),
                ])
            )
        }
        return .replied(reply(to: request, &chance))
    }

    private mutating func pass(_ seconds: Double) {
        now.monotonicSeconds += seconds
        now.utcSeconds += seconds
    }

    private func reply(to request: GatewayRequest, _ chance: inout Chance) -> GatewayReply {
        var reply = GatewayReply(
            status: 200,
            body: Array("[]".utf8),
            key: request.isPlain ? nil : "sha256//first",
            seconds: 0.2
        )
        if chance.next(isHostile ? 4 : 30) == 0 {
            reply.status = chance.pick([
                0, -1, 99, 200, 204, 301, 302, 401, 401, 403, 404, 429, 500, 502, 503, 504, 9999,
            ])
            reply.body = chance.pick([[], [0xFF, 0], Array("<html>".utf8), Array("[[[[".utf8)])
            reply.retryAfterSeconds = chance.pick([nil, 30, -5, .nan, .infinity])
            reply.seconds = chance.pick([0.1, .nan, -.infinity])
            reply.key = chance.pick([nil, "sha256//first", "sha256//second"])
            return reply
        }
        if request.path == "info" {
            var gateway = TestGateway()
            gateway.firmware = chance.next(isHostile ? 20 : 500) == 0 ? chance.pick(firmware) : "D8.3.5289"
            gateway.usesTokens = gateway.firmware.hasPrefix("D8")
            if chance.next(isHostile ? 50 : 2000) == 0 { gateway.serial = "122000000002" }
            gateway.clockSeconds = chance.pick([0, 0, 0, 7200, -1e9])
            reply.body = Array(gateway.info(now.utcSeconds).utf8)
        }
        if request.path == "auth/check_jwt" {
            reply.body = Array("<!DOCTYPE html><h2>Valid token.</h2>\n".utf8)
            reply.cookie = chance.pick([nil, "sessionId=abc", "", "a b; c"])
        }
        return reply
    }

    mutating func take(_ actions: [GatewayAction], _ paths: Set<String>) {
        for action in actions.dropLast() {
            switch action {
            case .send, .wake: faults.append("two ends")
            case .keep(_, let reply): if reply.cookie != nil { faults.append("a cookie is kept") }
            default: continue
            }
        }
        switch actions.last {
        case .wake(let seconds):
            wake = seconds
            if !(seconds > 0 && seconds <= 60) { faults.append("a wake of \(seconds) s") }
        case .send(let request): send(request, paths)
        default: faults.append("asleep")
        }
    }

    private mutating func send(_ request: GatewayRequest, _ paths: Set<String>) {
        if isInFlight != nil { faults.append("two at once") }
        isInFlight = request
        let time = now.monotonicSeconds
        sends = sends.filter { $0 > time - 59.999 } + [time]
        if sends.count > 12 { faults.append("\(sends.count) requests in 60 s") }
        if !paths.contains(request.path) { faults.append("asked \(request.path)") }
        if !(request.timeoutSeconds >= 10 && request.timeoutSeconds <= 60) {
            faults.append("waits \(request.timeoutSeconds)")
        }
        switch request.access {
        case .none: break
        case .bearer, .cookie:
            if request.pin == nil || request.isPlain { faults.append("a token without a key") }
        case .digest: if !request.isPlain && request.pin == nil { faults.append("Digest to any key") }
        }
        if request.isPlain, session.memory.pin != nil { faults.append("clear text beside a key") }
        if request.path == "auth/check_jwt" {
            if time - lastLogin < 59.9 { faults.append("logins \(time - lastLogin) s apart") }
            lastLogin = time
        }
    }
}
