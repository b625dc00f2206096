// The tables of the lake and their columns. The numbers of columns never change: files carry them.

import Parquet

/// A table of the lake.
package struct LakeTable: Sendable {
    /// The name in SQL and the folder under `data/main`.
    package let name: String
    /// The columns in order; the position, from 1, is the column id.
    package let columns: [Column]

    /// A column of a table.
    package struct Column: Sendable {
        /// The name in SQL and in the files.
        package let name: String
        /// The type in DuckLake's words.
        let type: String
        /// How values lie in the files.
        let physicalType: PhysicalType
        /// What values mean in the files.
        let logicalType: LogicalType?
        /// Tells whether the catalogue keeps bounds of the column, by which files are skipped.
        let hasBounds: Bool

        static func int64(_ name: String, hasBounds: Bool = false) -> Column {
            Column(name: name, type: "int64", physicalType: .int64, logicalType: nil, hasBounds: hasBounds)
        }

        static func instant(_ name: String) -> Column {
            Column(
                name: name,
                type: "timestamptz",
                physicalType: .int64,
                logicalType: .timestampMicroseconds,
                hasBounds: true
            )
        }

        static func int32(_ name: String) -> Column {
            Column(name: name, type: "int32", physicalType: .int32, logicalType: nil, hasBounds: false)
        }

        static func int16(_ name: String) -> Column {
            Column(name: name, type: "int16", physicalType: .int32, logicalType: .int16, hasBounds: false)
        }
    }

    /// Energies of a site per interval. `seconds` is 32 bits wide: a day has 86,400.
    package static let siteInterval = LakeTable(
        name: "site_interval",
        columns: [
            .int64("system_id", hasBounds: true), .instant("start_at"), .int32("seconds"),
            .int32("produced_wh"),
            .int32("consumed_wh"), .int32("imported_wh"), .int32("exported_wh"), .int32("charged_wh"),
            .int32("discharged_wh"), .int16("soc_pct"), .int32("quality"), .int16("source"),
        ]
    )

    /// All tables of a store.
    package static let all = [siteInterval]

    /// The schema of the table's files.
    var parquetColumns: [ColumnSchema] {
        columns.enumerated().map { index, column in
            ColumnSchema(
                name: column.name,
                physicalType: column.physicalType,
                logicalType: column.logicalType,
                fieldID: Int32(index + 1)
            )
        }
    }
}
