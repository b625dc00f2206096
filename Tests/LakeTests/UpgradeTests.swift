// Stores lies one store of every version since 1, made by the program of its time from a few documents of the simulated
// house, and beside it what that program said of it. Today's program reads each as it lies there, brings it up to its
// own version once, and goes on working with it.

import Foundation
import GRDB
import Lake
import Readings
import TestSupport
import Testing

@Suite("stores of every version")
struct UpgradeTests {
    private static let stores = Checkout.root.appending(path: "Tests/LakeTests/Stores")
    private static let versions = 1...11

    /// What a store holds, counted and summed.
    private struct Facts: Decodable, Equatable {
        /// Rows of `site_interval`, those that wait among them, and their sums.
        var rows = 0
        var producedWh: Int64 = 0
        var consumedWh: Int64 = 0
        var importedWh: Int64 = 0
        var exportedWh: Int64 = 0
        var chargedWh: Int64 = 0
        var dischargedWh: Int64 = 0
        /// Rows of all other tables.
        var records: [String: Int] = [:]
        var bills = 0
        /// Documents in the journal, those that are undone among them.
        var imports = 0
        var undone = 0
    }

    /// The findings of a store, as `kind start state`.
    private struct Findings: Decodable, Equatable {
        let findings: [String]
        let acknowledged: Int
        let muted: Int
    }

    private struct Expected: Decodable {
        let version: Int
        let madeBy: String
        let store: Facts
        let watch: Findings
        /// What the store holds after its second import was undone too.
        let afterUndo: Facts
    }

    private func expected(_ version: Int) throws -> Expected {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = UpgradeTests.stores.appending(path: "v\(version).json")
        return try decoder.decode(Expected.self, from: try Data(contentsOf: file))
    }

    private func copy(_ version: Int, _ folder: ScratchFolder) throws -> String {
        let path = "\(folder.path)/v\(version)"
        try FileManager.default.copyItem(
            at: UpgradeTests.stores.appending(path: "v\(version)"),
            to: URL(filePath: path)
        )
        return path
    }

    private func store(_ path: String) -> LakeStore {
        LakeStore(path: path, environment: LakeEnvironment(programVersion: "0"))
    }

    private func facts(_ path: String) throws -> Facts {
        let lake = try store(path).snapshot()
        var facts = Facts()
        for columns in try lake.readings(systemID: 1).values {
            func sum(_ channel: Channel) -> Int64 {
                columns[channel].reduce(0) { $0 + ($1 == ReadingColumns.missingWh ? 0 : Int64($1)) }
            }
            facts.rows += columns.rowCount
            facts.producedWh += sum(.produced)
            facts.consumedWh += sum(.consumed)
            facts.importedWh += sum(.imported)
            facts.exportedWh += sum(.exported)
            facts.chargedWh += sum(.charged)
            facts.dischargedWh += sum(.discharged)
        }
        for coverage in try lake.recordCoverage(systemID: 1) {
            facts.records[coverage.table, default: 0] += coverage.rowCount
        }
        facts.bills = try lake.bills(systemID: 1).count
        let documents = try lake.imports().filter { $0.kind == "import" }
        facts.imports = documents.count
        facts.undone = documents.count { $0.undoneBy != nil }
        return facts
    }

    private struct ToldFinding: Decodable {
        let kind: String
        let start: String
        let state: String
        let acknowledged: String?
        let mutedUntil: String?
    }

    private func findings(_ path: String) throws -> Findings {
        let result = try Program.run("findings", "--json", "--store", path)
        try #require(result.code == 0, "\(result.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let findings = try decoder.decode([ToldFinding].self, from: Data(result.output.utf8))
        return Findings(
            findings: findings.map { "\($0.kind) \($0.start) \($0.state)" }.sorted(),
            acknowledged: findings.count { $0.acknowledged != nil },
            muted: findings.count { $0.mutedUntil != nil }
        )
    }

    /// Questions whose answers no upgrade may change.
    private static let questions = [
        "totals --json", "gaps --json", "history --json", "bills --json", "devices --json", "events --json",
        "reconcile --json", "export", "findings --json", "findings --history 1",
        "report monthly --month 2025-03 --format json", "report yearly --year 2025 --format json",
    ]

    private func answer(_ question: String, _ path: String) throws -> Program.Result {
        try Program.run(arguments: question.split(separator: " ").map(String.init) + ["--store", path])
    }

