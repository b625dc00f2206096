// The mock gateway as other programs meet it: started by the built program, asked over clear text and TLS, ended by signals.

import Foundation
import TestSupport
import Testing

/// A started mock gateway. A class, because it ends with its last holder.
private final class RunningMock {
    let process: Process
    let address: String
    let pin: String?
    let token: String
    let folder: ScratchFolder

    var port: UInt16 { address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0 }
    var log: String { (try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)) ?? "" }

    init(_ arguments: String..., firmware: String = "D8.3.5289") throws {
        folder = try ScratchFolder()
        for (name, text) in Self.bodies(firmware) { _ = try folder.write("capture/\(name)", text) }
        let objects: [[String: Any]]
        (process, objects) = try Program.startMock(
            [folder.path + "/capture", "--log", folder.path + "/log"] + arguments
        )
        try #require(objects.count == 3 && objects.allSatisfy { !$0.isEmpty }, "\(objects)")
        address = try #require(objects[0]["url"] as? String)
        #expect(objects[1]["pin"] != nil)
        pin = objects[1]["pin"] as? String
        token = try #require(objects[2]["token"] as? String)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    private static func bodies(_ firmware: String) -> [(String, String)] {
        let info = """
            <?xml version='1.0' encoding='UTF-8'?>
            <envoy_info><time>1782367920</time><device><sn>122200000017</sn><software>\(firmware)</software></device></envoy_info>
            """
        let production = "{\"wattHoursLifetime\": 10000, \"wattsNow\": 3600}"
        let inverters =
            "[" + String(repeating: "{\"serialNumber\": \"1\", \"lastReportDate\": 0}, ", count: 40) + "{}]"
        // The same body under a name for each fault of the network.
        let kinds = ["cut", "chunk", "reset", "stall", "drip", "slow"]
        return kinds.map { ("wire_\($0)", inverters) } + [
            ("info", info), ("api_v1_production", production), ("home", "{\"timezone\": \"UTC\"}"),
            ("api_v1_production_inverters", inverters),
        ]
    }

    /// Sends bytes over a connection of its own and returns what comes, and whether it ended in order.
    func exchange(_ text: String, seconds: Int = 10) throws -> (text: String, isOrderly: Bool) {
        let socket = try connect(seconds: seconds)
        defer { close(socket) }
        let bytes = Array(text.utf8)
        #expect(send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
        var answer: [UInt8] = []
        let end = Date(timeIntervalSinceNow: Double(seconds))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 || Date() > end { return (String(decoding: answer, as: UTF8.self), count == 0) }
            answer += buffer[..<count]
            if answer.count > 1 << 22 { return ("", true) }
        }
    }

    func connect(seconds: Int = 10) throws -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(socket)
            throw POSIXError(.ECONNREFUSED)
        }
        return socket
    }

    func get(_ path: String, seconds: Int = 10) throws -> (text: String, isOrderly: Bool) {
        try exchange(
            "GET /\(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n",
            seconds: seconds
        )
    }

    /// Runs curl.
    func curl(_ arguments: String...) throws -> Program.Result {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/curl")
        process.arguments = ["-s", "--max-time", "10"] + arguments
        return try Program.finish(process)
    }
}

private let hasCurl = FileManager.default.fileExists(atPath: "/usr/bin/curl")
private let openssl = "/usr/bin/openssl"

