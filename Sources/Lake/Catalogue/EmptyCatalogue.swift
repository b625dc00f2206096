// The catalogue of a store that has just been made.

import GRDB
import Readings

extension Lake {
    static func writeEmptyCatalogue(_ path: String, dataPath: String, environment: LakeEnvironment)
        throws
    {
        let database = try LakeConnection.connect(path, isWriting: true)
        try database.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        }
        try database.write { database in
            for statement in CatalogueSchema.statements { try database.execute(sql: statement) }
            let metadata = [
                ("version", CatalogueSchema.duckLakeVersion),
                ("created_by", "Sunvigil \(environment.programVersion)"),
                ("data_path", dataPath), ("encrypted", "false"),
                // Guards that keep other programs, should they write here, from forms that we do not read.
                ("data_inlining_row_limit", "0"), ("auto_compact", "false"), ("parquet_compression", "gzip"),
                ("parquet_version", "V2"), ("hive_file_pattern", "false"),
            ]
            for (key, value) in metadata {
                try database.execute(
                    sql: "INSERT INTO ducklake_metadata VALUES (?, ?, NULL, NULL)",
                    arguments: [key, value]
                )
            }
            let now = CatalogueTime.text(microseconds: environment.nowMicroseconds())
            try database.execute(
                sql: "INSERT INTO ducklake_snapshot VALUES (0, ?, 0, 1, 0)",
                arguments: [now]
            )
            try database.execute(
                sql:
                    "INSERT INTO ducklake_snapshot_changes VALUES (0, 'created_schema:\"main\"', NULL, NULL, NULL)"
            )
            try database.execute(
                sql: "INSERT INTO ducklake_schema VALUES (0, ?, 0, NULL, 'main', 'main/', 1)",
                arguments: [environment.makeUUID()]
            )
            try database.execute(
                sql: "INSERT INTO sunvigil_meta VALUES ('store_version', ?)",
                arguments: ["\(CatalogueSchema.storeVersion)"]
            )
            try database.execute(sql: "INSERT INTO sunvigil_meta VALUES ('told_run', '0')")
            var change = try SnapshotChange(database, environment: environment)
            for table in LakeTable.all { try change.createTable(table) }
            try change.createView(EnergyView.name, sql: EnergyView.sql)
            try change.finish(message: "store made", extra: nil)
        }
        try database.writeWithoutTransaction { database in
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try database.close()
    }
}
