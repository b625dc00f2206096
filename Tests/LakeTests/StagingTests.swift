// Rows of every table that come one by one: keyed, seen by all readers, flushed in one commit, whole or told as damaged.

import Foundation
import GRDB
import Lake
import Readings
import TestSupport
import Testing

@Suite("staging of every table")
struct StagingTests {
    private let folder: ScratchFolder
    private let lake: LakeWriter
    private let start: Int64 = 1_735_689_600

    init() throws {
        folder = try ScratchFolder()
        lake = try LakeStore(path: folder.path + "/s", environment: LakeEnvironment(programVersion: "0"))
            .writerOrNew()
        try lake.makeSite()
    }

    private func reading(_ slot: Int64, _ values: [Quantity: Double]) -> DeviceReading {
        DeviceReading(
            Device(.battery, "B1"),
            startUTCSeconds: start + slot * 900,
            seconds: 900,
            origin: "live",
            values: values
        )
    }

    /// A row of each table.
    private func batches(_ slot: Int64) -> [RowBatch] {
        let at = start + slot * 900
        var columns = ReadingColumns()
        columns.append(startUTCSeconds: at, energyWh: [5, 1, 1, 1, 1, 1])
        let state = DeviceState(
            Device(.gateway, "G"),
            atUTCSeconds: at,
            origin: "live",
            lastReportUTCSeconds: at,
            properties: [.firmware: "8.2 \"x\""]
        )
        let event = SiteEvent(
            .clockSkewed,
            Device(.gateway, "G"),
            startUTCSeconds: at,
            endUTCSeconds: nil,
            origin: "live",
            code: "",
            text: "naïve | text"
        )
        let utility = UtilityInterval(
            meter: "m",
            startUTCSeconds: at,
            seconds: 900,
            importWh: 7,
            exportWh: nil,
            netWh: nil,
            quality: []
        )
        return [
            .site(.gateway, seconds: 900, columns),
            .deviceReadings([reading(slot, [.stateOfCharge: 98.7])]),
            .deviceStates([state]),
            .events([event]),
            .utility([utility]),
        ]
    }

    private func stage(_ batches: [RowBatch]) throws {
        try lake.stage(batches, systemID: 1, source: .gateway)
    }

    private struct Seen: Equatable {
        var rows = 0
        var levels: [Double?] = []
        var firmware: [String?] = []
        var events: [String] = []
        var imports: [Int64?] = []
        var series = 0
    }

    private func seen(_ lake: some LakeReader) throws -> Seen {
        Seen(
            rows: try lake.readings(systemID: 1).values.reduce(0) { $0 + $1.rowCount },
            levels: try lake.deviceReadings(systemID: 1).map { $0.record.values[.stateOfCharge] },
            firmware: try lake.deviceStates(systemID: 1).map { $0.record.properties[.firmware] },
            events: try lake.siteEvents(systemID: 1).map(\.record.text),
            imports: try lake.utilityIntervals(systemID: 1).map(\.record.importWh),
            series: try lake.deviceSeries(systemID: 1).reduce(0) { $0 + $1.startUTCSeconds.count }
        )
    }

    @Test(
        "rows of every table are seen while they wait, moved by a flush in one commit, and the same behind it"
    )
    func everyTable() throws {
        for slot in 0..<3 as Range<Int64> { try stage(batches(slot)) }
        let waiting = try seen(lake)
        #expect(waiting.rows == 3 && waiting.levels == [98.7, 98.7, 98.7] && waiting.series == 3)
        #expect(waiting.firmware.count == 3 && waiting.events.count == 3 && waiting.imports == [7, 7, 7])
        #expect(try lake.liveRowCount() == 15)
        #expect(try seen(LakeStore(path: lake.path, environment: lake.environment).snapshot()) == waiting)
        let before = try lake.newestSnapshot()
        #expect(try lake.flush { _, _ in } == 15)
        #expect(try lake.newestSnapshot() == before + 1 && lake.liveRowCount() == 0)
        #expect(try seen(lake) == waiting)
        #expect(try lake.at(snapshot: before).deviceReadings(systemID: 1).isEmpty)
        // A row that comes again is laid over the one in a segment, and over the one that waits.
        try stage([.deviceReadings([reading(1, [.charged: 12])])])
        try stage([.deviceReadings([reading(1, [.stateOfCharge: 50])])])
        let rows = try lake.deviceReadings(systemID: 1)
        #expect(rows.count == 3 && rows[1].record.values == [.stateOfCharge: 50, .charged: 12])
        #expect(try lake.flush { _, _ in } == 1)
        #expect(try lake.deviceReadings(systemID: 1).map(\.record.values) == rows.map(\.record.values))
        #expect(try lake.verify().damages == [])
    }

