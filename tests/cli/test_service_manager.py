"""What systemd hears of a server, by a socket like its own."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.kit import started, written
from wattledger.cli.service_manager import ServiceManager

OWN = 4711


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(300)
        yield line


def _manager(heard: socket.socket, **environment: str) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": heard.getsockname(), **environment}, OWN)


def test_that_it_is_ready(heard: socket.socket) -> None:
    _manager(heard).tell_ready()
    assert heard.recv(100) == b"READY=1"


async def test_that_it_lives_several_times_within_the_period(heard: socket.socket) -> None:
    telling = asyncio.ensure_future(_manager(heard, WATCHDOG_USEC="30000").keep_telling())
    for _ in range(3):
        assert await asyncio.to_thread(heard.recv, 100) == b"WATCHDOG=1"
    telling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await telling


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}],
)
async def test_nobody_watches(heard: socket.socket, environment: dict[str, str]) -> None:
    manager = _manager(heard, **environment)
    await manager.keep_telling()  # ends at once
    manager.tell_ready()
    assert heard.recv(100) == b"READY=1"


def test_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(300)
        name = f"wattledger-test-{os.getpid()}"
        line.bind("\0" + name)
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}, OWN).tell_ready()
        assert line.recv(100) == b"READY=1"


@pytest.mark.parametrize("place", ["", "/nowhere/at/all"])
async def test_nobody_listens(place: str) -> None:
    ServiceManager({"NOTIFY_SOCKET": place}, OWN).tell_ready()


async def test_a_server_says_it(tmp_path: Path, heard: socket.socket) -> None:
    environment = {"NOTIFY_SOCKET": heard.getsockname(), "WATCHDOG_USEC": "60000"}
    async with started("serve", "--config", written(tmp_path), **environment):
        assert await asyncio.to_thread(heard.recv, 100) == b"WATCHDOG=1"
        while await asyncio.to_thread(heard.recv, 100) != b"READY=1":
            pass
