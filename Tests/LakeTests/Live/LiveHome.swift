// A store with a site and the journal of a gateway, for tests of the live watch.

import Foundation
import Lake
import Readings
import TestSupport

/// A store with one site and what a round of its gateway gives.
struct LiveHome {
    static let serial = "122000000001"
    /// 2026-10-14T13:00:00Z.
    static let start: Int64 = 1_791_982_800

    let folder: ScratchFolder
    let lake: LakeWriter
    var path: String { lake.path }

    /// Makes the store.
    ///
    /// - Parameter now: its clock, seconds UTC.
    init(now: Int64 = LiveHome.start) throws {
        folder = try ScratchFolder()
        lake = try LakeStore(path: folder.path + "/s", environment: LiveHome.environment(now: now))
            .writerOrNew()
        try lake.makeSite()
        lake.release()
    }

    static func environment(now: Int64 = LiveHome.start) -> LakeEnvironment {
        LakeEnvironment(
            programVersion: "0",
            nowMicroseconds: { now * 1_000_000 },
            lockPatience: .milliseconds(200)
        )
    }

    func journal(_ serial: String = LiveHome.serial) throws -> LiveJournal {
        try LiveJournal(storePath: path, serial: serial, environment: lake.environment)
    }

    /// The lines of a round.
    static func lines(_ round: Int64) -> [[UInt8]] {
        ["/info", "/ivp/meters/readings"].map { Array(#"{"path": "\#($0)", "round": \#(round)}"#.utf8) }
    }

    /// The rows of a round: a minute, a battery, and at quarter-hours the site.
    static func rows(_ round: Int64) -> [RowBatch] {
        let at = start + round * 60
        var minute = ReadingColumns()
        minute.append(
            startUTCSeconds: at,
            energyWh: [Int32(round % 100), 20, 3, ReadingColumns.missingWh, 5, 6],
            socPercent: 87,
            quality: []
        )
        let battery = DeviceReading(
            Device(.battery, "B1"),
            startUTCSeconds: at,
            seconds: 0,
            origin: "live",
            values: [.stateOfCharge: Double(round % 1000) / 10, .power: 120.5, .available: 4210]
        )
        var batches: [RowBatch] = [.minutes(.gateway, minute), .deviceReadings([battery])]
        if round % 15 == 0 {
            var quarter = ReadingColumns()
            quarter.append(startUTCSeconds: at, energyWh: [100, 300, 40, 1, 75, 90])
            batches.append(.site(.gateway, seconds: 900, quarter))
        }
        return batches
    }

    /// Keeps a round in the journal and stages it.
    @discardableResult
    func keep(_ round: Int64, in journal: LiveJournal) throws -> LivePosition? {
        let position = try journal.append(LiveHome.lines(round), utcSeconds: LiveHome.start + round * 60)
        _ = try lake.stageLive(LiveHome.rows(round), systemID: 1, staged: [position].compactMap { $0 })
        return position
    }

    /// The numbers of rounds that lines name.
    static func number(_ line: [UInt8]) -> Int64? {
        JSONValue(parsing: String(decoding: line, as: UTF8.self))?["round"]?.double.map { Int64($0) }
    }

    /// The rounds that a journal hands on.
    static func rounds(
        _ folder: LiveFolder,
        from: Int64 = .min,
        behind staged: [String: LivePosition] = [:]
    ) throws -> (rounds: [Int64], remarks: [StoreRemark]) {
        var rounds: [Int64] = []
        let remarks = try folder.read(from: from, behind: staged) { round in
            rounds += round.lines.prefix(1).compactMap(LiveHome.number)
        }
        return (rounds, remarks)
    }
}
