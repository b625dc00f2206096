// A gateway as its clients meet it: a play, who may ask, and what goes wrong around it. A value: a request and a time in, an
// answer out. It knows no socket.

import Readings

/// A mock gateway.
package struct MockGateway: Sendable {
    private var play: any GatewayPlay
    private let faults: [MockFault]
    private var access: MockAccess
    private let start: Double
    private let zone: TimeZoneRules
    /// It never speaks TLS, whatever its firmware.
    package let isPlain: Bool
    private var lastUTCSeconds: Double
    /// The first bodies of frozen and stale answers, by fault and path.
    private var kept: [String: PlayedAnswer] = [:]
    /// What was asked and answered, without secrets: the newest lines.
    package private(set) var log: [MockLogLine] = []
    /// Requests by their methods.
    package private(set) var methods: [String: Int] = [:]

    private static let mostLogLines = 200_000
    private static let mostKept = 1000

    /// The token to ask with: what follows `Bearer`, or `user:password` for firmware below 7. A secret only of tests.
    package var token: String { access.token }

    /// Makes a gateway.
    ///
    /// - Parameters:
    ///   - faults: later ones act on what earlier ones left.
    ///   - startUTCSeconds: the start of playing, from which the times of faults count.
    ///   - zone: of the gateway, for its nightly pause.
    ///   - seed: of token, cookies and garbage; equal seeds give equal ones.
    package init(
        play: any GatewayPlay,
        faults: [MockFault] = [],
        startUTCSeconds: Double,
        zone: TimeZoneRules = .utc,
        isPlain: Bool = false,
        seed: UInt64
    ) {
        (self.play, self.faults, self.zone, self.isPlain) = (play, faults, zone, isPlain)
        start = startUTCSeconds
        lastUTCSeconds = startUTCSeconds - 1
        access = MockAccess(
            serial: play.serial,
            usesTokens: MockFirmware(play.firmware)?.usesTokens ?? true,
            startUTCSeconds: startUTCSeconds,
            seed: seed
        )
    }

    // MARK: What it is at a time

    private func running(at utcSeconds: Double) -> [MockFault] {
        faults.filter { $0.span.contains(utcSeconds, start: start) }
    }

    /// The firmware that it shows at a time, as `D8.3.5289`.
    package func firmware(at utcSeconds: Double) -> String {
        for case .firmware(let version) in running(at: utcSeconds).reversed().map(\.kind) {
            let letter = play.firmware.prefix { $0.isLetter }
            return (version.first?.isLetter == true ? "" : letter) + version
        }
        return play.firmware
    }

    /// Tells whether it is asked over TLS at a time.
    package func isSecure(at utcSeconds: Double) -> Bool { !isPlain && version(at: utcSeconds).usesTokens }

    /// The serial number that it has without faults.
    package var serial: String { play.serial }

    /// Tells whether it is ever asked over TLS.
    package var mayBeSecure: Bool {
        let times = faults.filter { MockFault.isOfGateway($0.kind) }.map { $0.span.beginning(start: start) }
        let ends = faults.compactMap { $0.span.to?.utcSeconds(start: start) }
        return ([start] + times + ends).contains(where: isSecure)
    }

    /// Tells whether it shows its second key at a time.
    package func hasOtherKey(at utcSeconds: Double) -> Bool {
        running(at: utcSeconds).contains { $0.kind == .key }
    }

    /// Tells whether nothing listens at a time.
    package func isOff(at utcSeconds: Double) -> Bool { running(at: utcSeconds).contains { $0.kind == .off } }

    private func version(at utcSeconds: Double) -> MockFirmware {
        // What is no version is taken as new firmware: the stricter one.
        MockFirmware(firmware(at: utcSeconds)) ?? .newest
    }

    // MARK: Answers

    /// Answers a request. Calls come in ascending order of time, but for repeats.
    package mutating func answer(_ request: MockRequest, utcSeconds: Double) -> MockAnswer {
        dropSessions(until: utcSeconds)
        let count = methods.count < 32 || methods[request.method] != nil
        if count { methods[request.method, default: 0] += 1 }
        var way = MockAccess.Way.none
        let answer = answer(request, at: utcSeconds, &way)
        if log.count >= MockGateway.mostLogLines { log.removeFirst(MockGateway.mostLogLines / 2) }
        log.append(MockLogLine(request, answer, access: way.rawValue, atUTCSeconds: utcSeconds))
        return answer
    }

    private mutating func answer(_ request: MockRequest, at utcSeconds: Double, _ way: inout MockAccess.Way)
        -> MockAnswer
    {
        let own = running(at: utcSeconds).filter { $0.path.contains(request.path) }
        if isOff(at: utcSeconds) { return .refused }
        let isNight = own.contains { fault in
            guard case .nightly(let seconds) = fault.kind else { return false }
            return utcSeconds - lastPause(at: utcSeconds) < seconds
        }
        if isNight { return .unanswered }
        if isSecure(at: utcSeconds) != request.isSecure {
            return request.isSecure ? .refused : .reply(redirect(request))
        }
        if own.contains(where: { $0.kind == .endless }) { return .endlessHeader }
        for case .huge(let bytes) in own.map(\.kind) { return .huge(bytes: bytes) }
        var reply: MockReply
        if let instead = own.compactMap({ MockPages.instead($0.kind, seed: UInt64(log.count)) }).last {
            reply = instead
        } else {
            reply = self.reply(request, own, at: utcSeconds, way: &way)
        }
        if version(at: utcSeconds).closesConnections { reply.isLast = true }
        return MockGateway.onTheWire(reply, own)
    }

    /// What the network makes of an answer: the first of the faults that are about it.
    private static func onTheWire(_ reply: MockReply, _ faults: [MockFault]) -> MockAnswer {
        for fault in faults {
            switch fault.kind {
            case .stall(let seconds): return .stalled(seconds: seconds, reply)
            case .drip(let seconds): return .dripped(seconds: seconds, reply)
            case .slow: return .slow(reply)
            case .reset: return .reset(reply)
            case .cut: return .cut(reply)
            case .cutChunk: return .cutChunk(reply)
            default: continue
            }
        }
        return .reply(reply)
    }

    private mutating func reply(
        _ request: MockRequest,
        _ faults: [MockFault],
        at utcSeconds: Double,
        way: inout MockAccess.Way
    ) -> MockReply {
        guard request.method == "GET" else { return MockPages.refusedMethod }
        let version = version(at: utcSeconds)
        let isInfo = request.path == "info" || request.path == "info.xml"
        if version.usesTokens {
            way = access.way(
                of: request,
                at: utcSeconds,
                isTokenDead: isTokenDead(at: utcSeconds),
                sessionSeconds: sessionSeconds(at: utcSeconds)
            )
            if request.path == "auth/check_jwt" {
                guard way == .bearer else { return MockPages.unauthorized(version) }
                return MockPages.validToken(cookie: access.beginSession(at: utcSeconds))
            }
            guard isInfo || way == .bearer || way == .cookie else { return MockPages.unauthorized(version) }
        } else {
            way = access.digestWay(of: request)
            guard version.isOpen(request.path) || way == .digest else {
                var reply = MockPages.unauthorized(version)
                reply.headers.insert(MockHeader("WWW-Authenticate", access.challenge()), at: 0)
                return reply
            }
        }
        guard let played = played(request.path, faults, at: utcSeconds) else {
            return MockPages.notFound(request.path, version)
        }
        let type = played.contentType.map { [MockHeader("Content-Type", $0)] } ?? []
        var reply = MockReply(played.status, headers: type, body: played.body)
        reply.isChunked = version.usesTokens && MockPages.isChunked(request.path)
        return reply
    }

    // MARK: Sessions

    private mutating func dropSessions(until utcSeconds: Double) {
        let begun = faults.contains { fault in
            let beginning = fault.span.beginning(start: start)
            return fault.dropsSessions && beginning > lastUTCSeconds && beginning <= utcSeconds
        }
        let hasPaused = running(at: utcSeconds).contains { fault in
            guard case .nightly = fault.kind else { return false }
            return lastPause(at: utcSeconds) > lastUTCSeconds
        }
        if begun || hasPaused { access.dropSessions() }
        lastUTCSeconds = max(lastUTCSeconds, utcSeconds)
    }

    /// The last 23:00 of the gateway, seconds UTC.
    private func lastPause(at utcSeconds: Double) -> Double {
        let pause: Int64 = 23 * 3600
        let since = (zone.wallClock(atUTCSeconds: Int64(utcSeconds)).secondOfDay - pause)
            .flooredRemainder(by: 86_400)
        return utcSeconds.rounded(.down) - Double(since)
    }

    private func isTokenDead(at utcSeconds: Double) -> Bool {
        // The token is for the serial number that the gateway had.
        running(at: utcSeconds).contains { fault in
            if case .serial(let serial) = fault.kind { return serial != play.serial }
            return fault.kind == .expired
        }
    }

    private func sessionSeconds(at utcSeconds: Double) -> Double {
        for case .cookie(let seconds?) in running(at: utcSeconds).map(\.kind) { return seconds }
        return MockAccess.sessionSeconds
    }

    // MARK: Bodies

    private mutating func played(_ path: String, _ faults: [MockFault], at utcSeconds: Double)
        -> PlayedAnswer?
    {
        guard var answer = play.answer(path, utcSeconds: utcSeconds) else { return nil }
        guard answer.status == 200 else { return answer }
        if path == "info" || path == "info.xml" { return info(answer, faults, at: utcSeconds) }
        for fault in faults {
            answer = changed(answer, fault, path: path, at: utcSeconds)
        }
        return answer
    }

    private mutating func changed(
        _ answer: PlayedAnswer,
        _ fault: MockFault,
        path: String,
        at utcSeconds: Double
    ) -> PlayedAnswer {
        var changed = answer
        switch fault.kind {
        case .stale, .frozen:
            let key = "\(path) \(fault.text) \(fault.span.beginning(start: start))"
            guard let first = kept[key] else {
                if kept.count < MockGateway.mostKept { kept[key] = answer }
                return answer
            }
            guard fault.kind == .frozen else { return first }
            guard let old = MockGateway.json(first), let new = MockGateway.json(answer) else { return first }
            changed.body = Array((GatewayBody.withTimes(of: new, in: old).compact + "\n").utf8)
        case .zeros, .wrap, .back, .zeroPhase, .ghost, .clock, .relay, .drain, .cloudSilent:
            guard let body = MockGateway.json(answer) else { return answer }
            let own = BodyFault(
                kind: fault.kind,
                beganUTCSeconds: fault.span.beginning(start: start),
                utcSeconds: utcSeconds
            )
            var meters: [(eid: Int64, type: String)] = []
            if case .zeroPhase = fault.kind { meters = self.meters(at: utcSeconds) }
            changed.body = Array((own.changed(body, path: path, meters: meters).compact + "\n").utf8)
        default: return answer
        }
        return changed
    }

    private func info(_ answer: PlayedAnswer, _ faults: [MockFault], at utcSeconds: Double) -> PlayedAnswer {
        var text = String(decoding: answer.body, as: UTF8.self)
        text = GatewayBody.replaced("software", in: text, with: firmware(at: utcSeconds))
        for fault in faults {
            switch fault.kind {
            case .serial(let serial): text = GatewayBody.replaced("sn", in: text, with: serial)
            case .clock(let seconds):
                text = GatewayBody.replaced("time", in: text, with: String(Int64(utcSeconds + seconds)))
            default: continue
            }
        }
        var changed = answer
        changed.body = Array(text.utf8)
        return changed
    }

    /// The enabled meters.
    private mutating func meters(at utcSeconds: Double) -> [(eid: Int64, type: String)] {
        let listed = play.answer("ivp/meters", utcSeconds: utcSeconds).flatMap(MockGateway.json)
        return (listed?.elements ?? []).compactMap { meter in
            guard meter["state"]?.string != "disabled",
                let eid = meter["eid"]?.double.flatMap({ Int64(exactly: $0) })
            else { return nil }
            return (eid, meter["measurementType"]?.string ?? "")
        }
    }

    private static func json(_ answer: PlayedAnswer) -> JSONValue? {
        JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
    }

    private func redirect(_ request: MockRequest) -> MockReply {
        let host = request.header("Host") ?? "localhost"
        var reply = MockReply(
            301,
            "text/html",
            text: "<html><body><h1>301 Moved Permanently</h1></body></html>\n"
        )
        reply.headers.append(MockHeader("Location", "https://\(host)/\(request.path)"))
        reply.isLast = true
        return reply
    }
}
