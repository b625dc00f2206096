// A house that a mock gateway plays, a store that is to watch it, and the built program's `watch` over it: time runs fast.

import Foundation

/// A house played by the built program, and a store with its gateway. A class, because the mock ends with it.
package final class PlayedHouse {
    /// Holds the store, the mock's log and what watches say.
    package let folder: ScratchFolder
    /// How many of the house's seconds pass in one.
    package let speed: Double
    /// The house's first second, UTC.
    package let start: Int64
    /// The gateway's serial number.
    package let serial: String
    private let mock: Process
    private let began: ContinuousClock.Instant
    private var watchCount = 0

    /// The store.
    package var store: String { folder.path + "/s" }
    /// What was asked of the gateway, a line of JSON each.
    package var log: [Substring] {
        ((try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)) ?? "").split(separator: "\n")
    }
    /// The house's time, seconds UTC.
    package var now: Int64 {
        start + Int64(speed * ((ContinuousClock.now - began) / .seconds(1)))
    }

    /// Why nothing can be played.
    private struct Failure: Error, CustomStringConvertible { let description: String }

    /// Plays a house and makes a store that knows its gateway.
    ///
    /// - Parameters:
    ///   - seed: of the house; odd ones stand in London.
    ///   - start: 2026-06-01T10:00:00Z unless said otherwise.
    ///   - faults: as `mock-gateway --fault` takes them.
    package init(
        seed: UInt64 = 7,
        plan: String = "clean",
        start: Int64 = 1_780_308_000,
        speed: Double,
        faults: [String] = []
    ) throws {
        folder = try ScratchFolder()
        (self.speed, self.start) = (speed, start)
        let words = ["--house", "\(seed)", "--plan", plan, "--speed", "\(speed)"]
        let said: [[String: Any]]
        (mock, said) = try Program.startMock(
            words + ["--start", PlayedHouse.text(start), "--log", folder.path + "/log"]
                + faults.flatMap { ["--fault", $0] }
        )
        began = .now
        var told: [String: String] = [:]
        for (name, value) in said.joined() { told[name] = value as? String }
        guard let address = told["address"], let token = told["token"] else {
            throw Failure(description: "the mock gateway says \(told.keys.sorted())")
        }
        let path = folder.path + "/s"
        try Program.makeStore(
            path,
            site: "home",
            timeZone: "Europe/London",
            latitude: "51.4",
            longitude: "-0.3"
        )
        let file = try folder.write("token", token)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let own = ["--store", path, "--site", "home", "--token-file", file, "--accept-key"]
        let added = try Program.run(arguments: ["gateway", "add", address] + own)
        guard added.code == 0 else { throw Failure(description: added.errors) }
        serial = added.errors.split(separator: " ").dropFirst().first.map { String($0.dropLast()) } ?? ""
    }

    deinit {
        if mock.isRunning { kill(mock.processIdentifier, SIGKILL) }
        mock.waitUntilExit()
    }

    /// A time as the program takes it.
    package static func text(_ utcSeconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(utcSeconds)).formatted(.iso8601)
    }

    /// Waits until the house's time is so many seconds behind its start.
    package func wait(until seconds: Int64) {
        while now < start + seconds { usleep(5_000) }
    }

    /// What was asked in a span of the house's time, from its start on.
    package func requests(_ seconds: Range<Int64>) -> [Substring] {
        let (from, to) = (
            PlayedHouse.text(start + seconds.lowerBound), PlayedHouse.text(start + seconds.upperBound)
        )
        return log.filter { line in
            guard let at = line.components(separatedBy: "\"at\":\"").last?.prefix(from.count) else {
                return false
            }
            return at >= from && at < to
        }
    }

    /// The arguments of a watch that begins at the house's time.
    package func arguments(_ store: String? = nil, _ more: [String] = []) -> [String] {
        ["watch", "--store", store ?? self.store, "--start", PlayedHouse.text(now), "--speed", "\(speed)"]
            + more
    }

    /// Starts a watch.
    package func watch(_ more: [String] = [], environment: [String: String] = [:]) throws -> RunningWatch {
        watchCount += 1
        return try RunningWatch(
            arguments(nil, more),
            environment: environment,
            output: folder.path + "/watch-\(watchCount)"
        )
    }

    /// Runs a verb on the store to its end.
    package func run(_ verb: String..., more: [String] = []) throws -> Program.Result {
        try Program.run(arguments: verb + ["--store", store] + more)
    }
}

/// A watch that runs. A class, because the process ends with it.
package final class RunningWatch {
    /// The process.
    package let process: Process
    private let path: String

    init(_ arguments: [String], environment: [String: String], output: String) throws {
        path = output
        process = Program.process(arguments)
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        for name in ["out", "err"] {
            _ = FileManager.default.createFile(atPath: "\(path).\(name)", contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path + ".out"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: path + ".err"))
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// What was found, a line each.
    package var news: [String] { lines("out") }
    /// What it said besides.
    package var remarks: [String] {
        lines("err").filter { !$0.hasPrefix("watching gateway") && !$0.isEmpty && !$0.hasPrefix("stopping;") }
    }

    private func lines(_ name: String) -> [String] {
        ((try? String(contentsOfFile: "\(path).\(name)", encoding: .utf8)) ?? "").split(separator: "\n")
            .map(String.init)
    }

    /// Asks it to end, and waits. Returns its code.
    package func end() -> Int32 {
        if process.isRunning { kill(process.processIdentifier, SIGTERM) }
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }

    /// Ends it at once, as the kernel does.
    package func kill9() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
