// Messages reach a broker in their order, acknowledged one by one; its no, and whatever else it does, is told.

import Foundation
import Synchronization
import Testing

@testable import Transfer

/// Whether this machine has libmosquitto.
let hasMosquitto: Bool = {
    let exchange = BrokerExchange(host: "127.0.0.1", port: 9, isTLS: false, messages: [])
    do throws(TransferFailure) {
        try Broker.publish(exchange)
        return true
    } catch { return error != .libraryMissing(package: Broker.packageName) }
}()

/// Makes messages to a broker of a test.
func messages(_ port: Int, isTLS: Bool = false, seconds: Double = 10) -> BrokerExchange {
    var exchange = BrokerExchange(
        host: "127.0.0.1",
        port: port,
        isTLS: isTLS,
        messages: [("sunvigil/home/state", Array("{\"a\":1}".utf8)), ("b", []), ("c", [0, 1, 255])]
    )
    exchange.login = Exchange.Login(user: "us3r", password: "p4ssw0rd")
    exchange.clientID = "sunvigil-test"
    exchange.totalSeconds = seconds
    if isTLS { exchange.authorityFile = TestCertificate.loopback?.certificate }
    return exchange
}

/// Publishes and gives why it did not come about; nil where it did.
func publish(
    _ exchange: BrokerExchange,
    isStopped: @escaping () -> Bool = { false },
    dialogue: ((String) -> Void)? = nil
) -> TransferFailure? {
    do throws(TransferFailure) {
        try Broker.publish(exchange, isStopped: isStopped, dialogue: dialogue)
        return nil
    } catch { return error }
}

@Suite("a scripted broker", .enabled(if: hasMosquitto && hasPeers))
struct BrokerTests {
    private static let yes = PeerStep.send([0x20, 2, 0, 0])
    /// CONNECT of MQTT 3.1.1 with a clean session, user and password, and 60 seconds.
    private static let connect: [UInt8] =
        [0x10, 41, 0, 4] + Array("MQTT".utf8) + [4, 0xC2, 0, 60, 0, 13] + Array("sunvigil-test".utf8)
        + [0, 4] + Array("us3r".utf8) + [0, 8] + Array("p4ssw0rd".utf8)

