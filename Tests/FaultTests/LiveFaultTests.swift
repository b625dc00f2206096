// Rounds of the live watch while every call fails, while the process is killed, while the power goes: what the journal kept is in
// the store in the end, once.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

private let injector = (Program.path as NSString).deletingLastPathComponent + "/libFaultInjector.so"
private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"
private let childKey = "SUNVIGIL_LIVE_CHILD"
private var isPresent: Bool { FileManager.default.fileExists(atPath: injector) }

/// A store with rounds, and a process that goes on with them.
private struct LiveFaultStore {
    static let serial = "122000000001"
    /// 2026-10-14T13:58:00Z: the rounds go over into the next hour.
    static let start: Int64 = 1_791_986_280
    /// Rounds that are kept before the process begins, and by it.
    static let before: Int64 = 2
    static let rounds: Int64 = 5

    let folder: ScratchFolder
    let base: String

    init() throws {
        folder = try ScratchFolder()
        base = folder.path + "/base"
        try Program.makeStore(base, site: "home", timeZone: "UTC", latitude: "51", longitude: "0")
        try LiveFaultStore.go(base, 0..<LiveFaultStore.before)
    }

    static func environment() -> LakeEnvironment { LakeEnvironment(programVersion: "0") }

    static func rows(_ round: Int64) -> [RowBatch] {
        var minute = ReadingColumns()
        minute.append(startUTCSeconds: start + round * 60, energyWh: [Int32(round), 2, 3, 4, 5, 6])
        let battery = DeviceReading(
            Device(.battery, "B1"),
            startUTCSeconds: start + round * 60,
            seconds: 0,
            origin: "live",
            values: [.stateOfCharge: Double(round)]
        )
        return [.minutes(.gateway, minute), .deviceReadings([battery])]
    }

    static func finding(_ round: Int64) -> Finding {
        let at = Instant(utcSeconds: start + round * 60)
        return Finding(
            device: serial,
            kind: .cloudSilent,
            start: Instant(utcSeconds: start),
            end: round > 3 ? at : nil,
            alert: Instant(utcSeconds: start),
            severity: .warning,
            rule: FindingRule(object: .object([("name", .text("live_cloud"))])),
            evidence: Evidence(),
            knownEnd: at
        )
    }

    /// Keeps rounds and stages them; at first what the journal has and the store has not.
    static func go(_ store: String, _ rounds: Range<Int64>, acknowledging: ((Int64) -> Void)? = nil) throws {
        let journal = try LiveJournal(storePath: store, serial: serial, environment: environment())
        let lake = try LakeStore(path: store, environment: environment()).writer()
        lake.release()
        let staged = try lake.liveStaged(serial: serial)
        _ = try journal.folder.read(behind: staged) { kept in
            guard let round = Int64(String(decoding: kept.lines[0], as: UTF8.self)) else { return }
            _ = try lake.stageLive(rows(round), systemID: 1, staged: [kept.position])
        }
        for round in rounds {
            let position = try journal.append([Array("\(round)".utf8)], utcSeconds: start + round * 60)
            acknowledging?(round)
            let found = finding(round)
            let findings =
                found.end == nil ? LiveFindingUpdate(opened: [found]) : LiveFindingUpdate(ended: [found])
            _ = try lake.stageLive(
                rows(round),
                systemID: 1,
                findings: findings,
                staged: [position].compactMap { $0 },
                telling: plan
            )
        }
    }

    /// Tells that a finding began, and that it is over.
    private static func plan(_ desk: OutboxDesk, _ changes: FindingChanges) throws -> OutboxPlan {
        var plan = OutboxPlan()
        for finding in try desk.findings(systemID: 1) {
            let event: MessageEvent = finding.end == nil ? .new : .over
            let told = ToldEvent(event, identity: finding.identity, severity: finding.severity)
            plan.marks.append(ToldMark(channel: "mail", told: told, atMicroseconds: start * 1_000_000))
            plan.items.append(
                OutboxItem(
                    channel: "mail",
                    systemID: 1,
                    dedupe: "\(event.rawValue) \(finding.identity)",
                    events: [told],
                    createdMicroseconds: start * 1_000_000,
                    dueMicroseconds: start * 1_000_000
                )
            )
        }
        return plan
    }

