// Rounds on their way into the store: rows, findings and the place in the journal together; minutes as evidence, and as nothing else.

import Foundation
import GRDB
import Lake
import Readings
import TestSupport
import Testing

@Suite("rounds of the live watch")
struct LiveStagingTests {
    private let home: LiveHome
    private var lake: LakeWriter { home.lake }

    init() throws { home = try LiveHome() }

    private func minutes(_ lake: some LakeReader) throws -> ReadingColumns {
        try lake.siteMinutes(systemID: 1)[.gateway] ?? ReadingColumns()
    }

    @Test("minutes are staged, seen, flushed into a table of their own, and come back as they were")
    func minuteRows() throws {
        let journal = try home.journal()
        for round in 0..<20 as Range<Int64> { try home.keep(round, in: journal) }
        let before = try minutes(lake)
        #expect(before.rowCount == 20 && before.socPercent[3] == 87)
        #expect(before[.exported].allSatisfy { $0 == ReadingColumns.missingWh })
        #expect(try lake.flush { _, _ in } == 42)
        #expect(try minutes(lake) == before && lake.liveRowCount() == 0)
        #expect(try lake.segments(table: "site_minute").map(\.rowCount) == [20])
        #expect(try lake.verify().damages == [])
        let store = LakeStore(path: home.path, environment: lake.environment)
        #expect(try minutes(store.snapshot()) == before)
        let files = try Program.run("files", "--store", home.path, "site_minute")
        #expect(files.code == 0 && files.output.contains("/site_minute/b0000/2026-10-"))
    }

    @Test("minutes are evidence only: no series, no sum, no coverage, and no month to be analysed again")
    func evidence() throws {
        let mark = try lake.newestSnapshot()
        var minute = ReadingColumns()
        minute.append(startUTCSeconds: LiveHome.start, energyWh: [9, 9, 9, 9, 9, 9])
        _ = try lake.stageLive([.minutes(.gateway, minute)], systemID: 1)
        for _ in 0..<2 {
            #expect(try minutes(lake).rowCount == 1)
            #expect(try lake.readings(systemID: 1).isEmpty && lake.days(systemID: 1).isEmpty)
            #expect(try lake.recordCoverage(systemID: 1).isEmpty && lake.deviceReadings(systemID: 1).isEmpty)
            #expect(try lake.changedMonths(systemID: 1, since: mark).isEmpty)
            _ = try lake.flush { _, _ in }
        }
    }

    @Test("a document may give minutes; they are kept, and made again where it is read again")
    func importing() throws {
        var staging = DocumentStaging(
            store: lake.folders,
            sourceName: "rounds",
            systemID: 1,
            capturedUTCSeconds: LiveHome.start
        )
        try staging.keep(Array("rounds".utf8)[...])
        try staging.add(LiveHome.rows(0)[0], source: .gateway)
        let replay: Lake.Replay = { _, sink in try sink(LiveHome.rows(0)[0], .gateway) }
        var batch = try ImportBatch(lake: lake, replay: replay)
        _ = try batch.add(try staging.finish())
        _ = try batch.commit()
        _ = try lake.stageLive([LiveHome.rows(1)[0]], systemID: 1)
        _ = try lake.flush(replay: replay)
        #expect(try minutes(lake).rowCount == 2)
        let flushed = try #require(try lake.imports().first { $0.kind == "live" })
        _ = try lake.undo(importID: flushed.importID, replay: replay)
        #expect(try minutes(lake).startUTCSeconds == [LiveHome.start])
    }