    @Test("connect, three retained messages with an acknowledgement each, goodbye", arguments: [false, true])
    func whole(isTLS: Bool) throws {
        let tls: [PeerStep] = isTLS ? [.tls] : []
        let peer = try PythonPeer.scripted(
            tls + [.packet, BrokerTests.yes, .acknowledge, .acknowledge, .acknowledge, .packet, .hold]
        )
        #expect(publish(messages(peer.port, isTLS: isTLS)) == nil)
        let packets = peer.finish()
        #expect(packets.first == BrokerTests.connect && packets.last == [0xE0, 0] && packets.count == 5)
        // PUBLISH, QoS 1, retained: 0x33.
        let state = Array("sunvigil/home/state".utf8)
        #expect(packets[1] == [0x33, 30, 0, 19] + state + [0, 1] + Array("{\"a\":1}".utf8))
        #expect(
            packets[2] == [0x33, 5, 0, 1, 0x62, 0, 2] && packets[3] == [0x33, 8, 0, 1, 0x63, 0, 3, 0, 1, 255]
        )
    }

    @Test("many and large messages, and none at all")
    func many() throws {
        let many = try PythonPeer.scripted(
            [.packet, BrokerTests.yes] + [PeerStep](repeating: .acknowledge, count: 300) + [.packet]
        )
        var exchange = messages(many.port)
        exchange.messages = (0..<300).map { ("t/\($0)", [UInt8](repeating: 65, count: $0 * 300)) }
        #expect(publish(exchange) == nil)
        let packets = many.finish()
        #expect(packets.count == 302 && packets[300].count > 89_000)
        let none = try PythonPeer.scripted([.packet, BrokerTests.yes, .packet])
        exchange = messages(none.port)
        exchange.messages = []
        #expect(publish(exchange) == nil && none.finish().count == 2)
    }

    @Test(
        "the broker's no is told by its code, and nothing was published",
        arguments: [1, 3, 4, 5],
        [false, true]
    )
    func refused(code: Int, isTLS: Bool) throws {
        let tls: [PeerStep] = isTLS ? [.tls] : []
        let peer = try PythonPeer.scripted(tls + [.packet, .send([0x20, 2, 0, UInt8(code)])])
        #expect(publish(messages(peer.port, isTLS: isTLS)) == .refused(code: code))
        #expect(peer.finish().count == 1)
    }

    @Test("garbage, floods, cuts, resets and silence are told apart and left in time")
    func misbehaviour() throws {
        let flood = [UInt8](repeating: 65, count: 1 << 16)
        let connected: [PeerStep] = [.packet, BrokerTests.yes]
        let cases: [([PeerStep], [TransferFailure])] = [
            ([.hold], [.timedOut]), (connected + [.acknowledge, .hold], [.timedOut]), ([.packet], [.noReply]),
            ([], [.noReply, .reset]), ([.reset], [.reset, .noReply]),
            ([.packet, .reset], [.reset, .noReply]),
            (connected + [.packet], [.cut, .reset]),
            (connected + [.packet, .reset], [.reset, .cut]),
            ([.packet, .text("220 mail.example.org ESMTP"), .hold], [.badHeader, .timedOut]),
            ([.packet, .send([0x20, 2, 0]), .hold], [.timedOut]),
            ([.packet, .send([0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), .hold], [.badHeader, .timedOut]),
            ([.packet, .flood(flood)], [.badHeader, .timedOut, .reset]),
            // An acknowledgement of what was never sent.
            (connected + [.packet, .send([0x40, 2, 0, 99]), .hold], [.timedOut, .badHeader]),
        ]
        for (steps, failures) in cases {
            let peer = try PythonPeer.scripted(steps)
            var failure: TransferFailure?
            let took = ContinuousClock().measure { failure = publish(messages(peer.port, seconds: 1)) }
            #expect(failure.map { failures.contains($0) } == true, "\(steps) \(String(describing: failure))")
            #expect(took < .seconds(3), "\(steps) \(took)")
        }
    }

    @Test(
        "behind TLS: a stranger's certificate, a broker without TLS, cuts and silence; no password goes out"
    )
    func strangers() throws {
        let (loopback, elsewhere) = (TestCertificate.loopback, TestCertificate.elsewhere)
        let cases: [(TestCertificate?, String?, [PeerStep], [TransferFailure])] = [
            (elsewhere, elsewhere?.certificate, [.tls, .packet], [.noTLS(code: 60)]),
            (loopback, elsewhere?.certificate, [.tls, .packet], [.noTLS(code: 60)]),
            (loopback, nil, [.tls, .packet], [.noTLS(code: 60)]),
            (loopback, "/does/not/exist", [.tls, .packet], [.noTLS(code: 77)]),
            (loopback, loopback?.key, [.tls, .packet], [.noTLS(code: 77)]),
            (loopback, loopback?.certificate, [.text("220 x"), .hold], [.noTLS(code: 35)]),
            (loopback, loopback?.certificate, [.hold], [.timedOut]),
            (loopback, loopback?.certificate, [.reset], [.reset, .noReply]),
            (loopback, loopback?.certificate, [], [.noReply, .noTLS(code: 35), .reset]),
            (loopback, loopback?.certificate, [.tls, .packet, .reset], [.reset, .noReply]),
        ]
        for (certificate, authority, steps, failures) in cases {
            let peer = try PythonPeer.scripted(steps, certificate: certificate)
            var exchange = messages(peer.port, isTLS: true, seconds: 1)
            exchange.authorityFile = authority
            var failure: TransferFailure?
            let took = ContinuousClock().measure { failure = publish(exchange) }
            #expect(failure.map { failures.contains($0) } == true, "\(steps) \(String(describing: failure))")
            #expect(took < .seconds(3))
            let isBelieved = authority == loopback?.certificate
            if !isBelieved { #expect(peer.finish().isEmpty) }
        }
    }

    @Test("nothing listens, an unknown host, and who wants no more")
    func unreachable() throws {
        let server = ScriptedServer([.hold])
        server.stop()
        #expect(publish(messages(server.port)) == .cannotConnect(hasRoute: true))
        var unknown = messages(1883, isTLS: true)
        unknown.host = "broker.invalid"
        #expect([.unknownHost, .cannotConnect(hasRoute: false)].contains(publish(unknown)))
        let holding = try PythonPeer.scripted([.hold])
        let count = Mutex(0)
        let isEnough = {
            count.withLock {
                $0 += 1; return $0 > 3
            }
        }
        #expect(publish(messages(holding.port), isStopped: isEnough) == .stopped)
    }

    @Test("a name whose first address is of IPv6 is tried with IPv4 too")
    func families() throws {
        let peer = try PythonPeer.scripted([
            .packet, BrokerTests.yes, .acknowledge, .acknowledge, .acknowledge, .packet,
        ])
        var exchange = messages(peer.port)
        exchange.host = "localhost"
        #expect(publish(exchange) == nil)
    }

    @Test("no library, no messages")
    func missing() {
        #expect(throws: TransferFailure.libraryMissing(package: "libmosquitto1")) {
            try Broker.publish(messages(9), libraryNames: ["libnone.so"])
        }
    }
}

