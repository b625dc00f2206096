// The sign of life of a check or a watch to a service that tells when none comes, as healthchecks.io. It never ends what it tells of.
// Source: https://healthchecks.io/docs/http_api/

import Notify
import Readings
import Transfer

/// Signs of life of one run.
package struct AliveSignal {
    /// What is told.
    package enum Sign: Sendable {
        /// The run began.
        case start
        /// It ended, whatever it found.
        case success
        /// It failed, or nobody could be told what it found.
        case failure

        fileprivate var path: String {
            switch self {
            case .start: "/start"
            case .success: ""
            case .failure: "/fail"
            }
        }
    }

    private let source: SecretSource
    private let place: String
    private let runName: String
    private let world: ChannelWorld

    /// Seconds between tries: one more than these.
    private static let pauses = [0.5, 1, 2, 4]
    /// For one try, seconds.
    private static let totalSeconds = 10.0
    /// What is sent of a text, bytes.
    private static let mostBody = 10_000

    /// Names a run.
    ///
    /// - Parameters:
    ///   - source: where the address lies.
    ///   - place: the path of its key, as `alive.url`.
    package init(_ source: SecretSource, place: String, world: ChannelWorld) {
        (self.source, self.place, self.world) = (source, place, world)
        runName = world.makeUUID()
    }

    /// Gives a sign.
    ///
    /// - Parameter text: what is told with it, the digest's line.
    /// - Returns: what went wrong, in one line without secrets; nil where nothing did.
    package func give(_ sign: Sign, _ text: String = "") -> String? {
        var mask = SecretMask()
        let address: WebAddress
        do throws(SecretError) {
            let secret = try source.read(world.secrets)
            mask.add(secret)
            guard let read = WebAddress(secret.revealed, schemes: ["https", "http"]) else {
                return "\(place): it is no address; write https://HOST/PATH into it"
            }
            guard read.isSafe else {
                return "\(place): it is in clear text beyond the home network; write https:// into it"
            }
            address = read
        } catch {
            let remedy: String = if case .plain(let text)? = error.remedy { "; \(text)" } else { "" }
            return "\(place): \(error)\(remedy)"
        }
        // Nothing waits for the sign that something begins.
        let pauses = sign == .start ? [] : AliveSignal.pauses
        return tries(exchange(sign, text, to: address), pauses: pauses).map { mask.masked("\(place): \($0)") }
    }

    private func exchange(_ sign: Sign, _ text: String, to address: WebAddress) -> Exchange {
        let path = address.rest.prefix { $0 != "?" }
        let query = address.rest.dropFirst(path.count).dropFirst()
        let base = path.hasSuffix("/") ? path.dropLast() : path
        let whole = "\(base)\(sign.path)".isEmpty ? "/" : "\(base)\(sign.path)"
        let server = "\(address.scheme)://\(address.authority.text)"
        var exchange = Exchange("\(server)\(whole)?\(query.isEmpty ? "" : "\(query)&")rid=\(runName)")
        exchange.method = .post
        exchange.headers = [("Content-Type", "text/plain; charset=utf-8")]
        exchange.body = Array(text.utf8.prefix(AliveSignal.mostBody))
        exchange.limits.totalSeconds = AliveSignal.totalSeconds
        exchange.limits.connectSeconds = AliveSignal.totalSeconds
        exchange.limits.bodyBytes = ChannelSender.mostAnswer
        return exchange
    }

    /// Tries until it is taken; returns why it was not.
    private func tries(_ exchange: Exchange, pauses: [Double]) -> String? {
        let peer = "the sign of life"
        var failure: DeliveryFailure?
        for pause in pauses + [0] {
            switch world.perform(exchange) {
            case .failure(let cause): failure = DeliveryFailure(cause, of: peer)
            case .success(let reply):
                let now = world.nowMicroseconds().flooredDivision(by: 1_000_000)
                failure = DeliveryFailure.web(reply, of: peer, nowUTCSeconds: now)
                // A wrong address is a yes there.
                if failure == nil,
                    String(decoding: reply.body.prefix(100), as: UTF8.self).contains("not found")
                {
                    return "\(peer) is taken by no check of that address; copy it anew"
                }
            }
            guard let failure, !failure.isLasting else { return failure?.text }
            if pause > 0 { world.wait(pause) }
        }
        return failure?.text
    }
}
