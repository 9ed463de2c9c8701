"""A backup in the store's place: all of the books, or the store as it was."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import MAINS, OTHER, PLANT, T0, home_store
from tests.store.harm import change
from tests.store.whole import booked, files, filled, filled_and_killed, has_names_once, untold
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.spans import Span
from wattledger.store.backup import back_up
from wattledger.store.connection import connect_reader
from wattledger.store.lock import StoreLock
from wattledger.store.restore import put_back
from wattledger.store.restore_rollback import kept_aside
from wattledger.store.sidecar_files import BESIDE
from wattledger.store.store_summary import Contents


async def test_what_was_is_kept_and_what_comes_is_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    new = await filled(path, 900)
    assert put_back(tmp_path / "backup", path, untold).kept == [tmp_path / "books.before-restore-1"]
    assert await booked(path) == old
    assert await booked(tmp_path / "books.before-restore-1") == new
    put_back(tmp_path / "books.before-restore-1", path, untold)
    assert await booked(path) == new
    path.unlink()
    assert put_back(tmp_path / "backup", path, untold).kept == []
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
    lock = folder / "books.lock"
    lock.unlink()
    put_back(tmp_path / "backup", path, untold)
    found = path.stat()
    for file in (found, lock.stat()):
        assert (file.st_uid, file.st_gid) == (server, server)
    assert found.st_mode & 0o777 == 0o600


async def test_a_damaged_store_gives_way_and_is_kept_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    path.write_bytes(b"SQLite format 3\0" + os.urandom(8_192))
    log = tmp_path / "books-wal"
    log.write_bytes(b"of something else")
    store, its_log, *_ = put_back(tmp_path / "backup", path, untold).kept
    assert (store.name, its_log.name) == ("books.before-restore-1", "books.before-restore-1-wal")
    assert its_log.read_bytes() == b"of something else"
    assert await booked(path) == old


SUMS = {
    "UPDATE minutes SET exported_b_dmwh = exported_b_dmwh + 1 WHERE key = {minute}": (
        r"the hour from 2026-\d\d-\d\d \d\d:00 UTC of A0DD6CA0C27C\)"
    ),
    "UPDATE minutes SET exported_b_dmwh = exported_b_dmwh + 1": "more hours",
    "UPDATE hours SET imported_dmwh = imported_dmwh + 1 WHERE key >> 8 = {hour}": "the hour from",
    "DELETE FROM hours WHERE key >> 8 = {hour}": "the hour from",
    "UPDATE quarters SET grid_s = 60": "sums, lists of gaps",
    "UPDATE days SET grid_s = 60": "sums, lists of gaps",
}


@pytest.mark.parametrize("harm", SUMS)
async def test_a_backup_with_a_damaged_number_is_refused_and_says_which(
    tmp_path: Path, harm: str
) -> None:
    path = tmp_path / "books"
    old = await filled(path, 1_600)
    back_up(path, tmp_path / "backup", untold)
    change(tmp_path / "backup", harm.format(minute=T0 // 60 << 8, hour=T0 // 3_600 + 1))
    with pytest.raises(StoreUnusable, match=SUMS[harm]) as raised:
        put_back(tmp_path / "backup", path, untold)
    assert len(str(raised.value)) < 600
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
        with pytest.raises(StoreUnusable, match=match) as raised:
            put_back(wrong, path, untold)
        assert "the store is as it was" in str(raised.value).lower()
        assert f"the store {path}" not in str(raised.value)

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
    shutil.copyfile(path, wrong)
    with closing(sqlite3.connect(wrong)) as poor:
        poor.execute("DROP TABLE minutes")
    refused(r"damaged \(it lacks minutes\)")
    with pytest.raises(StoreUnusable, match="the store itself"):
        put_back(path, path, untold)
    assert await booked(path) == old
    assert {name for name in files(tmp_path) if not name.startswith("wrong")} == {"books"}


async def test_a_store_behind_a_link_is_locked_and_changed_where_it_lies(tmp_path: Path) -> None:
    disk, link = tmp_path / "disk", tmp_path / "books"
    disk.mkdir()
    link.symlink_to(disk / "books")
    old = await filled(link)
    back_up(link, tmp_path / "backup", untold)
    async with home_store(link):
        with pytest.raises(StoreUnusable, match="in use by another process"):
            put_back(tmp_path / "backup", link, untold)
    new = await filled(link, 900)
    assert put_back(tmp_path / "backup", link, untold).kept == [disk / "books.before-restore-1"]
    assert link.readlink() == disk / "books"
    assert await booked(link) == old
    assert await booked(disk / "books.before-restore-1") == new


async def test_a_log_whose_store_is_gone_is_not_taken_for_that_of_the_backup(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    await filled_and_killed(path, 900)
    path.rename(tmp_path / "moved-away")
    kept = put_back(tmp_path / "backup", path, untold).kept
    assert tmp_path / "books.before-restore-1-wal" in kept
    assert tmp_path / "books.before-restore-1" not in kept
    assert all(file.exists() for file in kept)
    assert await booked(path) == old


@pytest.mark.parametrize("ending", BESIDE)
async def test_no_ending_stays_beside_the_backup(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    path.unlink()
    (tmp_path / f"books{ending}").write_bytes(b"of another store")
    kept = tmp_path / f"books.before-restore-1{ending}"
    assert kept in put_back(tmp_path / "backup", path, untold).kept
    assert kept.read_bytes() == b"of another store"
    assert await booked(path) == old


@pytest.mark.parametrize("ending", BESIDE)
async def test_what_is_kept_gets_a_name_beside_which_no_log_lies(
    tmp_path: Path, ending: str
) -> None:
    """Of an earlier one only the store itself may have been removed."""
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    (tmp_path / f"books.before-restore-1{ending}").write_bytes(b"of an earlier one")
    assert put_back(tmp_path / "backup", path, untold).kept == [tmp_path / "books.before-restore-2"]
    assert await booked(tmp_path / "books.before-restore-2") == old


async def test_what_a_killed_server_left_is_kept_as_one_file(tmp_path: Path) -> None:
    path = tmp_path / "books"
    await filled(path)
    back_up(path, tmp_path / "backup", untold)
    await filled_and_killed(path)
    (kept,) = put_back(tmp_path / "backup", path, untold).kept
    (mains, plant) = await booked(kept)
    assert len(mains) == len(plant) > 600


@pytest.mark.parametrize("once", [False, True])
async def test_a_restore_that_is_broken_off_leaves_the_store_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: bool
) -> None:
    """Between the moves: at the last one, which puts the backup in the store's place."""
    path, log = tmp_path / "books", tmp_path / "books-wal"
    await filled(path)
    log.write_bytes(b"of the same time")
    before = path.read_bytes()
    if once:
        monkeypatch.setattr(os, "link", has_names_once)

    def broken_off() -> None:
        with kept_aside(path) as kept:
            assert [log.exists(), *(file.exists() for file in kept)] == [False, True, True]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert (path.read_bytes(), log.read_bytes()) == (before, b"of the same time")
    assert not any("before-restore" in name for name in files(tmp_path))


