"""What may go wrong: killed, full, locked, damaged, too new; and what is left open."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.room import room_for
from tests.store.builders import (
    EVER,
    MAINS,
    PLANT,
    T0,
    Model,
    assert_agrees,
    both,
    home_store,
    settle,
    stretch,
    writer_of,
)
from tests.store.whole import appending
from wattledger.energy.booking_entry import Booked
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.energy.spans import Span
from wattledger.store import migrate
from wattledger.store.connection import StoreClosed, connect_writer
from wattledger.store.lock import StoreLock, is_held

NOW = T0 + 40 * 86_400


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "books"
    acknowledged = 0
    for lines in (1, 40, 150):
        async with appending(path, acknowledged) as output:
            for _ in range(lines):
                acknowledged = int(await output.readline())
        rest = (await output.read()).split()
        acknowledged = int(rest[-1]) if rest else acknowledged
        async with home_store(path) as store:
            booked = len(await store.books.minutes([MAINS], EVER))
            # The last commit may have reached the disk without its line reaching us.
            assert booked in (acknowledged, acknowledged + 7)
            model = Model()
            model.book(both(T0, booked))
            await assert_agrees(store, model, [MAINS, PLANT])
            await settle(store, NOW)
            assert await store.books.quarters(EVER) == model.quarters()
            acknowledged = booked


async def test_a_killed_process_leaves_no_lock_and_a_living_one_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with appending(path, 0) as output:
        await output.readline()
        with pytest.raises(StoreUnusable, match="in use by another process"):
            async with home_store(path):
                pass
    async with home_store(path) as store:
        assert MAINS in await store.books.booked()


async def test_two_stores_in_one_process_are_two_writers(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books"):
        with pytest.raises(StoreUnusable, match="in use"):
            StoreLock(tmp_path / "books")
        before = len([*Path("/proc/self/fd").iterdir()])
        assert is_held(tmp_path / "books")
        assert len([*Path("/proc/self/fd").iterdir()]) == before
    assert not is_held(tmp_path / "books")
    StoreLock(tmp_path / "books").release()


async def test_a_write_that_fails_changes_nothing_and_works_later(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(both(T0, 600), NOW)
        before = await store.books.booked()
        gaps = await store.books.gaps(MAINS)
        log_bytes = path.with_name("books-wal").stat().st_size
        late = both(T0 + 90_000, 900) + stretch(MAINS, T0 - 9_000, 10)
        with room_for(log_bytes), pytest.raises(StoreBusy):
            await store.journal.book(late, NOW)
        assert await store.books.booked() == before
        assert await store.books.gaps(MAINS) == gaps
        assert await store.journal.book(late, NOW) == Booked(booked=1_810)
        model = Model()
        model.book([*both(T0, 600), *late])
        await settle(store, NOW)
        assert await store.books.quarters(EVER) == model.quarters()
        assert [gap.span for gap in await store.books.gaps(MAINS)] == model.gaps(MAINS)


async def test_a_full_disk_is_a_store_that_is_busy(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 60), NOW)
        connection = writer_of(store)._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StoreBusy, match="full"):
            await store.journal.book(both(T0 + 3_600, 9_000), NOW)
        assert (await store.books.booked())[MAINS] == Span(T0, T0 + 3_600)
        connection.execute("PRAGMA max_page_count = 1000000")
        assert (await store.journal.book(both(T0 + 3_600, 9_000), NOW)).booked == 18_000


async def test_a_store_locked_by_another_program_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        writer_of(store)._connection.execute("PRAGMA busy_timeout = 20")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="locked"):
                await store.journal.book(both(T0, 1), NOW)
            other.execute("ROLLBACK")
        assert (await store.journal.book(both(T0, 1), NOW)).booked == 2


async def test_a_newer_store_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(both(T0, 10), NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    content = path.read_bytes()
    with pytest.raises(StoreUnusable, match="newer Wattledger"):
        async with home_store(path):
            pass
    assert path.read_bytes() == content


async def test_an_older_store_is_brought_up_step_by_step(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(both(T0, 10), NOW)
    steps = [*migrate.steps(), "CREATE TABLE more (a INTEGER);\nINSERT INTO more VALUES (7);\n"]
    with closing(connect_writer(path)) as connection:
        with pytest.raises(sqlite3.Error):
            migrate.migrate(connection, [*steps, "CREATE TABLE other (a);\nSELECT nothing;\n"])
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(steps)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert "more" in tables
        assert "other" not in tables
        assert connection.execute("SELECT a FROM more").fetchall() == [(7,)]
        assert connection.execute("SELECT count(*) FROM minutes").fetchone()[0] == 20


@pytest.mark.parametrize("length", [10, 5_000, 20_000])
async def test_a_cut_file_is_refused_with_advice(tmp_path: Path, length: int) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(both(T0, 1_000), NOW)
    with path.open("r+b") as file:
        file.truncate(length)
    with pytest.raises(StoreUnusable, match="backup"):
        async with home_store(path):
            pass


@pytest.mark.parametrize("content", [b"no database at all, " * 99, b"SQLite format 3\0" * 400])
async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "books"
    path.write_bytes(content)
    with pytest.raises(StoreUnusable, match="damaged"):
        async with home_store(path):
            pass
    assert path.read_bytes() == content


async def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "books"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    content = path.read_bytes()
    with pytest.raises(StoreUnusable, match="another program"):
        async with home_store(path):
            pass
    assert path.read_bytes() == content


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="folder"):
        async with home_store(tmp_path / "no" / "books"):
            pass


async def test_a_closed_store_says_so_and_has_done_what_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(both(T0, 10), NOW)
    with pytest.raises(StoreClosed):
        await store.journal.book(both(T0, 10), NOW)
    with pytest.raises(StoreClosed):
        await store.books.quarters(EVER)
    assert not path.with_name("books-wal").exists()


async def test_closing_releases_every_descriptor(tmp_path: Path) -> None:
    def descriptors() -> set[str]:
        links = [*Path("/proc/self/fd").iterdir()]
        return {str(link.readlink()) for link in links if link.is_symlink()}

    path = tmp_path / "books"
    for _ in range(3):
        async with home_store(path) as store:
            await store.journal.book(both(T0, 10), NOW)
            await store.books.minutes([MAINS], EVER)
            assert any(str(path) in name for name in descriptors())
        assert not any(str(path) in name for name in descriptors())
    path.write_bytes(b"x" * 5_000)
    with pytest.raises(StoreUnusable):
        async with home_store(path):
            pass
    assert not any(str(path) in name for name in descriptors())
