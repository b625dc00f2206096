// Upkeep of what the live watch keeps: verified, copied, made anew, and ended after its time.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

@Suite("upkeep of the live watch")
struct LiveUpkeepTests {
    private let home: LiveHome
    private var lake: LakeWriter { home.lake }
    private let day: Int64 = 86_400

    init() throws { home = try LiveHome() }

    private func minutes(_ path: String) throws -> [Int64] {
        try LakeStore(path: path, environment: lake.environment).snapshot()
            .siteMinutes(systemID: 1)[.gateway]?.startUTCSeconds ?? []
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".jsonl.gz") }
            .sorted()
    }

    @Test("no writer moves a journal aside; what else lies there is told and left")
    func strangers() throws {
        let journal = try home.journal()
        for round in 0..<70 as Range<Int64> { try home.keep(round, in: journal) }
        let odd = "\(home.path)/live/\(LiveHome.serial)/notes.txt"
        try Data("mine".utf8).write(to: URL(filePath: odd))
        let writer = try LakeStore(path: home.path, environment: lake.environment).writer()
        #expect(writer.notices == [])
        writer.release()
        let check = try lake.verify()
        #expect(check.damages == [] && check.remarks.filter { $0.contains("notes.txt") }.count == 1)
        #expect(try names(home.path).count == 2 && FileManager.default.fileExists(atPath: odd))
        for verb in ["repair", "compact", "cleanup"] {
            let result = try Program.run(verb, "--store", home.path)
            #expect(result.code == 0, "\(verb): \(result.errors)")
        }
        #expect(try names(home.path).count == 2)
        let verified = try Program.run("verify", "--store", home.path)
        #expect(verified.code == 0, "\(verified.output)")
    }

    @Test("a backup has the journal, grows with it, and a restore brings it back")
    func backup() throws {
        let target = home.folder.path + "/backup"
        let journal = try home.journal()
        for round in 0..<61 as Range<Int64> { try home.keep(round, in: journal) }
        #expect(try lake.backUp(to: target).lost == [])
        let copied = try names(target)
        #expect(copied.count == 2 && !FileManager.default.fileExists(atPath: "\(target)/\(copied[0])/lock"))
        for round in 61..<63 as Range<Int64> { try home.keep(round, in: journal) }
        #expect(try lake.backUp(to: target).lost == [])
        // What is damaged here does not take the place of a good copy.
        let file = "\(home.path)/\(copied[0])"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        bytes[bytes.count / 2] ^= 0xFF
        try Data(bytes).write(to: URL(filePath: file))
        #expect(try lake.backUp(to: target).lost.count == 1)
        let other = home.folder.path + "/other"
        let copy = try Lake.restore(from: target, to: other, environment: lake.environment)
        #expect(copy.lost == [])
        let folder = try LiveFolder(storePath: other, serial: LiveHome.serial)
        let (rounds, remarks) = try LiveHome.rounds(folder)
        #expect(rounds == Array(0..<63) && remarks == [])
        #expect(try minutes(other).count == 63)
        let locks = try FileManager.default.subpathsOfDirectory(atPath: other + "/live").filter {
            $0.hasSuffix("lock")
        }
        #expect(locks == [])
    }

    @Test("a watch whose store was exchanged under it goes on in the new one")
    func exchanged() throws {
        let target = home.folder.path + "/backup"
        let journal = try home.journal()
        for round in 0..<2 as Range<Int64> { try home.keep(round, in: journal) }
        _ = try lake.backUp(to: target)
        try home.keep(2, in: journal)
        lake.release()
        _ = try Lake.restore(from: target, to: home.path, environment: lake.environment)
        try home.keep(3, in: journal)
        #expect(try LiveHome.rounds(journal.folder).rounds == [0, 1, 3])
        #expect(try minutes(home.path).count == 3)
    }

    @Test(
        "a catalogue that is made anew keeps minutes that wait and in segments, and the journal is given again"
    )
    func rebuild() throws {
        let journal = try home.journal()
        for round in 0..<4 as Range<Int64> { try home.keep(round, in: journal) }
        _ = try lake.flush { _, _ in }
        for round in 4..<6 as Range<Int64> { try home.keep(round, in: journal) }
        lake.release()
        _ = try Lake.rebuild(path: home.path, environment: lake.environment)
        #expect(try minutes(home.path).count == 6)
        let staged = try LakeStore(path: home.path, environment: lake.environment).snapshot()
            .liveStaged(serial: LiveHome.serial)
        #expect(try LiveHome.rounds(journal.folder, behind: staged).rounds == Array(0..<6))
        for round in 0..<6 as Range<Int64> { _ = try lake.stageLive(LiveHome.rows(round), systemID: 1) }
        _ = try lake.flush { _, _ in }
        #expect(try minutes(home.path).count == 6 && lake.verify().damages == [])
    }

    @Test("hours end after their days; the newest, and those that are not in the store, stay")
    func expiry() throws {
        let journal = try home.journal()
        for round in 0..<10 as Range<Int64> { try home.keep(round, in: journal) }
        try journal.append(LiveHome.lines(70), utcSeconds: LiveHome.start + 70 * 60)
        for round in 130..<131 as Range<Int64> { try home.keep(round, in: journal) }
        let serial = LiveHome.serial
        let now = LiveHome.start + 14 * day
        #expect(try lake.expireLive(serial: serial, rawDays: 14, now: now + 3600).files == 0)
        #expect(try lake.expireLive(serial: serial, rawDays: 14, now: now + 3601).files == 1)
        #expect(try lake.liveStaged(serial: serial).keys.sorted() == ["2026-10-14T15"])
        #expect(try lake.expireLive(serial: serial, rawDays: 0, now: now + 99 * day).files == 0)
        #expect(try journal.folder.hours() == ["2026-10-14T14", "2026-10-14T15"])
        #expect(try lake.verify().damages == [])
        // A clock that was set to another century takes nothing that is newer than it says.
        #expect(try lake.expireLive(serial: serial, rawDays: 14, now: 0).files == 0)
    }

    @Test("whole months of minutes end, of one site, and past states stay what they were")
    func months() throws {
        try lake.makeSite("b")
        lake.release()
        func stage(_ at: Int64, _ systemID: Int64) throws {
            var columns = ReadingColumns()
            columns.append(startUTCSeconds: at, energyWh: [1, 2, 3, 4, 5, 6])
            _ = try lake.stageLive([.minutes(.gateway, columns)], systemID: systemID)
        }
        let october = LiveHome.start
        for systemID in 1...2 as ClosedRange<Int64> {
            for month in 0..<3 as Range<Int64> { try stage(october + month * 31 * day, systemID) }
        }
        _ = try lake.flush { _, _ in }
        let before = try lake.newestSnapshot()
        let firstOfNovember: Int64 = 1_793_491_200
        #expect(try lake.expireMinutes(systemID: 1, keepDays: 400, now: firstOfNovember + 400 * day - 1) == 0)
        #expect(try lake.newestSnapshot() == before)
        #expect(try lake.expireMinutes(systemID: 1, keepDays: 400, now: firstOfNovember + 400 * day) == 1)
        #expect(try lake.siteMinutes(systemID: 1)[.gateway]?.rowCount == 2)
        #expect(try lake.siteMinutes(systemID: 2)[.gateway]?.rowCount == 3)
        #expect(try lake.segments(table: "site_minute", snapshot: before).map(\.rowCount) == [2, 2, 2])
        #expect(try lake.segments(table: "site_minute").map(\.rowCount).sorted() == [1, 2, 2])
        #expect(try lake.verify().damages == [])
        for systemID in 1...2 as ClosedRange<Int64> {
            _ = try lake.expireMinutes(systemID: systemID, keepDays: 1, now: october + 999 * day)
        }
        #expect(try lake.segments(table: "site_minute").isEmpty && lake.verify().damages == [])
        #expect(try lake.expireMinutes(systemID: 1, keepDays: 1, now: october + 999 * day) == 0)
        _ = try lake.expire(beforeMicroseconds: .max / 2)
        _ = try lake.cleanUp(scheduledBeforeMicroseconds: .max / 2)
        let files = try FileManager.default.subpathsOfDirectory(atPath: home.path + "/data/main")
        #expect(!files.contains { $0.hasPrefix("site_minute") && $0.hasSuffix(".parquet") })
        #expect(try lake.verify().damages == [] && lake.verify().remarks == [])
    }
}
