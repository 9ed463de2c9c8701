"""A backup while a server books, and the way back: all of the books, or why not."""

import asyncio
import os
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.store.builders import EVER, MAINS, PLANT, T0, both, home_store, settle
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.record import MinuteRecord
from wattledger.store.backup import back_up
from wattledger.store.lock import StoreLock
from wattledger.store.restore import put_back


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


async def test_of_a_store_that_is_being_booked_to_it_is_one_moment(tmp_path: Path) -> None:
    path, copies = tmp_path / "books", tmp_path / "copies"
    copies.mkdir()
    heard: list[float] = []
    async with home_store(path) as store:
        await store.journal.book(both(T0, 20_000), T0 + 10**7)
        backing = asyncio.create_task(
            asyncio.to_thread(back_up, path, copies / "backup", heard.append)
        )
        minute = 20_000
        while not backing.done():
            await store.journal.book(both(T0 + 60 * minute, 1), T0 + 10**7)
            minute += 1
        await backing
        whole = [await store.books.minutes([meter], EVER) for meter in (MAINS, PLANT)]
    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert files(copies) == {"backup"}
    assert (copies / "backup").stat().st_mode & 0o777 == 0o600
    (mains, plant) = await booked(copies / "backup")
    assert 20_000 <= len(mains) == len(plant) <= minute
    assert [mains, plant] == [own[: len(mains)] for own in whole]


async def test_it_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A file by itself, without a log beside it."""
    await filled(tmp_path / "books")
    back_up(tmp_path / "books", tmp_path / "backup", untold)
    with closing(sqlite3.connect(f"file:{tmp_path / 'backup'}?immutable=1", uri=True)) as file:
        assert file.execute("SELECT count(*) FROM minutes").fetchone() == (1_200,)
    assert not {"backup-wal", "backup-shm", "backup.part"} & files(tmp_path)


async def test_what_was_is_kept_and_what_comes_is_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    new = await filled(path, 900)
    assert put_back(tmp_path / "backup", path, untold) == tmp_path / "books.before-restore-1"
    assert await booked(path) == old
    assert await booked(tmp_path / "books.before-restore-1") == new
    assert put_back(tmp_path / "books.before-restore-1", path, untold) is not None
    assert await booked(path) == new
    path.unlink()
    assert put_back(tmp_path / "backup", path, untold) is None
    assert await booked(path) == old


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("lost", [False, True])
async def test_what_root_puts_back_belongs_to_the_server(tmp_path: Path, lost: bool) -> None:
    folder, server = tmp_path / "home", 12_345
    folder.mkdir()
    path = folder / "books"
    await filled(path)
    back_up(path, tmp_path / "backup", untold)
    for owned in (folder, path):
        os.chown(owned, server, server)
    path.chmod(0o640)
    if lost:
        path.unlink()
    put_back(tmp_path / "backup", path, untold)
    found = path.stat()
    assert (found.st_uid, found.st_gid) == (server, server)
    assert found.st_mode & 0o777 == (0o600 if lost else 0o640)


async def test_a_damaged_store_gives_way_and_is_kept_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    path.write_bytes(b"SQLite format 3\0" + os.urandom(8_192))
    log = tmp_path / "books-wal"
    log.write_bytes(b"of something else")
    kept = put_back(tmp_path / "backup", path, untold)
    assert kept is not None
    assert (tmp_path / f"{kept.name}-wal").read_bytes() == b"of something else"
    assert await booked(path) == old


async def test_a_server_that_runs_keeps_its_store(tmp_path: Path) -> None:
    path = tmp_path / "books"
    await filled(path)
    back_up(path, tmp_path / "backup", untold)
    before = path.read_bytes()
    lock = StoreLock(path)
    with pytest.raises(StoreUnusable, match="in use by another process"):
        put_back(tmp_path / "backup", path, untold)
    lock.release()
    assert path.read_bytes() == before


async def test_what_is_no_backup_changes_nothing(tmp_path: Path) -> None:
    path, wrong = tmp_path / "books", tmp_path / "wrong"
    old = await filled(path)

    def refused(match: str) -> None:
        with pytest.raises(StoreUnusable, match=match):
            put_back(wrong, path, untold)

    wrong.write_bytes(b"")
    refused("no store")
    wrong.write_text("no database at all, but longer than a header " * 10)
    refused("damaged")
    wrong.unlink()
    with closing(sqlite3.connect(wrong)) as other:
        other.execute("CREATE TABLE songs (title)")
    refused("another program")
    shutil.copyfile(path, wrong)
    with closing(sqlite3.connect(wrong)) as newer:
        newer.execute("PRAGMA user_version = 99")
    refused("newer Wattledger")
    shutil.copyfile(path, wrong)
    with wrong.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    refused("damaged")
    shutil.copyfile(path, wrong)
    with wrong.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(os.urandom(4_096))
    refused("damaged")
    with pytest.raises(StoreUnusable, match="the store itself"):
        put_back(path, path, untold)
    assert await booked(path) == old
    assert {name for name in files(tmp_path) if not name.startswith("wrong")} == {"books"}


async def test_a_name_that_is_taken_and_a_store_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "books"
    with pytest.raises(StoreUnusable, match="no store at"):
        back_up(path, tmp_path / "backup", untold)
    await filled(path)
    (tmp_path / "backup").write_text("mine")
    with pytest.raises(StoreUnusable, match="exists already"):
        back_up(path, tmp_path / "backup", untold)
    assert (tmp_path / "backup").read_text() == "mine"


@contextmanager
def room_for(size_bytes: int) -> Iterator[None]:
    """No file may become longer."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_without_room_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path, 3_000)
    back_up(path, tmp_path / "backup", untold)
    with room_for(60_000):
        with pytest.raises(StoreUnusable, match="Is there room"):
            back_up(path, tmp_path / "another", untold)
        with pytest.raises(StoreUnusable, match="Is there room"):
            put_back(tmp_path / "backup", path, untold)
    assert not any("another" in name or "part" in name for name in files(tmp_path))
    assert await booked(path) == old
    assert files(tmp_path) == {"books", "backup"}
