// The key that a server shows is the one that is believed, or nothing is sent. Skipped where there is no command `openssl`.

import Foundation
import Testing

@testable import Transfer

@Suite("keys", .enabled(if: hasCurl && TLSServer.isPresent))
struct KeyTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    private func ask(
        _ url: String,
        _ trust: Exchange.Trust,
        over transfer: Transfer? = nil,
        token: String? = nil
    ) throws -> Result<Reply, TransferFailure> {
        var exchange = Exchange(url)
        (exchange.trust, exchange.limits.totalSeconds) = (trust, 5)
        if let token { exchange.headers = [("Authorization", "Bearer \(token)")] }
        return try TransferTests.ask(exchange, over: transfer)
    }

    @Test(
        "the first look tells the key, as the server's owner would",
        arguments: [
            TLSServer.elliptic, "rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-384",
        ]
    )
    func firstLook(key: String) throws {
        let server = try TLSServer(key: key, answer: KeyTests.answer)
        let transfer = try Transfer(libraryNames: curlNames)
        let seen = try ask(server.url, .anyKey, over: transfer)
        #expect(seen.reply?.key == server.pin && server.pin.count == 52, "\(seen)")
        let pinned = try ask(server.url, .pinned(server.pin), over: transfer, token: "s3cret")
        #expect(pinned.reply?.text == "{}" && pinned.reply?.key == server.pin)
        transfer.close()
        #expect(server.finish().contains("Authorization: Bearer s3cret\r\n"))
    }

    @Test("another key than the pinned one is told, and gets nothing")
    func wrong() throws {
        let server = try TLSServer(answer: KeyTests.answer)
        let other = "sha256//" + Data(repeating: 7, count: 32).base64EncodedString()
        #expect(try ask(server.url, .pinned(other), token: "s3cret").failure == .wrongKey(found: server.pin))
        let received = server.finish()
        #expect(!received.contains("s3cret") && !received.contains("GET"))
    }

    @Test("a kept connection has the key of its beginning, and another trust does not take it over")
    func kept() throws {
        let server = try TLSServer(answer: KeyTests.answer)
        let transfer = try Transfer(libraryNames: curlNames)
        for trust in [Exchange.Trust.anyKey, .anyKey, .pinned(server.pin), .pinned(server.pin)] {
            #expect(try ask(server.url, trust, over: transfer).reply?.key == server.pin)
        }
        let other = "sha256//" + Data(repeating: 7, count: 32).base64EncodedString()
        let failure = try ask(server.url, .pinned(other), over: transfer, token: "s3cret").failure
        #expect(failure == .wrongKey(found: server.pin))
        #expect(!server.finish().contains("s3cret"))
    }

    @Test("a certificate that nobody vouches for is not believed by this machine")
    func system() throws {
        let server = try TLSServer(answer: KeyTests.answer)
        let failure = try ask(server.url, .system, token: "s3cret").failure
        // 77: libcurl finds no certificates on this machine at all.
        #expect(failure == .noTLS(code: 60) || failure == .noTLS(code: 77))
        #expect(!server.finish().contains("s3cret"))
    }

    @Test("an answer that ends within, without TLS's farewell, is cut")
    func cut() throws {
        let begin = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"
        let server = try TLSServer(answer: begin, endsWithin: true)
        let failure = try ask(server.url, .anyKey).failure
        // What the command had not passed on when it ended is no part of the answer.
        #expect([.cut, .noReply, .reset].contains(failure), "\(failure.debugDescription)")
    }

    @Test("a handshake that is none, stalls or is reset")
    func handshakes() throws {
        let cases: [([ScriptedServer.Step], [TransferFailure])] = [
            ([.text("HTTP/1.1 400 Bad\r\n\r\n"), .hold], [.noTLS(code: 35)]),
            ([.hold], [.timedOut]),
            ([.reset], [.reset, .noTLS(code: 35)]),
            ([], [.reset, .noTLS(code: 35)]),
        ]
        for (script, failures) in cases {
            let server = ScriptedServer(script)
            var exchange = Exchange("https://127.0.0.1:\(server.port)/")
            (exchange.trust, exchange.limits.totalSeconds) = (.anyKey, 0.4)
            let failure = try TransferTests.ask(exchange).failure
            #expect(failure.map(failures.contains) == true, "\(script): \(failure.debugDescription)")
        }
    }

    @Test("a certificate in pieces, or of bent bytes, has no key and ends nothing")
    func hostile() throws {
        let server = try TLSServer(answer: "")
        #expect(ServerKey.pin(pem: server.certificate) == server.pin)
        let text = server.certificate.split(separator: "\n").dropFirst().dropLast().joined()
        let bytes = try [UInt8](#require(Data(base64Encoded: text)))
        #expect(bytes.count > 300 && ServerKey.publicKeyInfo(bytes[...]) != nil)
        for count in bytes.indices {
            #expect(ServerKey.publicKeyInfo(bytes[..<count]) == nil)
            for bent: UInt8 in [0x00, 0x80, 0x84, 0xFF] {
                var copy = bytes
                copy[count] = bent
                _ = ServerKey.publicKeyInfo(copy[...])
            }
        }
        for pem in ["", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n!\n-----END", "x\n\n"] {
            #expect(ServerKey.pin(pem: pem) == nil)
        }
    }
}
