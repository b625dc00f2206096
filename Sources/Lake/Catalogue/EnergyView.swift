// The view `site_energy`: for readers of SQL the rows that reports use, once each, with the site's name and its local day.
// How a report chooses is told in docs/precedence.md; here is the same in SQL.

import Readings

/// The view of the lake over `site_interval`.
enum EnergyView {
    /// The name in SQL.
    static let name = "site_energy"

    /// The catalogue by the name that DuckDB gives it where the lake is attached as `lake`: sites' zones and rows that wait lie
    /// in it.
    private static let catalogue = "__ducklake_metadata_lake"

    /// Of several series of a local month the first by precedence that is about as complete as the best of its kind. Rows that
    /// wait to be written count; one that stands for no data adds nothing where there is another.
    static let sql = """
        WITH merged AS (
          SELECT system_id, source, seconds, start_at,
            \(mergedEnergies)
          FROM site_interval s FULL JOIN (
            SELECT *, make_timestamptz(start_us) AS start_at FROM \(catalogue).sunvigil_live_site_interval
          ) l USING (system_id, source, seconds, start_at)
        ), placed AS (
          SELECT m.*, h.name AS site, CAST(start_at AT TIME ZONE h.time_zone AS DATE) AS local_day,
            date_trunc('month', local_day) AS local_month,
            consumed_wh IS NOT NULL OR imported_wh IS NOT NULL OR exported_wh IS NOT NULL AS meters,
            \(hasEnergy)
              OR (\(isProductionAlone)) AS is_data
          FROM merged m JOIN \(catalogue).sunvigil_system h USING (system_id)
        ), series AS (
          SELECT system_id, source, seconds, bool_or(meters) AS is_metered FROM placed GROUP BY ALL
        ), captured AS (
          SELECT m.system_id, m.source, m.seconds, max(i.captured_us) AS captured_us
          FROM \(catalogue).sunvigil_import_month m JOIN \(catalogue).sunvigil_import i USING (import_id)
          WHERE m.table_name = 'site_interval' AND i.undone_by IS NULL GROUP BY ALL
        ), months AS (
          SELECT system_id, local_month, source, seconds, sum(CASE WHEN is_data THEN seconds ELSE 0 END)
              / (86400.0 * any_value(day(last_day(local_day)))) AS share
          FROM placed GROUP BY ALL
        ), kept AS (
          SELECT * FROM months JOIN series USING (system_id, source, seconds)
          QUALIFY is_metered = bool_or(is_metered) OVER (PARTITION BY system_id, local_month)
        ), complete AS (
          SELECT * FROM kept QUALIFY share >= max(share) OVER (PARTITION BY system_id, local_month) - 0.05
        ), chosen AS (
          SELECT system_id, local_month, source, seconds
          FROM complete LEFT JOIN captured USING (system_id, source, seconds)
          QUALIFY row_number() OVER (
            PARTITION BY system_id, local_month ORDER BY seconds, captured_us DESC NULLS LAST, source) = 1
        )
        SELECT site, system_id, start_at, local_day, seconds, source, \(energies.joined(separator: ", ")), is_data
        FROM placed JOIN chosen USING (system_id, local_month, source, seconds)
        """

    private static let energies = Channel.allCases.map { "\($0.name)_wh" }

    /// The later row wins by value, but one that stands for no data.
    private static let mergedEnergies = energies.map {
        "CASE WHEN (l.quality & \(AbsenceRule.absentMarks.rawValue)) = 0 THEN coalesce(l.\($0), s.\($0)) ELSE coalesce(s.\($0), l.\($0)) END AS \($0)"
    }.joined(separator: ",\n    ")

    private static let hasEnergy = energies.map { "coalesce(\($0), 0) <> 0" }.joined(separator: " OR ")

    private static let isProductionAlone =
        (["produced_wh IS NOT NULL"] + energies.dropFirst().map { "\($0) IS NULL" }).joined(
            separator: " AND "
        )
}
