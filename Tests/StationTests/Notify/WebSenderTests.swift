// ntfy and webhooks: what is sent where and with what, and what an answer means.

import Foundation
import Notify
import Readings
import Station
import Testing
import Transfer

@Suite("messages by HTTP")
struct WebSenderTests {
    private let played = PlayedChannel()

    private func value(_ name: String) -> String? {
        played.exchanges.last?.headers.first { $0.name == name }?.value
    }

    private func body() -> String { String(decoding: played.exchanges.last?.body ?? [], as: UTF8.self) }

    @Test("ntfy gets JSON at its root, with the token")
    func token() throws {
        played.answers = [
            .success(Reply(status: 200, body: Array(#"{"id":"Xy12","topic":"topic_4711_abcdef"}"#.utf8)))
        ]
        #expect(try played.send(ChannelText.ntfy).get() == "ntfy Xy12")
        let exchange = try #require(played.exchanges.first)
        #expect(
            exchange.url == "https://ntfy.example.org/" && exchange.method == .post
                && exchange.trust == .system
        )
        #expect(
            value("Authorization") == "Bearer tk_0123456789abcdef"
                && value("Content-Type") == "application/json"
        )
        let expected = NtfyBody.json(PlayedChannel.message, topic: "topic_4711_abcdef", delayUntil: nil)
        #expect(body() == expected.compact && !exchange.keepsConnection && exchange.limits.totalSeconds == 20)
    }

    @Test("a server at home may be asked in clear text, with user and password")
    func user() throws {
        _ = try played.send(ChannelText.ntfyUser).get()
        #expect(played.exchanges.first?.url == "http://192.168.1.9:8080/")
        #expect(
            value("Authorization") == "Basic " + Data("me:correct horse battery".utf8).base64EncodedString()
        )
    }

    @Test(
        "what is due later is held by the server, three days at most",
        arguments: [(0, nil), (9, nil), (-100, nil), (10, 10), (3_600, 3_600), (400_000, 259_140)]
            as [(Int64, Int64?)]
    )
    func delay(wait: Int64, held: Int64?) throws {
        let now = PlayedChannel.now
        _ = try played.send(ChannelText.ntfy, item: PlayedChannel.item(due: now + wait)).get()
        let expected = NtfyBody.json(
            PlayedChannel.message,
            topic: "topic_4711_abcdef",
            delayUntil: held.map { now + $0 }
        )
        #expect(body() == expected.compact)
    }

