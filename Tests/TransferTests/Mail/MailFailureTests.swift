// What keeps a mail from going is told apart, in time, and nothing goes in clear text or to a stranger.

import Foundation
import Synchronization
import Testing

@testable import Transfer

@Suite("mail that does not go", .enabled(if: hasCurl && hasPeers))
struct MailFailureTests {
    private typealias Server = ScriptedServer

    @Test("a server without STARTTLS gets nothing, nor one that refuses it")
    func noTLS() throws {
        let none = try PythonPeer.scripted([
            .text("220 x"), .line, .text("250-x\r\n250 AUTH PLAIN"), .goodbyes,
        ])
        #expect(try send(mail(none.port)).failure == .noTLS(code: 64))
        #expect(none.lines().allSatisfy { $0.hasPrefix("EHLO") || $0.hasPrefix("QUIT") })
        let refusing = try PythonPeer.scripted(MailScript.steps(no: (.startTLS, "502 no")))
        #expect(try send(mail(refusing.port)).failure == .noTLS(code: 64))
        #expect(!refusing.lines().contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        // Later it may have it.
        let later = try PythonPeer.scripted(MailScript.steps(no: (.startTLS, "454 not now")))
        #expect(try send(mail(later.port)).failure == .refused(code: 454))
        // A server that knows no EHLO.
        let old = try PythonPeer.scripted([
            .text("220 x"), .line, .text("502 no"), .line, .text("250 x"), .goodbyes,
        ])
        #expect(try send(mail(old.port)).failure == .refused(code: 502))
        #expect(!old.lines().contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
    }

    @Test("a stranger's certificate is not believed, by authority, by name, by the system; nothing is sent")
    func certificates() throws {
        let (loopback, elsewhere) = (TestCertificate.loopback, TestCertificate.elsewhere)
        for isImplicit in [false, true] {
            let cases: [(TestCertificate?, Exchange.Trust)] = [
                (elsewhere, .authority(file: elsewhere?.certificate ?? "")),
                (loopback, .authority(file: elsewhere?.certificate ?? "")), (loopback, .system),
            ]
            for (certificate, trust) in cases {
                let peer = try PythonPeer.scripted(
                    MailScript.steps(isImplicit: isImplicit),
                    certificate: certificate
                )
                var mail = mail(peer.port)
                (mail.trust, mail.isImplicitTLS) = (trust, isImplicit)
                #expect(try send(mail).failure == .noTLS(code: 60), "\(trust)")
                #expect(!peer.lines().contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
            }
        }
        var mail = mail(1)
        mail.trust = .authority(file: "/does/not/exist")
        #expect(try send(mail).failure != nil)
    }

