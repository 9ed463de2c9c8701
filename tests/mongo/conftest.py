"""One mongod for all tests of the copy, a database of its own for each."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.mongo.server import ReplicaSet, make_users, mongod_program, runs
from wattledger.mongo.connection import Address


@pytest.fixture(autouse=True)
def _sockets_of_a_test() -> Iterator[None]:
    yield
    _collect_stray_sockets()


@pytest.fixture(autouse=True, scope="module")
def _sockets_of_a_module() -> Iterator[None]:
    yield
    _collect_stray_sockets()


def _collect_stray_sockets() -> None:
    """PyMongo leaves the socket of a connection that it gave up half-way to the collector.

    Collected here, where its warning says nothing of us, and not in whatever test comes next.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _needs_mongod() -> None:
    program = mongod_program()
    if program is None:
        pytest.skip("there is no mongod for this machine")
    if not runs(program):
        pytest.skip("mongod does not start: on Debian, apt install libcurl4")


@contextmanager
def started(folder: Path, members: int, *words: str) -> Iterator[ReplicaSet]:
    _needs_mongod()
    server = ReplicaSet(folder, members, *words)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """A replica set of one: sessions and majorities work, and it starts in two seconds."""
    with started(tmp_path_factory.mktemp("mongod"), 1) as server:
        yield server


@pytest.fixture(scope="module")
def trio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """A replica set of three, of which a test may kill one at a time."""
    with started(tmp_path_factory.mktemp("trio"), 3) as server:
        yield server


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """One that wants a login; `root` may everything, `reader` read, `nobody` nothing."""
    folder = tmp_path_factory.mktemp("guarded")
    key = folder / "key"
    key.write_text(uuid4().hex)
    key.chmod(0o600)
    with started(folder, 1, "--auth", f"--keyFile={key}") as server:
        make_users(server, {"reader": ["readAnyDatabase"], "nobody": []})
        yield server


@pytest.fixture
def address(mongod: ReplicaSet) -> Iterator[Address]:
    """An empty database."""
    name = f"wattledger_{uuid4().hex[:12]}"
    yield Address(mongod.uri, name, "home")
    mongod.mend()
    with mongod.client() as client:
        client.drop_database(name)
