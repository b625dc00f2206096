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
    let lake: Lake
    /// Rows by the name of their document, for reading them again.
    var documents: [String: ReadingColumns] = [:]

    init() throws {
        folder = try ScratchFolder()
        lake = try Lake.openOrCreate(path: folder.path + "/s", environment: environment())
        let place = try #require(Place(latitude: 1, longitude: 1))
        for name in ["a", "b"] {
            _ = try lake.putSite(
                name: name,
                timeZone: "UTC",
                place: place,
                installed: nil,
                battery: nil,
                isUpdate: false
            )
        }
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
        let key = SeriesKey(systemID: site, source: .enlightenCSV, seconds: 900)
        var staging = DocumentStaging(
            store: lake.folders,
            sourceName: name,
            systemID: site,
            capturedUTCSeconds: captured
        )
        try staging.keep(Array(name.utf8)[...])
        try staging.add(.series(key, columns), source: .enlightenCSV)
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
            let key = SeriesKey(systemID: record.systemID, source: .enlightenCSV, seconds: 900)
            try sink(.series(key, columns))
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

    @Test("strays of a crash are gone after the next start; foreign files stay")
    func strays() throws {
        let fixture = try Fixture()
        let folder = fixture.lake.path + "/data/main/site_interval/b0000"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["2025-01-000001.parquet", "2025-01-000002.parquet.tmp", "ducklake-new.parquet"] {
            try Data([1]).write(to: URL(filePath: folder + "/" + name))
        }
        let path = fixture.lake.path
        try fixture.lake.removeStrays()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: path + "/data/main/site_interval/b0000") == [
                "ducklake-new.parquet"
            ]
        )
    }
}
