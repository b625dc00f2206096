// A broker that others made takes what is sent, and another client reads it back.

import Foundation
import TestSupport
import Testing

@testable import Transfer

/// Mosquitto with TLS and a password. A class, because its process ends once.
private final class RealBroker {
    static let command = "/usr/sbin/mosquitto"
    static let tools = ["/usr/bin/mosquitto_sub", "/usr/bin/mosquitto_passwd"]
    static let isPresent = ([command] + tools).allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    let port: Int
    private let process = Process()
    private let folder: ScratchFolder

    init(_ certificate: TestCertificate) throws {
        // Where no other test listens: those get theirs from the system, which gives higher ones.
        port = Int.random(in: 20_000..<32_000)
        folder = try ScratchFolder()
        let passwords = folder.path + "/passwords"
        _ = try RealBroker.run(RealBroker.tools[1], "-b", "-c", passwords, "us3r", "p4ssw0rd")
        let settings = """
            listener \(port) 127.0.0.1
            user \(NSUserName())
            allow_anonymous false
            password_file \(passwords)
            certfile \(certificate.certificate)
            keyfile \(certificate.key)

            """
        process.executableURL = URL(filePath: RealBroker.command)
        process.arguments = ["-c", try folder.write("settings", settings)]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    /// Reads so many retained messages: mark of retention, QoS, topic, payload.
    func retained(_ count: Int, _ certificate: TestCertificate) throws -> [String] {
        try RealBroker.run(
            RealBroker.tools[0],
            "-h",
            "127.0.0.1",
            "-p",
            "\(port)",
            "-u",
            "us3r",
            "-P",
            "p4ssw0rd",
            "--cafile",
            certificate.certificate,
            "-t",
            "#",
            "-q",
            "1",
            "-C",
            "\(count)",
            "-W",
            "3",
            "-F",
            "%r %q %t %p"
        ).split(separator: "\n").map(String.init).sorted()
    }

    /// Runs a tool for ten seconds at most. By the way that is tested elsewhere: a process of Foundation's inherits signals that
    /// are held off, the alarm clock of `mosquitto_sub` among them.
    private static func run(_ arguments: String...) throws -> String {
        var run = ProgramRun(arguments)
        run.seconds = 10
        return String(decoding: try #require(run.run()).output, as: UTF8.self)
    }
}

@Suite("a real broker", .enabled(if: hasMosquitto && hasPeers && RealBroker.isPresent))
struct BrokerOracleTests {
    @Test(
        "retained messages behind TLS and a login are there for whoever comes later; a wrong password is code 5"
    )
    func retained() throws {
        let certificate = try #require(TestCertificate.loopback)
        let broker = try RealBroker(certificate)
        var exchange = messages(broker.port, isTLS: true)
        exchange.messages = [
            ("a/state", Array("1".utf8)), ("b", Array("für".utf8)), ("a/state", Array("2".utf8)),
        ]
        // It may not be there yet.
        var failure = publish(exchange)
        for _ in 0..<100 where failure != nil {
            usleep(20_000)
            failure = publish(exchange)
        }
        #expect(failure == nil)
        #expect(try broker.retained(2, certificate) == ["1 1 a/state 2", "1 1 b für"])
        exchange.login = Exchange.Login(user: "us3r", password: "wrong")
        #expect(publish(exchange) == .refused(code: 5))
        exchange.login = nil
        #expect(publish(exchange) == .refused(code: 5))
        // In clear text to the port of TLS.
        exchange.isTLS = false
        exchange.authorityFile = nil
        exchange.totalSeconds = 2
        #expect(publish(exchange) != nil)
    }
}
