// The tables of the catalogue: the 28 of DuckLake 1.0 in the order and with the columns that DuckDB demands,
// and our own beside them. Source: https://ducklake.select/docs/stable/specification/introduction

/// SQL that makes an empty catalogue.
enum CatalogueSchema {
    /// The version of DuckLake that is written and read.
    static let duckLakeVersion = "1.0"
    /// The version of our own tables.
    static let storeVersion = 11

    /// DuckLake's tables. A bare column is a BIGINT; `v` a VARCHAR, `v!` one that must be there, `*` the key.
    private static let duckLakeTables: [(name: String, columns: String)] = [
        ("metadata", "key v!, value v!, scope v, scope_id"),
        ("snapshot", "snapshot_id *, snapshot_time v, schema_version, next_catalog_id, next_file_id"),
        (
            "snapshot_changes",
            "snapshot_id *, changes_made v, author v, commit_message v, commit_extra_info v"
        ),
        (
            "schema",
            "schema_id *, schema_uuid v, begin_snapshot, end_snapshot, schema_name v, path v, path_is_relative"
        ),
        (
            "table",
            "table_id, table_uuid v, begin_snapshot, end_snapshot, schema_id, table_name v, path v, path_is_relative"
        ),
        (
            "column",
            """
            column_id, begin_snapshot, end_snapshot, table_id, column_order, column_name v, column_type v, \
            initial_default v, default_value v, nulls_allowed, parent_column, default_value_type v, \
            default_value_dialect v
            """
        ),
        ("schema_versions", "begin_snapshot, schema_version, table_id"),
        ("table_stats", "table_id, record_count, next_row_id, file_size_bytes"),
        (
            "data_file",
            """
            data_file_id *, table_id, begin_snapshot, end_snapshot, file_order, path v, path_is_relative, \
            file_format v, record_count, file_size_bytes, footer_size, row_id_start, partition_id, \
            encryption_key v, mapping_id, partial_max
            """
        ),
        (
            "file_column_stats",
            """
            data_file_id, table_id, column_id, column_size_bytes, value_count, null_count, min_value v, \
            max_value v, contains_nan, extra_stats v
            """
        ),
        ("files_scheduled_for_deletion", "data_file_id, path v, path_is_relative, schedule_start v"),
        (
            "delete_file",
            """
            delete_file_id *, table_id, begin_snapshot, end_snapshot, data_file_id, path v, path_is_relative, \
            format v, delete_count, file_size_bytes, footer_size, encryption_key v, partial_max
            """
        ),
        (
            "table_column_stats",
            "table_id, column_id, contains_null, contains_nan, min_value v, max_value v, extra_stats v"
        ),
        (
            "file_variant_stats",
            """
            data_file_id, table_id, column_id, variant_path v, shredded_type v, column_size_bytes, value_count, \
            null_count, min_value v, max_value v, contains_nan, extra_stats v
            """
        ),
        ("inlined_data_tables", "table_id, table_name v, schema_version"),
        ("partition_info", "partition_id, table_id, begin_snapshot, end_snapshot"),
        ("partition_column", "partition_id, table_id, partition_key_index, column_id, transform v"),
        ("file_partition_value", "data_file_id, table_id, partition_key_index, partition_value v"),
        ("sort_info", "sort_id, table_id, begin_snapshot, end_snapshot"),
        (
            "sort_expression",
            "sort_id, table_id, sort_key_index, expression v, dialect v, sort_direction v, null_order v"
        ),
        ("column_mapping", "mapping_id, table_id, type v"),
        (
            "name_mapping",
            "mapping_id, column_id, source_name v, target_field_id, parent_column, is_partition"
        ),
        (
            "view",
            "view_id, view_uuid v, begin_snapshot, end_snapshot, schema_id, view_name v, dialect v, sql v, column_aliases v"
        ),
        ("tag", "object_id, begin_snapshot, end_snapshot, key v, value v"),
        ("column_tag", "table_id, column_id, begin_snapshot, end_snapshot, key v, value v"),
        ("macro", "schema_id, macro_id, macro_name v, begin_snapshot, end_snapshot"),
        ("macro_impl", "macro_id, impl_id, dialect v, sql v, type v"),
        (
            "macro_parameters",
            "macro_id, impl_id, column_id, parameter_name v, parameter_type v, default_value v, default_value_type v"
        ),
    ]

