// The tables other than site_interval: the same guarantees as for intervals.

import Foundation
import GRDB
import Lake
import Readings
import TestSupport
import Testing

private let start: Int64 = 1_735_689_600

private func intervals(_ slots: Range<Int64>, importWh: Int64, meter: String = "m") -> [UtilityInterval] {
    slots.map {
        UtilityInterval(
            meter: meter,
            startUTCSeconds: start + $0 * 900,
            seconds: 900,
            importWh: importWh,
            exportWh: $0
        )
    }
}

/// A store whose documents are lists of records.
private struct Fixture {
    let folder: ScratchFolder
    let lake: LakeWriter
    var documents: [String: [RowBatch]] = [:]

    init() throws {
        folder = try ScratchFolder()
        lake = try LakeStore(path: folder.path + "/s", environment: LakeEnvironment(programVersion: "0"))
            .writerOrNew()
        for name in ["a", "b"] { try lake.makeSite(name) }
    }

    mutating func add(_ name: String, _ rows: [RowBatch], captured: Int64, site: Int64 = 1) throws
        -> (importID: Int64, changes: RowChanges)
    {
        documents[name] = rows
        var staging = DocumentStaging(
            store: lake.folders,
            sourceName: name,
            systemID: site,
            capturedUTCSeconds: captured
        )
        try staging.keep(Array(name.utf8)[...])
        for part in rows { try staging.add(part, source: .utility) }
        var document = try staging.finish()
        document.identifiers = ["gateway": name]
        var batch = try ImportBatch(lake: lake, replay: replay())
        let (importID, found) = try batch.add(document)
        guard let changes = found else { throw LakeError.noImport(id: 0) }
        _ = try batch.commit()
        return (importID, changes)
    }

    func replay() -> Lake.Replay {
        let documents = documents
        return { record, sink in
            for rows in documents[record.sourceName] ?? [] { try sink(rows, .utility) }
        }
    }

    func importWh(_ site: Int64 = 1) throws -> Int64 {
        try lake.utilityIntervals(systemID: site).reduce(0) { $0 + ($1.record.importWh ?? 0) }
    }
}

