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
}

extension LakeReader {
    /// Returns the journal with what each entry changed, by number.
    ///
    /// - Parameters:
    ///   - systemID: the site wanted; nil for all.
    ///   - interval: entries written inside, seconds UTC; nil for all.
    package func history(systemID: Int64?, interval: Interval?) throws -> [Lake.HistoryEntry] {
        let records = try imports().filter { record in
            let isWanted = systemID.map { $0 == record.systemID || record.systemID == 0 } ?? true
            return isWanted
                && interval?.contains(record.atMicroseconds.flooredDivision(by: 1_000_000)) ?? true
        }
        // A store of a version below 5 that is only read tells no fillings from corrections.
        let (filledRows, filledWh) = storeVersion >= 5 ? ("filled_rows", "filled_wh") : ("0", "0")
        return try read { database in
            try records.map { record in
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT channel, sum(\(filledRows)) AS filled, sum(\(filledWh)) AS filled_wh,
                            sum(rows_changed) - sum(\(filledRows)) AS corrected,
                            sum(wh_after) - sum(wh_before) - sum(\(filledWh)) AS corrected_wh
                        FROM sunvigil_revision WHERE import_id = ? GROUP BY channel ORDER BY channel
                        """,
                    arguments: [record.importID]
                )
                return Lake.HistoryEntry(
                    record: record,
                    rowsLate: record.rowsLate,
                    quantities: try rows.map { row in
                        Lake.HistoryEntry.Quantity(
                            name: try row.text("channel"),
                            filledRows: try row.integer("filled"),
                            filledWh: try row.integer("filled_wh"),
                            correctedRows: try row.integer("corrected"),
                            correctedWh: try row.integer("corrected_wh")
                        )
                    }
                )
            }
        }
    }
}
