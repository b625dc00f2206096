"""Asks a store again and again, in a connection that stays open, while others write. Prints each answer once, in order.

Arguments: the store, and a file whose appearance ends the watch.
"""
import json
import os
import site
import sys
import time

import duckdb

store, end = sys.argv[1:3]
packages = next(p for p in site.getsitepackages())
database = duckdb.connect()
database.execute("SET autoinstall_known_extensions = false")
database.execute("SET autoload_known_extensions = false")
for name in ("sqlite_scanner", "ducklake"):
    database.execute(f"LOAD '{packages}/duckdb_extension_{name}/extensions/v1.5.5/{name}.duckdb_extension'")
database.execute(f"ATTACH 'ducklake:sqlite:{store}/catalog.sqlite' AS lake (READ_ONLY)")
last = None
asked = 0
is_last = False
while True:
    answer = database.execute("SELECT count(*), coalesce(sum(produced_wh), 0), count(DISTINCT start_at) FROM lake.site_interval").fetchone()
    answer = [int(v) for v in answer]
    asked += 1
    if answer != last:
        print(json.dumps({"rows": answer[0], "produced": answer[1], "starts": answer[2]}), flush=True)
        last = answer
    if is_last:
        break
    is_last = os.path.exists(end)
    time.sleep(0.002)
print(json.dumps({"asked": asked}))
