// A conversation is told so that an owner sees where it ends, and no secret with it.

import Foundation
import Synchronization
import Testing

@testable import Transfer

@Suite("dialogues", .enabled(if: hasCurl && hasPeers))
struct DialogueTests {
    /// What was told. A class, because several closures write it.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func take(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private static let secrets = [
        "p4ssw0rd", "cGE0c3N", "dXMzcg", "AHVzM3IA", "cDRzc3cwcmQ", "t0kenvalue", "s3cretpath", "s3cretquery",
        "c00kie",
        "b0dytext", "Zm9v", "Subject",
    ]

    private func expectClean(_ lines: [String]) {
        for line in lines {
            for secret in DialogueTests.secrets { #expect(!line.contains(secret), "\(line)") }
            #expect(line.unicodeScalars.allSatisfy { 0x20..<0x7F ~= $0.value || $0 == "…" }, "\(line)")
        }
    }

    @Test("a request and its answer: lines of both heads without path, cookie and token")
    func web() throws {
        let log = Log()
        let echo =
            "Location: /s3cretpath/other?s3cretquery\r\nSet-Cookie: c00kie=1\r\nServer: x t0kenvalue\u{1B}[2J\r\n"
        let server = ScriptedServer([
            .read, ScriptedServer.answer("b0dytext", status: "404 no /s3cretpath", headers: echo),
        ])
        let transfer = try Transfer(libraryNames: curlNames)
        transfer.dialogue = { log.take($0) }
        var exchange = Exchange(server.url("s3cretpath/x?a=s3cretquery"))
        exchange.method = .post
        exchange.body = Array("b0dytext=1\r\nGET /s3cretpath HTTP/1.1\r\nX: b0dytext\r\n".utf8)
        exchange.headers = [
            ("Authorization", "Bearer t0kenvalue"), ("Cookie", "c00kie=1"), ("Content-Type", "text/plain"),
            ("X-Key", "t0kenvalue"),
        ]
        #expect(try ask(exchange, over: transfer).reply?.status == 404)
        let lines = log.all
        expectClean(lines)
        for line in [
            "> POST /… HTTP/1.1", "> Authorization: …", "> Cookie: …", "> X-Key: …",
            "> Content-Type: text/plain",
            "< HTTP/1.1 404 no /…", "< Location: …", "< Set-Cookie: …", "< Server: x …?[2J",
        ] { #expect(lines.contains(line), "\(line) \(lines)") }
        #expect(lines.contains { $0.hasPrefix("* Connected to 127.0.0.1") })
    }

    @Test("Digest: neither challenge nor answer")
    func digest() throws {
        let log = Log()
        let challenge = "WWW-Authenticate: Digest realm=\"t0kenvalue\", nonce=\"t0kenvalue\"\r\n"
        let server = ScriptedServer([
            .read, ScriptedServer.answer("no", status: "401 No", headers: challenge), .read,
            ScriptedServer.answer("yes"),
        ])
        let transfer = try Transfer(libraryNames: curlNames)
        transfer.dialogue = { log.take($0) }
        var exchange = Exchange(server.url("s3cretpath"))
        exchange.digest = Exchange.Login(user: "us3r", password: "p4ssw0rd")
        #expect(try ask(exchange, over: transfer).reply?.text == "yes")
        expectClean(log.all)
        #expect(log.all.contains("< WWW-Authenticate: …") && log.all.contains("> Authorization: …"))
    }

    @Test("TLS: what it came to, and why it did not")
    func tls() throws {
        for (trust, word) in [
            (
                Exchange.Trust.authority(file: TestCertificate.loopback?.certificate ?? ""),
                "SSL connection using TLS"
            ),
            (.system, "SSL certificate problem"),
        ] {
            let log = Log()
            let peer = try PythonPeer.scripted(MailScript.steps(isImplicit: true))
            var mail = mail(peer.port)
            (mail.trust, mail.isImplicitTLS) = (trust, true)
            _ = try send(mail, dialogue: { log.take($0) })
            #expect(log.all.contains { $0.contains(word) }, "\(log.all)")
            expectClean(log.all)
        }
    }

    @Test("a mail: commands and replies, nothing of the login and of the mail")
    func mailDialogue() throws {
        let log = Log()
        let peer = try PythonPeer.scripted(MailScript.steps())
        let text = "Subject: b0dytext\r\n\r\nb0dytext\r\n"
        #expect(try send(mail(peer.port, text), dialogue: { log.take($0) }).reply?.status == 250)
        expectClean(log.all)
        let talk = log.all.filter { !$0.hasPrefix("* ") }
        #expect(
            talk == [
                "< 220 test ESMTP", "> EHLO [127.0.0.1]", "< 250-test", "< 250-SIZE 9999", "< 250 STARTTLS",
                "> STARTTLS", "< 220 go",
                "> EHLO [127.0.0.1]", "< 250-test", "< 250-SIZE 9999", "< 250 AUTH PLAIN LOGIN",
                "> AUTH PLAIN …", "< 334 …", "> …",
                "< 235 …", "> MAIL FROM:<sunvigil@example.org> SIZE=\(text.utf8.count)", "< 250 ok",
                "> RCPT TO:<me@example.org>",
                "< 250 ok", "> DATA", "< 354 go", "< 250 2.0.0 taken as 1", "> QUIT", "< 221 bye",
            ]
        )
    }

    @Test("a server that repeats the login, by LOGIN and with a no")
    func repeated() throws {
        let log = Log()
        let user = Data("us3r".utf8).base64EncodedString()
        let password = Data("p4ssw0rd".utf8).base64EncodedString()
        let steps =
            Array(MailScript.steps().prefix(7)) + [
                .text("250 AUTH LOGIN"), .line, .text("334 VXNlcm5hbWU6"), .line, .text("334 \(user)"), .line,
                .text("535-5.7.8 \(password)\r\n535 5.7.8 p4ssw0rd \(user)"), .goodbyes,
            ]
        let peer = try PythonPeer.scripted(steps)
        #expect(try send(mail(peer.port), dialogue: { log.take($0) }).failure == .refused(code: 535))
        expectClean(log.all)
        #expect(log.all.contains("> AUTH LOGIN …") && log.all.contains("< 535 5.7.8 …"), "\(log.all)")
        #expect(peer.lines().contains(password + "\r\n"))
    }

    @Test("a broker: what went to and fro, without payloads and password", .enabled(if: hasMosquitto))
    func broker() throws {
        let log = Log()
        let peer = try PythonPeer.scripted([
            .packet, .send([0x20, 2, 0, 0]), .acknowledge, .acknowledge, .acknowledge, .packet,
        ])
        var exchange = messages(peer.port)
        exchange.messages[0].payload = Array("b0dytext".utf8)
        #expect(publish(exchange, dialogue: { log.take($0) }) == nil)
        expectClean(log.all)
        for word in [
            "sending CONNECT", "received CONNACK", "sending PUBLISH", "received PUBACK", "sending DISCONNECT",
        ] {
            #expect(log.all.contains { $0.contains(word) }, "\(word) \(log.all)")
        }
    }

    @Test("lines out of pieces, long ones, and a talk without end")
    func pieces() {
        var gatherer = LineGatherer()
        let lines = Array("Authorization: Bearer x\r\nab\n\nrest".utf8).flatMap { byte in
            [byte].withUnsafeBytes { gatherer.take($0) }
        }
        #expect(lines == ["Authorization: Bearer x", "ab", ""])
        let long = ([UInt8](repeating: 65, count: 100_000) + [10]).withUnsafeBytes { gatherer.take($0) }
        #expect(long.count == 1 && long[0].utf8.count == 2048)
        let log = Log()
        let teller = DialogueTeller(MailSpeech(), mask: DialogueMask(secrets: [])) { log.take($0) }
        for _ in 0..<1000 { Array("250-x\r\n".utf8).withUnsafeBytes { teller.take(kind: 1, $0) } }
        #expect(log.all.count == 401 && log.all.last == "…")
    }
}
