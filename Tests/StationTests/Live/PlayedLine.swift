// The line to a played gateway: what a network and libcurl make of an answer, Digest included. It notes what was asked and
// whether a secret went where it must not.

import Readings
@testable import Simulation
import Synchronization
import Transfer

/// A line without a socket.
struct PlayedLine {
    private let watch: PlayedWatch

    init(_ watch: PlayedWatch) { self.watch = watch }

    /// What libcurl would say of what the gateway and the network do.
    func send(_ exchange: Exchange) -> Result<Reply, TransferFailure> {
        let isSecure = exchange.url.hasPrefix("https://")
        let path = String(exchange.url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }.dropFirst())
        watch.asked.append((watch.now, path))
        let shown =
            watch.gateway.hasOtherKey(at: watch.playedNow) ? PlayedWatch.otherKey : PlayedWatch.key
        watch.clock.advance(0.05)
        if watch.gateway.isOff(at: watch.playedNow) { return .failure(.cannotConnect(hasRoute: true)) }
        let isTLS = isSecure && watch.gateway.isSecure(at: watch.playedNow)
        if isTLS, case .pinned(let key) = exchange.trust, key != shown {
            return .failure(.wrongKey(found: shown))
        }
        noteSecrets(exchange, path, isPinned: isTLS && exchange.trust == .pinned(shown))
        let request = MockRequest(
            path,
            method: exchange.method.rawValue,
            headers: exchange.headers.map { MockHeader($0.name, $0.value) },
            isSecure: isSecure
        )
        let key = isSecure ? shown : nil
        let limits = exchange.limits
        switch answer(request, exchange.digest) {
        case .reply(let own): return reply(own, after: 0, limits: limits, key: key)
        case .stalled(let seconds, let own), .dripped(let seconds, let own):
            return reply(own, after: seconds, limits: limits, key: key)
        case .slow(let own): return reply(own, after: Double(own.body.count), limits: limits, key: key)
        case .reset: return .failure(.reset)
        case .cut, .cutChunk: return .failure(.cut)
        case .endlessHeader: return .failure(.badHeader)
        case .huge(let bytes):
            return .failure(bytes > limits.bodyBytes ? .tooLarge(limit: limits.bodyBytes) : .cut)
        case .unanswered:
            watch.clock.advance(limits.totalSeconds)
            return .failure(.timedOut)
        case .refused: return .failure(isSecure ? .noTLS(code: 35) : .cannotConnect(hasRoute: true))
        }
    }

    private func noteSecrets(_ exchange: Exchange, _ path: String, isPinned: Bool) {
        let names = exchange.headers.map { $0.name.lowercased() }
        let isShown = names.contains("authorization") || names.contains("cookie")
        if isShown, !isPinned { watch.leaks.append(path) }
        for header in exchange.headers where header.name.lowercased() == "cookie" {
            watch.secrets.formUnion(header.value.split(separator: "=").dropFirst().map(String.init))
        }
    }

    /// Asks the gateway; where it wants a Digest, once more with it.
    private func answer(_ request: MockRequest, _ login: Exchange.Login?) -> MockAnswer {
        let first = watch.gateway.answer(request, utcSeconds: watch.playedNow)
        guard let login, let refusal = first.reply, refusal.status == 401,
            let challenge = refusal.headers.first(where: { $0.name == "WWW-Authenticate" })?.value,
            challenge.hasPrefix("Digest "),
            let nonce = challenge.split(separator: "nonce=\"").last?.dropLast()
        else { return first }
        let realm = "enphaseenergy.com"
        let (one, two) = (
            MD5.hex("\(login.user):\(realm):\(login.password)"), MD5.hex("GET:/\(request.path)")
        )
        let response = MD5.hex("\(one):\(nonce):1:c:auth:\(two)")
        let fields = [
            ("username", login.user), ("realm", realm), ("nonce", String(nonce)), ("uri", "/\(request.path)"),
            ("response", response), ("qop", "auth"), ("nc", "1"), ("cnonce", "c"),
        ]
        var again = request
        let value = fields.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ", ")
        again.headers.append(MockHeader("Authorization", "Digest \(value)"))
        return watch.gateway.answer(again, utcSeconds: watch.playedNow)
    }

    private func reply(_ own: MockReply, after seconds: Double, limits: Exchange.Limits, key: String?)
        -> Result<Reply, TransferFailure>
    {
        guard seconds < limits.totalSeconds else {
            watch.clock.advance(limits.totalSeconds)
            return .failure(.timedOut)
        }
        watch.clock.advance(seconds)
        guard own.body.count <= limits.bodyBytes else { return .failure(.tooLarge(limit: limits.bodyBytes)) }
        return .success(
            Reply(
                status: own.status,
                headers: own.headers.map { ($0.name, Array($0.value.utf8)) },
                body: own.body,
                seconds: seconds,
                key: key
            )
        )
    }
}

/// A clock that goes on when it is told to, and what this machine shows of it. A class: the store and the watch have the same.
final class PlayedClock: Sendable {
    private let time: Mutex<(now: Double, ahead: Double)>

    init(_ start: Double) { time = Mutex((start, 0)) }

    /// The true time, by which waits go.
    var now: Double { time.withLock { $0.now } }
    /// What this machine takes it for.
    var shown: Double { time.withLock { $0.now + $0.ahead } }

    func advance(_ seconds: Double) { time.withLock { $0.now += max(0, seconds) } }

    /// Sets this machine's clock so far ahead of the true time, seconds.
    func jump(to ahead: Double) { time.withLock { $0.ahead = ahead } }
}