    private func verify(_ path: String) throws {
        let result = try Program.run("verify", "--store", path)
        #expect(result.code == 0 && result.output.hasSuffix("clean\n"), "\(result.output)\(result.errors)")
    }

    private func catalogue(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: path + "/catalog.sqlite"))
    }

    private func storeVersion(_ path: String) throws -> Int? {
        try DatabaseQueue(path: path + "/catalog.sqlite").read {
            try Int.fetchOne($0, sql: "SELECT value FROM sunvigil_meta WHERE key = 'store_version'")
        }
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    }

    /// Not a test: the store at `SUNVIGIL_GOLDEN_STORE` gets the rows that wait in a golden store, a journal, a fit, and
    /// messages; no verb of its time does that.
    @Test(
        "a golden store gets rows that wait, a journal, a fit, and messages",
        .enabled(if: ProcessInfo.processInfo.environment["SUNVIGIL_GOLDEN_STORE"] != nil)
    )
    func golden() throws {
        let lake = try store(ProcessInfo.processInfo.environment["SUNVIGIL_GOLDEN_STORE"] ?? "").writer()
        var columns = ReadingColumns()
        var readings: [DeviceReading] = []
        for slot in 0..<Int64(8) {
            let start = 1_742_428_800 + slot * 900
            columns.append(startUTCSeconds: start, energyWh: [Int32(slot) * 10, 50, 1, 2, 3, 4])
            readings.append(
                DeviceReading(
                    Device(.battery, "B1"),
                    startUTCSeconds: start,
                    seconds: 900,
                    origin: "live",
                    values: [.stateOfCharge: 98.7]
                )
            )
        }
        try lake.stage(
            [.site(.enlightenCSV, seconds: 900, columns), .deviceReadings(readings)],
            systemID: 1,
            source: .gateway
        )
        let journal = try LiveJournal(storePath: lake.path, serial: "1", environment: lake.environment)
        let round = try journal.append([Array("{}".utf8)], utcSeconds: 1_742_428_800)
        _ = try lake.stageLive([.minutes(.gateway, columns)], systemID: 1, staged: [round].compactMap { $0 })
        try lake.keep(fit: .object([("scale", .integer(7))]), "golden", systemID: 1)
        try lake.plan { desk, _ in
            let known = try desk.findings(systemID: 1).filter { $0.kind == .outage }.map(\.identity)
            let events = known.map { ToldEvent(.new, identity: $0, severity: .warning, costWh: 1200) }
            var plan = OutboxPlan()
            plan.items = ["first", "second"].map {
                OutboxItem(
                    channel: "mail",
                    systemID: 1,
                    dedupe: $0,
                    events: events,
                    createdMicroseconds: 1_742_428_800_000_000,
                    dueMicroseconds: 1_742_428_800_000_000
                )
            }
            plan.marks = events.map {
                ToldMark(channel: "mail", told: $0, atMicroseconds: 1_742_428_800_000_000)
            }
            return plan
        }
        var sent = try lake.outbox()[0]
        (sent.state, sent.attempts) = (.sent, 1)
        sent.sentMicroseconds = 1_742_428_860_000_000
        try lake.keepOutbox([sent])
    }

    @Test(
        "what was told is kept from version 11 on; older stores say that nothing was, and nothing waits",
        arguments: versions
    )
    func told(version: Int) throws {
        let folder = try ScratchFolder()
        let lake = try store(try copy(version, folder)).snapshot()
        let identity = "1|site|outage|1741132800"
        let waiting = try lake.outboxDesk { desk in
            #expect(try desk.findings(systemID: 1).count == expected(version).watch.findings.count)
            #expect(try desk.isChecked(systemID: 1) == (version >= 3))
            #expect(try desk.timesBack(systemID: 1) == [:])
            return try (desk.waiting(), desk.told(channel: "mail", systemID: 1))
        }
        if version < 11 {
            #expect(
                try waiting.0.isEmpty && waiting.1.isEmpty && lake.outbox().isEmpty && lake.told().isEmpty
            )
            #expect(try lake.sentTimes(channel: "mail", since: 0).isEmpty)
        } else {
            #expect(waiting.0.map(\.dedupe) == ["second"] && waiting.1.map(\.told.identity) == [identity])
            #expect(try lake.outbox().map(\.state) == [.sent, .waiting])
            #expect(try lake.sentTimes(channel: "mail", since: 0) == [1_742_428_860_000_000])
        }
    }

    @Test("minutes and the journal of a gateway are kept from version 10 on; older stores have none")
    func live() throws {
        let folder = try ScratchFolder()
        let old = try store(try copy(9, folder)).snapshot()
        #expect(try old.siteMinutes(systemID: 1).isEmpty && old.liveStaged(serial: "1").isEmpty)
        let new = try store(try copy(10, folder)).snapshot()
        #expect(try new.siteMinutes(systemID: 1)[.gateway]?.rowCount == 8)
        let staged = try new.liveStaged(serial: "1")
        #expect(staged.keys.sorted() == ["2025-03-20T00"])
        let journal = try LiveFolder(storePath: new.path, serial: "1")
        var rounds = 0
        #expect(try journal.read { _ in rounds += 1 } == [] && rounds == 1)
        #expect(try journal.read(behind: staged) { _ in rounds += 1 } == [] && rounds == 1)
    }

    @Test("what was fitted is kept from version 9 on, each name in the place of what it was")
    func fits() throws {
        let folder = try ScratchFolder()
        let old = try copy(8, folder)
        #expect(try store(old).snapshot().fit("golden", systemID: 1) == nil)
        let lake = try store(old).writer()
        for scale in [1, 2] {
            try lake.keep(fit: .object([("scale", .integer(Int64(scale)))]), "sky", systemID: 1)
        }
        #expect(try lake.fit("sky", systemID: 1)?.compact == #"{"scale":2}"#)
        #expect(try lake.fit("sky", systemID: 2) == nil)
        #expect(
            try store(try copy(9, folder)).snapshot().fit("golden", systemID: 1)?.compact == #"{"scale":7}"#
        )
    }

    @Test("there is a store of today's version too")
    func newest() throws {
        let folder = try ScratchFolder()
        _ = try LakeStore(path: folder.path + "/s", environment: LakeEnvironment(programVersion: "0"))
            .writerOrNew()
        #expect(try storeVersion(folder.path + "/s") == UpgradeTests.versions.upperBound)
    }

    @Test("a store of version N is read as it is", arguments: versions)
    func reading(version: Int) throws {
        let folder = try ScratchFolder()
        let path = try copy(version, folder)
        let (expected, bytes, files) = (try expected(version), try catalogue(path), try names(path))
        #expect(expected.version == version)
        #expect(try facts(path) == expected.store)
        #expect(try findings(path) == expected.watch)
        for question in UpgradeTests.questions {
            let answer = try answer(question, path)
            #expect(answer.code == 0, "\(question): \(answer.errors)")
        }
        try verify(path)
        #expect(try catalogue(path) == bytes)
        #expect(try names(path) == files)
        #expect(try storeVersion(path) == version)
    }

    @Test("a store of version N opens, keeps its rows, and is upgraded", arguments: versions)
    func upgrading(version: Int) throws {
        let folder = try ScratchFolder()
        let path = try copy(version, folder)
        let expected = try expected(version)
        let before = try UpgradeTests.questions.map { try answer($0, path) }
        do { #expect(try store(path).writer().notices == []) }
        #expect(try storeVersion(path) == UpgradeTests.versions.upperBound)
        #expect(try facts(path) == expected.store)
        #expect(try findings(path) == expected.watch)
        for (question, before) in zip(UpgradeTests.questions, before) {
            let after = try answer(question, path)
            #expect(after.code == 0, "\(question): \(after.errors)")
            if before.code == 0 { #expect(after.output == before.output, "\(question)") }
        }
        try verify(path)
        // Once more is the same as once.
        let (once, files) = (try catalogue(path), try names(path))
        _ = try store(path).writer()
        #expect(try catalogue(path) == once)
        #expect(try names(path) == files)
    }

    @Test("a store of version N goes on: it is compacted, and an import is undone", arguments: versions)
    func going(version: Int) throws {
        let folder = try ScratchFolder()
        let path = try copy(version, folder)
        let expected = try expected(version)
        let compacted = try Program.run("compact", "--store", path)
        #expect(compacted.code == 0, "\(compacted.errors)")
        #expect(try facts(path) == expected.store)
        #expect(try findings(path) == expected.watch)
        try verify(path)
        // Its documents are read again by the readers of today.
        let undone = try Program.run("undo", "--store", path, "2")
        #expect(undone.code == 0, "\(undone.errors)")
        #expect(try facts(path) == expected.afterUndo)
        try verify(path)
    }
}
