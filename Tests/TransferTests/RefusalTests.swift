// What must not be sent is not sent, and nothing secret is printed.

import Testing

@testable import Transfer

@Suite("refusals", .enabled(if: hasCurl))
struct RefusalTests {
    private let pin = "sha256//" + String(repeating: "A", count: 43) + "="

    private func failure(_ url: String, change: (inout Exchange) -> Void = { _ in }) throws
        -> TransferFailure?
    {
        var exchange = Exchange(url)
        exchange.limits.totalSeconds = 0.3
        change(&exchange)
        return try ask(exchange).failure
    }

    @Test("only http and https, and no user in an address")
    func addresses() throws {
        for url in [
            "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1", "", "dict://a/b",
        ] {
            #expect(try failure(url) == .other(code: 1), "\(url)")
        }
        for url in [
            "http://a:b@127.0.0.1/", "http://", "http:///x", "http://127.0.0.1/a b", "http://h\n/",
            "http://h\0/",
        ] {
            #expect(try failure(url) == .other(code: 3), "\(url)")
        }
    }

    @Test("a header value cannot become a second header")
    func headers() throws {
        for (name, value) in [
            ("A", "b\r\nC: d"), ("A", "b\nC: d"), ("A", "b\0"), ("A:", "b"), ("", "b"), ("A b", "c"),
        ] {
            #expect(try failure("http://127.0.0.1:9/") { $0.headers = [(name, value)] } == .badHeader)
        }
    }

    @Test("a pin needs TLS and a whole key, and nothing is sent without")
    func pins() throws {
        let server = ScriptedServer([.read, ScriptedServer.answer("")])
        let secret = [("Authorization", "Bearer 1")]
        #expect(
            try failure(server.url()) { ($0.trust, $0.headers) = (.pinned(pin), secret) }
                == .wrongKey(found: nil)
        )
        for text in ["", "sha256//", "/etc/passwd", pin + ";" + pin, "sha256//QUJD", String(pin.dropLast())] {
            #expect(try failure("https://127.0.0.1:9/") { $0.trust = .pinned(text) } == .wrongKey(found: nil))
        }
        #expect(server.requests.isEmpty)
        server.stop()
    }

    @Test("any key gets nothing secret over TLS")
    func anyKey() throws {
        let changes: [(inout Exchange) -> Void] = [
            { $0.headers = [("authorization", "Bearer 1")] }, { $0.headers = [("Cookie", "a=b")] },
            { $0.digest = Exchange.Login(user: "u", password: "p") }, { ($0.method, $0.body) = (.post, [1]) },
        ]
        for change in changes {
            let failure = try failure("https://127.0.0.1:9/") {
                change(&$0)
                $0.trust = .anyKey
            }
            #expect(failure == .wrongKey(found: nil))
        }
    }

    @Test("printed and dumped, a request, a login and an answer show no secret")
    func masked() {
        var exchange = Exchange("https://192.168.1.20:8443/hook/k3y?token=k3y")
        exchange.headers = [("Authorization", "Bearer k3y"), ("Cookie", "sessionId=k3y")]
        exchange.digest = Exchange.Login(user: "us3r", password: "k3y")
        exchange.body = Array("k3y".utf8)
        let reply = Reply(status: 200, headers: [("Set-Cookie", Array("k3y".utf8))], body: Array("k3y".utf8))
        var text = "\(exchange) \(reply) \(exchange.digest.debugDescription) \(String(reflecting: exchange))"
        dump(exchange, to: &text)
        dump(reply, to: &text)
        dump([exchange.digest], to: &text)
        dump(Result<Reply, TransferFailure>.success(reply), to: &text)
        #expect(
            !text.contains("k3y") && !text.contains("us3r") && !text.contains("107")
                && !text.contains("Bearer")
        )
        #expect("\(exchange)" == "GET https://192.168.1.20:8443/…, 2 header lines, 3 bytes, a login")
        #expect("\(reply)" == "200, 1 header lines, 3 bytes")
    }
}