    /// What is wrong between findings, what was told of them, and what is to be told; nil where nothing is.
    private static func untold(_ lake: LakeSnapshot) throws -> String? {
        let wanted = try lake.findings(systemID: 1).flatMap { finding in
            [MessageEvent.new, .over].prefix(finding.end == nil ? 1 : 2).map {
                "\($0.rawValue) \(finding.identity)"
            }
        }
        let told = try lake.told(systemID: 1).map { "\($0.told.event.rawValue) \($0.told.identity)" }
        let waiting = try lake.outbox([.waiting]).map(\.dedupe)
        return told.sorted() == wanted.sorted() && waiting == wanted
            ? nil : "told is \(told), waiting \(waiting), not \(wanted)"
    }

    /// Runs the rounds in a process of their own, this program's test of that name.
    func run(_ store: String, environment: [String: String], kill after: UInt32? = nil) throws -> (
        code: Int32, kept: Set<Int64>
    ) {
        let told = folder.path + "/told"
        try? FileManager.default.removeItem(atPath: told)
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", "LiveFaultChild"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging([childKey: store, childKey + "_TOLD": told]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        if let after {
            usleep(after)
            Foundation.kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        let text = (try? String(contentsOfFile: told, encoding: .utf8)) ?? ""
        return (process.terminationStatus, Set(text.split(separator: "\n").compactMap { Int64($0) }))
    }

    func copy(_ name: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: base, toPath: path)
        return path
    }

    /// What is wrong with a store after it was cut off; nil where nothing is.
    ///
    /// - Parameter kept: rounds whose `append` has returned.
    func violation(_ store: String, kept: Set<Int64>) -> String? {
        do {
            let found = try LakeStore(path: store, environment: LiveFaultStore.environment()).snapshot()
            let check = try found.verify()
            if !check.damages.isEmpty { return check.damages.map(\.text).joined(separator: "; ") }
            if let wrong = try LiveFaultStore.untold(found) { return wrong }
            // The next watch: what is in the journal comes into the store.
            try LiveFaultStore.go(store, 0..<0)
            let lake = try LakeStore(path: store, environment: LiveFaultStore.environment()).writer()
            var journal: [Int64] = []
            let folder = try LiveFolder(storePath: store, serial: LiveFaultStore.serial)
            let remarks = try folder.read { round in
                journal += round.lines.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
            }
            if !remarks.isEmpty { return remarks.map(\.text).joined(separator: "; ") }
            guard Set(journal).isSuperset(of: kept), journal.count == Set(journal).count else {
                return "the journal has \(journal), kept were \(kept.sorted())"
            }
            for flushed in [false, true] {
                if flushed { _ = try lake.flush { _, _ in } }
                let minutes = try lake.siteMinutes(systemID: 1)[.gateway]?.startUTCSeconds ?? []
                let wanted = journal.sorted().map { LiveFaultStore.start + $0 * 60 }
                let records = try lake.deviceReadings(systemID: 1).map(\.record.startUTCSeconds)
                guard minutes == wanted, records == wanted else {
                    return "rows of \(minutes) and \(records), not of \(wanted)"
                }
            }
            let findings = try lake.findings(systemID: 1)
            guard findings.count == 1 else { return "\(findings.count) findings" }
            let damages = try lake.verify().damages
            return damages.isEmpty ? nil : damages.map(\.text).joined(separator: "; ")
        } catch {
            return "\(error)"
        }
    }
}

/// Not a test of its own: the rounds that the tests below cut off.
@Suite(
    "rounds of a process that is cut off",
    .enabled(if: ProcessInfo.processInfo.environment[childKey] != nil)
)
struct LiveFaultChild {
    @Test("rounds")
    func go() throws {
        let environment = ProcessInfo.processInfo.environment
        let told = environment[childKey + "_TOLD"] ?? "/dev/null"
        _ = FileManager.default.createFile(atPath: told, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: told))
        let rounds = LiveFaultStore.before..<LiveFaultStore.rounds
        try LiveFaultStore.go(environment[childKey] ?? "", rounds) { round in
            handle.write(Data("\(round)\n".utf8))
        }
    }
}