    /// The names of DuckLake's tables.
    static var duckLakeTableNames: [String] { duckLakeTables.map { "ducklake_" + $0.name } }

    /// The statements that make all tables.
    static var statements: [String] {
        duckLakeTables.map { table in
            let columns = table.columns.split(separator: ",").map { column -> String in
                let words = column.split(separator: " ")
                let type =
                    switch words.dropFirst().first {
                    case "v": "VARCHAR"
                    case "v!": "VARCHAR NOT NULL"
                    case "*": "BIGINT PRIMARY KEY"
                    default: "BIGINT"
                    }
                return "\"\(words[0])\" \(type)"
            }
            return "CREATE TABLE \"ducklake_\(table.name)\"(\(columns.joined(separator: ", ")))"
        } + sideTables
    }

    /// The months of each table for which an import gave rows.
    private static let importMonthTable = """
        CREATE TABLE sunvigil_import_month(
            import_id INTEGER NOT NULL, system_id INTEGER NOT NULL, table_name TEXT NOT NULL, source INTEGER NOT NULL,
            seconds INTEGER NOT NULL, month TEXT NOT NULL, rows INTEGER NOT NULL,
            PRIMARY KEY(import_id, system_id, table_name, source, seconds, month)) STRICT, WITHOUT ROWID
        """

    /// Identifiers by which documents name a site: the vendor's system, the gateway, the utility's meter.
    private static let siteIdentifierTable = """
        CREATE TABLE sunvigil_site_identifier(
            kind TEXT NOT NULL, value TEXT NOT NULL, system_id INTEGER NOT NULL, import_id INTEGER NOT NULL,
            PRIMARY KEY(kind, value, system_id)) STRICT, WITHOUT ROWID
        """

    /// Statements that bring the side tables of a store of version 1 up to version 2; the tables of the lake that are
    /// missing are made by the caller, who after all upgrades notes the version that is reached.
    static let upgradeToVersion2 = [
        "ALTER TABLE sunvigil_import_month RENAME TO sunvigil_import_month_1",
        importMonthTable,
        """
        INSERT INTO sunvigil_import_month
            SELECT import_id, system_id, 'site_interval', source, seconds, month, rows FROM sunvigil_import_month_1
        """,
        "DROP TABLE sunvigil_import_month_1",
        siteIdentifierTable,
        "UPDATE sunvigil_file SET path = 'site_interval/' || path",
    ]

    /// What happened to findings, in order.
    private static let findingEventTable = """
        CREATE TABLE sunvigil_finding_event(
            event_id INTEGER PRIMARY KEY, finding_id INTEGER NOT NULL, run_id INTEGER NOT NULL, at_us INTEGER NOT NULL,
            change TEXT NOT NULL, detail TEXT NOT NULL) STRICT
        """

    /// How far the analysis of each site has come.
    private static let analysisTable = """
        CREATE TABLE sunvigil_analysis(
            system_id INTEGER PRIMARY KEY, snapshot_id INTEGER NOT NULL, rules TEXT NOT NULL, run_id INTEGER NOT NULL) STRICT
        """

    /// Statements that bring the side tables of a store of version 2 up to version 3.
    static let upgradeToVersion3 =
        ["sureness TEXT", "closed_by TEXT", "acknowledged_us INTEGER", "note TEXT", "muted_until_us INTEGER"]
        .map {
            "ALTER TABLE sunvigil_finding ADD COLUMN \($0)"
        } + [
            findingEventTable, analysisTable,
        ]

