// A mail goes as it is, behind TLS, and the server's no at every step is told with its code.

import Foundation
import Testing

@testable import Transfer

/// Whether scripted servers can be had.
let hasPeers = PythonPeer.isPresent && TestCertificate.loopback != nil && TestCertificate.elsewhere != nil

/// Makes a mail to a server of a test, which believes the test's certificate.
func mail(_ port: Int, _ text: String = "Subject: a\r\n\r\nb\r\n") -> MailExchange {
    var mail = MailExchange(
        host: "127.0.0.1",
        port: port,
        from: "sunvigil@example.org",
        to: "me@example.org",
        bytes: Array(text.utf8)
    )
    mail.login = Exchange.Login(user: "us3r", password: "p4ssw0rd")
    mail.trust = .authority(file: TestCertificate.loopback?.certificate ?? "")
    mail.limits.totalSeconds = 10
    return mail
}

/// Sends a mail and gives the reply or why there is none.
func send(
    _ mail: MailExchange,
    isStopped: @escaping () -> Bool = { false },
    dialogue: ((String) -> Void)? = nil
) throws -> Result<Reply, TransferFailure> {
    let transfer = try Transfer(libraryNames: curlNames)
    (transfer.isStopped, transfer.dialogue) = (isStopped, dialogue)
    do throws(TransferFailure) {
        return .success(try transfer.send(mail))
    } catch {
        return .failure(error)
    }
}

@Suite("mail", .enabled(if: hasCurl && hasPeers))
struct MailTests {
    @Test("a mail goes whole: addresses, size, dots at the start of lines, and the name of nobody's machine")
    func whole() throws {
        let text = "Subject: a\r\n\r\n.\r\n..\r\n.a\r\n\r\n.\r\nend\r\n"
        let peer = try PythonPeer.scripted(MailScript.steps())
        #expect(try send(mail(peer.port, text)).reply?.status == 250)
        let lines = peer.lines()
        let hello = "EHLO [127.0.0.1]\r\n"
        #expect(Array(lines.prefix(4)) == [hello, "STARTTLS\r\n", hello, "AUTH PLAIN\r\n"])
        #expect(lines[4] == Data("\0us3r\0p4ssw0rd".utf8).base64EncodedString() + "\r\n")
        #expect(lines[5] == "MAIL FROM:<sunvigil@example.org> SIZE=\(text.utf8.count)\r\n")
        #expect(lines[6] == "RCPT TO:<me@example.org>\r\n" && lines[7] == "DATA\r\n")
        #expect(lines[8] == "Subject: a\r\n\r\n..\r\n...\r\n..a\r\n\r\n..\r\nend\r\n.\r\n")
        #expect(lines.dropFirst(9) == ["QUIT\r\n"])
    }

    @Test("TLS from the first byte on, as on port 465")
    func implicit() throws {
        let peer = try PythonPeer.scripted(MailScript.steps(isImplicit: true))
        var mail = mail(peer.port)
        mail.isImplicitTLS = true
        #expect(try send(mail).reply?.status == 250)
        #expect(MailExchange(host: "a", port: 465, from: "", to: "", bytes: []).isImplicitTLS)
        #expect(peer.lines().contains("DATA\r\n"))
    }

    @Test("a mail of a megabyte that begins with a dot and ends with one")
    func large() throws {
        let text = "." + String(repeating: String(repeating: "x", count: 998) + "\r\n.", count: 1000) + "\r\n"
        let peer = try PythonPeer.scripted(MailScript.steps())
        #expect(try send(mail(peer.port, text)).reply?.status == 250)
        #expect(peer.lines()[8] == ".." + text.dropFirst().replacing("\r\n.", with: "\r\n..") + ".\r\n")
    }

    @Test(
        "a no is told with its code, at every step, now and for good",
        arguments: MailStage.allCases.filter { $0 != .startTLS },
        [421, 452, 550]
    )
    func no(stage: MailStage, code: Int) throws {
        let peer = try PythonPeer.scripted(MailScript.steps(no: (stage, "\(code)-no\r\n\(code) 5.1.1 no")))
        let failure = try send(mail(peer.port)).failure
        // Without EHLO the older HELO is tried.
        let told = stage == .hello || stage == .secondHello ? [code, 503] : [code]
        #expect(
            told.map { TransferFailure.refused(code: $0) }.contains(failure),
            "\(String(describing: failure))"
        )
        let lines = peer.lines()
        #expect(!lines.contains { $0.hasPrefix("Subject") } || stage == .mail)
        #expect(stage == .data || stage == .mail || !lines.contains("DATA\r\n"))
    }

    @Test("a wrong password is 535, and a no that is followed by a cut is still the no")
    func refused() throws {
        let wrong = try PythonPeer.scripted(MailScript.steps(no: (.login, "535 5.7.8 wrong")))
        #expect(try send(mail(wrong.port)).failure == .refused(code: 535))
        let cut = try PythonPeer.scripted(MailScript.steps(no: (.to, "550 no"), farewell: []))
        #expect(try send(mail(cut.port)).failure == .refused(code: 550))
        let rude = try PythonPeer.scripted(MailScript.steps(no: (.to, "550 no"), farewell: [.reset]))
        #expect(try send(mail(rude.port)).failure == .refused(code: 550))
    }

    @Test("a mail that was taken is taken, however the server says goodbye")
    func taken() throws {
        let farewells: [[PeerStep]] = [
            [], [.reset], [.line, .hold], [.line, .text("500 what")], [.line, .text("garbage"), .hold],
        ]
        for farewell in farewells {
            let peer = try PythonPeer.scripted(MailScript.steps(farewell: farewell))
            var reply: Reply?
            let took = try ContinuousClock().measure { reply = try send(mail(peer.port)).reply }
            #expect(reply?.status == 250 && took < .seconds(4), "\(farewell) \(took)")
        }
    }

    @Test("no login where none is given, and none of the mechanisms that show less than a password would")
    func logins() throws {
        let plain = MailScript.steps().enumerated().filter { !(9...12).contains($0.offset) }.map(\.element)
        let peer = try PythonPeer.scripted(plain)
        var anonymous = mail(peer.port)
        anonymous.login = nil
        #expect(try send(anonymous).reply?.status == 250)
        #expect(!peer.lines().contains { $0.hasPrefix("AUTH") })
        let mail = mail(1)
        #expect(!"\(mail) \(String(reflecting: mail))".contains("p4ss") && !"\(mail)".contains("me@"))
    }
}
