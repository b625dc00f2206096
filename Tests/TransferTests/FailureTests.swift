// What goes wrong is told apart, takes no longer than is allowed, and holds no more memory.

import Foundation
import Testing
import Transfer

@Suite("failures", .enabled(if: hasCurl))
struct FailureTests {
    private typealias Server = ScriptedServer
    private let begin = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"

    @Test("a body that ends early is cut, in lengths and in chunks")
    func cut() throws {
        #expect(try ask(Server([.read, .text(begin)])).failure == .cut)
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for rest in ["5\r\nabc", "3\r\nabc\r\n", "zz\r\nabc\r\n", "3\r\nabcdef\r\n0\r\n\r\n"] {
            #expect(try ask(Server([.read, .text(chunked + rest)])).failure == .cut, "\(rest)")
        }
    }

    @Test("a reset is one: before the answer, within it")
    func reset() throws {
        #expect(try ask(Server([.read, .reset])).failure == .reset)
        #expect(try ask(Server([.read, .text(begin), .reset])).failure == .reset)
    }

    @Test("no answer at all")
    func noReply() throws {
        #expect(try ask(Server([.read])).failure == .noReply)
    }

    @Test("nothing listens")
    func refused() throws {
        let server = Server([.hold])
        server.stop()
        #expect(try ask(server).failure == .cannotConnect(hasRoute: true))
    }

    @Test("an unknown name")
    func unknown() throws {
        var exchange = Exchange("http://gateway.invalid/info")
        exchange.limits.totalSeconds = 1
        // Without any network of its own the machine says so instead; a resolver that does not answer holds out the time.
        let failure = try ask(exchange).failure
        #expect([.unknownHost, .cannotConnect(hasRoute: false), .timedOut].contains(failure))
    }

    @Test("a host that stalls, drips, or never ends its header is left in time")
    func timeouts() throws {
        let drips = Server.Step.drip([UInt8](repeating: 65, count: 100))
        let slow: [[Server.Step]] = [
            [.read, .hold], [.read, .text(begin), .hold], [.hold],
            [.read, .text(begin), drips],
            [.read, .text("HTTP/1.1 200 OK\r\nA:"), drips], [.read, .text("HTTP/1.1 200 OK\r\nA"), .hold],
        ]
        for script in slow {
            var failure: TransferFailure?
            let took = try ContinuousClock().measure {
                failure = try ask(Server(script), seconds: 0.35).failure
            }
            #expect(failure == .timedOut && took < .seconds(4), "\(script) \(took)")
        }
    }

    #if os(Linux)
        @Test("a host that takes no connection is left in the time for one")
        func connecting() throws {
            // A queue that nobody empties: what comes behind it gets no answer.
            let full = ScriptedServer(queueLength: 0)
            let fillers = full.fill()
            defer { fillers.forEach { close($0) } }
            var failure: TransferFailure?
            let took = try ContinuousClock().measure {
                failure = try ask(full) { $0.limits.connectSeconds = 0.3 }.failure
            }
            #expect(failure == .timedOut && took < .seconds(4), "\(took)")
            full.stop()
        }
    #endif

    @Test(
        "more than is allowed is not taken: a body of 100 MB, one without end, one in chunks, one byte too many"
    )
    func tooLarge() throws {
        let megabyte = [UInt8](repeating: 65, count: 1 << 20)
        let heads = ["Content-Length: 104857600", "A: b", "Transfer-Encoding: chunked"]
        for head in heads {
            let flood = head.hasPrefix("T") ? Array("100000\r\n".utf8) + megabyte + [13, 10] : megabyte
            let server = Server([.read, .text("HTTP/1.1 200 OK\r\n\(head)\r\n\r\n"), .flood(flood)])
            let failure = try ask(server) { $0.limits.bodyBytes = 1 << 20 }.failure
            #expect(failure == .tooLarge(limit: 1 << 20), "\(head)")
        }
        #expect(
            try ask(Server([.read, Server.answer("abcd")])) { $0.limits.bodyBytes = 4 }.reply?.text == "abcd"
        )
        let over = try ask(Server([.read, Server.answer("abcde")])) { $0.limits.bodyBytes = 4 }.failure
        #expect(over == .tooLarge(limit: 4))
    }

    @Test("a header without end: one line, many lines, many answers that only announce one")
    func endlessHeader() throws {
        let start = Server.Step.text("HTTP/1.1 200 OK\r\n")
        let flood = [UInt8](repeating: 65, count: 4096)
        let scripts: [[Server.Step]] = [
            [start, .text("A: "), .flood(flood)], [.text("HTTP/1.1 200 O"), .flood(flood)],
            [start, .flood(Array("A: b\r\n".utf8))], [start, .flood(Array("A: ".utf8) + flood + [13, 10])],
        ]
        for (index, script) in scripts.enumerated() {
            let failure = try ask(Server([.read] + script)).failure
            #expect(failure == .tooLarge(limit: 64 << 10), "\(index): \(failure.debugDescription)")
        }
        let announced = Server.Step.flood(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        #expect(try ask(Server([.read, announced])).failure == .badHeader)
        let many = String(repeating: "A: b\r\n", count: 300)
        let lines = try ask(Server([.read, Server.answer("", headers: many)])).failure
        #expect(lines == .tooLarge(limit: 64 << 10))
    }

    @Test("what is no header is told: a zero in a line, a line without colon, another protocol, only a body")
    func badHeader() throws {
        let bad = [
            "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n",
            "SSH-2.0-dropbear\r\n", "{\"a\":1}",
        ]
        for text in bad {
            let failure = try ask(Server([.read, .text(text)])).failure
            // libcurl before 7.88 takes another protocol for one it does not speak.
            #expect(
                failure == .badHeader || failure == .other(code: 1),
                "\(text) \(failure.debugDescription)"
            )
        }
    }

    @Test("after any failure the next request is as good as the first")
    func afterFailure() throws {
        let transfer = try Transfer(libraryNames: curlNames)
        let server = Server([.read, .text(begin)], [.read, .reset], [.read, Server.answer("well")])
        #expect(try ask(Exchange(server.url()), over: transfer).failure == .cut)
        #expect(try ask(Exchange(server.url()), over: transfer).failure == .reset)
        #expect(try ask(Exchange(server.url()), over: transfer).reply?.text == "well")
    }

    @Test("a machine without libcurl says which package holds it")
    func missing() {
        #expect(throws: TransferFailure.libraryMissing(package: "libcurl4")) {
            try Transfer(libraryNames: ["libcurl.so.nowhere"])
        }
        // A library that is none of libcurl's.
        #expect(throws: TransferFailure.libraryMissing(package: "libcurl4")) {
            try Transfer(libraryNames: ["libm.so.6", "libSystem.B.dylib"])
        }
        #expect(throws: Never.self) { try Transfer(libraryNames: ["libcurl.so.nowhere"] + curlNames) }
    }

    @Test("bounds of any value are bounds")
    func oddBounds() throws {
        for seconds in [0, -1, .nan, 0.0001] {
            #expect(try ask(Server([.read, .hold]), seconds: seconds).failure == .timedOut)
        }
        let server = Server([.read, Server.answer("1")])
        #expect(try ask(server, seconds: .infinity).reply?.text == "1")
    }
}
