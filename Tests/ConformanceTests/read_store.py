"""Reads a store with DuckDB, pyarrow and Polars and prints what each sees, one JSON object per line.

Arguments: the store, the start and end of a period in UTC, then the paths of the live files.
"""
import datetime
import json
import site
import sys

import duckdb
import polars
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow as pa

store, start, end, *files = sys.argv[1:]
channels = ["produced_wh", "consumed_wh", "imported_wh", "exported_wh", "charged_wh", "discharged_wh"]

packages = next(p for p in site.getsitepackages())
database = duckdb.connect()
database.execute("SET autoinstall_known_extensions = false")
database.execute("SET autoload_known_extensions = false")
database.execute("SET TimeZone = 'UTC'")
for name in ("sqlite_scanner", "ducklake"):
    database.execute(f"LOAD '{packages}/duckdb_extension_{name}/extensions/v1.5.5/{name}.duckdb_extension'")
database.execute(f"ATTACH 'ducklake:sqlite:{store}/catalog.sqlite' AS lake (READ_ONLY)")
sums = ", ".join(f"sum({c})" for c in channels)
where = f"WHERE seconds = 900 AND start_at >= '{start}' AND start_at < '{end}'"
row = database.execute(f"SELECT {sums} FROM lake.site_interval {where}").fetchone()
print(json.dumps({"engine": "duckdb", **dict(zip(channels, [None if v is None else int(v) for v in row]))}))
# The page's own query: the series that reports use, by local month.
rows = database.execute("SELECT strftime(local_day, '%Y-%m') AS month, sum(produced_wh) / 1000 "
                        "FROM lake.site_energy GROUP BY 1 ORDER BY 1").fetchall()
row = database.execute(f"SELECT {sums} FROM lake.site_energy "
                       f"WHERE start_at >= '{start}' AND start_at < '{end}'").fetchone()
print(json.dumps({"engine": "site_energy", **dict(zip(channels, [None if v is None else int(v) for v in row]))}))
print(json.dumps({"engine": "months", "produced_kwh": dict(rows)}))
counts = [
    database.execute(f"SELECT count(*) FROM lake.site_interval AT (VERSION => {s[0]})").fetchone()[0]
    for s in database.execute("SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE snapshot_id > 0 ORDER BY 1").fetchall()
]
print(json.dumps({"engine": "snapshots", "counts": counts}))
plan = database.execute(f"EXPLAIN ANALYZE SELECT sum(produced_wh) FROM lake.site_interval {where}").fetchall()[0][1]
read = [line for line in plan.splitlines() if "Total Files Read" in line]
print(json.dumps({"engine": "pruning", "files_read": int("".join(c for c in read[0] if c.isdigit())) if read else -1}))

first, last = (datetime.datetime.fromisoformat(t).replace(tzinfo=datetime.timezone.utc) for t in (start, end))
table = pa.concat_tables([pq.read_table(f) for f in files])
period = pc.and_(
    pc.and_(pc.greater_equal(table["start_at"], pa.scalar(first, pa.timestamp("us", "UTC"))),
            pc.less(table["start_at"], pa.scalar(last, pa.timestamp("us", "UTC")))),
    pc.equal(table["seconds"], 900))
part = table.filter(period)
print(json.dumps({"engine": "pyarrow", **{c: pc.sum(part[c]).as_py() for c in channels}}))

frame = polars.concat([polars.read_parquet(f) for f in files]).filter(
    (polars.col("start_at") >= first)
    & (polars.col("start_at") < last) & (polars.col("seconds") == 900))
print(json.dumps({"engine": "polars", **{c: (frame[c].sum() if frame[c].count() else None) for c in channels}}))
