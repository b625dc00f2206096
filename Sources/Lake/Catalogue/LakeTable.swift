// The tables of the lake and their columns. The numbers of columns never change: files carry them.

import Parquet
import Readings

/// A table of the lake. Column 1 is always `system_id`, column 2 `start_at`.
package struct LakeTable: Sendable {
    /// The name in SQL and the folder under `data/main`.
    package let name: String
    /// The columns in order; the position, from 1, is the column id.
    package let columns: [Column]
    /// Positions of the columns that together name a row, in the order by which rows are sorted.
    package let keyIndices: [Int]

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

        static func instant(_ name: String, hasBounds: Bool = false) -> Column {
            Column(
                name: name,
                type: "timestamptz",
                physicalType: .int64,
                logicalType: .timestampMicroseconds,
                hasBounds: hasBounds
            )
        }

        static func int32(_ name: String) -> Column {
            Column(name: name, type: "int32", physicalType: .int32, logicalType: nil, hasBounds: false)
        }

        static func int16(_ name: String) -> Column {
            Column(name: name, type: "int16", physicalType: .int32, logicalType: .int16, hasBounds: false)
        }

        static func date(_ name: String) -> Column {
            Column(name: name, type: "date", physicalType: .int32, logicalType: .date, hasBounds: false)
        }

        static func number(_ name: String) -> Column {
            Column(name: name, type: "float64", physicalType: .double, logicalType: nil, hasBounds: false)
        }

        static func text(_ name: String) -> Column {
            Column(
                name: name,
                type: "varchar",
                physicalType: .byteArray,
                logicalType: .string,
                hasBounds: false
            )
        }
    }

    /// Makes a table; `key` names the columns that together name a row.
    private init(name: String, key: [String], columns: [Column]) {
        self.name = name
        self.columns = columns
        keyIndices = key.compactMap { word in columns.firstIndex { $0.name == word } }
        precondition(keyIndices.count == key.count, "table \(name) lacks a column of its key \(key)")
    }

    private static let system = Column.int64("system_id", hasBounds: true)
    private static let start = Column.instant("start_at", hasBounds: true)

    /// The columns and the key of energies of a site. `seconds` is 32 bits wide: a day has 86,400.
    private static let energyKey = ["system_id", "source", "seconds", "start_at"]
    private static let energyColumns: [Column] = [
        system, start, .int32("seconds"), .int32("produced_wh"),
        .int32("consumed_wh"), .int32("imported_wh"), .int32("exported_wh"), .int32("charged_wh"),
        .int32("discharged_wh"), .int16("soc_pct"), .int32("quality"), .int16("source"),
    ]

    /// Energies of a site per interval.
    package static let siteInterval = LakeTable(
        name: "site_interval",
        key: energyKey,
        columns: energyColumns
    )

    /// Energies of a site per minute, as evidence: no report, no rule and no sum is made of them, and they end after a time.
    package static let siteMinute = LakeTable(name: "site_minute", key: energyKey, columns: energyColumns)

    /// Numbers of a device at one instant (`seconds` 0) or over one interval.
    package static let deviceReading = LakeTable(
        name: "device_reading",
        key: ["system_id", "source", "device_kind", "serial", "origin", "seconds", "start_at"],
        columns: [
            system, start, .int32("seconds"), .text("device_kind"), .text("serial"), .text("origin"),
            .int16("source"),
        ] + Quantity.allCases.map { .number($0.rawValue) }
    )

    /// What a device said about itself at one time.
    package static let deviceState = LakeTable(
        name: "device_state",
        key: ["system_id", "source", "device_kind", "serial", "origin", "start_at"],
        columns: [
            system, start, .text("device_kind"), .text("serial"), .text("origin"), .int16("source"),
            .instant("last_report_at"),
        ] + StateProperty.allCases.map { .text($0.rawValue) }
    )

    /// What happened at a site.
    package static let siteEvent = LakeTable(
        name: "site_event",
        key: ["system_id", "source", "start_at", "kind", "device_kind", "serial", "origin", "code"],
        columns: [
            system, start, .instant("end_at"), .text("kind"), .text("device_kind"), .text("serial"),
            .text("origin"), .text("code"), .text("text"), .int16("source"),
        ]
    )

    /// What the utility's meter counted per interval.
    package static let utilityInterval = LakeTable(
        name: "utility_interval",
        key: ["system_id", "source", "meter", "seconds", "start_at"],
        columns: [
            system, start, .int32("seconds"), .text("meter"), .int64("import_wh"), .int64("export_wh"),
            .int64("net_wh"), .int32("quality"), .int16("source"),
        ]
    )

    /// Bills. `start_at` is midnight UTC of the first day, so that a bill has a month; `end_day` is exclusive.
    package static let bill = LakeTable(
        name: "bill",
        key: ["system_id", "source", "meter", "start_day", "end_day"],
        columns: [
            system, start, .date("start_day"), .date("end_day"), .text("meter"), .int64("import_wh"),
            .int64("export_wh"), .int64("net_export_wh"), .int64("unknown_side_wh"), .int16("is_estimated"),
            .number("import_read_kwh"), .number("export_read_kwh"), .number("amount"), .text("currency"),
            .text("note"), .int16("source"),
        ]
    )

    /// Outdoor temperatures. `start_at` is midnight UTC of the day.
    package static let dailyTemperature = LakeTable(
        name: "daily_temperature",
        key: ["system_id", "source", "day"],
        columns: [system, start, .date("day"), .number("mean_c"), .int16("source")]
    )

    /// All tables of a store, in the order in which they are made.
    package static let all = [
        siteInterval, deviceReading, deviceState, siteEvent, utilityInterval, bill, dailyTemperature,
        siteMinute,
    ]

    /// Tables whose rows are `RecordRows`.
    static let recordTables = Array(all.dropFirst())

    /// Returns the table of a name.
    static func named(_ name: String) -> LakeTable? { all.first { $0.name == name } }

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