    @Test("a topic that is none goes nowhere")
    func noTopic() throws {
        played.variables["TOPIC"] = "a/b"
        #expect(
            try played.failure(ChannelText.ntfy)
                == DeliveryFailure("the topic is none: letters, digits, - and _, at most 64", isLasting: true)
        )
        #expect(played.exchanges.isEmpty)
    }

    @Test("what ntfy says is told behind its no")
    func ntfyError() throws {
        let error = #"{"code":40301,"error":"forbidden: topic_4711_abcdef\u001b[2J"}"#
        played.answers = [.success(Reply(status: 403, body: Array(error.utf8)))]
        #expect(
            try played.failure(ChannelText.ntfy)
                == DeliveryFailure(
                    "ntfy does not take who asks (403): forbidden: <secret …cdef>\\u001b[2J",
                    isLasting: true
                )
        )
    }

    @Test("a web page is no yes of ntfy, whatever its status")
    func page() throws {
        played.answers = [.success(Reply(status: 200, body: Array("\n<!DOCTYPE html><p>Welcome".utf8)))]
        let failure = try #require(try played.failure(ChannelText.ntfy))
        #expect(failure.text == "what answers is a web page, not ntfy" && !failure.isLasting)
    }

    @Test("a webhook gets our own form, signed with the time")
    func webhook() throws {
        played.answers = [.success(Reply(status: 204))]
        #expect(try played.send(ChannelText.webhook).get() == "status 204")
        let exchange = try #require(played.exchanges.first)
        #expect(exchange.url == PlayedChannel.secrets["HOOK"] && exchange.method == .post)
        #expect(body() == WebhookBody.own(PlayedChannel.message).compact)
        #expect(value("X-Sunvigil-Time") == "1777845600")
        let signed = Array("1777845600.\(body())".utf8)
        let digest = MessageDigest.hmacSHA256(key: Array("signing/key+of=7".utf8), signed)
        #expect(value("X-Sunvigil-Signature") == "sha256=\(digest)")
    }

    @Test("without a secret there is no signature; Alertmanager's form can be asked for")
    func alertmanager() throws {
        _ = try played.send(
            #"{"kind": "webhook", "url": {"env": "HOOK"}, "body": "alertmanager", "ca": "/ca"}"#
        ).get()
        #expect(value("X-Sunvigil-Signature") == nil && value("X-Sunvigil-Time") != nil)
        #expect(body() == WebhookBody.alertmanager(PlayedChannel.message, channel: "one").compact)
        #expect(played.exchanges.first?.trust == .authority(file: "/ca"))
    }

    @Test(
        "a webhook's address is https, or http at home",
        arguments: [
            ("http://127.0.0.1:8080/x", true), ("http://hook.lan/x", true),
            ("http://hook.example.org/x", false),
            ("ftp://hook.lan/x", false), ("hook", false), ("https://me:pw@hook.lan/", false),
            ("https://a b/", false),
        ]
    )
    func addresses(url: String, isSent: Bool) throws {
        played.variables["HOOK"] = url
        let failure = try played.failure(ChannelText.webhook)
        #expect((failure == nil) == isSent && played.exchanges.isEmpty != isSent)
        #expect(failure?.isLasting != false && failure?.text.contains(url) != true)
    }

    @Test(
        "what an answer means",
        arguments: [
            (301, true, "the webhook leads elsewhere (301); name its last address"),
            (304, true, "the webhook leads elsewhere (304); name its last address"),
            (400, true, "the webhook refuses the message (400)"),
            (401, true, "the webhook does not take who asks (401)"),
            (404, true, "the webhook refuses the message (404)"),
            (408, false, "the webhook wants the message later (408)"),
            (429, false, "the webhook wants the message later (429)"),
            (500, false, "the webhook wants the message later (500)"),
            (503, false, "the webhook wants the message later (503)"),
            (100, false, "the webhook answers what is no answer (100)"),
        ]
    )
    func answers(status: Int, isLasting: Bool, text: String) throws {
        let body = Array("<html>no \(PlayedChannel.secrets["HOOK"] ?? "")</html>".utf8)
        played.answers = [.success(Reply(status: status, body: body))]
        #expect(try played.failure(ChannelText.webhook) == DeliveryFailure(text, isLasting: isLasting))
    }

    @Test(
        "a server says when to come again, in seconds or by a date",
        arguments: [
            ("120", 120), (" 120 ", 120), ("Sun, 03 May 2026 22:02:00 GMT", 120),
            ("Sun, 03 May 2026 21:00:00 GMT", 0),
            ("99999999999999999999", 2_678_400), ("-5", nil), ("soon", nil), ("", nil), ("1e9", nil),
            ("Sun, 31 Feb 2026 22:02:00 GMT", nil), ("Sun, 03 May 2026 25:02:00 GMT", nil),
            ("Sun, 03 May 9999999 22:02:00 GMT", nil), ("Sunday, 03-May-26 22:02:00 GMT", nil),
        ] as [(String, Int64?)]
    )
    func retryAfter(value: String, seconds: Int64?) throws {
        for status in [408, 429, 503] {
            played.answers = [
                .success(Reply(status: status, headers: [(name: "retry-After", value: Array(value.utf8))]))
            ]
            #expect(try played.failure(ChannelText.ntfy)?.retryAfterSeconds == seconds)
        }
    }

    @Test(
        "what a failure of the line means",
        arguments: [
            (.noTLS(code: 60), true), (.wrongKey(found: nil), true), (.timedOut, false),
            (.unknownHost, false),
            (.cannotConnect(hasRoute: false), false), (.reset, false), (.noReply, false), (.cut, false),
            (.tooLarge(limit: 5), false), (.badHeader, false), (.stopped, false), (.other(code: 3), true),
            (.other(code: 56), false), (.noTLS(code: 35), false),
            (.libraryMissing(package: "libcurl4"), true),
        ] as [(TransferFailure, Bool)]
    )
    func line(cause: TransferFailure, isLasting: Bool) throws {
        played.answers = [.failure(cause)]
        #expect(try played.failure(ChannelText.ntfy)?.isLasting == isLasting)
        #expect(try played.failure(ChannelText.webhook)?.isLasting == isLasting)
    }
}
