// By which identifiers documents name the sites of a store.

import GRDB
import Readings

extension Lake {
    /// An identifier that a document bears, and the site that it is known to mean.
    package struct SiteIdentifier: Hashable, Sendable {
        /// `system_id` (the vendor's), `gateway` (its serial number) or `meter` (the utility's).
        package let kind: String
        /// The identifier.
        package let value: String
        /// The site's number.
        package let systemID: Int64
    }
}

extension LakeReader {
    /// Returns all known identifiers. A store of an older version has none.
    ///
    /// - Parameter systemID: only those of one site; nil for all.
    package func siteIdentifiers(systemID: Int64? = nil) throws -> [Lake.SiteIdentifier] {
        try read { database in
            guard try database.tableExists("sunvigil_site_identifier") else { return [] }
            return try Row.fetchAll(
                database,
                sql:
                    "SELECT kind, value, system_id FROM sunvigil_site_identifier \(systemID == nil ? "" : "WHERE system_id = ?") ORDER BY kind, value, system_id",
                arguments: systemID.map { [$0] } ?? []
            ).map {
                Lake.SiteIdentifier(
                    kind: try $0.text("kind"),
                    value: try $0.text("value"),
                    systemID: try $0.systemID()
                )
            }
        }
    }
}

extension Lake {
    /// Remembers the identifiers that an import's document bears; one that is known for the site stays as it is.
    static func learn(
        _ identifiers: [String: String],
        systemID: Int64,
        importID: Int64,
        _ database: Database
    ) throws {
        for (kind, value) in identifiers {
            try database.execute(
                sql: "INSERT OR IGNORE INTO sunvigil_site_identifier VALUES (?, ?, ?, ?)",
                arguments: [kind, value, systemID, importID]
            )
        }
    }
}
