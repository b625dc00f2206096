// Sites that get another name, and sites that go. Their documents stay in the store.

import GRDB
import Readings

extension LakeWriter {
    /// Gives a site another name.
    ///
    /// - Throws: `LakeError.noSite`, `.siteName`, `.siteExists` where another site is called so.
    package func renameSite(_ name: String, to newName: String) throws {
        try begin()
        defer { end() }
        let site = try site(named: name)
        try Lake.checkName(newName)
        guard try !sites().contains(where: { $0.name == newName }) else {
            throw LakeError.siteNameTaken(name: newName)
        }
        try write { database in
            try database.execute(
                sql: "UPDATE sunvigil_system SET name = ? WHERE system_id = ?",
                arguments: [newName, site.systemID]
            )
        }
        keepSites()
    }

    /// Takes a site without imports out of the store. Its number is never given again: the journal and findings keep it.
    /// What was told of it, and messages that wait, go with it.
    ///
    /// - Returns: false where it has imports that are not undone; then nothing changed.
    package func removeSite(_ site: Site) throws -> Bool {
        try begin()
        defer { end() }
        let isGone = try write { database in
            let imports = try Int64.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM sunvigil_import
                    WHERE system_id = ? AND kind IN ('import', 'live') AND undone_by IS NULL
                    """,
                arguments: [site.systemID]
            )
            guard imports == 0 else { return false }
            try database.execute(
                sql: "DELETE FROM sunvigil_system WHERE system_id = ?",
                arguments: [site.systemID]
            )
            try Lake.forgetTold(systemID: site.systemID, database)
            return true
        }
        if isGone { keepSites() }
        return isGone
    }
}