    /// Statements that bring the side tables of a store of version 3 up to version 4.
    static let upgradeToVersion4 = [
        "ALTER TABLE sunvigil_system ADD COLUMN tilt_deg REAL",
        "ALTER TABLE sunvigil_system ADD COLUMN azimuth_deg REAL",
    ]

    /// The days of each series in each segment: a reader's totals and the places of systems in files.
    private static let rollupTable = [
        """
        CREATE TABLE sunvigil_rollup(
            data_file_id INTEGER NOT NULL, system_id INTEGER NOT NULL, source INTEGER NOT NULL,
            seconds INTEGER NOT NULL, row_group INTEGER NOT NULL, rows INTEGER NOT NULL, days BLOB NOT NULL) STRICT
        """,
        // Holds all but the days: which series lie where is told without a look at these.
        """
        CREATE UNIQUE INDEX sunvigil_rollup_series
            ON sunvigil_rollup(data_file_id, system_id, source, seconds, row_group, rows)
        """,
    ]

    /// Rows that wait to be written into segments.
    private static let liveTable = """
        CREATE TABLE sunvigil_live_site_interval(
            system_id INTEGER NOT NULL, source INTEGER NOT NULL, seconds INTEGER NOT NULL, start_us INTEGER NOT NULL,
            produced_wh INTEGER, consumed_wh INTEGER, imported_wh INTEGER, exported_wh INTEGER, charged_wh INTEGER,
            discharged_wh INTEGER, soc_pct INTEGER, quality INTEGER NOT NULL, updated_us INTEGER NOT NULL,
            PRIMARY KEY(system_id, source, seconds, start_us)) STRICT, WITHOUT ROWID
        """

    /// Statements that bring the side tables of a store of version 4 up to version 5; the rollups of segments that are
    /// there are made by the caller.
    static let upgradeToVersion5 =
        rollupTable + [
            liveTable, "ALTER TABLE sunvigil_file RENAME COLUMN month TO period",
            "ALTER TABLE sunvigil_import ADD COLUMN rows_late INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE sunvigil_revision ADD COLUMN filled_rows INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE sunvigil_revision ADD COLUMN filled_wh INTEGER NOT NULL DEFAULT 0",
        ]

    /// Statements that bring the rollups of a store of version 5 up to version 6; their rows are counted by the caller, who
    /// then drops the old table.
    static let upgradeToVersion6 =
        ["ALTER TABLE sunvigil_rollup RENAME TO sunvigil_rollup_5"] + rollupTable

    /// When this program's clock wrote each snapshot: the catalogue's own times never go back, whatever the clock does.
    static let clockTable = """
        CREATE TABLE IF NOT EXISTS sunvigil_clock(snapshot_id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL) STRICT
        """

    /// A site's documents are found without a look at those of all others.
    private static let importMonthIndex = """
        CREATE INDEX IF NOT EXISTS sunvigil_import_month_system ON sunvigil_import_month(system_id, month)
        """
    private static let importSystemIndex =
        "CREATE INDEX IF NOT EXISTS sunvigil_import_system ON sunvigil_import(system_id)"
    private static let identifierIndex =
        "CREATE INDEX IF NOT EXISTS sunvigil_site_identifier_system ON sunvigil_site_identifier(system_id)"

    /// Documents whose rows of a period of a table a repair could not make again: they come back with the next import. The
    /// import is 0 where no journal tells which documents they were; `rows` is the number that the segment had.
    private static let missingTable = """
        CREATE TABLE IF NOT EXISTS sunvigil_missing(
            import_id INTEGER NOT NULL, table_name TEXT NOT NULL, period TEXT NOT NULL, bucket INTEGER NOT NULL,
            rows INTEGER NOT NULL, PRIMARY KEY(import_id, table_name, period, bucket)) STRICT, WITHOUT ROWID
        """

    /// Columns that version 7 adds, by table.
    static let columnsOfVersion7 = [
        ("sunvigil_file", "tail_digest"), ("sunvigil_live_site_interval", "row_digest"),
    ]

