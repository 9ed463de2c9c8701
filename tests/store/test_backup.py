"""A backup while a server books: all of the books, or why not."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.room import room_for
from tests.store.builders import EVER, MAINS, PLANT, T0, both, home_store
from tests.store.harm import PAGE, change
from tests.store.whole import booked, files, filled, has_names_once, untold
from wattledger.energy.errors import StoreUnusable
from wattledger.store.backup import back_up
from wattledger.store.restore import put_back
from wattledger.store.settings_in_backup import brought
from wattledger.store.sidecar_files import BESIDE
from wattledger.store.verify import verify


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


async def test_it_says_how_much_of_it_is_done(tmp_path: Path) -> None:
    path = tmp_path / "books"
    await filled(path, 5)
    for statement in ("CREATE TABLE room AS SELECT zeroblob(9000000)", "DROP TABLE room"):
        change(path, statement)
    heard: list[float] = []
    back_up(path, tmp_path / "backup", heard.append)
    pages = path.stat().st_size / PAGE
    assert heard == pytest.approx([1_024 / pages, 2_048 / pages, 1])


async def test_it_brings_the_settings_and_nothing_of_it_is_doubtful(tmp_path: Path) -> None:
    path, backup = tmp_path / "books", tmp_path / "backup"
    await filled(path, 5)
    back_up(path, backup, untold, "[home]")
    assert brought(backup) == "[home]"
    put_back(backup, path, untold)
    assert brought(path) is None
    assert all(verify(file, untold).is_sound for file in (path, backup))


async def test_it_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A file by itself, without a log beside it."""
    await filled(tmp_path / "books")
    back_up(tmp_path / "books", tmp_path / "backup", untold)
    with closing(sqlite3.connect(f"file:{tmp_path / 'backup'}?immutable=1", uri=True)) as file:
        assert file.execute("SELECT count(*) FROM minutes").fetchone() == (1_200,)
    assert not {"backup-wal", "backup-shm", "backup.part"} & files(tmp_path)


async def test_a_name_that_is_taken_and_a_store_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "books"
    with pytest.raises(StoreUnusable, match="no store at"):
        back_up(path, tmp_path / "backup", untold)
    await filled(path)
    (tmp_path / "backup").write_text("mine")
    with pytest.raises(StoreUnusable, match="exists already"):
        back_up(path, tmp_path / "backup", untold)
    assert (tmp_path / "backup").read_text() == "mine"


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


@pytest.mark.parametrize("ending", BESIDE)
async def test_a_name_beside_which_an_old_log_lies_is_taken(tmp_path: Path, ending: str) -> None:
    await filled(tmp_path / "books")
    (tmp_path / f"backup{ending}").write_bytes(b"of an earlier one")
    with pytest.raises(StoreUnusable, match=f"backup{ending} exists already"):
        back_up(tmp_path / "books", tmp_path / "backup", untold)
    assert files(tmp_path) == {"books", f"backup{ending}"}


@pytest.mark.parametrize("ending", BESIDE)
async def test_no_backup_lies_where_the_store_has_its_log(tmp_path: Path, ending: str) -> None:
    await filled(tmp_path / "books")
    with pytest.raises(StoreUnusable, match="where the store's log lies"):
        back_up(tmp_path / "books", tmp_path / f"books{ending}", untold)
    assert files(tmp_path) == {"books"}


async def test_a_link_that_leads_nowhere_is_a_name_that_is_taken(tmp_path: Path) -> None:
    await filled(tmp_path / "books")
    (tmp_path / "backup").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreUnusable, match="exists already"):
        back_up(tmp_path / "books", tmp_path / "backup", untold)


async def test_a_file_that_happens_to_end_in_part_is_nobody_elses(tmp_path: Path) -> None:
    path, backup = tmp_path / "books", tmp_path / "books.part"
    old = await filled(path)
    back_up(path, backup, untold)
    put_back(backup, path, untold)
    (tmp_path / "another.part").write_text("mine")
    back_up(path, tmp_path / "another", untold)
    assert (tmp_path / "another.part").read_text() == "mine"
    assert await booked(backup) == await booked(tmp_path / "another") == old


async def test_a_store_that_ends_in_part_is_backed_up_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "books.part"
    old = await filled(path)
    back_up(path, tmp_path / "books", untold)
    assert await booked(path) == await booked(tmp_path / "books") == old


@pytest.mark.parametrize("once", [False, True])
async def test_of_two_to_one_name_the_first_that_is_whole_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: bool
) -> None:
    """Also on a file system that knows no second name for a file, as on most sticks."""
    if once:
        monkeypatch.setattr(os, "link", has_names_once)
    path, target = tmp_path / "books", tmp_path / "backup"
    old = await filled(path)
    whole: list[bytes] = []

    def other(_: float) -> None:
        back_up(path, target, untold)
        whole.append(target.read_bytes())

    with pytest.raises(StoreUnusable, match="exists already"):
        back_up(path, target, other)
    assert [target.read_bytes()] == whole
    assert not [name for name in files(tmp_path) if "part" in name]
    assert await booked(target) == old


async def test_what_can_not_be_read_or_written_is_said_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "books"
    await filled(path)
    long = tmp_path / ("long" * 70)
    with pytest.raises(StoreUnusable, match="is a folder"):
        back_up(tmp_path, tmp_path / "backup", untold)
    with pytest.raises(StoreUnusable, match=r"can't be read \(File name too long\)"):
        put_back(long, path, untold)
    with pytest.raises(StoreUnusable, match=r"no file can be made in .* \(File name too long\)"):
        back_up(path, long, untold)


async def test_broken_off_it_leaves_nothing(tmp_path: Path) -> None:
    await filled(tmp_path / "books")

    def broken_off(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(tmp_path / "books", tmp_path / "backup", broken_off)
    assert not any("backup" in name for name in files(tmp_path))
