// Messages by HTTP: ntfy and webhooks. Redirects are not followed: what is told goes where the owner said, or nowhere.
// Source: https://docs.ntfy.sh/publish/

import Foundation
import Notify
import Readings
import Transfer

extension ChannelSender {
    /// How soon a server may be asked to hand a message on, and how long it holds one, seconds.
    private static let hold: ClosedRange<Int64> = 10...3 * 86_400 - 60

    /// Sends a message by ntfy.
    func send(_ message: Message, by ntfy: NtfyChannel, item: OutboxItem, mask: inout SecretMask)
        throws(DeliveryFailure) -> String
    {
        let topic = try secret("topic", ntfy.topic, mask: &mask)
        guard ChannelSender.isTopic(topic.revealed) else {
            throw DeliveryFailure("the topic is none: letters, digits, - and _, at most 64", isLasting: true)
        }
        var headers: [(name: String, value: String)] = []
        switch ntfy.login {
        case .none: break
        case .token(let source):
            headers.append(("Authorization", "Bearer \(try secret("token", source, mask: &mask).revealed)"))
        case .password(let known):
            let password = try secret("password", known.password, mask: &mask)
            let both = Data("\(known.user):\(password.revealed)".utf8).base64EncodedString()
            headers.append(("Authorization", "Basic \(both)"))
        }
        let due = item.dueMicroseconds.flooredDivision(by: 1_000_000)
        let wait = due - nowUTCSeconds
        let delay =
            wait < ChannelSender.hold.lowerBound
            ? nil : nowUTCSeconds + min(wait, ChannelSender.hold.upperBound)
        let body = NtfyBody.json(message, topic: topic.revealed, delayUntil: delay)
        let reply = try post(
            body,
            to: ntfy.server,
            headers: headers,
            authorityFile: ntfy.authorityFile,
            of: "ntfy"
        )
        let answer = JSONValue(parsing: String(decoding: reply.body.prefix(4_096), as: UTF8.self))
        let detail = mask.behind(answer?["error"]?.string ?? "")
        if let failure = DeliveryFailure.web(reply, of: "ntfy", detail: detail, nowUTCSeconds: nowUTCSeconds)
        {
            throw failure
        }
        // A router or a hotel's page says 200 to everything.
        guard answer != nil || !ChannelSender.isPage(reply.body) else {
            throw DeliveryFailure("what answers is a web page, not ntfy", isLasting: false)
        }
        return mask.masked(
            "ntfy \(answer?["id"]?.string.flatMap { ChannelSender.isTopic($0) ? $0 : nil } ?? "")"
        )
    }

    /// Tells whether an answer is a web page.
    private static func isPage(_ body: [UInt8]) -> Bool {
        body.first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: "<")
    }

    /// Tells whether a text is a topic.
    private static func isTopic(_ text: String) -> Bool {
        ChannelReading.isName(text, most: 64)
    }

    /// Sends a message to a webhook. The signature is of the time, a full stop and the body.
    func send(_ message: Message, by hook: WebhookChannel, mask: inout SecretMask) throws(DeliveryFailure)
        -> String
    {
        let text = try secret("url", hook.url, mask: &mask)
        guard let address = WebAddress(text.revealed, schemes: ["https", "http"]) else {
            throw DeliveryFailure("the url is no address; write https://HOST/PATH into it", isLasting: true)
        }
        guard address.isSafe else {
            throw DeliveryFailure(
                "the url is in clear text beyond the home network; write https:// into it",
                isLasting: true
            )
        }
        let body =
            switch hook.body {
            case .own: WebhookBody.own(message)
            case .alertmanager: WebhookBody.alertmanager(message, channel: channel.name)
            }
        let time = String(nowUTCSeconds)
        var headers: [(name: String, value: String)] = [("X-Sunvigil-Time", time)]
        if let source = hook.secret {
            let key = try secret("secret", source, mask: &mask)
            let signed = Array("\(time).\(body.compact)".utf8)
            let digest = MessageDigest.hmacSHA256(key: Array(key.revealed.utf8), signed)
            headers.append(("X-Sunvigil-Signature", "sha256=\(digest)"))
        }
        let reply = try post(
            body,
            to: address,
            headers: headers,
            authorityFile: hook.authorityFile,
            of: "the webhook"
        )
        if let failure = DeliveryFailure.web(reply, of: "the webhook", nowUTCSeconds: nowUTCSeconds) {
            throw failure
        }
        return "status \(reply.status)"
    }

    private func post(
        _ body: JSONValue,
        to address: WebAddress,
        headers: [(name: String, value: String)],
        authorityFile: String?,
        of peer: String
    ) throws(DeliveryFailure) -> Reply {
        var exchange = Exchange(address.rest.isEmpty ? address.text + "/" : address.text)
        exchange.method = .post
        exchange.headers = [("Content-Type", "application/json")] + headers
        exchange.body = Array(body.compact.utf8)
        // In clear text nobody shows a certificate.
        exchange.trust = address.isEncrypted ? ChannelSender.trust(authorityFile) : .system
        exchange.limits.totalSeconds = ChannelSender.totalSeconds
        exchange.limits.bodyBytes = ChannelSender.mostAnswer
        exchange.keepsConnection = false
        do throws(TransferFailure) { return try world.perform(exchange).get() } catch {
            throw DeliveryFailure(error, of: peer)
        }
    }
}