    /// Statements that bring the side tables of a store of version 6 up to version 7; the columns and the checks of staged
    /// rows are added by the caller. Segments that are there have no digest of their footer: their size, rows and names are looked at.
    static let upgradeToVersion7 = [
        missingTable, importMonthIndex, importSystemIndex, identifierIndex,
        // What the last run of an older program found was told by it.
        "INSERT OR IGNORE INTO sunvigil_meta SELECT 'told_run', CAST(coalesce(max(run_id), 0) AS TEXT) FROM sunvigil_run",
    ]

    /// Rows of tables of records that wait to be written into segments.
    private static let liveRecordTable = """
        CREATE TABLE IF NOT EXISTS sunvigil_live_record(
            table_name TEXT NOT NULL, system_id INTEGER NOT NULL, start_us INTEGER NOT NULL, row_key TEXT NOT NULL,
            row_values TEXT NOT NULL, row_digest INTEGER NOT NULL,
            PRIMARY KEY(table_name, system_id, start_us, row_key)) STRICT, WITHOUT ROWID
        """

    /// Statements that bring the side tables of a store of version 7 up to version 8.
    static let upgradeToVersion8 = [liveRecordTable]

    /// What was fitted from all of a site's history, kept so that every page says the same; each a JSON object.
    private static let fitTable = """
        CREATE TABLE IF NOT EXISTS sunvigil_fit(
            system_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, at_us INTEGER NOT NULL,
            PRIMARY KEY(system_id, name)) STRICT, WITHOUT ROWID
        """

    /// Statements that bring the side tables of a store of version 8 up to version 9.
    static let upgradeToVersion9 = [fitTable]

    /// How far the rows of each file of a gateway's journal are in the store: up to a byte, behind a round whose check and time
    /// are kept.
    private static let liveStagedTable = """
        CREATE TABLE IF NOT EXISTS sunvigil_live_staged(
            serial TEXT NOT NULL, hour TEXT NOT NULL, bytes INTEGER NOT NULL, round_check INTEGER NOT NULL,
            round_s INTEGER NOT NULL, PRIMARY KEY(serial, hour)) STRICT, WITHOUT ROWID
        """

    /// Statements that bring the side tables of a store of version 9 up to version 10.
    static let upgradeToVersion10 = [liveStagedTable]

    /// Columns that version 10 adds, by table: when the live watch saw a finding end.
    static let columnsOfVersion10 = [("sunvigil_finding", "live_end_us")]