@Suite("record tables")
struct RecordTests {
    @Test("every record comes back as it went in, from all tables at once")
    func roundTrip() throws {
        var fixture = try Fixture()
        let reading = DeviceReading(
            Device(.inverter, "1234"),
            startUTCSeconds: start,
            seconds: 300,
            origin: "x",
            values: [.power: -0.5, .lifetime: 1_193_046.47, .devicesReporting: 3]
        )
        let bare = DeviceReading(
            Device(.battery, ""),
            startUTCSeconds: start + 40 * 86_400,
            origin: "y",
            values: [:]
        )
        let state = DeviceState(
            Device(.battery, "9"),
            atUTCSeconds: start - 1,
            origin: "z",
            lastReportUTCSeconds: 0,
            properties: [.state: "ENCHG_STATE_READY", .note: "ü"]
        )
        let event = SiteEvent(
            .cloudSilent,
            .site,
            startUTCSeconds: start,
            origin: "home",
            text: "54.7 days"
        )
        let bill = Bill(
            start: try #require(CivilDate("2025-03-11")),
            end: try #require(CivilDate("2025-04-09")),
            importWh: 402_000,
            netExportWh: -25_000,
            isEstimated: true,
            importRead: 12_345.5,
            currency: "EUR"
        )
        let interval = UtilityInterval(
            meter: "…1-00",
            startUTCSeconds: start,
            seconds: 1800,
            netWh: -7,
            quality: [.estimated, .ambiguous]
        )
        _ = try fixture.add(
            "all",
            [
                RowBatch.deviceReadings([reading, bare]),
                RowBatch.deviceStates([state]),
                RowBatch.events([event]),
                RowBatch.utility([interval]),
                RowBatch.bills([bill]),
            ],
            captured: 1
        )
        #expect(
            try Set(fixture.lake.deviceReadings(systemID: 1).map(\.record.device)) == [
                reading.device, bare.device,
            ]
        )
        #expect(try fixture.lake.deviceReadings(systemID: 1).map(\.record).contains(reading))
        #expect(try fixture.lake.deviceReadings(systemID: 1).map(\.record).contains(bare))
        #expect(try fixture.lake.deviceStates(systemID: 1).map(\.record) == [state])
        #expect(try fixture.lake.siteEvents(systemID: 1).map(\.record) == [event])
        #expect(try fixture.lake.utilityIntervals(systemID: 1).map(\.record) == [interval])
        #expect(try fixture.lake.bills(systemID: 1).map(\.record) == [bill])
        #expect(try fixture.lake.bills(systemID: 2).isEmpty)
        let check = try fixture.lake.verify()
        #expect(check.damages.isEmpty && check.segmentCount == 6, "\(check.damages)")
        #expect(try fixture.lake.siteIdentifiers().map(\.value) == ["all"])
    }

    @Test("a later capture wins, an earlier one fills, and undo gives back what was before")
    func captures() throws {
        var fixture = try Fixture()
        let first = try fixture.add(
            "first",
            [.utility(intervals(0..<4000, importWh: 10))],
            captured: 100
        )
        #expect(first.changes.new == 4000)
        // The other site's rows lie in the same segments.
        _ = try fixture.add(
            "other",
            [.utility(intervals(0..<10, importWh: 1))],
            captured: 100,
            site: 2
        )
        let later = try fixture.add(
            "later",
            [.utility(intervals(3990..<4010, importWh: 30))],
            captured: 300
        )
        #expect(later.changes.new == 10 && later.changes.changed == 10)
        let revised = later.changes.revisions.values.reduce(0) { $0 + $1.after.value - $1.before.value }
        #expect(revised == 200)
        // Older than both in capture: it may only fill.
        let old = try fixture.add(
            "old",
            [.utility(intervals(3980..<4020, importWh: 70))],
            captured: 50
        )
        #expect(old.changes.new == 10 && old.changes.changed == 0 && old.changes.same == 30)
        #expect(try fixture.importWh() == 3990 * 10 + 20 * 30 + 10 * 70)
        _ = try fixture.lake.undo(importID: later.importID, replay: fixture.replay())
        #expect(try fixture.importWh() == 4000 * 10 + 20 * 70)
        _ = try fixture.lake.undo(importID: old.importID, replay: fixture.replay())
        _ = try fixture.lake.undo(importID: first.importID, replay: fixture.replay())
        #expect(try fixture.importWh() == 0)
        #expect(try fixture.importWh(2) == 10)
        #expect(try fixture.lake.siteIdentifiers().map(\.value) == ["other"])
        let check = try fixture.lake.verify()
        #expect(check.damages.isEmpty, "\(check.damages)")
    }

    @Test("of one key in one document the last row wins, and what it lacks stays")
    func duplicates() throws {
        var fixture = try Fixture()
        let device = Device(.battery, "1")
        let rows = [
            DeviceReading(device, startUTCSeconds: 5, origin: "o", values: [.power: 1, .stateOfCharge: 50]),
            DeviceReading(device, startUTCSeconds: 4, origin: "o", values: [.power: 9]),
            DeviceReading(device, startUTCSeconds: 5, origin: "o", values: [.power: 2]),
        ]
        _ = try fixture.add("d", [.deviceReadings(rows)], captured: 1)
        let stored = try fixture.lake.deviceReadings(systemID: 1).map(\.record)
        #expect(stored.map(\.startUTCSeconds) == [4, 5])
        #expect(stored[1].values == [.power: 2, .stateOfCharge: 50])
    }

    @Test("a store of version 1 is brought up to date when it is opened for writing, and reads before")
    func upgrade() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/s"
        let environment = LakeEnvironment(programVersion: "0")
        var key: SeriesKey
        do {
            let lake = try LakeStore(path: path, environment: environment).writerOrNew()
            try lake.makeSite()
            key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
            var staging = DocumentStaging(
                store: lake.folders,
                sourceName: "x",
                systemID: 1,
                capturedUTCSeconds: 1
            )
            var columns = ReadingColumns()
            columns.append(startUTCSeconds: start, energyWh: [1, 2, 3, 4, 5, 6])
            try staging.keep([1])
            try staging.add(.site(key.source, seconds: key.seconds, columns), source: key.source)
            var batch = try ImportBatch(lake: lake) { _, _ in }
            _ = try batch.add(try staging.finish())
            _ = try batch.commit()
        }
        try downgrade(path + "/catalog.sqlite")
        let reader = try LakeStore(path: path, environment: environment).snapshot()
        #expect(try reader.bills(systemID: 1).isEmpty)
        #expect(try reader.readings(systemID: 1)[key]?.rowCount == 1)
        #expect(try reader.verify().damages == [] && reader.history(systemID: nil, interval: nil).count == 1)
        #expect(try reader.analysisMark(systemID: 1) == nil)
        let writer = try LakeStore(path: path, environment: environment).writer()
        #expect(try writer.readings(systemID: 1)[key]?.rowCount == 1)
        #expect(try writer.dailyTemperatures(systemID: 1).isEmpty && writer.sites()[0].array == nil)
        let check = try writer.verify()
        #expect(check.damages.isEmpty, "\(check.damages)")
        let outcome = try writer.undo(importID: 1) { _, _ in }
        #expect(outcome.rowsRemoved == 1)
        #expect(try writer.segments(table: "utility_interval").isEmpty)
    }

    @Test("a column that a later program added is added to an older store; its old rows read as missing")
    func newColumn() throws {
        var fixture = try Fixture()
        let device = Device(.inverter, "1")
        func reading(_ at: Int64, _ values: [Quantity: Double]) -> [RowBatch] {
            [.deviceReadings([DeviceReading(device, startUTCSeconds: at, origin: "o", values: values)])]
        }
        _ = try fixture.add("old", reading(start, [.power: 1]), captured: 1)
        let path = fixture.folder.path + "/s"
        let database = try DatabaseQueue(path: path + "/catalog.sqlite")
        try database.write {
            try $0.execute(sql: "DELETE FROM ducklake_column WHERE column_name = 'reporting_delay_s'")
        }
        try database.close()
        let count = try fixture.lake.newestSnapshot()
        let again = try LakeStore(path: path, environment: LakeEnvironment(programVersion: "0")).snapshot()
        #expect(try again.newestSnapshot() == count)
        let folder = fixture.folder
        _ = consume fixture
        let writer = try LakeStore(path: path, environment: LakeEnvironment(programVersion: "0")).writer()
        #expect(try writer.newestSnapshot() == count + 1)
        #expect(try writer.deviceReadings(systemID: 1).map(\.record.values) == [[.power: 1]])
        #expect(try writer.verify().damages.isEmpty)
        _ = folder
    }

    @Test("rollups of a store of version 5 get their index, and old ones are read before")
    func upgradeOfRollups() throws {
        let fixture = try Fixture()
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
        var columns = ReadingColumns()
        for row in [0, 1, 4] {
            columns.append(startUTCSeconds: start + Int64(row) * 900, energyWh: [1, 2, 3, 4, 5, 6])
        }
        var staging = DocumentStaging(
            store: fixture.lake.folders,
            sourceName: "x",
            systemID: 1,
            capturedUTCSeconds: 1
        )
        try staging.keep([1])
        try staging.add(.site(key.source, seconds: key.seconds, columns), source: key.source)
        do {
            // The batch holds the store open.
            var batch = try ImportBatch(lake: fixture.lake) { _, _ in }
            _ = try batch.add(try staging.finish())
            _ = try batch.commit()
        }
        let path = fixture.folder.path + "/s"
        let environment = LakeEnvironment(programVersion: "0")
        let gaps = try fixture.lake.missingRows()
        #expect(gaps.map(\.rowCount) == [2])
        let folder = fixture.folder
        _ = consume fixture
        try? FileManager.default.removeItem(atPath: path + "/catalog.seal")
        let database = try DatabaseQueue(path: path + "/catalog.sqlite")
        try database.write { database in
            for statement in [
                "ALTER TABLE sunvigil_rollup RENAME TO new", "DROP INDEX sunvigil_rollup_series",
                """
                CREATE TABLE sunvigil_rollup(
                    data_file_id INTEGER NOT NULL, system_id INTEGER NOT NULL, source INTEGER NOT NULL,
                    seconds INTEGER NOT NULL, row_group INTEGER NOT NULL, days BLOB NOT NULL,
                    PRIMARY KEY(data_file_id, system_id, source, seconds)) STRICT, WITHOUT ROWID
                """,
                """
                INSERT INTO sunvigil_rollup
                    SELECT data_file_id, system_id, source, seconds, row_group, days FROM new
                """,
                "DROP TABLE new", "UPDATE sunvigil_meta SET value = '5' WHERE key = 'store_version'",
            ] { try database.execute(sql: statement) }
        }
        try database.close()
        let old = try LakeStore(path: path, environment: environment).snapshot()
        #expect(try old.missingRows() == gaps)
        #expect(try old.days().count == 1)
        #expect(try old.verify().damages == [])
        let new = try LakeStore(path: path, environment: environment).writer()
        #expect(try new.missingRows() == gaps)
        #expect(try new.days().count == 1)
        #expect(try new.verify().damages == [])
        _ = folder
    }

    /// Makes the catalogue what the first version wrote.
    private func downgrade(_ catalogue: String) throws {
        // A program of that version knew no seal.
        try FileManager.default.removeItem(
            atPath: (catalogue as NSString).deletingLastPathComponent + "/catalog.seal"
        )
        let database = try DatabaseQueue(path: catalogue)
        try database.write { database in
            let statements = [
                "DELETE FROM ducklake_column WHERE table_id > (SELECT min(table_id) FROM ducklake_table)",
                "DELETE FROM ducklake_table WHERE table_name <> 'site_interval'",
                "ALTER TABLE sunvigil_import_month RENAME TO old",
                """
                CREATE TABLE sunvigil_import_month(
                    import_id INTEGER NOT NULL, system_id INTEGER NOT NULL, source INTEGER NOT NULL,
                    seconds INTEGER NOT NULL, month TEXT NOT NULL, rows INTEGER NOT NULL,
                    PRIMARY KEY(import_id, system_id, source, seconds, month)) STRICT, WITHOUT ROWID
                """,
                """
                INSERT INTO sunvigil_import_month
                    SELECT import_id, system_id, source, seconds, month, rows FROM old
                """,
                "DROP TABLE old", "DROP TABLE sunvigil_site_identifier", "DROP TABLE sunvigil_finding_event",
                "DROP TABLE sunvigil_analysis", "ALTER TABLE sunvigil_finding DROP COLUMN sureness",
                "ALTER TABLE sunvigil_finding DROP COLUMN closed_by",
                "ALTER TABLE sunvigil_finding DROP COLUMN acknowledged_us",
                "ALTER TABLE sunvigil_finding DROP COLUMN note",
                "ALTER TABLE sunvigil_finding DROP COLUMN muted_until_us",
                "ALTER TABLE sunvigil_system DROP COLUMN tilt_deg",
                "ALTER TABLE sunvigil_system DROP COLUMN azimuth_deg",
                "DROP TABLE sunvigil_rollup", "DROP TABLE sunvigil_live_site_interval",
                "ALTER TABLE sunvigil_import DROP COLUMN rows_late",
                "ALTER TABLE sunvigil_revision DROP COLUMN filled_rows",
                "ALTER TABLE sunvigil_revision DROP COLUMN filled_wh",
                "ALTER TABLE sunvigil_file RENAME COLUMN period TO month",
                "UPDATE sunvigil_file SET path = replace(path, 'site_interval/', '')",
                "UPDATE sunvigil_meta SET value = '1' WHERE key = 'store_version'",
            ]
            for statement in statements { try database.execute(sql: statement) }
        }
        try database.close()
    }
}
