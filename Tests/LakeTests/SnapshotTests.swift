// Snapshots are values for any number of readers; a writer holds the lock for one change, and another waits for it.

import Foundation
import Lake
import Readings
import Synchronization
import TestSupport
import Testing

/// A counter between threads.
private final class Counter: Sendable {
    private let state = Mutex(0)
    var count: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
}

/// A flag between threads.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isUp: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

@Suite("snapshots and writers")
struct SnapshotTests {
    private let folder: ScratchFolder
    private let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
    private let start: Int64 = 1_735_689_600

    init() throws { folder = try ScratchFolder() }

    private func store(patience: Duration = .seconds(10), onWait: @escaping @Sendable () -> Void = {})
        -> LakeStore
    {
        LakeStore(
            path: folder.path + "/s",
            environment: LakeEnvironment(
                programVersion: "0",
                lockPatience: patience,
                onWait: { _, _ in onWait() }
            )
        )
    }

    private func makeStore() throws -> LakeWriter {
        let lake = try store().writerOrNew()
        try lake.makeSite()
        return lake
    }

    /// Adds ten rows in one commit.
    private func add(_ part: Int64, to lake: LakeWriter) throws {
        var columns = ReadingColumns()
        for row in part * 10..<part * 10 + 10 {
            columns.append(startUTCSeconds: start + row * 900, energyWh: [1, 1, 1, 1, 1, 1])
        }
        try lake.stage([key: columns])
        _ = try lake.flush { _, _ in }
    }

    @Test("two readers of one process ask one store at two snapshots while a writer commits")
    func readersBesideWriter() async throws {
        let lake = try makeStore()
        try add(0, to: lake)
        let reader = try store().snapshot()
        let first = try reader.at(snapshot: try reader.newestSnapshot())
        try add(1, to: lake)
        let second = try reader.at(snapshot: try reader.newestSnapshot())
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (snapshot, rows) in [(first, 10), (second, 20)] {
                group.addTask {
                    var questions = 0
                    while questions < 20 || !isDone.isUp {
                        let found = try snapshot.readings(systemID: 1).values.reduce(0) { $0 + $1.rowCount }
                        guard found == rows else { return -found }
                        questions += 1
                    }
                    return questions
                }
            }
            for part in 2..<12 as Range<Int64> { try add(part, to: lake) }
            isDone.raise()
            for try await questions in group { #expect(questions >= 20) }
        }
        #expect(try reader.readings(systemID: 1).values.reduce(0) { $0 + $1.rowCount } == 120)
    }

    @Test("between changes another writer may write, and what it did is known to the next change")
    func writersInTurn() throws {
        let one = try makeStore()
        let two = try store().writer()
        two.release()
        for part in 0..<6 as Range<Int64> { try add(part, to: part % 2 == 0 ? one : two) }
        #expect(try one.readings(systemID: 1)[key]?.rowCount == 60)
        #expect(try one.imports().map(\.importID) == Array(1...6))
        #expect(try one.verify().damages == [])
    }

    @Test(
        "a change that another process holds is waited for, which is told once; then it is told who holds it"
    )
    func waiting() throws {
        let one = try makeStore()
        let told = Counter()
        let store = store(patience: .milliseconds(300)) { told.add() }
        _ = try one.change {
            #expect(throws: LakeError.self) { _ = try store.writer() }
        }
        #expect(told.count == 1)
        // One that ends in time is no error.
        one.release()
        let held = open(one.path + "/lock", O_RDWR)
        #expect(held >= 0 && flock(held, LOCK_EX) == 0)
        let patient = self.store(patience: .seconds(60)) {
            told.add()
            close(held)
        }
        try add(0, to: try patient.writer())
        #expect(told.count == 2)
    }

    @Test("a store that another process made anew or put back is opened anew before the next change")
    func exchanged() throws {
        let one = try makeStore()
        try add(0, to: one)
        one.release()
        _ = try Lake.rebuild(path: one.path, environment: one.environment)
        try add(1, to: one)
        #expect(try one.readings(systemID: 1)[key]?.rowCount == 20)
        #expect(try store().snapshot().readings(systemID: 1)[key]?.rowCount == 20)
    }

    @Test(
        "a change that could not begin because of what another process left is refused again, not let through"
    )
    func refusedAgain() throws {
        let one = try makeStore()
        one.release()
        do {
            let two = try store().writer()
            try add(0, to: two)
        }
        // Damage that the seal tells: a byte of the last page of the catalogue.
        let path = one.path + "/catalog.sqlite"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count - 9] ^= 1
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.write(contentsOf: bytes)
        try handle.close()
        for _ in 0..<2 {
            #expect(throws: LakeError.self) { try one.stage([:]) }
        }
    }

    @Test("a single write gives the lock back, so that one who only stages holds nobody up")
    func singleWrite() throws {
        let one = try makeStore()
        try one.stage([:])
        _ = try store(patience: .zero).writer()
    }
}