@Suite("mock gateway", .serialized)
struct MockGatewayTests {
    @Test("in clear text: three lines, token, chunks, a POST that is refused and counted, a clean end")
    func plain() throws {
        let mock = try RunningMock("--plain")
        #expect(mock.pin == nil && mock.address.hasPrefix("http://127.0.0.1:"))
        let info = try mock.exchange("GET /info HTTP/1.0\r\n\r\n")
        #expect(info.text.hasPrefix("HTTP/1.1 200 OK\r\n") && info.text.contains("122200000017"))
        #expect(try mock.exchange("GET /home HTTP/1.1\r\nConnection: close\r\n\r\n").text.contains(" 401 "))
        let home = try mock.get("home").text
        #expect(home.contains("Transfer-Encoding: chunked\r\n") && home.hasSuffix("\r\n0\r\n\r\n"))
        let post = try mock.exchange("POST /ivp/ensemble/relay HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
        #expect(post.text.hasPrefix("HTTP/1.1 405 "))
        // Two requests over one connection, in one write.
        let two = try mock.exchange(
            "GET /info HTTP/1.1\r\n\r\nGET /info HTTP/1.1\r\nConnection: close\r\n\r\n"
        )
        #expect(two.text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        mock.process.terminate()
        mock.process.waitUntilExit()
        #expect(mock.process.terminationStatus == 0 && mock.process.terminationReason == .exit)
        #expect(mock.log.contains("\"method\":\"POST\"") && mock.log.contains("\"status\":405"))
        #expect(!mock.log.contains(mock.token))
    }

    @Test("Ctrl-C ends it though a connection stalls")
    func interrupt() throws {
        let mock = try RunningMock("--plain", "--fault", "*=stall:600")
        let socket = try mock.connect()
        defer { close(socket) }
        let bytes = Array("GET /info HTTP/1.1\r\n\r\n".utf8)
        #expect(send(socket, bytes, bytes.count, 0) == bytes.count)
        usleep(200_000)
        let began = Date()
        mock.process.interrupt()
        mock.process.waitUntilExit()
        #expect(mock.process.terminationStatus == 0 && Date().timeIntervalSince(began) < 5)
    }

    @Test("the network misbehaves as it is told")
    func wire() throws {
        let path = "api/v1/production/inverters"
        let mock = try RunningMock(
            "--plain",
            "--fault",
            "wire/cut=cut",
            "--fault",
            "wire/chunk=cutchunk",
            "--fault",
            "wire/reset=reset",
            "--fault",
            "wire/stall=stall:1",
            "--fault",
            "wire/drip=drip:1",
            "--fault",
            "wire/endless=endless",
            "--fault",
            "wire/huge=huge:1",
            "--fault",
            "wire/slow=slow",
            "--fault",
            "wire/header=garbage:header"
        )
        let whole = try mock.get(path)
        let body = try #require(whole.text.components(separatedBy: "\r\n\r\n").last)
        let length = "Content-Length: \(body.utf8.count)\r\n"
        #expect(whole.isOrderly && whole.text.contains(length))
        let cut = try mock.get("wire/cut")
        #expect(cut.isOrderly && cut.text.contains(length) && !cut.text.hasSuffix(body))
        let chunk = try mock.get("wire/chunk")
        #expect(chunk.isOrderly && chunk.text.contains("chunked\r\n") && !chunk.text.contains("\r\n0\r\n"))
        let reset = try mock.get("wire/reset")
        #expect(!reset.isOrderly && reset.text.hasPrefix("HTTP/1.1 200"))
        for kind in ["stall", "drip"] {
            let began = Date()
            #expect(try mock.get("wire/\(kind)").text == whole.text, "\(kind)")
            #expect(Date().timeIntervalSince(began) > 0.9, "\(kind)")
        }
        #expect(try mock.get("wire/endless").text.isEmpty)
        let huge = try mock.get("wire/huge").text
        #expect(
            huge.contains("Content-Length: 1048576\r\n") && huge.utf8.count > 1 << 20 && huge.hasSuffix(" ]")
        )
        let slow = try mock.get("wire/slow", seconds: 2)
        #expect("HTTP/1.1 200".hasPrefix(slow.text) && !slow.text.isEmpty)
        #expect(try mock.get("wire/header").text.contains("WWW-Authenticate: \u{FFFD}"))
    }

    @Test("while it is off nothing listens; then it is there again, at the same port")
    func off() throws {
        let mock = try RunningMock("--plain", "--speed", "60", "--fault", "*=off@60-240")
        #expect(try mock.get("info").text.contains(" 200 "))
        var wasOff = false
        for _ in 0..<100 where !wasOff {
            usleep(50_000)
            wasOff = (try? mock.connect(seconds: 1)).map { close($0) } == nil
        }
        #expect(wasOff)
        var isBack = false
        for _ in 0..<120 where !isBack {
            usleep(50_000)
            isBack = (try? mock.get("info").text.contains(" 200 ")) ?? false
        }
        #expect(isBack)
    }

    @Test("heads of nonsense and of great length are refused, and it lives on")
    func hostile() throws {
        let mock = try RunningMock("--plain")
        for text in [
            "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET x HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n:x\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
        ] {
            #expect(try mock.exchange(text).text.hasPrefix("HTTP/1.1 400 "), "\(text)")
        }
        let long = "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 4000)
        #expect(try mock.exchange(long).text.hasPrefix("HTTP/1.1 431 "))
        // Many at once, some of which say nothing: those above the bound are turned away.
        let sockets = try (0..<80).map { _ in try mock.connect() }
        for socket in sockets { close(socket) }
        usleep(200_000)
        #expect(try mock.get("info").text.contains(" 200 "))
    }

