// The line to a gateway: a request of the session becomes an exchange, and what comes of it an answer or a failure that the
// session knows. Nothing secret leaves over a line whose key is not the pinned one.

import Collect
import Readings
import Transfer

/// A line to one gateway.
package struct GatewayLine {
    /// Sends a request.
    package typealias Send = (Exchange) -> Result<Reply, TransferFailure>

    private let address: GatewayAddress
    private let send: Send
    private let close: () -> Void

    /// What a reply may have at most, bytes: the largest real body has 200 kB.
    private static let mostBytes = 4 << 20

    /// Makes a line.
    ///
    /// - Parameter close: lets go of connections that are kept.
    package init(_ address: GatewayAddress, send: @escaping Send, close: @escaping () -> Void = {}) {
        (self.address, self.send, self.close) = (address, send, close)
    }

    /// Asks.
    ///
    /// - Parameter token: what a request shows that shows something.
    package func ask(_ request: GatewayRequest, token: GatewayToken?) -> Result<GatewayReply, GatewayFailure>
    {
        guard let exchange = exchange(request, token) else {
            return .failure(.other("no secret over such a line"))
        }
        defer { if request.isLast { close() } }
        switch send(exchange) {
        case .success(let reply): return .success(GatewayReply(reply))
        case .failure(let failure): return .failure(GatewayFailure(failure))
        }
    }

    /// Asks anyone who answers, showing nothing: the first look at a gateway.
    package func look(_ path: String, isPlain: Bool, timeoutSeconds: Double = 20) -> Result<
        Reply, TransferFailure
    > {
        var exchange = Exchange(address.url(path, isPlain: isPlain))
        exchange.trust = .anyKey
        exchange.limits.totalSeconds = timeoutSeconds
        exchange.limits.bodyBytes = GatewayLine.mostBytes
        exchange.headers = [("Accept", "application/json")]
        return send(exchange)
    }

    /// Returns the exchange of a request; nil where a secret would go to whoever answers.
    private func exchange(_ request: GatewayRequest, _ token: GatewayToken?) -> Exchange? {
        var exchange = Exchange(address.url(request.path, isPlain: request.isPlain))
        exchange.headers = [("Accept", "application/json")]
        exchange.limits.totalSeconds = request.timeoutSeconds
        exchange.limits.connectSeconds = min(10, request.timeoutSeconds)
        exchange.limits.bodyBytes = GatewayLine.mostBytes
        exchange.keepsConnection = !request.isLast
        exchange.trust = request.pin.map { .pinned($0) } ?? .anyKey
        let isPinned = !request.isPlain && request.pin != nil
        switch (request.access, token) {
        case (.none, _): break
        case (.cookie(let cookie), _) where isPinned: exchange.headers.append(("Cookie", cookie))
        case (.bearer, .bearer(let text, claims: _)?) where isPinned:
            exchange.headers.append(("Authorization", "Bearer \(text)"))
        case (.digest, .login(let user, let password)?):
            // Digest never shows the password itself; firmware below 7 knows nothing better.
            exchange.digest = Exchange.Login(user: user, password: password)
        default: return nil
        }
        return exchange
    }
}

extension GatewayReply {
    /// Takes what the session needs of a reply.
    init(_ reply: Reply) {
        func header(_ name: String) -> [String] {
            reply.headers.filter { $0.name.lowercased() == name }.map {
                String(decoding: $0.value, as: UTF8.self)
            }
        }
        let cookies = header("set-cookie").compactMap { $0.split(separator: ";").first.map(String.init) }
        let wait = header("retry-after").first.flatMap { Double($0) }
        self.init(
            status: reply.status,
            body: reply.body,
            cookie: cookies.first { $0.lowercased().hasPrefix("sessionid=") && $0.utf8.count <= 4_096 },
            retryAfterSeconds: wait.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil },
            key: reply.key,
            seconds: reply.seconds
        )
    }
}

extension GatewayFailure {
    /// Takes a failure.
    init(_ failure: TransferFailure) {
        self =
            switch failure {
            case .libraryMissing, .noTLS, .refused, .stopped, .other: .other(failure.words)
            case .unknownHost: .unreachable(hasRoute: true)
            case .cannotConnect(let hasRoute): .unreachable(hasRoute: hasRoute)
            case .timedOut: .timedOut
            case .reset: .reset
            case .noReply: .noReply
            case .cut: .cut
            case .tooLarge: .tooLarge
            case .badHeader: .badHeader
            case .wrongKey(let found): .wrongKey(found: found)
            }
    }

    /// Why there was no answer, in words.
    package var words: String {
        switch self {
        case .unreachable(hasRoute: true): TransferFailure.cannotConnect(hasRoute: true).words
        case .unreachable(hasRoute: false): TransferFailure.cannotConnect(hasRoute: false).words
        case .timedOut: TransferFailure.timedOut.words
        case .reset: TransferFailure.reset.words
        case .noReply: TransferFailure.noReply.words
        case .cut: TransferFailure.cut.words
        case .tooLarge: "its answer is too large"
        case .badHeader: TransferFailure.badHeader.words
        case .wrongKey(let found): TransferFailure.wrongKey(found: found).words
        case .other(let words): words
        }
    }
}