async def test_whoever_reads_a_store_just_put_back_does_not_keep_the_server_out(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    back_up(path, tmp_path / "backup", untold)
    put_back(tmp_path / "backup", path, untold)
    with closing(connect_reader(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM minutes").fetchone()
        assert await booked(path) == old


async def test_what_came_and_what_was_there_are_told(tmp_path: Path) -> None:
    path = tmp_path / "books"
    await filled(path, 90)
    back_up(path, tmp_path / "backup", untold)
    await filled(path, 120)
    done = put_back(tmp_path / "backup", path, untold)
    home = dict.fromkeys((MAINS, PLANT))
    assert done.now == Contents(home, Span(T0, T0 + 90 * 60))
    assert done.before == Contents(home, Span(T0, T0 + 120 * 60))
    path.write_text("damaged")
    assert put_back(tmp_path / "backup", path, untold).before is None


def test_two_homes_are_told_by_their_meters() -> None:
    one, other, new = (Contents(meters, None) for meters in ({MAINS: None}, {OTHER: "mains"}, {}))
    assert one.is_of_other_meters_than(other)
    assert not one.is_of_other_meters_than(Contents({MAINS: "mains", OTHER: None}, None))
    assert not one.is_of_other_meters_than(new)
    assert not new.is_of_other_meters_than(one)