    @Test("answers that are pushed in before TLS are not taken for answers behind it")
    func injected() throws {
        let pushed = "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken"
        let peer = try PythonPeer.scripted([
            .text("220 x"), .line, .text("250 STARTTLS"), .line, .text(pushed), .tls, .line, .goodbyes,
        ])
        let failure = try send(mail(peer.port)).failure
        #expect(failure == .badHeader, "\(String(describing: failure))")
        #expect(!peer.lines().contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test("garbage, floods, cuts, resets and silence are told apart and left in time")
    func misbehaviour() throws {
        let flood = [UInt8](repeating: 65, count: 1 << 16)
        let whole = MailScript.steps()
        let unanswered = Array(whole.dropLast(2))
        let helloed = Array(whole.prefix(5))
        let cases: [([PeerStep], [TransferFailure])] = [
            ([.text("HTTP/1.1 200 OK"), .hold], [.timedOut, .badHeader]),
            ([.text("999 x"), .goodbyes], [.badHeader]),
            ([], [.noReply]), ([.text("220 x")], [.cut, .reset]),
            ([.reset], [.reset, .noReply, .cannotConnect(hasRoute: true)]),
            ([.text("220 x"), .line, .reset], [.reset, .cut]), ([.hold], [.timedOut]),
            ([.text("220 x"), .hold], [.timedOut]),
            ([.flood(flood)], [.tooLarge(limit: 65536), .badHeader, .cut, .noReply, .reset]),
            ([.flood(Array("220-x\r\n".utf8))], [.tooLarge(limit: 65536)]),
            (helloed + [.text("not TLS"), .hold], [.noTLS(code: 35)]),
            (unanswered + [.hold], [.timedOut]),
            (unanswered + [.reset], [.reset, .cut]),
            (unanswered, [.cut, .reset]),
        ]
        for (steps, failures) in cases {
            let peer = try PythonPeer.scripted(steps)
            var mail = mail(peer.port)
            mail.limits.totalSeconds = 1.2
            var failure: TransferFailure?
            let took = try ContinuousClock().measure { failure = try send(mail).failure }
            #expect(failure.map { failures.contains($0) } == true, "\(steps) \(String(describing: failure))")
            #expect(took < .seconds(4), "\(steps) \(took)")
        }
    }

    @Test("nothing listens, and an unknown host")
    func unreachable() throws {
        let server = Server([.hold])
        server.stop()
        #expect(try send(mail(server.port)).failure == .cannotConnect(hasRoute: true))
        var unknown = mail(587)
        unknown.host = "mail.invalid"
        unknown.limits.totalSeconds = 1
        let failure = try send(unknown).failure
        #expect([.unknownHost, .cannotConnect(hasRoute: false), .timedOut].contains(failure))
    }

    @Test("who wants no more is let go")
    func stopped() throws {
        let peer = try PythonPeer.scripted([.hold])
        let count = Mutex(0)
        let failure = try send(
            mail(peer.port),
            isStopped: {
                count.withLock {
                    $0 += 1; return $0 > 2
                }
            }
        ).failure
        #expect(failure == .stopped)
    }

    @Test("no mail goes with two addresses in one, lines that are commands, or a key in the place of a name")
    func refusals() throws {
        let changes: [(TransferFailure, (inout MailExchange) -> Void)] = [
            (.badHeader, { $0.to = "a@b> SIZE=1\r\nRCPT TO:<c@d" }), (.badHeader, { $0.to = "a@b,c@d" }),
            (.badHeader, { $0.to = "a b@c" }), (.badHeader, { $0.from = "<a@b>" }),
            (.badHeader, { $0.from = "a" }),
            (.badHeader, { $0.from = "" }), (.badHeader, { $0.to = "ä@b" }), (.badHeader, { $0.to = "@b" }),
            (.badHeader, { $0.to = "a@[127.0.0.1]" }), (.badHeader, { $0.bytes = [] }),
            (.badHeader, { $0.bytes = Array("a\nb\r\n".utf8) }),
            (.badHeader, { $0.bytes = Array("a\rb\r\n".utf8) }),
            (.badHeader, { $0.bytes = Array("a\r\n.\r".utf8) }),
            (.badHeader, { $0.bytes = Array("a\0\r\n".utf8) }),
            (.other(code: 3), { $0.host = "a/b" }), (.other(code: 3), { $0.host = "a@b" }),
            (.other(code: 3), { $0.host = "" }),
            (.other(code: 3), { $0.host = "a b" }), (.other(code: 3), { $0.host = "a\r\nb" }),
            (.other(code: 3), { $0.host = "[::1]" }), (.other(code: 3), { $0.port = 0 }),
            (.other(code: 3), { $0.port = 65536 }),
            (.wrongKey(found: nil), { $0.trust = .anyKey }),
            (.wrongKey(found: nil), { $0.trust = .pinned("sha256//x") }),
            (.other(code: 43), { $0.login = Exchange.Login(user: "a\0b", password: "c") }),
            (.noTLS(code: 77), { $0.trust = .authority(file: "") }),
        ]
        for (failure, change) in changes {
            var mail = mail(9)
            change(&mail)
            #expect(mail.refusal == failure)
            #expect(try send(mail).failure == failure)
        }
        var six = mail(9)
        six.host = "::1"
        #expect(six.refusal == nil && HostName(text: "::1").inAddress == "[::1]")
    }
}
