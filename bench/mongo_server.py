"""A mongod for the benchmarks, gone afterwards unless a folder is named to keep it in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from tests.mongo.server import ReplicaSet, mongod_program, runs


@contextmanager
def mongod(keep: Path | None = None) -> Iterator[ReplicaSet]:
    """A replica set of one, with what an earlier run left in `keep`. Exits where there is none."""
    program = mongod_program()
    if program is None or not runs(program):
        raise SystemExit("there is no mongod for this machine, or libcurl4 is missing")
    folders = (
        nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory(prefix="wattledger-mongod-")
    )
    with folders as folder:
        server = ReplicaSet(Path(folder), 1)
        try:
            server.start()
            yield server
        finally:
            for member in server.members:
                member.stop()


def used_bytes(client: MongoClient[dict[str, Any]], database: str) -> int:
    """What a free Atlas cluster counts: uncompressed data and indexes."""
    stats = client[database].command("dbStats")
    return int(stats["dataSize"] + stats["indexSize"])
