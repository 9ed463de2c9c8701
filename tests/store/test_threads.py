"""The writer's thread and the readers': order, bounds, and how they end."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Awaitable
from pathlib import Path

import pytest

from tests.fakes.inline import InlineExecutor
from tests.store.builders import EVER, MAINS, T0, both, calendar, entry, home_store, readers_of
from wattledger.energy.errors import BadRecord, StoreBusy, StoreError
from wattledger.energy.home_quantities import Roles
from wattledger.store.connection import StoreClosed, connect_writer
from wattledger.store.rebuild_pauses import RebuildPauses
from wattledger.store.store import open_store
from wattledger.store.writer import QUEUE_LENGTH, Rebuilding, Writer


class Tally:
    """A state that counts deeds."""

    def __init__(self, count: int = 0) -> None:
        self.count = count

    def copy(self) -> "Tally":
        return Tally(self.count)


def count_up(_: sqlite3.Connection, tally: Tally) -> int:
    tally.count += 1
    return tally.count


def fail(connection: sqlite3.Connection, tally: Tally) -> None:
    tally.count = -1
    connection.execute("CREATE TABLE never (a)")
    raise ZeroDivisionError


class Held:
    """A writer whose thread is kept busy until `release` is set."""

    def __init__(self, path: Path) -> None:
        self.release = threading.Event()
        self.ended = threading.Event()
        rebuilding: Rebuilding[Tally] = Rebuilding(lambda *_: None, RebuildPauses(lambda: 0.0))
        self.writer = Writer(path, connect_writer(path), Tally(), self.ended.set, rebuilding)

    def hold(self, _: sqlite3.Connection, tally: Tally) -> int:
        self.release.wait(20)
        return tally.count


async def test_a_deed_that_fails_leaves_memory_and_file_as_they_were(tmp_path: Path) -> None:
    held = Held(tmp_path / "file")
    assert await held.writer.write(count_up) == 1
    with pytest.raises(ZeroDivisionError):
        await held.writer.write(fail)
    assert await held.writer.write(count_up) == 2
    tables = await held.writer.write(
        lambda connection, _: connection.execute("SELECT name FROM sqlite_master").fetchall()
    )
    assert tables == []
    await held.writer.close(5)


async def test_closing_does_first_what_was_asked(tmp_path: Path) -> None:
    held = Held(tmp_path / "file")
    async with asyncio.TaskGroup() as group:
        deeds = [group.create_task(held.writer.write(held.hold))]
        deeds += [group.create_task(held.writer.write(count_up)) for _ in range(20)]
        await asyncio.sleep(0)
        closing = group.create_task(held.writer.close(5))
        await asyncio.sleep(0)
        with pytest.raises(StoreClosed):
            await held.writer.write(count_up)
        held.release.set()
    assert closing.done()
    assert [deed.result() for deed in deeds] == [0, *range(1, 21)]
    assert held.ended.is_set()
    await held.writer.close(5)


async def test_a_full_queue_is_a_busy_store(tmp_path: Path) -> None:
    held = Held(tmp_path / "file")
    started = threading.Event()

    def hold(connection: sqlite3.Connection, tally: Tally) -> int:
        started.set()
        return held.hold(connection, tally)

    async with asyncio.TaskGroup() as group:
        group.create_task(held.writer.write(hold))
        await asyncio.to_thread(started.wait, 10)
        for _ in range(QUEUE_LENGTH):
            group.create_task(held.writer.write(count_up))
        await asyncio.sleep(0)
        with pytest.raises(StoreBusy, match="behind"):
            await held.writer.write(count_up)
        held.release.set()
    assert held.writer.state.count == QUEUE_LENGTH
    await held.writer.close(5)


async def test_a_deed_taken_back_before_its_turn_never_happens(tmp_path: Path) -> None:
    held = Held(tmp_path / "file")
    async with asyncio.TaskGroup() as group:
        group.create_task(held.writer.write(held.hold))
        taken_back = group.create_task(held.writer.write(count_up))
        await asyncio.sleep(0)
        taken_back.cancel()
        await asyncio.sleep(0)
        held.release.set()
    assert await held.writer.write(count_up) == 1
    await held.writer.close(5)


async def test_a_missed_deadline_is_said_and_the_lock_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = Held(tmp_path / "file")
    async with asyncio.TaskGroup() as group:
        group.create_task(held.writer.write(held.hold))
        await asyncio.sleep(0)
        with caplog.at_level(logging.ERROR):
            await held.writer.close(0.05)
        assert "still writing" in caplog.text
        assert not held.ended.is_set()
        held.release.set()
    assert await asyncio.to_thread(held.ended.wait, 10)


async def test_both_meters_of_a_booking_appear_together(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store, asyncio.TaskGroup() as group:
        done = asyncio.Event()

        async def book() -> None:
            for minute in range(60):
                start = T0 + 60 * minute
                await store.journal.book(both(start, 1), start + 65)
            done.set()

        group.create_task(book())
        seen = set()
        while not done.is_set():
            count = await readers_of(store).read(
                lambda file: file.execute("SELECT count(*) FROM minutes").fetchone()[0]
            )
            assert count % 2 == 0
            seen.add(count)
        assert len(seen) > 2


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


async def test_closing_breaks_off_a_question_without_end(tmp_path: Path) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(file: sqlite3.Connection) -> object:
        loop.call_soon_threadsafe(begun.set)
        return file.execute(ENDLESS).fetchone()

    async with home_store(tmp_path / "books") as store:
        readers = readers_of(store)
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(outcome_of(readers.read(ask))) for _ in range(2)]
            await begun.wait()
            await readers.close()
        # The second may not have begun when the store was closed.
        assert all(isinstance(task.result(), StoreBusy | StoreClosed) for task in asked)
        with pytest.raises(StoreClosed):
            await readers.read(ask)


async def outcome_of(question: Awaitable[object]) -> object:
    try:
        return await question
    except StoreError as error:
        return error


async def test_readers_cannot_write(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        with pytest.raises(StoreBusy, match="readonly"):
            await readers_of(store).read(lambda file: file.execute("DELETE FROM meta"))


async def test_with_an_executor_given_a_store_has_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    async with open_store(tmp_path / "books", calendar(), Roles(), InlineExecutor()) as store:
        booked = await store.journal.book(both(T0, 3), T0 + 200)
        assert (booked.booked, len(await store.books.minutes([MAINS], EVER))) == (6, 3)
        with pytest.raises(BadRecord):
            await store.journal.book([entry(MAINS, T0 + 1)], T0 + 200)
        more = set(threading.enumerate()) - before
        assert not [thread.name for thread in more if thread.name.startswith("books-")]
