// Forgetting past states of the store, and removing the files that only they needed.

import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Lake {
    /// What an expiry did.
    package struct Expiry: Sendable, Equatable {
        /// Snapshots that can no longer be read.
        package var snapshots = 0
        /// Files that wait for `cleanup`.
        package var scheduledFiles = 0
        /// Bytes of these files.
        package var scheduledBytes: Int64 = 0
    }
}

extension LakeWriter {
    /// Forgets the states of the store before an instant; the state at that instant and all later ones stay readable.
    ///
    /// Messages that went, failed or were merged are forgotten after 400 days, whatever the instant.
    ///
    /// What survives a crash: one transaction, and one for the messages. Files stay until `cleanup`: a reader may still be at them.
    ///
    /// - Throws: `LakeError`.
    package func expire(beforeMicroseconds instant: Int64) throws -> Lake.Expiry {
        try begin()
        defer { end() }
        try forgetMessages()
        guard let kept = try snapshot(atMicroseconds: instant) else { return Lake.Expiry() }
        let now = CatalogueTime.text(microseconds: environment.nowMicroseconds())
        return try write { database in
            var result = Lake.Expiry()
            result.snapshots =
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM ducklake_snapshot WHERE snapshot_id < ?",
                    arguments: [kept]
                ) ?? 0
            let files = try Row.fetchAll(
                database,
                sql: """
                    SELECT d.data_file_id, d.file_size_bytes, t.table_name || '/' || d.path AS path
                    FROM ducklake_data_file d JOIN ducklake_table t USING (table_id)
                    WHERE d.end_snapshot <= ? AND d.path_is_relative = 1
                    """,
                arguments: [kept]
            )
            for file in files {
                let fileID: Int64 = try file.count("data_file_id")
                try database.execute(
                    sql: "INSERT INTO ducklake_files_scheduled_for_deletion VALUES (?, ?, 1, ?)",
                    arguments: [fileID, "main/" + (try file.text("path")), now]
                )
                for table in [
                    "ducklake_file_column_stats", "ducklake_file_partition_value", "ducklake_data_file",
                    "sunvigil_file", "sunvigil_rollup",
                ] {
                    try database.execute(
                        sql: "DELETE FROM \(table) WHERE data_file_id = ?",
                        arguments: [fileID]
                    )
                }
                result.scheduledFiles += 1
                result.scheduledBytes += try file.count("file_size_bytes") as Int64
            }
            for table in ["ducklake_snapshot", "ducklake_snapshot_changes", "sunvigil_clock"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE snapshot_id < ?", arguments: [kept])
            }
            return result
        }
    }

    /// Removes the files that were scheduled before an instant.
    ///
    /// What survives a crash: a file is removed before its row; a row whose file is gone is removed next time.
    ///
    /// - Returns: how many files were removed, and their bytes.
    package func cleanUp(scheduledBeforeMicroseconds instant: Int64) throws -> (files: Int, bytes: Int64) {
        try begin()
        defer { end() }
        let rows = try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT data_file_id, path, schedule_start FROM ducklake_files_scheduled_for_deletion"
            )
        }
        // A file that a segment names is never removed, whatever the list says.
        let named = try read { database in
            Set(
                try String.fetchAll(
                    database,
                    sql: """
                        SELECT t.table_name || '/' || d.path FROM ducklake_data_file d JOIN ducklake_table t USING (table_id)
                        UNION SELECT path FROM sunvigil_file
                        """
                ).map { "main/" + $0 }
            )
        }
        var count = 0
        var bytes: Int64 = 0
        var done: [Int64] = []
        for row in rows {
            let fileID: Int64 = try row.count("data_file_id")
            guard let at = CatalogueTime.microseconds(try row.text("schedule_start")), at <= instant else {
                continue
            }
            let name = try row.text("path")
            // A path that leads out of the data folder is not ours to remove.
            guard name.hasPrefix("main/"), !name.contains(".."), !named.contains(name) else { continue }
            let path = dataPath + name
            bytes += (try? SystemCall.byteCount(path)) ?? 0
            guard unlink(path) == 0 || errno == ENOENT else {
                throw LakeError.system(operation: "remove", path: path, code: errno)
            }
            count += 1
            done.append(fileID)
        }
        let removed = done
        try write { database in
            for fileID in removed {
                try database.execute(
                    sql: "DELETE FROM ducklake_files_scheduled_for_deletion WHERE data_file_id = ?",
                    arguments: [fileID]
                )
            }
        }
        return (count, bytes)
    }
}
