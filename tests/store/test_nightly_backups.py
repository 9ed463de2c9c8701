"""The folder of the nightly backups, with real stores, on real file systems."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.builders import T0, both, home_store
from tests.store.whole import booked, files, filled
from wattledger.energy.errors import StoreUnusable
from wattledger.store.nightly_backups import NightlyBackups

NIGHT = datetime(2026, 11, 29, 2, 0, tzinfo=UTC).timestamp()
DAY_S = 86_400


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with a megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("nobody may mount anything here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def backups(store: Path, folder: Path, keep: int = 14, fstab: Path | None = None) -> NightlyBackups:
    return NightlyBackups(store, folder, keep, fstab=fstab or Path("/etc/fstab"))


async def test_they_are_whole_while_the_server_books_and_the_oldest_go(
    tmp_path: Path, stick: Path
) -> None:
    """What else lies there stays: backups made by hand, those of other stores."""
    path = tmp_path / "books.sqlite"
    others = {
        "books-2026-11-01-120000.sqlite",
        "books-nightly-20261199T020000Z.sqlite",
        "other-nightly-20261101T020000Z.sqlite",
        "photo.jpg",
    }
    for name in others:
        (stick / name).touch()
    (stick / "books-nightly-20261128T020000Z.sqlite.abc.part").touch()
    async with home_store(path) as store:
        folder = backups(path, stick, keep=2)
        assert await folder.latest_s(NIGHT) is None
        for night in range(4):
            await store.journal.book(both(T0 + 3_600 * night, 60), T0 + 10**7)
            await folder.make(NIGHT + DAY_S * night)
        assert await folder.latest_s(NIGHT + 10 * DAY_S) == NIGHT + 3 * DAY_S
        assert await folder.latest_s(NIGHT + 3 * DAY_S - 1) == NIGHT + 2 * DAY_S
        folder.close()
    names = {f"books-nightly-2026{day}T020000Z.sqlite" for day in ("1201", "1202")}
    assert files(stick) == others | names
    for name, nights in zip(sorted(names), (3, 4), strict=True):
        assert [len(own) for own in await booked(stick / name)] == [60 * nights] * 2


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    await filled(tmp_path / "books")
    folder = backups(tmp_path / "books", tmp_path / "stick" / "home")
    for asked in (folder.latest_s, folder.make):
        with pytest.raises(
            StoreUnusable, match=r"there is no folder .*stick/home: is the stick in"
        ):
            await asked(NIGHT)


async def test_a_folder_where_nothing_is_mounted(tmp_path: Path, stick: Path) -> None:
    """Which lies on the disk of the store then, and is not written to."""
    await filled(tmp_path / "books")
    fstab = tmp_path / "fstab"
    point = str(stick).replace("stick", r"st\040ick")
    stick = stick.rename(stick.with_name("st ick"))
    (stick / "home").mkdir()
    fstab.write_text(f"# UUID=1 {stick} ext4\nUUID=2 / ext4\nUUID=3 {point} vfat nofail 0 0\n\n")
    with pytest.raises(StoreUnusable, match=r"nothing is mounted at .*st ick"):
        await backups(tmp_path / "books", stick / "home", fstab=fstab).make(NIGHT)
    assert files(stick / "home") == set()
    await backups(tmp_path / "books", stick / "home", fstab=tmp_path / "none").make(NIGHT)
    assert len(files(stick / "home")) == 1


async def test_a_stick_that_is_taken_out(tmp_path: Path, small: Path) -> None:
    """Where its folder lay there is another now, on the disk of the store."""
    path = tmp_path / "books"
    await filled(path, 100)
    folder = backups(path, small)
    await folder.make(NIGHT)
    subprocess.run(["umount", small], check=True)
    with pytest.raises(StoreUnusable, match="on the disk of the store now: is the stick in"):
        await folder.make(NIGHT + DAY_S)
    assert files(small) == set()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", small], check=True)
    await folder.make(NIGHT + DAY_S)
    assert len(files(small)) == 1


async def test_a_stick_without_room_keeps_what_it_has(tmp_path: Path, small: Path) -> None:
    path = tmp_path / "books"
    await filled(path, 100)
    folder = backups(path, small)
    await folder.make(NIGHT)
    kept = files(small)
    size_bytes = (small / next(iter(kept))).stat().st_size
    (small / "photos").write_bytes(bytes(1_000_000 - 3 * size_bytes // 2))
    with pytest.raises(StoreUnusable, match="make room, or name another folder"):
        await folder.make(NIGHT + DAY_S)
    assert files(small) == kept | {"photos"}
    assert await folder.latest_s(NIGHT + DAY_S) == NIGHT


async def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """The system's own, in which nobody can make anything."""
    await filled(tmp_path / "books")
    with pytest.raises(StoreUnusable, match="no file can be made in /proc"):
        await backups(tmp_path / "books", Path("/proc")).make(NIGHT)


async def test_what_the_system_says_is_passed_on(tmp_path: Path, stick: Path) -> None:
    folder = backups(tmp_path / "no books", stick)
    folder._was_on_another_disk = True
    with pytest.raises(StoreUnusable, match="stick: No such file or directory"):
        await folder.make(NIGHT)