@Suite("faults of the live watch", .serialized, .enabled(if: isPresent))
struct LiveFaultTests {
    private func recorded(_ store: LiveFaultStore) throws -> (cut: PowerCut, root: String) {
        let path = try store.copy("recorded")
        let log = store.folder.path + "/calls"
        let (code, kept) = try store.run(
            path,
            environment: ["LD_PRELOAD": injector, "FAULT_ROOT": path, "FAULT_LOG": log]
        )
        #expect(code == 0 && kept == [2, 3, 4])
        return (try PowerCut(log: log), path)
    }

    private func chosen(_ count: Int, _ few: Int, seed: UInt64) -> [Int] {
        if isFull || count <= few { return Array(1...max(1, count)) }
        var random = SeededGenerator(seed: seed)
        return (0..<few).map { part in
            let low = part * count / few + 1
            return Int.random(in: low...max(low, (part + 1) * count / few), using: &random)
        }
    }

    @Test("a call that fails, or kills, or a full disk, loses no round that was kept, and doubles none")
    func failingCalls() throws {
        let store = try LiveFaultStore()
        let count = try recorded(store).cut.calls.count
        #expect(count > 20, "\(count) calls were recorded")
        var tried = 0
        for (kind, few) in [("5", 5), ("28", 5), ("kill", 8)] {
            for call in chosen(count, few, seed: UInt64(count + few)) {
                let path = try store.copy("failed")
                let (_, kept) = try store.run(
                    path,
                    environment: [
                        "LD_PRELOAD": injector, "FAULT_ROOT": path, "FAULT_AT": "\(call)",
                        "FAULT_ERRNO": kind,
                    ]
                )
                let wrong = store.violation(path, kept: kept)
                #expect(wrong == nil, "call \(call) of \(count), \(kind): \(wrong ?? "")")
                tried += 1
            }
        }
        if isFull { print("rounds: \(tried) failing calls of \(count)") }
    }

    @Test("kill -9 at a random moment loses no round that was kept, and doubles none")
    func kills() throws {
        let store = try LiveFaultStore()
        let began = Date()
        _ = try store.run(try store.copy("timed"), environment: [:])
        let microseconds = UInt32(Date().timeIntervalSince(began) * 1_000_000)
        var random = SeededGenerator(seed: 5)
        for _ in 0..<(isFull ? 60 : 6) {
            let path = try store.copy("killed")
            let after = UInt32.random(in: microseconds / 4...microseconds, using: &random)
            let (_, kept) = try store.run(path, environment: [:], kill: after)
            let wrong = store.violation(path, kept: kept)
            #expect(wrong == nil, "\(wrong ?? "")")
        }
    }

    /// The violations of states that a power cut could leave.
    private func violations(_ store: LiveFaultStore, _ cut: PowerCut, root: String, few: Int) throws -> (
        tried: Int, found: [String]
    ) {
        var tried = 0
        var found: [String] = []
        for count in chosen(cut.calls.count, few, seed: 3) + [cut.calls.count] {
            // A round is kept when its bytes and its name are durable: the sync of its file, and of the folder of a new one.
            let kept =
                count == cut.calls.count ? Set(0..<LiveFaultStore.rounds) : Set(0..<LiveFaultStore.before)
            for loss in PowerCut.Loss.allCases {
                let path = store.folder.path + "/cut"
                try cut.write(after: count, loss: loss, base: store.base, root: root, to: path)
                tried += 1
                if let wrong = store.violation(path, kept: kept) {
                    found.append("after call \(count) of \(cut.calls.count), \(loss) lost: \(wrong)")
                }
            }
        }
        return (tried, found)
    }

    @Test("a power cut at any moment loses the running round at most")
    func powerCuts() throws {
        let store = try LiveFaultStore()
        let (cut, root) = try recorded(store)
        let (tried, found) = try violations(store, cut, root: root, few: 8)
        #expect(found == [])
        if isFull { print("rounds: \(tried) states after a power cut") }
    }

    @Test("planted: without syncs of the journal, power cuts show it")
    func noSync() throws {
        let store = try LiveFaultStore()
        var (cut, root) = try recorded(store)
        cut.calls.removeAll { $0.kind == "sync" && $0.path.hasSuffix(".jsonl.gz") }
        #expect(try !violations(store, cut, root: root, few: 4).found.isEmpty)
    }
}
