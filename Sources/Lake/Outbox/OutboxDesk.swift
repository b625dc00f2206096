// What a planner of messages may ask, of the state that the findings have in the transaction in which it plans. Which
// messages are due is not known here.

import GRDB
import Readings

/// Says what is to be told of the findings as they are now.
///
/// It runs inside the transaction that stores them: it may ask the desk and nothing else of the store, and must not keep the
/// desk. What it throws undoes the transaction. The changes are those of the run; empty where time asks.
package typealias OutboxPlanner = (OutboxDesk, FindingChanges) throws -> OutboxPlan

/// Answers a planner's questions, all of one state. It is good for the time of the call that hands it out.
package struct OutboxDesk {
    let database: Database
    /// The version of the store: one that is only read may be of an older one.
    let version: Int

    /// Returns all findings of a site that the store keeps, closed ones too, by start and kind.
    ///
    /// - Throws: `LakeError.catalogue`, as all questions of the desk.
    package func findings(systemID: Int64) throws -> [StoredFinding] {
        try Lake.findings(database, ("WHERE system_id = ?", [systemID]), ofVersion: version)
    }

    /// Returns what a channel was told of a site, the earliest first. A store of a version below 11 says: nothing.
    package func told(channel: String, systemID: Int64) throws -> [ToldMark] {
        guard version >= Lake.firstOutboxVersion else { return [] }
        return try ToldMark.all(
            database,
            sql: "WHERE system_id = ? AND channel = ?",
            arguments: [systemID, channel]
        )
    }

    /// Returns how often findings of a site came back, by their numbers; those that never did are left out.
    package func timesBack(systemID: Int64) throws -> [Int64: Int] {
        guard version >= 3 else { return [:] }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT e.finding_id, count(*) AS times FROM sunvigil_finding f JOIN sunvigil_finding_event e USING (finding_id)
                WHERE f.system_id = ? AND e.change = ? GROUP BY e.finding_id
                """,
            arguments: [systemID, FindingEvent.Change.reopened.rawValue]
        )
        return Dictionary(
            try rows.map { (try $0.count("finding_id"), try $0.count("times")) },
            uniquingKeysWith: max
        )
    }

    /// Tells whether a site was checked in this catalogue, the check among them in whose transaction this is asked. Before,
    /// as in a catalogue that was made anew, a finding that is not there is not over.
    package func isChecked(systemID: Int64) throws -> Bool {
        guard version >= 3 else { return false }
        return try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM sunvigil_analysis WHERE system_id = ?)",
            arguments: [systemID]
        ) ?? false
    }

    /// Returns the messages that wait, of all sites and channels, in the order in which they were planned.
    package func waiting() throws -> [OutboxItem] {
        guard version >= Lake.firstOutboxVersion else { return [] }
        return try OutboxItem.all(
            database,
            sql: "WHERE state = ?",
            arguments: [OutboxItem.State.waiting.rawValue]
        )
    }
}