@Suite("what no broker is asked")
struct BrokerRefusalTests {
    @Test("no topic that is none, no name of a host that is none, no password in clear text over a network")
    func refusals() throws {
        let clear = TransferFailure.noTLS(code: 64)
        let changes: [(TransferFailure?, (inout BrokerExchange) -> Void)] = [
            (.badHeader, { $0.messages = [("a/+", [])] }), (.badHeader, { $0.messages = [("#", [])] }),
            (.badHeader, { $0.messages = [("", [])] }), (.badHeader, { $0.messages = [("a\0b", [])] }),
            (.badHeader, { $0.messages = [("a\nb", [])] }), (.badHeader, { $0.clientID = "" }),
            (.other(code: 3), { $0.host = "a b" }), (.other(code: 3), { $0.port = 0 }),
            (.other(code: 3), { $0.port = 65536 }),
            (.other(code: 43), { $0.login = Exchange.Login(user: "a", password: "b\0c") }), (nil, { _ in }),
            (clear, { $0.host = "192.0.2.1" }), (clear, { $0.host = "broker.lan" }),
            (clear, { $0.host = "127.0.0.1.example" }),
            (nil, { $0.host = "::1" }), (nil, { $0.host = "localhost" }),
            (nil, { ($0.host, $0.login) = ("broker.lan", nil) }),
            (nil, { ($0.host, $0.allowsClearPassword) = ("broker.lan", true) }),
            (nil, { ($0.host, $0.isTLS) = ("broker.lan", true) }),
            (.noTLS(code: 77), { $0.authorityFile = "/a" }),
            (
                .tooLarge(limit: 16 << 20),
                { $0.messages = [("a", [UInt8](repeating: 0, count: 16 << 20 + 1))] }
            ),
        ]
        for (number, (failure, change)) in changes.enumerated() {
            var exchange = messages(9)
            change(&exchange)
            #expect(exchange.refusal == failure, "\(number)")
        }
        let exchange = messages(9)
        #expect(!"\(exchange) \(String(reflecting: exchange))".contains("p4ss"))
        let one = BrokerExchange(host: "a", port: 1, isTLS: true, messages: []).clientID
        #expect(
            one.utf8.count <= 23
                && one != BrokerExchange(host: "a", port: 1, isTLS: true, messages: []).clientID
        )
    }
}
