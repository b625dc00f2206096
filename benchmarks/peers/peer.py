"""One task of one peer, in a process of its own. Prints one JSON line: CPU seconds, and what the result was.

    peer.py TASK ENGINE INPUT WORK

INPUT holds Enlighten reports, one a system and year, named SYSTEM_YEAR_custom_report.csv; WORK is scratch. One thread.
The time of starting Python and importing the engine is not counted.
"""
import glob
import json
import os
import sys
import time

task, engine, source, work = sys.argv[1:5]
files = sorted(glob.glob(source + "/*_custom_report.csv"))
columns = ["Energy Produced (Wh)", "Energy Consumed (Wh)", "Exported to Grid (Wh)", "Imported from Grid (Wh)",
           "Stored in Batteries (Wh)", "Discharged from Batteries (Wh)"]
names = ["produced_wh", "consumed_wh", "exported_wh", "imported_wh", "charged_wh", "discharged_wh"]


def cpu():
    return time.process_time()


def tell(seconds, **values):
    print(json.dumps({"cpu": seconds, **values}))


def duck():
    import duckdb
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone='UTC'")
    return connection, duckdb.__version__


types = "{'Date/Time':'TIMESTAMP'," + ",".join(f"'{c}':'INTEGER'" for c in columns) + "}"
read = (f"SELECT CAST(regexp_extract(filename,'([0-9]+)_[0-9]+_custom',1) AS BIGINT) AS system_id, \"Date/Time\" AS start_at,"
        + ",".join(f'"{c}" AS {n}' for c, n in zip(columns, names))
        + f" FROM read_csv('{source}/*_custom_report.csv',filename=true,header=true,columns={types},timestampformat='%m/%d/%Y %H:%M')")
totals = ("SELECT system_id, {month} AS m, count(*), " + ",".join(f"sum({n})" for n in names)
          + " FROM {table} GROUP BY 1, 2")


def summary(rows):
    return {"groups": len(rows), "rows": int(sum(r[2] for r in rows)),
            "sums": [int(sum(r[3 + i] for r in rows)) for i in range(6)]}


if task == "ingest":
    target = f"{work}/{engine}.parquet"
    if engine in ("duckdb", "duckdb-gzip"):
        connection, version = duck()
        codec = "gzip" if engine.endswith("gzip") else "zstd"
        start = cpu()
        connection.execute(f"COPY ({read}) TO '{target}' (FORMAT parquet, PARQUET_VERSION V2, CODEC {codec})")
        seconds = cpu() - start
    elif engine == "duckdb-native":
        connection, version = duck()
        target = f"{work}/duck.db"
        if os.path.exists(target):
            os.remove(target)
        start = cpu()
        connection.execute(f"ATTACH '{target}' AS d; CREATE TABLE d.n AS {read}; CHECKPOINT d")
        seconds = cpu() - start
    elif engine == "polars":
        import polars as pl
        version = pl.__version__
        start = cpu()
        frame = pl.scan_csv(files, include_file_paths="path", schema={"Date/Time": pl.String, **{c: pl.Int32 for c in columns}})
        frame = frame.with_columns(pl.col("path").str.extract(r"(\d+)_\d+_custom", 1).cast(pl.Int64).alias("system_id"),
                                   pl.col("Date/Time").str.to_datetime("%m/%d/%Y %H:%M", time_unit="us").alias("start_at"))
        frame.select(["system_id", "start_at"] + [pl.col(c).alias(n) for c, n in zip(columns, names)]).sink_parquet(target, compression="zstd")
        seconds = cpu() - start
    elif engine == "pyarrow":
        import pyarrow as pa, pyarrow.csv as csv, pyarrow.parquet as pq
        version = pa.__version__
        pa.set_cpu_count(1)
        start = cpu()
        writer = None
        options = csv.ConvertOptions(column_types={"Date/Time": pa.timestamp("us"), **{c: pa.int32() for c in columns}},
                                     timestamp_parsers=["%m/%d/%Y %H:%M"])
        for path in files:
            table = csv.read_csv(path, convert_options=options, read_options=csv.ReadOptions(use_threads=False))
            system = int(os.path.basename(path).split("_")[0])
            table = table.rename_columns(["start_at"] + names).add_column(0, "system_id", pa.array([system] * len(table), pa.int64()))
            writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd", use_dictionary=False,
                                                column_encoding={n: "DELTA_BINARY_PACKED" for n in ["system_id", "start_at"] + names})
            writer.write_table(table)
        writer.close()
        seconds = cpu() - start
    elif engine == "chdb":
        import chdb
        version = chdb.__version__
        query = ("SELECT toInt64(extract(_file,'^([0-9]+)_')) AS system_id, parseDateTime(c1,'%m/%d/%Y %H:%i') AS start_at,"
                 + ",".join(f"toInt32(c{i + 2}) AS {n}" for i, n in enumerate(names))
                 + f" FROM file('{source}/*_custom_report.csv','CSV','c1 String,{','.join(f'c{i} Int32' for i in range(2, 8))}')"
                 + f" INTO OUTFILE '{target}' TRUNCATE FORMAT Parquet SETTINGS max_threads=1, input_format_csv_skip_first_lines=1, output_format_parquet_compression_method='zstd'")
        start = cpu()
        chdb.query(query)
        seconds = cpu() - start
    else:
        raise SystemExit(f"no engine {engine}")
    tell(seconds, bytes=os.path.getsize(target), version=version)
