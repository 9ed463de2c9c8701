"""A real mongod for tests: a process of its own on a loopback port, alone or as one of three."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymongo
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

_OPTIONS = (
    "--bind_ip=127.0.0.1",
    "--wiredTigerCacheSizeGB=0.25",
    "--oplogSize=32",
    "--setParameter=enableTestCommands=1",
    "--setParameter=diagnosticDataCollectionEnabled=false",
    "--setParameter=transactionLifetimeLimitSeconds=30",
    "--setParameter=shutdownTimeoutMillisForSignaledShutdown=500",
)
START_S = 300.0
_INITIATED = 23


def mongod_program() -> Path | None:
    """The program of the wheel, made executable; None where the wheel is not for this machine."""
    import importlib.util

    spec = importlib.util.find_spec("fiftyone")
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        program = Path(place) / "db" / "bin" / "mongod"
        if program.is_file():
            mode = program.stat().st_mode
            if not mode & stat.S_IXUSR:
                program.chmod(mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
            return program
    return None


def runs(program: Path) -> bool:
    """Whether it starts: it needs libcurl4 and libssl3 of the system."""
    done = subprocess.run([program, "--version"], capture_output=True, check=False)
    return done.returncode == 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Mongod:
    """One process with a data folder that outlives it."""

    def __init__(self, folder: Path, replica_set: str | None, *options: str) -> None:
        program = mongod_program()
        assert program is not None
        self.port = free_port()
        self._folder = folder
        self._command = [
            str(program),
            f"--dbpath={folder}",
            f"--port={self.port}",
            *([f"--replSet={replica_set}"] if replica_set else []),
            *_OPTIONS,
            *options,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder.parent / f"{self._folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._process.poll() is None, "mongod ended at its start"
            time.sleep(0.02)
        raise AssertionError("mongod did not start")

    def kill(self) -> None:
        """As a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def freeze(self) -> None:
        """Accepts and answers nothing, as behind a cut network."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        threads = Path(f"/proc/{self._process.pid}/task")
        while any(_state_of(thread) != "T" for thread in threads.iterdir()):
            time.sleep(0.001)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(15)
        self._process = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None


def _state_of(thread: Path) -> str:
    """R, S, T for stopped ... (proc(5)); a name in brackets comes before it."""
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]


class ReplicaSet:
    """One mongod or three, and what a test does to them."""

    def __init__(self, folder: Path, size: int, *options: str) -> None:
        self.name = f"rs{size}"
        self._may_fail = False
        self.members = [
            Mongod(folder / f"node{number}", self.name, *options) for number in range(size)
        ]

    @property
    def uri(self) -> str:
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/?replicaSet={self.name}&heartbeatFrequencyMS=500&connectTimeoutMS=1000"

    def start(self) -> None:
        for member in self.members:
            member.start()
        config = {
            "_id": self.name,
            "members": [
                {"_id": number, "host": member.address}
                for number, member in enumerate(self.members)
            ],
            "settings": {"electionTimeoutMillis": 1_000, "heartbeatIntervalMillis": 200},
        }
        with _direct(self.members[0]) as client:
            try:
                client.admin.command("replSetInitiate", config)
            except OperationFailure as error:
                if error.code != _INITIATED:
                    raise
                _move(client, config)
        self.wait_for_primary()

    def stop(self) -> None:
        for member in self.members:
            member.kill()

    def mend(self) -> None:
        """Whatever a test did that failed half-way: the next one finds it whole."""
        for member in self.members:
            if member.runs:
                member.thaw()
            else:
                member.start()
        self.wait_for_primary()
        if self._may_fail:
            self.heal()

    def client(self) -> MongoClient[dict[str, Any]]:
        return MongoClient(self.uri, serverSelectionTimeoutMS=20_000)

    def wait_for_primary(self) -> Mongod:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            for member in self.members:
                if member.runs and _is_primary(member):
                    return member
            time.sleep(0.05)
        raise AssertionError("no primary")

    def fail(self, command: str, *, times: int = 1, **data: object) -> None:
        """Makes the primary's next answers to the command fail in its own way."""
        self._may_fail = True
        with _direct(self.wait_for_primary()) as client:
            client.admin.command(
                {
                    "configureFailPoint": "failCommand",
                    "mode": {"times": times},
                    "data": {"failCommands": [command], **data},
                }
            )

    def heal(self) -> None:
        self._may_fail = False
        with _direct(self.wait_for_primary()) as client:
            client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


@contextmanager
def _direct(member: Mongod, login: str = "") -> Iterator[MongoClient[dict[str, Any]]]:
    uri = f"mongodb://{login}{member.address}/?directConnection=true"
    client: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=2_000)
    try:
        yield client
    finally:
        client.close()


def _move(client: MongoClient[dict[str, Any]], config: dict[str, Any]) -> None:
    """A data folder of an earlier run names the ports that its members had then."""
    before = client.admin.command("replSetGetConfig")["config"]
    config = {**before, "version": before["version"] + 1, "members": config["members"]}
    client.admin.command("replSetReconfig", config, force=True)


def _is_primary(member: Mongod) -> bool:
    try:
        with _direct(member) as client, pymongo.timeout(1):
            return bool(client.admin.command("hello")["isWritablePrimary"])
    except (PyMongoError, OperationFailure):
        return False


def make_users(server: ReplicaSet, roles: dict[str, list[str]]) -> None:
    """`root` first, who makes the others; everybody's password is the name."""
    (member,) = server.members
    with _direct(member) as client:
        client.admin.command("createUser", "root", pwd="root", roles=["root"])
    with _direct(member, "root:root@") as client:
        for name, own in roles.items():
            client.admin.command("createUser", name, pwd=name, roles=own)


async def beside(what: Any, *args: Any) -> Any:
    """In a thread, so that the loop under test goes on."""
    return await asyncio.to_thread(what, *args)


if __name__ == "__main__":
    sys.exit(0 if (found := mongod_program()) and runs(found) else 1)
