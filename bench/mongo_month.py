"""Bytes of a record, written live with outages: `python -m bench.mongo_month`.

A month of a made-up home, minute by minute as it would come: one record of each meter a minute;
the network away for hours, after which what was missed goes in batches; the server off for hours,
after which a minute comes live and the missed ones late, in batches of at least sixty; an old week
that is imported; and a day's roll-up after each day.

`--stops N`: MongoDB itself is stopped and started so often within the month. `--index`: with the
index that MongoDB 6.3 and later make by themselves. `--pace DAYS`: so many days only, with a
checkpoint after each minute as in real life, where minutes are as far apart as checkpoints.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from pymongo import MongoClient

from bench.mongo_server import mongod, used_bytes
from tests.mongo.server import ReplicaSet
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import day_sums, quarter_sums
from wattledger.flow.replication_plan import LATE_BATCH, MOST_RECORDS
from wattledger.mongo.collections import MINUTES, TIME_SERIES
from wattledger.mongo.documents import DayFields, minute_document
from wattledger.simulator.feeds.demo_home import demo_home

METERS = (MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400"))
START = 1_772_323_200
"""2026-03-01 00:00 UTC."""
DAYS, WEEK = 31, 7
DAY_S = 86_400
BUDGET_BYTES = 10.0

Rows = dict[int, tuple[MinuteRecord, MinuteRecord]]


def rows_of(start: int, end: int) -> Rows:
    rows: Rows = {}
    for day in demo_home().days(start, end):
        for (at, mains), (_, solar) in zip(day.mains, day.solar, strict=True):
            rows[at] = (MinuteRecord(at, 60, *mains), MinuteRecord(at, 60, *solar))
    return rows


def batches(
    rows: Rows, seed: int, days: int, week: int
) -> Iterator[tuple[int, Sequence[MinuteRecord]]]:
    """(meter, records) in the order in which they are posted."""
    chance = random.Random(seed)
    at, end = START, START + days * DAY_S
    while at < end:
        live_until = min(end, at + 60 * chance.randrange(60, 3_000))
        for minute in range(at, live_until, 60):
            for meter in (0, 1):
                yield meter, [rows[minute][meter]]
        at = live_until
        missed = range(at, min(end, at + 60 * chance.randrange(2, 600)), 60)
        at += 60 * len(missed)
        if chance.random() < 0.5 and at < end:  # the server was off: live first, then what is late
            for meter in (0, 1):
                yield meter, [rows[at][meter]]
            at += 60
            size = LATE_BATCH
        else:
            size = MOST_RECORDS
        for meter in (0, 1):
            for first in range(0, len(missed), size):
                yield meter, [rows[minute][meter] for minute in missed[first : first + size]]
    for meter in (0, 1):
        old = [rows[minute][meter] for minute in range(START - week * DAY_S, START, 60)]
        for first in range(0, len(old), MOST_RECORDS):
            yield meter, old[first : first + MOST_RECORDS]


def main() -> int:
    words = argparse.ArgumentParser(prog="bench mongo_month")
    words.add_argument("--stops", type=int, default=0)
    words.add_argument("--index", action="store_true")
    words.add_argument("--pace", type=int, metavar="DAYS")
    given = words.parse_args()
    days, week = (given.pace, 0) if given.pace else (DAYS, WEEK)
    rows = rows_of(START - week * DAY_S, START + days * DAY_S)
    with mongod() as server, server.client() as client:
        database = client["bench"]
        database.create_collection(MINUTES, timeseries=TIME_SERIES)
        if given.index:
            database[MINUTES].create_index([("meter", 1), ("t", 1)])
        began = time.monotonic()
        parts = list(batches(rows, 1, days, week))
        records = write(server, client, parts, given.stops, paced=bool(given.pace))
        took_s = time.monotonic() - began
        minutes_bytes = used_bytes(client, "bench")
        index_bytes = int(database.command("dbStats")["indexSize"])
        put_days(client, rows)
        all_bytes = used_bytes(client, "bench")
    per_record = all_bytes / records
    print(f"{records} records in {len(parts)} inserts, {given.stops} stops, {took_s:.0f} s")
    print(f"minutes alone      {minutes_bytes / records:6.2f} B a record")
    print(f"with days          {per_record:6.2f} B a record, budget {BUDGET_BYTES:g}")
    print(f"indexes            {index_bytes:6d} B in all")
    print(f"two meters in 512 MB: {512 * 2**20 / (per_record * 2 * 525_960):.0f} years")
    return int(per_record > BUDGET_BYTES and not given.pace)


def write(
    server: ReplicaSet,
    client: MongoClient[dict[str, Any]],
    parts: Sequence[tuple[int, Sequence[MinuteRecord]]],
    stops: int,
    *,
    paced: bool,
) -> int:
    """How many records were written."""
    records = 0
    at = {len(parts) * (number + 1) // (stops + 1) for number in range(stops)}
    if paced:
        client.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=0)
    for number, (meter, part) in enumerate(parts):
        if number in at:
            server.members[0].stop()
            server.members[0].start()
            server.wait_for_primary()
        documents = [minute_document("home", METERS[meter], record) for record in part]
        answer = client["bench"].command({"insert": MINUTES, "documents": documents})
        assert answer["n"] == len(part)
        records += len(part)
        if paced and number % 2:
            client.admin.command("fsync")
    return records


def put_days(client: MongoClient[dict[str, Any]], rows: Rows) -> None:
    for start in range(min(rows), max(rows), DAY_S):
        minutes = [rows[minute] for minute in range(start, start + DAY_S, 60)]
        grid, solar = (series_of(records) for records in zip(*minutes, strict=True))
        quarters = quarter_sums([grid, solar], Roles())
        day = day_sums(739_000 + start // DAY_S - START // DAY_S, quarters, start, Roles())
        client["bench"]["days"].insert_one(DayFields(Roles()).document("home", "UTC", day))


if __name__ == "__main__":
    sys.exit(main())