elif task == "totals":
    if engine == "duckdb-native":
        connection, version = duck()
        connection.execute(f"ATTACH '{work}/duck.db' AS d (READ_ONLY)")
        query = totals.format(month="date_trunc('month', start_at)", table="d.n")
        connection.execute(query).fetchall()
        start = cpu()
        rows = connection.execute(query).fetchall()
        seconds = cpu() - start
    elif engine == "duckdb-ours":
        connection, version = duck()
        listed = open(f"{work}/files").read().split("\n")[:-1]
        # The cheapest form of a UTC month of a TIMESTAMPTZ that was found: with the zone it is four times as slow.
        query = totals.format(month="date_trunc('month', make_timestamp(epoch_us(start_at)))", table=f"read_parquet({listed!r})")
        connection.execute(query).fetchall()
        start = cpu()
        rows = connection.execute(query).fetchall()
        seconds = cpu() - start
    elif engine == "polars-ours":
        import polars as pl
        version = pl.__version__
        listed = open(f"{work}/files").read().split("\n")[:-1]

        def run():
            frame = pl.scan_parquet(listed).group_by("system_id", pl.col("start_at").dt.truncate("1mo")).agg(
                pl.len(), *[pl.col(n).sum() for n in names]).collect()
            return frame.rows()
        run()
        start = cpu()
        rows = run()
        seconds = cpu() - start
    else:
        raise SystemExit(f"no engine {engine}")
    tell(seconds, version=version, **summary(rows))
elif task == "gaps":
    if engine == "polars":
        import polars as pl
        version = pl.__version__
        start = cpu()
        step = pl.duration(minutes=15)
        frame = pl.scan_parquet(f"{work}/duckdb.parquet").select("system_id", "start_at").with_columns(
            pl.col("start_at").diff().alias("d"), pl.col("system_id").diff().alias("s")).filter(
            (pl.col("s") == 0) & (pl.col("d") > step)).select(((pl.col("d") / step) - 1).sum(), pl.len()).collect()
        rows, gaps = frame.row(0)
        seconds = cpu() - start
    else:
        connection, version = duck()
        start = cpu()
        gaps, rows = connection.execute(
            "SELECT count(*), sum(date_diff('minute', b, start_at) / 15 - 1) FROM (SELECT system_id, start_at, lag(start_at) OVER"
            f" (PARTITION BY system_id ORDER BY start_at) AS b FROM '{work}/duckdb.parquet')"
            " WHERE start_at - b > INTERVAL 15 MINUTE").fetchone()
        seconds = cpu() - start
    tell(seconds, version=version, gaps=int(gaps), rows=int(round(rows)))
elif task == "sqlite":
    import sqlite3
    path = f"{work}/plain.sqlite"
    if os.path.exists(path):
        os.remove(path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE r(system_id INTEGER, start_us INTEGER, " + ",".join(f"{n} INTEGER" for n in names)
                       + ", PRIMARY KEY(system_id, start_us)) WITHOUT ROWID")
    import calendar
    start = cpu()
    for path in files:
        system = int(os.path.basename(path).split("_")[0])

        def rows():
            with open(path) as lines:
                next(lines)
                for line in lines:
                    stamp, *values = line.rstrip("\n").split(",")
                    at = calendar.timegm((int(stamp[6:10]), int(stamp[:2]), int(stamp[3:5]), int(stamp[11:13]), int(stamp[14:16]), 0))
                    yield (system, at * 1000000, *map(int, values))
        connection.executemany("INSERT INTO r VALUES (?,?,?,?,?,?,?,?)", rows())
    connection.commit()
    tell(cpu() - start, version=sqlite3.sqlite_version, bytes=os.path.getsize(f"{work}/plain.sqlite"))
