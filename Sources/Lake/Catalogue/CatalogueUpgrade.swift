// How a store of an older version is brought up to this program's: a list of steps, all of them in one transaction.

import GRDB
import Readings

/// A step from one version of the catalogue to the next.
struct CatalogueUpgrade: Sendable {
    /// The version that the step makes.
    let version: Int
    /// Versions from which it is needed; nil for all older ones.
    var from: Set<Int>?
    /// Makes it.
    let apply: @Sendable (Database, LakeWriter) throws -> Void

    /// The steps, the earliest first. A golden store of every version lies in the tests.
    static let steps = [
        CatalogueUpgrade(version: 2) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion2, database)
        },
        CatalogueUpgrade(version: 3) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion3, database)
        },
        CatalogueUpgrade(version: 4) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion4, database)
        },
        CatalogueUpgrade(version: 5) { database, writer in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion5, database)
            try CatalogueUpgrade.addRollups(database, writer)
        },
        // Stores that come from before version 5 get their rollups in the form of version 6 at once.
        CatalogueUpgrade(version: 6, from: [5]) { database, writer in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion6, database)
            try CatalogueUpgrade.splitRollups(database, writer)
        },
        CatalogueUpgrade(version: 7) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion7, database)
            try CatalogueUpgrade.add(CatalogueSchema.columnsOfVersion7, database)
            try Lake.addLiveChecks(database)
        },
        CatalogueUpgrade(version: 8) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion8, database)
        },
        CatalogueUpgrade(version: 9) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion9, database)
        },
        CatalogueUpgrade(version: 10) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion10, database)
            try CatalogueUpgrade.add(CatalogueSchema.columnsOfVersion10, database)
        },
        CatalogueUpgrade(version: 11) { database, _ in
            try CatalogueUpgrade.run(CatalogueSchema.upgradeToVersion11, database)
            try CatalogueUpgrade.add(CatalogueSchema.columnsOfVersion11, database)
        },
    ]

    /// Brings a store up, where it is of an older version or lacks a table.
    ///
    /// What survives a crash: the store as it was, or as this program has it.
    static func run(_ writer: LakeWriter) throws {
        guard try isNeeded(writer) else { return }
        try writer.write { database in
            let version = Int(try storeVersion(database)) ?? 0
            try database.execute(sql: CatalogueSchema.clockTable)
            try addTables(database, writer)
            for step in steps where version < step.version && step.from?.contains(version) ?? true {
                try step.apply(database, writer)
            }
            try database.execute(
                sql: "UPDATE sunvigil_meta SET value = ? WHERE key = 'store_version'",
                arguments: ["\(CatalogueSchema.storeVersion)"]
            )
        }
        writer.connection.storeVersion = CatalogueSchema.storeVersion
    }

    private static func run(_ statements: [String], _ database: Database) throws {
        for statement in statements { try database.execute(sql: statement) }
    }

    /// Adds columns of whole numbers to side tables that lack them.
    private static func add(_ columns: [(table: String, column: String)], _ database: Database) throws {
        for (table, column) in columns
        where try !database.columns(in: table).contains(where: { $0.name == column }) {
            try database.execute(sql: "ALTER TABLE \(table) ADD COLUMN \(column) INTEGER")
        }
    }

    // MARK: Tables and the view of the lake

    /// Tells whether side tables, tables, columns or the view are missing.
    private static func isNeeded(_ writer: LakeWriter) throws -> Bool {
        try writer.read { database in
            if try storeVersion(database) != "\(CatalogueSchema.storeVersion)" { return true }
            return try lacksColumns(database) || lacksView(database)
        }
    }

    /// Makes tables of the lake that are missing, columns that are missing in one, and the view, where it is missing or another.
    private static func addTables(_ database: Database, _ writer: LakeWriter) throws {
        let lacksView = try lacksView(database)
        guard try lacksView || lacksColumns(database) else { return }
        let known = try String.fetchAll(
            database,
            sql: "SELECT table_name FROM ducklake_table WHERE end_snapshot IS NULL"
        )
        var change = try SnapshotChange(database, environment: writer.environment)
        for table in LakeTable.all {
            guard known.contains(table.name) else {
                try change.createTable(table)
                continue
            }
            let tableID = try writer.tableID(table.name, database)
            let columnCount = try columnCount(tableID, database)
            for index in columnCount..<max(columnCount, table.columns.count) {
                try change.addColumn(table.columns[index], columnID: index + 1, tableID: tableID)
            }
        }
        if lacksView { try change.createView(EnergyView.name, sql: EnergyView.sql) }
        try change.finish(message: "store upgraded", extra: nil)
    }

    private static func lacksView(_ database: Database) throws -> Bool {
        try String.fetchOne(
            database,
            sql: "SELECT sql FROM ducklake_view WHERE view_name = ? AND end_snapshot IS NULL",
            arguments: [EnergyView.name]
        ) != EnergyView.sql
    }

    private static func storeVersion(_ database: Database) throws -> String {
        try String.fetchOne(
            database,
            sql: "SELECT value FROM sunvigil_meta WHERE key = 'store_version'"
        ) ?? "0"
    }

    private static func columnCount(_ tableID: Int64, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM ducklake_column WHERE table_id = ? AND end_snapshot IS NULL",
            arguments: [tableID]
        ) ?? 0
    }

    /// Tells whether a table of the lake or a column of one is missing.
    private static func lacksColumns(_ database: Database) throws -> Bool {
        try LakeTable.all.contains { table in
            let sql = "SELECT table_id FROM ducklake_table WHERE table_name = ? AND end_snapshot IS NULL"
            guard let tableID = try Int64.fetchOne(database, sql: sql, arguments: [table.name]) else {
                return true
            }
            return try columnCount(tableID, database) < table.columns.count
        }
    }

    // MARK: Rollups

    /// Makes the rollups of all segments that are there.
    private static func addRollups(_ database: Database, _ writer: LakeWriter) throws {
        let zones = SystemZones(
            sites: try Lake.sites(database, path: writer.cataloguePath),
            environment: writer.environment
        )
        let files = try Row.fetchAll(
            database,
            sql: """
                SELECT f.data_file_id, f.path FROM sunvigil_file f JOIN ducklake_data_file USING (data_file_id)
                WHERE f.path LIKE 'site_interval/%'
                """
        )
        for row in files {
            let path = writer.dataPath + "main/" + (try row.text("path"))
            let fileID: Int64 = try row.count("data_file_id")
            for rollup in try SegmentCodec.rollups(try SegmentCodec.reader(path), path, zones: zones) {
                try SnapshotChange.insert(rollup, fileID: fileID, database)
            }
        }
    }

    /// Gives the rollups of version 5 their form of version 6.
    private static func splitRollups(_ database: Database, _ writer: LakeWriter) throws {
        let rollups =
            "SELECT data_file_id, system_id, source, seconds, row_group, days FROM sunvigil_rollup_5"
        for rollup in try Row.fetchAll(database, sql: rollups) {
            try SnapshotChange.insert(
                try writer.rollupRow(rollup),
                fileID: try rollup.count("data_file_id"),
                database
            )
        }
        try database.execute(sql: "DROP TABLE sunvigil_rollup_5")
    }
}
