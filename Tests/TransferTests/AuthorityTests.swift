// A host whose certificate an owner's own authority vouches for is believed, by its name, and no other.

import Foundation
import Testing
import Transfer

@Suite("an authority of one's own", .enabled(if: hasCurl && hasPeers))
struct AuthorityTests {
    private static let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)

    private func failure(certificate: TestCertificate?, file: String?) throws -> (TransferFailure?, [String])
    {
        let peer = try PythonPeer.scripted(
            [.tls, .until(""), .send(AuthorityTests.answer)],
            certificate: certificate
        )
        var exchange = Exchange("https://127.0.0.1:\(peer.port)/hook")
        (exchange.method, exchange.body) = (.post, [65])
        exchange.trust = .authority(file: file ?? "")
        let result = try ask(exchange)
        if let reply = result.reply {
            #expect(reply.text == "ok" && reply.key?.hasPrefix("sha256//") == true)
        }
        return (result.failure, peer.lines())
    }

    @Test("its own host is believed, another's name is not, another's authority is not")
    func believed() throws {
        let (loopback, elsewhere) = (TestCertificate.loopback, TestCertificate.elsewhere)
        let right = try failure(certificate: loopback, file: loopback?.certificate)
        #expect(right.0 == nil && right.1.first?.hasPrefix("POST /hook") == true)
        for (certificate, file) in [(elsewhere, elsewhere?.certificate), (loopback, elsewhere?.certificate)] {
            let wrong = try failure(certificate: certificate, file: file)
            #expect(wrong.0 == .noTLS(code: 60) && wrong.1.isEmpty)
        }
        #expect(try failure(certificate: loopback, file: "/does/not/exist").0 == .noTLS(code: 77))
    }

    @Test("in clear text nobody shows a certificate, and no file is none")
    func clear() throws {
        for (url, file) in [
            ("http://127.0.0.1:9/", "/a"), ("https://127.0.0.1:9/", ""), ("https://127.0.0.1:9/", "a\0b"),
        ] {
            var exchange = Exchange(url)
            exchange.trust = .authority(file: file)
            #expect(try ask(exchange).failure == .wrongKey(found: nil))
        }
    }
}
