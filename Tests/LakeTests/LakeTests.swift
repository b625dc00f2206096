// The store by its interface: imports, undoing, questions, upkeep.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

private func environment() -> LakeEnvironment { LakeEnvironment(programVersion: "0") }

private func rows(_ starts: Range<Int64>, produced: Int32, zero: Bool = false) -> ReadingColumns {
    var columns = ReadingColumns()
    for slot in starts {
        columns.append(
            startUTCSeconds: 1_735_689_600 + slot * 900,
            energyWh: zero ? [0, 0, 0, 0, 0, 0] : [produced, 1, 1, 1, 1, 1],
            quality: zero ? .zero : []
        )
    }
    return columns
}

/// A store with two sites and documents that are their own rows.
private struct Fixture {
    let folder: ScratchFolder
    let lake: LakeWriter
    /// Rows by the name of their document, for reading them again.
    var documents: [String: ReadingColumns] = [:]

    init() throws {
        folder = try ScratchFolder()
        lake = try LakeStore(path: folder.path + "/s", environment: environment()).writerOrNew()
        for name in ["a", "b"] { try lake.makeSite(name) }
    }

    mutating func add(
        _ name: String,
        _ columns: ReadingColumns,
        captured: Int64,
        site: Int64 = 1,
        discards: Bool = false
    ) throws
        -> ImportOutcome
    {
        documents[name] = columns
        var staging = DocumentStaging(
            store: lake.folders,
            sourceName: name,
            systemID: site,
            capturedUTCSeconds: captured
        )
        try staging.keep(Array(name.utf8)[...])
        try staging.add(.site(.enlightenCSV, seconds: 900, columns), source: .enlightenCSV)
        var batch = try ImportBatch(lake: lake, replay: replay())
        let added = try batch.add(try staging.finish())
        guard let changes = added.changes else {
            batch.discard()
            return .alreadyImported(importID: added.importID)
        }
        let snapshotID = try batch.commit()
        if discards { batch.discard() }
        return .imported(importID: added.importID, snapshotID: snapshotID, changes)
    }

    func replay() -> Lake.Replay {
        let documents = documents
        return { record, sink in
            guard let columns = documents[record.sourceName] else { return }
            try sink(.site(.enlightenCSV, seconds: 900, columns), .enlightenCSV)
        }
    }

    func produced(_ site: Int64 = 1, snapshot: Int64? = nil) throws -> Int64 {
        try lake.readings(systemID: site, snapshot: snapshot).values.reduce(0) {
            $0 + $1.total(.produced).value
        }
    }
}

