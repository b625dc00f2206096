// What each import brought: new rows, late ones, holes filled, values corrected.

import GRDB
import Readings

extension Lake {
    /// What one entry of the journal did.
    package struct HistoryEntry: Sendable, Equatable {
        /// The entry.
        package let record: ImportRecord
        /// New rows that lie before rows that were there: they came late.
        package let rowsLate: Int
        /// What changed, by quantity as `produced`.
        package let quantities: [Quantity]

        /// What changed of a quantity.
        package struct Quantity: Sendable, Equatable {
            /// The channel, or the column of another table without its unit.
            package let name: String
            /// Rows that stood for no data and got a value.
            package let filledRows: Int
            /// Their energy, Wh.
            package let filledWh: Int64
            /// Rows whose value was corrected.
            package let correctedRows: Int
            /// By how much the corrections changed the energy, Wh.
            package let correctedWh: Int64
        }
    }

    /// Returns the journal with what each entry changed, by number.
    ///
    /// - Parameters:
    ///   - systemID: the site wanted; nil for all.
    ///   - interval: entries written inside, seconds UTC; nil for all.
    package func history(systemID: Int64?, interval: Interval?) throws -> [HistoryEntry] {
        let records = try imports().filter { record in
            let isWanted = systemID.map { $0 == record.systemID || record.systemID == 0 } ?? true
            return isWanted
                && interval?.contains(record.atMicroseconds.flooredDivision(by: 1_000_000)) ?? true
        }
        return try read { database in
            try records.map { record in
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT channel, sum(filled_rows) AS filled, sum(filled_wh) AS filled_wh,
                            sum(rows_changed) - sum(filled_rows) AS corrected,
                            sum(wh_after) - sum(wh_before) - sum(filled_wh) AS corrected_wh
                        FROM sunvigil_revision WHERE import_id = ? GROUP BY channel ORDER BY channel
                        """,
                    arguments: [record.importID]
                )
                return HistoryEntry(
                    record: record,
                    rowsLate: record.rowsLate,
                    quantities: rows.map { row in
                        HistoryEntry.Quantity(
                            name: row["channel"],
                            filledRows: row["filled"],
                            filledWh: row["filled_wh"],
                            correctedRows: row["corrected"],
                            correctedWh: row["corrected_wh"]
                        )
                    }
                )
            }
        }
    }
}
