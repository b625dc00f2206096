// What was fitted from all of a site's history and is kept, so that two pages never say two things. What a fit means is the
// business of those who fit.

import GRDB
import Readings

extension LakeReader {
    /// Returns what was kept for a site under a name; nil where nothing was, and in a store of a version below 9.
    ///
    /// - Throws: `LakeError`.
    package func fit(_ name: String, systemID: Int64) throws -> JSONValue? {
        guard storeVersion >= 9 else { return nil }
        return try read { database in
            try String.fetchOne(
                database,
                sql: "SELECT value FROM sunvigil_fit WHERE system_id = ? AND name = ?",
                arguments: [systemID, name]
            )
        }.map { .raw($0) }
    }
}

extension LakeWriter {
    /// Keeps a fit of a site under a name, in the place of an older one.
    ///
    /// - Parameter value: a JSON object.
    /// - Throws: `LakeError`.
    package func keep(fit value: JSONValue, _ name: String, systemID: Int64) throws {
        let now = environment.nowMicroseconds()
        try write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO sunvigil_fit VALUES (?, ?, ?, ?)",
                arguments: [systemID, name, value.compact, now]
            )
        }
    }
}