@Suite("lake")
struct LakeTests {
    @Test("SHA-256 gives the digests of FIPS 180-4, in pieces of any size")
    func digests() {
        #expect(
            SHA256.hexDigest(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        #expect(
            SHA256.hexDigest(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        let million = [UInt8](repeating: 97, count: 1_000_000)
        #expect(
            SHA256.hexDigest(of: million)
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
        var pieces = SHA256()
        for start in stride(from: 0, to: 1_000_000, by: 77) {
            pieces.update(million[start..<min(start + 77, 1_000_000)])
        }
        #expect(pieces.hexDigest() == SHA256.hexDigest(of: million))
    }

    @Test("revisions, two sites, undo of an older import and time travel")
    func operations() throws {
        var fixture = try Fixture()
        _ = try fixture.add("one", rows(0..<100, produced: 10), captured: 100)
        _ = try fixture.add("other", rows(0..<50, produced: 3), captured: 100, site: 2)
        let before = try fixture.lake.newestSnapshot()
        guard
            case .imported(_, _, let changes) = try fixture.add(
                "two",
                rows(90..<120, produced: 20),
                captured: 200
            )
        else {
            Issue.record("the document is new")
            return
        }
        #expect(changes.new == 20 && changes.changed == 10 && changes.same == 0)
        #expect(changes.revisions.values.reduce(0) { $0 + $1.after.value - $1.before.value } == 100)
        #expect(try fixture.produced() == 90 * 10 + 30 * 20)
        #expect(try fixture.produced(snapshot: before) == 1_000)
        guard case .alreadyImported = try fixture.add("two", rows(90..<120, produced: 20), captured: 300)
        else {
            Issue.record("the document is known")
            return
        }
        _ = try fixture.lake.undo(importID: 1, replay: fixture.replay())
        #expect(try fixture.produced() == 600)
        #expect(try fixture.produced(2) == 150)
        #expect(throws: LakeError.self) { try fixture.lake.undo(importID: 1, replay: fixture.replay()) }
        #expect(try fixture.lake.verify().damages == [])
    }

    @Test("a row that stands for no data replaces nothing, and gives way to any data")
    func absentRows() throws {
        var fixture = try Fixture()
        _ = try fixture.add("data", rows(0..<10, produced: 10), captured: 100)
        _ = try fixture.add("zeros", rows(0..<20, produced: 0, zero: true), captured: 200)
        #expect(try fixture.produced() == 100)
        _ = try fixture.add("late", rows(10..<20, produced: 7), captured: 150)
        #expect(try fixture.produced() == 170)
    }

    @Test("discarding a session after its commit leaves what was committed")
    func discardAfterCommit() throws {
        var fixture = try Fixture()
        _ = try fixture.add("one", rows(0..<10, produced: 10), captured: 100, discards: true)
        #expect(try fixture.produced() == 100)
        #expect(try fixture.lake.verify().damages == [])
    }

    @Test("energy of rows marked as future is kept beside other captures")
    func futureRows() throws {
        var fixture = try Fixture()
        var early = rows(0..<10, produced: 10)
        early.quality = early.quality.map { $0 | Quality.future.rawValue }
        _ = try fixture.add("early", early, captured: 100)
        _ = try fixture.add("zeros", rows(0..<10, produced: 0, zero: true), captured: 200)
        #expect(try fixture.produced() == 100)
    }

    @Test(
        "a writer clears its own temporary files away, moves aside what no catalogue names, and leaves what is young"
    )
    func strays() throws {
        var fixture: Fixture? = try Fixture()
        let folder = try #require(fixture?.folder)
        let path = folder.path + "/s"
        let segments = "data/main/site_interval/b0000"
        for name in [
            "\(segments)/2025-01-000001.parquet", "\(segments)/2025-01-000002.parquet.tmp",
            "\(segments)/ducklake-new.parquet", "raw/mine.csv", "raw/incoming-\(UUID().uuidString).tmp",
            "catalog.seal.17.tmp",
        ] {
            let url = URL(filePath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data([1]).write(to: url)
        }
        fixture = nil
        let lake = try LakeStore(path: path, environment: environment()).writer()
        #expect(lake.notices.count == 1 && lake.notices[0].contains("2 files"), "\(lake.notices)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            name.hasSuffix(".parquet") || name.hasSuffix(".csv") || name.hasSuffix(".tmp")
        }
        #expect(Set(names.filter { !$0.hasPrefix("quarantine/") }) == ["\(segments)/ducklake-new.parquet"])
        let aside = names.filter { $0.hasPrefix("quarantine/") }
        #expect(aside.count == 2)
        #expect(aside.contains { $0.hasSuffix("/\(segments)/2025-01-000001.parquet") })
        #expect(aside.contains { $0.hasSuffix("/raw/mine.csv") })
    }

    @Test("a clock that was ahead once does not break time travel, and forgets nothing")
    func clockAhead() throws {
        let folder = try ScratchFolder()
        let year: Int64 = 365 * 86_400_000_000
        let start: Int64 = 1_700_000_000_000_000
        // Each change at its own time by the clock; that of the second is eighty years ahead.
        let times = [start, start + 80 * year, start + year / 12, start + year / 6]
        var snapshots: [Int64] = []
        for (index, time) in times.enumerated() {
            let environment = LakeEnvironment(programVersion: "0", nowMicroseconds: { time })
            let lake = try LakeStore(path: folder.path + "/s", environment: environment).writerOrNew()
            if index == 0 { try lake.makeSite() }
            let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
            var staging = DocumentStaging(
                store: lake.folders,
                sourceName: "\(index)",
                systemID: 1,
                capturedUTCSeconds: Int64(index)
            )
            try staging.keep(Array("\(index)".utf8)[...])
            let first = Int64(index) * 10
            try staging.add(
                .site(key.source, seconds: key.seconds, rows(first..<(first + 10), produced: 1)),
                source: key.source
            )
            var batch = try ImportBatch(lake: lake) { _, _ in }
            _ = try batch.add(try staging.finish())
            snapshots.append(try batch.commit())
        }
        let environment = LakeEnvironment(programVersion: "0", nowMicroseconds: { start + year / 4 })
        let lake = try LakeStore(path: folder.path + "/s", environment: environment).writer()
        #expect(try lake.snapshot(atMicroseconds: start + year / 24) == snapshots[0])
        #expect(try lake.snapshot(atMicroseconds: start + year / 10) == snapshots[2])
        #expect(try lake.snapshot(atMicroseconds: start + 7 * year) == snapshots[3])
        // Ninety days kept: the state of then is that before the third change.
        _ = try lake.expire(beforeMicroseconds: start + year / 4 - year / 5)
        let then = try lake.at(snapshot: snapshots[0])
        #expect(try then.readings(systemID: 1).values.reduce(0) { $0 + $1.rowCount } == 10)
    }

    @Test("a site whose zone is corrected has the days of its new zone")
    func correctedZone() throws {
        let folder = try ScratchFolder()
        let environment = LakeEnvironment(
            programVersion: "0",
            loadZone: { TimeZoneRules(identifier: $0, constantOffsetSeconds: $0 == "UTC" ? 0 : 36_000) }
        )
        let place = try #require(Place(latitude: 1, longitude: 1))
        let lake = try LakeStore(path: folder.path + "/s", environment: environment).writerOrNew()
        func put(_ zone: String, isUpdate: Bool) throws {
            _ = try lake.putSite(
                name: "a",
                timeZone: zone,
                place: place,
                installed: nil,
                battery: nil,
                isUpdate: isUpdate
            )
        }
        try put("UTC", isUpdate: false)
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
        var staging = DocumentStaging(
            store: lake.folders,
            sourceName: "a",
            systemID: 1,
            capturedUTCSeconds: 1
        )
        try staging.keep([1])
        try staging.add(
            .site(key.source, seconds: key.seconds, rows(0..<96, produced: 1)),
            source: key.source
        )
        do {
            var batch = try ImportBatch(lake: lake) { _, _ in }
            _ = try batch.add(try staging.finish())
            _ = try batch.commit()
        }
        #expect(try lake.days()[key]?.days.count == 1)
        try put("East/Ten", isUpdate: true)
        #expect(try lake.days()[key]?.days.count == 2)
        #expect(try lake.verify().damages == [])
    }
}
