// `watch --once` every minute, as cron starts it, each a process of its own: rows come about as in one that goes on, no full set
// is asked each minute, and what lasts is told in time.

import Foundation
import Readings
import Simulation
import Synchronization
import TestSupport
import Testing

private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"

/// A played gateway within this process, whose clock is set forward minute by minute.
private final class SteppedGateway: Sendable {
    /// The first second, UTC: 2026-06-01T10:00:00Z.
    static let start: Int64 = 1_780_308_000
    static let speed = 30.0

    private struct Clock {
        var base = Double(SteppedGateway.start)
        var at = ContinuousClock.now
    }

    private let clock = Mutex(Clock())
    private let asked = Mutex<[MockLogLine]>([])
    private let running = Mutex<MockServer?>(nil)

    /// Seconds since the start.
    var now: Double { clock.withLock { SteppedGateway.time($0) } - Double(SteppedGateway.start) }
    var log: [MockLogLine] { asked.withLock { $0 } }

    private static func time(_ clock: Clock) -> Double {
        clock.base + speed * ((ContinuousClock.now - clock.at) / .seconds(1))
    }

    /// Sets the clock forward.
    func set(_ seconds: Double) {
        clock.withLock {
            $0 = Clock(base: max(SteppedGateway.time($0), Double(SteppedGateway.start) + seconds))
        }
    }

    /// Plays a house.
    func serve(_ house: LiveHouse) throws -> (address: String, token: String) {
        let gateway = MockGateway(play: house, startUTCSeconds: Double(SteppedGateway.start), seed: 1)
        let server = try MockServer(
            gateway,
            at: try MockAddress(parsing: "127.0.0.1:0"),
            clock: { [self] in clock.withLock { SteppedGateway.time($0) } },
            note: { [self] line in asked.withLock { $0.append(line) } }
        )
        server.start()
        running.withLock { $0 = server }
        return (server.address.text, server.token)
    }

    func stop() { running.withLock { $0 }?.stop() }
}

@Suite("watch --once every minute", .serialized)
struct CronWatchTests {
    @Test("rows, cadences and findings are those of a watch that goes on")
    func cron() throws {
        let minutes = isFull ? 120 : 50
        let start = SteppedGateway.start
        func fault(_ kind: LiveHouseFault.Kind, argument: String, minutes span: Range<Int64>)
            -> LiveHouseFault
        {
            LiveHouseFault(
                kind,
                device: 0,
                argument: argument,
                during: Interval(
                    startUTCSeconds: start + span.lowerBound * 60,
                    endUTCSeconds: start + span.upperBound * 60
                )
            )
        }
        let house = LiveHouse(
            seed: 7,
            start: start,
            days: 1,
            faults: [
                fault(.relayOpened, argument: "absent", minutes: 12..<22),
                fault(.batteryLost, argument: "silent", minutes: 8..<44),
            ],
            zone: .utc
        )
        let gateway = SteppedGateway()
        let (address, token) = try gateway.serve(house)
        defer { gateway.stop() }
        let store = try TestStore()
        let file = try store.folder.write("token", token)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let own = ["--store", store.path, "--site", "home", "--token-file", file, "--accept-key"]
        #expect(try Program.run(arguments: ["gateway", "add", address] + own).code == 0)

        var told: [(minute: Double, code: Int32, line: String)] = []
        var codes: [Int32] = []
        for minute in 0..<minutes {
            gateway.set(Double(minute) * 60 + 4)
            let from = gateway.now
            let text = Instant(utcSeconds: start + Int64(from)).iso8601
            let words = ["--start", text, "--speed", "\(SteppedGateway.speed)"]
            let run = try Program.run(arguments: ["watch", "--once", "--store", store.path] + words)
            codes.append(run.code)
            #expect(run.code <= 1 && run.errors.split(separator: "\n").count == 1, "\(minute): \(run.errors)")
            told += run.output.split(separator: "\n").map { (from / 60, run.code, String($0)) }
        }
        let lines = told.map { "\($0.minute) \($0.code) \($0.line)" }.joined(separator: "\n")
        func first(_ words: String) -> Double? { told.first { $0.line.contains(words) }?.minute }
        #expect(try #require(first("relay opened"), "\(lines)") <= 12 + 3 + 1)
        #expect(try #require(told.first { $0.line.contains("attery") }?.minute, "\(lines)") <= 8 + 36 + 1)
        #expect(Set(told.map(\.line)).count == told.count, "\(lines)")
        #expect(codes.prefix(11).allSatisfy { $0 == 0 } && codes.last == 1, "\(codes)")

        let (log, passed) = (gateway.log, Int(gateway.now / 60))
        func count(_ path: String) -> Int { log.count { $0.path.hasSuffix(path) } }
        #expect((minutes - 6...passed + 3).contains(count("ivp/meters/readings")))
        #expect(count("ivp/ensemble/inventory") <= passed / 4 + 4)
        #expect(count("home") <= passed / 12 + 3 && count("ivp/meters") <= passed / 60 + 4)
        #expect(count("production.json?details=1") <= 2 && count("admin/lib/tariff") <= 2)
        let status = try Program.run("status", "--store", store.path, "--json").output
        #expect(status.contains("gateway"), "\(status)")
        let totals = try Program.run("export", "--store", store.path)
        let rows = totals.output.split(separator: "\n").dropFirst()
        #expect(rows.count >= minutes / 15 - 1, "\(totals.output)\(totals.errors)")
        let verify = try Program.run("verify", "--store", store.path)
        #expect(verify.code == 0 && verify.errors.isEmpty, "\(verify.errors)")
    }
}
