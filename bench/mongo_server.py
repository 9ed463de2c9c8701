"""A mongod for the benchmarks, in the system's temporary folder, gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from tests.mongo.server import ReplicaSet, mongod_program, runs


@contextmanager
def mongod() -> Iterator[ReplicaSet]:
    """A replica set of one. Exits where there is no mongod."""
    program = mongod_program()
    if program is None or not runs(program):
        raise SystemExit("there is no mongod for this machine, or libcurl4 is missing")
    with tempfile.TemporaryDirectory(prefix="wattledger-mongod-") as folder:
        server = ReplicaSet(Path(folder), 1)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def used_bytes(client: MongoClient[dict[str, Any]], database: str) -> int:
    """What a free Atlas cluster counts: uncompressed data and indexes."""
    stats = client[database].command("dbStats")
    return int(stats["dataSize"] + stats["indexSize"])
