// sunvigil mock-gateway

import ArgumentParser
import Foundation
import Lake
import Readings
import Simulation

struct MockGatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock-gateway",
        _superCommandName: Sunvigil.name,
        abstract:
            "Play a gateway on this machine: a saved capture that goes on, or a house, with faults at will.",
        discussion: """
            Prints {"address": HOST:PORT, "url": …}, {"pin": …} and {"token": …}, a line each, then answers until it is told to end. A
            fault is PATH=KIND[:ARG][@FROM-TO]; docs/mock-gateway.md lists the kinds.

            EXAMPLES
              sunvigil mock-gateway captures/2026-06-25
              sunvigil mock-gateway captures/2026-06-25 --listen 127.0.0.1:8443 --speed 60 --log requests.jsonl
              sunvigil mock-gateway captures/2026-06-25 --fault 'home=stall:45' --fault '*=off@00:30-00:40'
              sunvigil mock-gateway --house 7 --start 2026-10-14T05:00:00Z --script night.txt
              sunvigil mock-gateway --house 7 --plan week --speed 60 --truth truth.json
            """
    )

    @Option(help: ArgumentHelp("Play a house made from this seed.", valueName: "seed")) var house: UInt64?
    @Option(
        help: ArgumentHelp(
            "What happens to the house: clean, week (each fault once), story, or a kind of finding.",
            valueName: "name"
        )
    )
    var plan = "clean"
    @Option(help: ArgumentHelp("Write what is true of the house, when it ends.", valueName: "file"))
    var truth: String?
    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
    var listen = "127.0.0.1:0"
    @Flag(help: "Serve clear text, whatever the firmware.") var plain = false
    @Option(help: ArgumentHelp("The time that is played at first, UTC; now by default.", valueName: "time"))
    var start: String?
    @Option(help: "How many times as fast the played clock runs; 0 stands still.") var speed = 1.0
    @Option(help: ArgumentHelp("What goes wrong; as often as you like.", valueName: "path=kind"))
    var fault: [String] = []
    @Option(
        help: ArgumentHelp(
            "A file of faults that come and go: TIME FAULT, TIME clear FAULT.",
            valueName: "file"
        )
    )
    var script: String?
    @Option(help: ArgumentHelp("Write each request as a line of JSON, without secrets.", valueName: "file"))
    var log: String?
    @Argument(help: "The folder of a saved capture.") var folder: String?

    func run() throws {
        let start = try startSeconds()
        guard speed.isFinite, (0...100_000).contains(speed) else {
            throw CommandError("--speed is 0 to 100000, not \(speed)")
        }
        guard house != nil || (truth == nil && plan == "clean") else {
            throw CommandError("--plan and --truth go with --house")
        }
        let played = try play(start: start)
        let gateway = MockGateway(
            play: played.play,
            faults: played.faults,
            startUTCSeconds: start,
            zone: played.zone,
            isPlain: plain,
            seed: .random(in: .min ... .max)
        )
        let log = try log.map { try RequestLog(path: $0) }
        let (began, speed) = (ContinuousClock.now, speed)
        let clock: @Sendable () -> Double = { start + speed * ((ContinuousClock.now - began) / .seconds(1)) }
        let server = try MockServer(
            gateway,
            at: try MockAddress(parsing: listen),
            clock: clock,
            note: { log?.write($0) }
        )
        Interrupt.listen()
        server.start()
        let address = ("address", JSONValue.text(server.address.text))
        Console.print(JSONValue.object([address, ("url", .text(server.url))]).compact)
        Console.print(JSONValue.object([("pin", .optional(server.pin))]).compact)
        Console.print(JSONValue.object([("token", .text(server.token))]).compact)
        while !Interrupt.isRaised { usleep(50_000) }
        server.stop()
        guard let truth, let told = played.truth(untilUTCSeconds: clock()) else { return }
        try Data(told.pretty.utf8).write(to: URL(filePath: truth), options: .atomic)
    }

    private func startSeconds() throws -> Double {
        guard let start else { return Date().timeIntervalSince1970.rounded(.down) }
        return Double(try TimeText.instant(start, "--start"))
    }

    private func play(start: Double) throws -> MockPlay {
        switch (folder, house) {
        case (let folder?, nil):
            var played = try MockPlay(capture: folder, startUTCSeconds: start)
            played.faults = try faults()
            return played
        case (nil, let seed?):
            return try MockPlay(house: seed, plan: plan, faults: try faults(), startUTCSeconds: start)
        default: throw CommandError("name the folder of a capture, or a house with --house SEED")
        }
    }

    private func faults() throws -> [MockFault] {
        let own = try fault.map { text in
            do { return try MockFault(parsing: text) } catch {
                throw CommandError("--fault \(text): \(error)")
            }
        }
        guard let script else { return own }
        guard let data = try Lake.file(script) else { throw CommandError("there is no file \(script)") }
        do {
            return own + (try MockScript.faults(String(decoding: data, as: UTF8.self)))
        } catch {
            throw CommandError("\(script): \(error)")
        }
    }
}

/// A file of requests, a line each. A class, because the file is one; its server writes one line at a time.
private final class RequestLog: @unchecked Sendable {
    private let file: FileHandle

    init(path: String) throws {
        if access(path, F_OK) != 0 { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw CommandError("cannot write \(path)")
        }
        self.file = file
        try file.seekToEnd()
    }

    /// Writes a line; where the disk is full, it is lost: the gateway goes on.
    func write(_ line: MockLogLine) { try? file.write(contentsOf: Data((line.json.compact + "\n").utf8)) }
}
