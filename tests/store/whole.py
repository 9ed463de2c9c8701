"""Stores as whole files: filled, read back, counted, and left as a killed server leaves them."""

import errno
import sys
from asyncio import StreamReader, create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.store.builders import EVER, MAINS, PLANT, T0, both, home_store, settle
from wattledger.energy.record import MinuteRecord


def untold(_: float) -> None:
    """Nobody looks."""


async def filled(path: Path, minutes: int = 600) -> list[list[MinuteRecord]]:
    async with home_store(path) as store:
        await store.journal.book(both(T0, minutes), T0 + 60 * minutes)
        await settle(store, T0 + 60 * minutes)
    return await booked(path)


async def booked(path: Path) -> list[list[MinuteRecord]]:
    async with home_store(path) as store:
        return [await store.books.minutes([meter], EVER) for meter in (MAINS, PLANT)]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


@asynccontextmanager
async def appending(path: Path, first_minute: int) -> AsyncIterator[StreamReader]:
    """The lines of a process that books, which is killed at the end."""
    command = [sys.executable, "-m", "tests.store.appender", str(path), str(first_minute)]
    process = await create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    yield process.stdout
    process.kill()
    await process.wait()


async def filled_and_killed(path: Path, minutes: int = 600) -> None:
    """As a server that is killed leaves a store: some minutes are in its log only."""
    await filled(path, minutes)
    async with appending(path, minutes) as output:
        await output.readline()
    assert path.with_name(f"{path.name}-wal").stat().st_size


def has_names_once(*_: object) -> None:
    """A link on a file system that knows no second name for a file, as on most sticks."""
    raise PermissionError(errno.EPERM, "Operation not permitted")