    /// What each channel was told, and messages that wait, went or failed. The same message has one name for ever.
    private static let outboxTables = [
        """
        CREATE TABLE IF NOT EXISTS sunvigil_told(
            channel TEXT NOT NULL, identity TEXT NOT NULL, system_id INTEGER NOT NULL, event TEXT NOT NULL,
            level TEXT NOT NULL, severity TEXT NOT NULL, cost_wh INTEGER, count INTEGER NOT NULL, at_us INTEGER NOT NULL,
            row_digest INTEGER NOT NULL, PRIMARY KEY(channel, identity, event, level)) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS sunvigil_told_system ON sunvigil_told(system_id, channel)",
        """
        CREATE TABLE IF NOT EXISTS sunvigil_outbox(
            item_id INTEGER PRIMARY KEY, channel TEXT NOT NULL, system_id INTEGER NOT NULL, dedupe TEXT NOT NULL UNIQUE,
            run_id INTEGER NOT NULL, created_us INTEGER NOT NULL, due_us INTEGER NOT NULL, next_us INTEGER NOT NULL,
            attempts INTEGER NOT NULL, first_tried_us INTEGER, sent_us INTEGER, state TEXT NOT NULL, events TEXT NOT NULL,
            last_error TEXT, receipt TEXT, row_digest INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX IF NOT EXISTS sunvigil_outbox_state ON sunvigil_outbox(state, channel, sent_us)",
        "CREATE INDEX IF NOT EXISTS sunvigil_outbox_system ON sunvigil_outbox(system_id)",
    ]

    /// Statements that bring the side tables of a store of version 10 up to version 11.
    static let upgradeToVersion11 = outboxTables

    /// Columns that version 11 adds, by table: what a finding had cost when its owner acknowledged it.
    static let columnsOfVersion11 = [("sunvigil_finding", "acknowledged_wh")]

    private static let sideTables =
        rollupTable + outboxTables + [
            "CREATE TABLE sunvigil_meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
            """
            CREATE TABLE sunvigil_system(
                system_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, time_zone TEXT NOT NULL, latitude REAL NOT NULL,
                longitude REAL NOT NULL, installed_w INTEGER, battery_wh INTEGER, bucket INTEGER NOT NULL,
                tilt_deg REAL, azimuth_deg REAL) STRICT
            """,
            """
            CREATE TABLE sunvigil_import(
                import_id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL, source_name TEXT NOT NULL,
                sha256 TEXT, bytes INTEGER NOT NULL, system_id INTEGER NOT NULL, captured_us INTEGER NOT NULL,
                options TEXT NOT NULL, summary TEXT NOT NULL, rows_read INTEGER NOT NULL, rows_new INTEGER NOT NULL,
                rows_changed INTEGER NOT NULL, rows_same INTEGER NOT NULL, rows_refused INTEGER NOT NULL,
                first_us INTEGER, last_us INTEGER, snapshot_id INTEGER NOT NULL, undone_by INTEGER,
                tool_version TEXT NOT NULL, rows_late INTEGER NOT NULL DEFAULT 0) STRICT
            """,
            """
            CREATE UNIQUE INDEX sunvigil_import_document ON sunvigil_import(sha256, system_id)
                WHERE undone_by IS NULL AND sha256 IS NOT NULL
            """,
            importMonthTable, importMonthIndex, importSystemIndex,
            siteIdentifierTable, identifierIndex, clockTable, missingTable,
            """
            CREATE TABLE sunvigil_file(
                data_file_id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, import_id INTEGER NOT NULL,
                period TEXT NOT NULL, bucket INTEGER NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL,
                first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, row_digest TEXT NOT NULL, tail_digest INTEGER) STRICT
            """,
            liveTable, liveRecordTable, fitTable, liveStagedTable,
            "ALTER TABLE sunvigil_live_site_interval ADD COLUMN row_digest INTEGER",
            """
            CREATE TABLE sunvigil_revision(
                import_id INTEGER NOT NULL, system_id INTEGER NOT NULL, seconds INTEGER NOT NULL, day TEXT NOT NULL,
                channel TEXT NOT NULL, rows_changed INTEGER NOT NULL, wh_before INTEGER NOT NULL,
                wh_after INTEGER NOT NULL, filled_rows INTEGER NOT NULL DEFAULT 0,
                filled_wh INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(import_id, system_id, seconds, day, channel)) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE sunvigil_finding(
                finding_id INTEGER PRIMARY KEY, system_id INTEGER NOT NULL, device TEXT NOT NULL, kind TEXT NOT NULL,
                first_us INTEGER NOT NULL, last_us INTEGER, alert_us INTEGER NOT NULL, state TEXT NOT NULL,
                severity TEXT NOT NULL, rule TEXT NOT NULL, evidence TEXT NOT NULL, opened_run INTEGER NOT NULL,
                closed_run INTEGER, sureness TEXT, closed_by TEXT, acknowledged_us INTEGER, note TEXT,
                muted_until_us INTEGER, live_end_us INTEGER, acknowledged_wh INTEGER,
                UNIQUE(system_id, device, kind, first_us)) STRICT
            """,
            findingEventTable, analysisTable,
            """
            CREATE TABLE sunvigil_run(
                run_id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL, snapshot_id INTEGER NOT NULL,
                ok INTEGER NOT NULL, ms INTEGER NOT NULL, tool_version TEXT NOT NULL) STRICT
            """,
        ]
}