    @Test("over TLS curl believes the pin and no other; clear text leads there", .enabled(if: hasCurl))
    func secure() throws {
        let mock = try RunningMock("--speed", "60", "--fault", "*=key@120-")
        let pin = try #require(mock.pin)
        #expect(mock.address.hasPrefix("https://"))
        let bearer = "Authorization: Bearer \(mock.token)"
        let jwt = try mock.curl("-k", "--pinnedpubkey", pin, "-H", bearer, "\(mock.address)/auth/check_jwt")
        #expect(jwt.output == "<!DOCTYPE html><h2>Valid token.</h2>\n")
        let cookies = mock.folder.path + "/cookies"
        _ = try mock.curl("-k", "-c", cookies, "-H", bearer, "\(mock.address)/auth/check_jwt")
        #expect(try mock.curl("-k", "-b", cookies, "\(mock.address)/home").output.contains("timezone"))
        #expect(try mock.curl("-k", "--tls-max", "1.2", "\(mock.address)/info").output.contains("envoy_info"))
        #expect(
            try mock.exchange("GET /home HTTP/1.1\r\nHost: x:1\r\n\r\n").text.contains(
                "Location: https://x:1/home\r\n"
            )
        )
        // A number of TLS connections, one after another, and one that says no more than that it speaks TLS.
        let wrong = "sha256//" + String(repeating: "A", count: 43) + "="
        #expect(try mock.curl("-k", "--pinnedpubkey", wrong, "\(mock.address)/info").code == 90)
        #expect(try mock.exchange("\u{16}\u{3}\u{1}nonsense that is no greeting at all").text.count < 20)
        var code: Int32 = 0
        for _ in 0..<100 where code != 90 {
            usleep(50_000)
            code = try mock.curl("-k", "--pinnedpubkey", pin, "\(mock.address)/info").code
        }
        #expect(code == 90, "the second key is shown from its time on")
    }

    @Test(
        "openssl sees a certificate that the gateway signed itself",
        .enabled(if: FileManager.default.fileExists(atPath: openssl))
    )
    func certificate() throws {
        let mock = try RunningMock()
        let process = Process()
        process.executableURL = URL(filePath: openssl)
        process.arguments = ["s_client", "-connect", "127.0.0.1:\(mock.port)"]
        let result = try Program.finish(process, input: "GET /info HTTP/1.0\r\n\r\n")
        #expect(
            result.output.contains("subject=CN = 122200000017")
                || result.output.contains("subject=CN=122200000017")
        )
        #expect(
            result.output.contains("self-signed certificate")
                || result.output.contains("self signed certificate")
        )
    }

    @Test(
        "firmware below 7 answers in clear text, by Digest, and closes each connection",
        .enabled(if: hasCurl)
    )
    func digest() throws {
        let mock = try RunningMock(firmware: "D5.0.62")
        #expect(mock.pin == nil && mock.token.hasPrefix("envoy:") && mock.address.hasPrefix("http://"))
        let url = "\(mock.address)/api/v1/production"
        #expect(try mock.curl("-w", "%{http_code}", url).output.hasSuffix("401"))
        #expect(try mock.curl("--digest", "-u", mock.token, url).output.contains("wattHoursLifetime"))
        #expect(
            try mock.curl("--digest", "-u", mock.token + "x", "-w", "%{http_code}", url).output.hasSuffix(
                "401"
            )
        )
        #expect(try mock.curl("--digest", "-u", mock.token, url + "?a=1").code == 0)
        #expect(try mock.exchange("GET /info HTTP/1.1\r\n\r\n").text.contains("Connection: close\r\n"))
        #expect(mock.log.contains("\"access\":\"digest\"") && !mock.log.contains(mock.token.dropFirst(6)))
    }

    @Test(
        "the played clock runs as fast as it is told, from the time it is told; a script's faults come and go"
    )
    func clock() throws {
        let script = try ScratchFolder()
        let lines = try script.write("night.txt", "0 home=status:502\n00:10 clear home=status:502\n")
        let mock = try RunningMock(
            "--plain",
            "--start",
            "2026-10-14T05:00:00Z",
            "--speed",
            "600",
            "--script",
            lines
        )
        #expect(try mock.get("home").text.hasPrefix("HTTP/1.1 502 "))
        var lifetime = 0
        for _ in 0..<100 where lifetime < 11_000 {
            usleep(50_000)
            let text = try mock.get("api/v1/production").text
            lifetime =
                text.components(separatedBy: "Lifetime\":").last.flatMap { Int($0.prefix { $0.isNumber }) }
                ?? 0
        }
        // 3,600 W: a Wh a second of the played clock.
        #expect(lifetime >= 11_000)
        #expect(try mock.get("home").text.contains("timezone"))
        #expect(try mock.get("info").text.contains("<time>17919"))
    }

    @Test(
        "what cannot be played, listened on or planted is said, with code 2",
        arguments: [
            ["/nowhere"], [], ["/tmp", "--house", "7"], ["--house", "7", "--plan", "nothing"],
            ["CAPTURE", "--listen", "x"],
            ["CAPTURE", "--listen", "192.0.2.1:1", "--plain"], ["CAPTURE", "--fault", "home=x"],
            ["CAPTURE", "--speed", "-1"],
            ["CAPTURE", "--script", "/nowhere"], ["CAPTURE", "--start", "soon"],
        ]
    )
    func refused(_ arguments: [String]) throws {
        let folder = try ScratchFolder()
        _ = try folder.write("info", "<sn>122200000017</sn><software>D8.3.5289</software>")
        let own = arguments.map { $0 == "CAPTURE" ? folder.path : $0 }
        let result = try Program.run(arguments: ["mock-gateway"] + own, seconds: 10)
        #expect(
            result.code == 2 && result.output.isEmpty && !result.errors.isEmpty,
            "\(arguments) \(result.errors)"
        )
    }
}