    @Test("what the journal gives again is there once; the place in it is noted with the rows or not at all")
    func again() throws {
        let journal = try home.journal()
        for round in 0..<5 as Range<Int64> { try home.keep(round, in: journal) }
        try journal.append(LiveHome.lines(5), utcSeconds: LiveHome.start + 300)
        let staged = try lake.liveStaged(serial: LiveHome.serial)
        #expect(try lake.liveStagedUntil(serial: LiveHome.serial) == LiveHome.start + 240)
        #expect(try LiveHome.rounds(journal.folder, behind: staged).rounds == [5])
        // A row beyond the calendar: nothing of the round is staged.
        var odd = ReadingColumns()
        odd.append(startUTCSeconds: .max / 2_000_000, energyWh: [1, 1, 1, 1, 1, 1])
        let position = try #require(staged.values.first)
        let before = try lake.liveRowCount()
        #expect(throws: (any Error).self) {
            _ = try lake.stageLive(
                LiveHome.rows(5) + [.site(.gateway, seconds: 900, odd)],
                systemID: 1,
                staged: [position]
            )
        }
        #expect(try lake.liveRowCount() == before)
        #expect(try lake.liveStaged(serial: LiveHome.serial) == staged)
        for round in 0..<6 as Range<Int64> {
            _ = try lake.stageLive(LiveHome.rows(round), systemID: 1)
        }
        #expect(try minutes(lake).rowCount == 6 && lake.deviceReadings(systemID: 1).count == 6)
    }

    @Test("rounds may be staged some at a time; one that is left out is given again with those behind it")
    func some() throws {
        let journal = try home.journal()
        var positions: [LivePosition] = []
        for round in 0..<62 as Range<Int64> {
            let position = try journal.append(LiveHome.lines(round), utcSeconds: LiveHome.start + round * 60)
            positions.append(try #require(position))
        }
        func stage(_ rounds: Range<Int64>) throws {
            _ = try lake.stageLive(
                rounds.flatMap { LiveHome.rows($0) },
                systemID: 1,
                staged: Array(positions[Int(rounds.lowerBound)..<Int(rounds.upperBound)])
            )
        }
        func left() throws -> [Int64] {
            try LiveHome.rounds(journal.folder, behind: lake.liveStaged(serial: LiveHome.serial)).rounds
        }
        try stage(0..<20)
        #expect(try left() == Array(20..<62))
        // The hour behind begins anew.
        try stage(30..<62)
        #expect(try left() == Array(20..<60))
        try stage(20..<60)
        #expect(try left() == [] && minutes(lake).rowCount == 62)
    }

    @Test("while another process changes the store a round is refused at once, and is staged with the next")
    func locked() throws {
        let journal = try home.journal()
        // The lock is the process's: one of another name stands for another process.
        let other = try LakeStore(path: home.path, environment: lake.environment).writer()
        try Data("1\n".utf8).write(to: URL(filePath: home.path + "/lock"))
        let began = ContinuousClock.now
        #expect {
            try home.keep(0, in: journal)
        } throws: {
            if case LakeError.locked = $0 { true } else { false }
        }
        #expect(ContinuousClock.now - began < .milliseconds(150))
        other.release()
        let staged = try lake.liveStaged(serial: LiveHome.serial)
        _ = try journal.folder.read(behind: staged) { round in
            let number = try #require(LiveHome.number(round.lines[0]))
            _ = try lake.stageLive(LiveHome.rows(number), systemID: 1, staged: [round.position])
        }
        #expect(try minutes(lake).rowCount == 1)
    }

    @Test("what is staged after another process has read the store and ended is there for the next one")
    func log() throws {
        let journal = try home.journal()
        for round in 0..<4 as Range<Int64> {
            // A seal looks at the whole file of the catalogue; it must not cost the locks on it.
            try lake.keep(fit: .object([("round", .integer(round))]), "sky", systemID: 1)
            #expect(try Program.run("status", "--store", home.path).code == 0)
            try home.keep(round, in: journal)
            let other = try LakeStore(path: home.path, environment: lake.environment).snapshot()
            #expect(try minutes(other).rowCount == Int(round) + 1)
            let seen = try Program.run("flush", "--store", home.path)
            #expect(seen.code == 0 && !seen.output.hasPrefix("0 "), "\(seen.output)\(seen.errors)")
        }
    }

    private static func report(month: Int) -> String {
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for day in 1...28 {
            for slot in 0..<96 {
                text += String(
                    format: "%02d/%02d/2024 %02d:%02d,5,7\n",
                    month,
                    day,
                    slot / 4,
                    slot % 4 * 15
                )
            }
        }
        return text
    }

    @Test("an import of another process and rounds that are staged meanwhile lose nothing of each other")
    func twoProcesses() throws {
        let journal = try home.journal()
        var round: Int64 = 0
        var refused = 0
        for number in 0..<6 {
            let file = try home.folder.write("\(number).csv", LiveStagingTests.report(month: number + 1))
            let process = Program.process(["import", "--store", home.path, file])
            process.standardOutput = FileHandle.nullDevice
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            while process.isRunning {
                do { try home.keep(round, in: journal) } catch LakeError.locked { refused += 1 }
                round += 1
                usleep(3_000)
            }
            let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(process.terminationStatus == 0, "\(told)")
        }
        let staged = try lake.liveStaged(serial: LiveHome.serial)
        _ = try journal.folder.read(behind: staged) { kept in
            let number = try #require(LiveHome.number(kept.lines[0]))
            _ = try lake.stageLive(LiveHome.rows(number), systemID: 1, staged: [kept.position])
        }
        #expect(refused > 0 && round > 20, "\(refused) of \(round)")
        #expect(try minutes(lake).rowCount == Int(round))
        _ = try lake.flush { _, _ in }
        #expect(try minutes(lake).rowCount == Int(round))
        #expect(try lake.imports().count { $0.kind == "import" } == 6)
        #expect(try lake.verify().damages == [])
    }
}