    @Test("a flush of records can be undone, and what stays is made again from the kept rows")
    func undo() throws {
        try stage(batches(0))
        _ = try lake.flush { _, _ in }
        try stage(batches(1))
        _ = try lake.flush { _, _ in }
        let entries = try lake.imports().filter { $0.kind == "live" }
        #expect(entries.count == 10)
        let second = try #require(entries.dropFirst(5).first { $0.sourceName.contains("device_reading") })
        _ = try lake.undo(importID: second.importID) { _, _ in }
        #expect(try seen(lake).levels == [98.7])
        #expect(try seen(lake).events.count == 2)
    }

    @Test(
        "rows of two sources of one table are moved whole, also where a later capture makes their months anew"
    )
    func laterCapture() throws {
        // A document from a clock that was ahead: what is flushed counts as captured before it.
        var staging = DocumentStaging(
            store: lake.folders,
            sourceName: "ahead",
            systemID: 1,
            capturedUTCSeconds: 4_000_000_000
        )
        try staging.keep(Array("ahead".utf8)[...])
        let ahead = [reading(9, [.charged: 1])]
        try staging.add(.deviceReadings(ahead), source: .enlightenWeb)
        let replay: Lake.Replay = { _, sink in try sink(.deviceReadings(ahead), .enlightenWeb) }
        var batch = try ImportBatch(lake: lake, replay: replay)
        _ = try batch.add(try staging.finish())
        _ = try batch.commit()
        try lake.stage([.deviceReadings([reading(1, [.charged: 2])])], systemID: 1, source: .gateway)
        try lake.stage([.deviceReadings([reading(2, [.charged: 3])])], systemID: 1, source: .owner)
        try lake.stage([.events([])], systemID: 1, source: .gateway)
        let before = try lake.deviceReadings(systemID: 1).map(\.record.startUTCSeconds).sorted()
        #expect(before.count == 3)
        #expect(try lake.flush(replay: replay) == 2)
        #expect(try lake.deviceReadings(systemID: 1).map(\.record.startUTCSeconds).sorted() == before)
        #expect(try lake.liveRowCount() == 0 && lake.verify().damages == [])
    }

    @Test("a row that no table or source takes stops the flush, and stays")
    func oddSource() throws {
        try stage(batches(0))
        let database = try DatabaseQueue(path: lake.path + "/catalog.sqlite")
        try database.write {
            try $0.execute(sql: "UPDATE sunvigil_live_record SET table_name = 'from_tomorrow'")
        }
        try database.close()
        #expect(throws: LakeError.self) { try lake.flush() }
        #expect(try lake.liveRowCount() == 5)
    }

    @Test("a staged row that is not as it was written is told, and read by nobody as true")
    func damage() throws {
        try stage(batches(0))
        let database = try DatabaseQueue(path: lake.path + "/catalog.sqlite")
        try database.write {
            try $0.execute(
                sql: "UPDATE sunvigil_live_record SET row_values = replace(row_values, '98.7', '12.5')"
            )
        }
        try database.close()
        #expect(throws: LakeError.self) { try lake.deviceReadings(systemID: 1) }
        #expect(try lake.verify().damages.contains { $0.contains("staged row") })
    }

    @Test("a catalogue that is made anew keeps the rows that wait")
    func rebuild() throws {
        try stage(batches(1))
        _ = try lake.flush { _, _ in }
        try stage(batches(0))
        let before = try seen(lake)
        lake.release()
        _ = try Lake.rebuild(path: lake.path, environment: lake.environment)
        #expect(try seen(LakeStore(path: lake.path, environment: lake.environment).snapshot()) == before)
    }

    /// Not a test of time: `SUNVIGIL_STAGING=10000` prints what the first and the last calls cost, for benchmarks/README.md.
    @Test(
        "staging takes rows one by one",
        .enabled(if: ProcessInfo.processInfo.environment["SUNVIGIL_STAGING"] != nil)
    )
    func cost() throws {
        let count = Int64(ProcessInfo.processInfo.environment["SUNVIGIL_STAGING"] ?? "") ?? 1000
        var times: [Double] = []
        for slot in 0..<count {
            let began = clock()
            try stage(batches(slot))
            times.append(Double(clock() - began) / Double(CLOCKS_PER_SEC) * 1e6)
        }
        let part = max(1, Int(count) / 10)
        for begin in stride(from: 0, to: times.count, by: part) {
            let own = times[begin..<min(begin + part, times.count)].sorted()
            print(
                "calls \(begin)…: median \(Int(own[own.count / 2])) us CPU, mean \(Int(own.reduce(0, +)) / own.count)"
            )
        }
        #expect(try lake.liveRowCount() == Int(count) * 5)
    }
}
