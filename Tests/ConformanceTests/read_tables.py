"""Reads every table of a store with DuckDB and pyarrow and prints what each sees, one JSON object per line.

Arguments: the store, then pairs of table=path of the live files.
"""
import json
import site
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

store, *files = sys.argv[1:]
packages = next(p for p in site.getsitepackages())
database = duckdb.connect()
for setting in ("autoinstall_known_extensions = false", "autoload_known_extensions = false", "TimeZone = 'UTC'"):
    database.execute(f"SET {setting}")
for name in ("sqlite_scanner", "ducklake"):
    database.execute(f"LOAD '{packages}/duckdb_extension_{name}/extensions/v1.5.5/{name}.duckdb_extension'")
database.execute(f"ATTACH 'ducklake:sqlite:{store}/catalog.sqlite' AS lake (READ_ONLY)")

by_table = {}
for pair in files:
    table, path = pair.split("=", 1)
    by_table.setdefault(table, []).append(path)

# A number that every table can be summed by, in SQL and in Arrow.
measures = {"device_reading": "soc_pct", "utility_interval": "import_wh", "bill": "import_wh",
            "site_minute": "produced_wh"}
for table in ("device_reading", "device_state", "site_event", "utility_interval", "bill", "site_minute"):
    measure = measures.get(table)
    total = f", sum({measure})" if measure else ", NULL"
    rows, first, last, value = database.execute(
        f"SELECT count(*), min(start_at)::VARCHAR, max(start_at)::VARCHAR{total} FROM lake.{table}").fetchone()
    print(json.dumps({"engine": "duckdb", "table": table, "rows": rows, "first": first, "last": last,
                      "sum": None if value is None else float(value)}))
    if table not in by_table:
        continue
    arrow = pa.concat_tables([pq.read_table(path) for path in by_table[table]])
    value = pc.sum(arrow[measure]).as_py() if measure else None
    print(json.dumps({"engine": "pyarrow", "table": table, "rows": arrow.num_rows,
                      "sum": None if value is None else float(value)}))
bills = database.execute("SELECT start_day::VARCHAR, end_day::VARCHAR, is_estimated FROM lake.bill ORDER BY 1").fetchall()
print(json.dumps({"engine": "bills", "rows": bills}))
states = database.execute("SELECT count(*) FROM lake.device_state WHERE state = 'ENCHG_STATE_CHARGING'").fetchone()[0]
print(json.dumps({"engine": "states", "charging": states}))
