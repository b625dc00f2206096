// What is asked goes out as it was asked, and what is answered comes back as it was answered.

import Foundation
import Testing
import Transfer

@Suite("answers", .enabled(if: hasCurl))
struct AnswerTests {
    private typealias Server = ScriptedServer

    @Test("a GET carries its headers, the name of the program, and nothing that was not asked for")
    func get() throws {
        let server = Server([
            .read, Server.answer("{}", headers: "Set-Cookie: sessionId=abc; Secure\r\nX:  y \r\n"),
        ])
        let reply = try ask(server) { $0.headers = [("Accept", "application/json"), ("Cookie", "a=b")] }.reply
        #expect(reply?.status == 200 && reply?.text == "{}" && reply?.key == nil)
        #expect(reply?.header("Set-Cookie") == "sessionId=abc; Secure" && reply?.header("X") == "y")
        #expect(reply.map { $0.seconds > 0 && $0.seconds < 10 } == true)
        let lines = Set(server.first.split(separator: "\r\n").map(String.init))
        #expect(
            lines == [
                "GET /info HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "User-Agent: sunvigil",
                "Accept: application/json", "Cookie: a=b",
            ]
        )
    }

    @Test("a POST carries its body, with zeros in it, and an empty one")
    func post() throws {
        for body in ["a=1\0&b=2", ""] {
            let server = Server([.read, Server.answer("ok")])
            let reply = try ask(server) {
                $0.method = .post
                $0.body = Array(body.utf8)
                $0.headers = [("Content-Type", "text/plain")]
            }.reply
            #expect(reply?.text == "ok")
            let request = server.first
            #expect(
                request.hasPrefix("POST /info ") && request.contains("Content-Length: \(body.utf8.count)\r\n")
            )
            #expect(request.hasSuffix("\r\n\r\n" + body) && request.contains("Content-Type: text/plain\r\n"))
        }
    }

    @Test("a long body is sent at once, without asking whether it may come")
    func long() throws {
        let server = Server([.read, Server.answer("ok")])
        let body = [UInt8](repeating: 65, count: 3 << 20)
        #expect(try ask(server) { ($0.method, $0.body) = (.post, body) }.reply?.text == "ok")
        #expect(server.first.utf8.count > body.count && !server.first.contains("Expect:"))
    }

    @Test("a body without a type says none")
    func untyped() throws {
        let server = Server([.read, Server.answer("ok")])
        _ = try ask(server) { ($0.method, $0.body) = (.post, [65]) }
        #expect(!server.first.lowercased().contains("content-type"))
    }

    @Test("any status is an answer, and a redirect is not followed")
    func statuses() throws {
        for status in ["301 Moved", "401 No", "404 Not Found", "503 Busy", "500 Oh"] {
            let server = Server([
                .read, Server.answer("<p>", status: status, headers: "Location: /other\r\n"),
            ])
            let reply = try ask(server).reply
            #expect(reply.map { "\($0.status)" } == status.split(separator: " ").first.map(String.init))
            #expect(
                reply?.text == "<p>" && reply?.header("Location") == "/other" && server.requests.count == 1
            )
        }
    }

    @Test("chunks, an end by closing, header bytes beyond ASCII, bare line feeds, and lines behind the body")
    func forms() throws {
        let chunks =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nSet-Cookie: z\r\n\r\n"
        #expect(try ask(Server([.read, .text(chunks)])).reply?.text == "abcde")
        #expect(try ask(Server([.read, .text(chunks)])).reply?.headers.count == 1)
        let closing = "HTTP/1.0 200 OK\nA: b\n  c\n\nto the end"
        let reply = try ask(Server([.read, .text(closing)])).reply
        #expect(reply?.text == "to the end" && reply?.header("A") == "b c")
        let odd =
            Array("HTTP/1.1 200 OK\r\nWWW-Authenticate: ".utf8) + [0x80, 0xFF, 0xC3] + Array("\r\n\r\n".utf8)
        let bytes = try ask(Server([.read, .send(odd)])).reply?.headers
        #expect(bytes?.first?.value == [0x80, 0xFF, 0xC3])
        let empty = try ask(Server([.read, .text("HTTP/1.1 204 None\r\n\r\n")])).reply
        #expect(empty?.status == 204 && empty?.body == [])
    }

    @Test("a coded body is neither asked for nor decoded")
    func coded() throws {
        let server = Server([.read, Server.answer("\u{1F}\u{8B}", headers: "Content-Encoding: gzip\r\n")])
        #expect(try ask(server).reply?.text == "\u{1F}\u{8B}")
        #expect(!server.first.contains("Accept-Encoding"))
    }

    @Test("Digest answers the challenge, and only the last answer is told")
    func digest() throws {
        let challenge =
            "WWW-Authenticate: Digest realm=\"enphaseenergy.com\", nonce=\"1c\", qop=\"auth\"\r\nOld: 1\r\n"
        let server = Server(
            [.read, Server.answer("no", status: "401 No", headers: challenge), .read, Server.answer("yes")],
            [.read, Server.answer("yes")]
        )
        let reply = try ask(server) { $0.digest = Exchange.Login(user: "envoy", password: "012345") }.reply
        #expect(reply?.status == 200 && reply?.text == "yes" && reply?.header("Old") == nil)
        #expect(server.requests.count == 2 && !server.first.contains("Authorization"))
        #expect(server.last.contains("Authorization: Digest username=\"envoy\""))
        #expect(server.requests.allSatisfy { !$0.contains("012345") })
    }

    @Test("Digest goes on over a new connection where the gateway closes the one with the challenge")
    func digestAfresh() throws {
        let challenge =
            "WWW-Authenticate: Digest realm=\"e\", nonce=\"1c\", qop=\"auth\"\r\nConnection: close\r\n"
        let server = Server(
            [.read, Server.answer("no", status: "401 No", headers: challenge)],
            [.read, Server.answer("yes")]
        )
        let reply = try ask(server) {
            $0.digest = Exchange.Login(user: "envoy", password: "012345")
            $0.keepsConnection = false
        }.reply
        #expect(reply?.text == "yes" && server.requests.count == 2)
    }

    @Test("a wrong password is one more 401, and a gateway that asks for ever is left")
    func digestRefused() throws {
        let fresh = { (number: Int) in
            Server.answer(
                "no",
                status: "401 No",
                headers: "WWW-Authenticate: Digest realm=\"e\", nonce=\"\(number)\", stale=true\r\n"
            )
        }
        let once = Server([.read, fresh(1), .read, Server.answer("no", status: "401 No")])
        let login = Exchange.Login(user: "envoy", password: "0")
        #expect(try ask(once) { $0.digest = login }.reply?.status == 401)
        let ever = Server((0..<40).flatMap { [.read, fresh($0)] })
        #expect(try ask(ever) { $0.digest = login }.failure == .badHeader)
        #expect(ever.requests.count < 8)
    }

    @Test("a connection is kept for the next request, closed when told, and closed for good")
    func keeping() throws {
        let script: [Server.Step] = [.read, Server.answer("1"), .read, Server.answer("2"), .hold]
        let server = Server(script, script, script)
        let transfer = try Transfer(libraryNames: curlNames)
        var exchange = Exchange(server.url())
        func text() throws -> String? { try ask(exchange, over: transfer).reply?.text }
        #expect(try text() == "1" && text() == "2")
        transfer.close()
        exchange.keepsConnection = false
        #expect(try text() == "1")
        #expect(try text() == "1")
    }

    @Test("a kept connection that the host closed meanwhile is replaced")
    func closedMeanwhile() throws {
        let server = Server([.read, Server.answer("1")], [.read, Server.answer("2")])
        let transfer = try Transfer(libraryNames: curlNames)
        #expect(try ask(Exchange(server.url()), over: transfer).reply?.text == "1")
        #expect(try ask(Exchange(server.url()), over: transfer).reply?.text == "2")
    }

    @Test("no proxy is asked, whatever the environment says")
    func proxy() async {
        // In a process of its own: others read the environment meanwhile.
        await #expect(processExitsWith: .success) {
            let proxy = ScriptedServer([.read, ScriptedServer.answer("proxy")])
            let server = ScriptedServer([.read, ScriptedServer.answer("host")])
            for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.url(), 1) }
            guard try ask(server).reply?.text == "host" else { exit(3) }
        }
    }
}
