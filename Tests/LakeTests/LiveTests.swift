// Rows that come one by one, and their way into segments.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

@Suite("live rows")
struct LiveTests {
    private let folder: ScratchFolder
    private let lake: LakeWriter
    private let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
    private let start: Int64 = 1_735_689_600

    init() throws {
        folder = try ScratchFolder()
        lake = try LakeStore(path: folder.path + "/s", environment: LakeEnvironment(programVersion: "0"))
            .writerOrNew()
        try lake.makeSite()
    }

    private func columns(_ rows: Range<Int64>, _ produced: Int32) -> ReadingColumns {
        var columns = ReadingColumns()
        for row in rows {
            columns.append(startUTCSeconds: start + row * 900, energyWh: [produced, 1, 1, 1, 1, 1])
        }
        return columns
    }

    private func produced() throws -> Int64 {
        try lake.readings(systemID: 1)[key]?.total(.produced).value ?? 0
    }

    private func daily() throws -> Int64 {
        try lake.days(systemID: 1)[key]?.days.reduce(0) { $0 + $1.energyWh[0] } ?? 0
    }

    @Test(
        "staged rows are seen by every reader, later ones win, a flush moves them in one commit and loses none"
    )
    func flush() throws {
        try lake.stage([key: columns(0..<10, 5)])
        try lake.stage([key: columns(8..<12, 7)])
        #expect(try produced() == 8 * 5 + 4 * 7 && daily() == produced())
        #expect(try lake.segments(table: "site_interval").isEmpty && lake.liveRowCount() == 12)
        #expect(try lake.flush { _, _ in } == 12)
        #expect(try produced() == 68 && daily() == 68 && lake.liveRowCount() == 0)
        #expect(try lake.segments(table: "site_interval").map(\.rowCount) == [12])
        #expect(try lake.flush { _, _ in } == 0)
        try lake.stage([key: columns(11..<13, 9)])
        #expect(try produced() == 8 * 5 + 3 * 7 + 2 * 9)
        #expect(try lake.missingRows(systemID: 1).isEmpty)
        try lake.stage([key: columns(20..<21, 1)])
        #expect(try lake.missingRows(systemID: 1).map(\.rowCount) == [7])
        #expect(try lake.flush { _, _ in } == 3)
        #expect(try lake.missingRows(systemID: 1).map(\.rowCount) == [7])
        #expect(try lake.verify().damages == [])
    }

    @Test("a flush can be undone, and rows of one that stays survive the undo of another")
    func undo() throws {
        try lake.stage([key: columns(0..<4, 5)])
        _ = try lake.flush { _, _ in }
        try lake.stage([key: columns(2..<6, 8)])
        _ = try lake.flush { _, _ in }
        #expect(try produced() == 2 * 5 + 4 * 8)
        _ = try lake.undo(importID: 2) { _, _ in }
        #expect(try produced() == 20 && daily() == 20)
        #expect(try lake.verify().damages == [])
    }

    @Test("rollups are read as they were written, whatever days hold, and a flipped bit is seen")
    func rollups() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<40 {
            var rows = ReadingColumns()
            var at = start
            for _ in 0..<Int.random(in: 1..<3_000, using: &random) {
                at += 900 * Int64([1, 1, 1, 1, 1, 1, 1, 300].randomElement(using: &random) ?? 1)
                let energies = (0..<6).map { _ -> Int32 in
                    Int.random(in: 0..<30, using: &random) == 0
                        ? ReadingColumns.missingWh : Int32.random(in: -9...9_999, using: &random)
                }
                rows.append(
                    startUTCSeconds: at,
                    energyWh: energies,
                    quality: Int.random(in: 0..<9, using: &random) == 0 ? [.zero, .smear] : []
                )
            }
            try lake.stage([key: rows])
            let expected = DayRollup(rows, zone: .utc)
            #expect(try lake.days(systemID: 1)[key] == expected)
            _ = try lake.flush { _, _ in }
            let sum = try lake.days(systemID: 1)[key]?.days.reduce(0) { $0 + $1.rowCount }
            let rowCount = try lake.readings(systemID: 1)[key]?.rowCount
            #expect(sum == rowCount)
            let undone = try lake.imports().last?.importID ?? 0
            _ = try lake.undo(importID: undone) { _, _ in }
        }
    }
}
