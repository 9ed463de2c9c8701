"""A table that can't be built anew is tried ever less often, and what is known of damage wakes
nobody twice.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.room import room_for
from tests.store.builders import T0, home_store, writer_of
from tests.store.harm import PAGE, overwrite, pages_of
from tests.store.sound import LATE, NOW, fresh
from wattledger.energy.errors import StoreBusy
from wattledger.energy.netting import Netting
from wattledger.energy.spans import Span
from wattledger.flow.store_integrity_ports import Mended
from wattledger.store import table_rebuild
from wattledger.store.noticed_damage import NoticedDamage
from wattledger.store.rebuild_pauses import RebuildPauses
from wattledger.store.verify import verify
from wattledger.store.writer_memory import WriterMemory

ROOM_BYTES = 32 << 10


class Watch:
    """The time since the computer began, and how it passes."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def read_through(file: sqlite3.Connection, _: WriterMemory) -> None:
    """A deed that meets what is broken, and writes nothing."""
    file.execute("SELECT sum(imported_a_dmwh) FROM minutes").fetchall()


def tries_of(pauses: RebuildPauses, watch: Watch, tables: list[str], end_s: int) -> list[float]:
    """When the tables are tried, asked for every 10 s."""
    found = []
    for now_s in range(int(watch.now_s), end_s, 10):
        watch.now_s = float(now_s)
        if pauses.may_look and pauses.may_try(tables):
            found.append(watch.now_s)
    return found


def test_pauses_double_from_a_minute_to_six_hours() -> None:
    watch = Watch()
    tries = tries_of(RebuildPauses(watch), watch, ["minutes"], 86_400)
    assert tries == [0, 60, 180, 420, 900, 1_860, 3_780, 7_620, 15_300, 30_660, 52_260, 73_860]


def test_another_table_does_not_wait() -> None:
    watch = Watch()
    pauses = RebuildPauses(watch)
    assert tries_of(pauses, watch, ["minutes"], 200) == [0, 60, 180]
    watch.now_s = 240
    assert pauses.may_try(["gaps", "minutes"])
    assert tries_of(pauses, watch, ["gaps"], 310) == [300]


def test_while_nothing_is_due_it_is_looked_again_after_a_minute_or_when_something_is() -> None:
    watch = Watch()
    pauses = RebuildPauses(watch)
    assert tries_of(pauses, watch, ["minutes"], 200) == [0, 60, 180]
    looks = []
    for watch.now_s in range(200, 430, 10):
        if pauses.may_look:
            looks.append(watch.now_s)
            pauses.may_try(["minutes"])
    assert looks == [250, 310, 370, 420]


def test_without_a_table_there_are_pauses_too() -> None:
    watch = Watch()
    assert tries_of(RebuildPauses(watch), watch, [], 200) == [0, 60, 180]


def test_after_a_day_it_begins_anew() -> None:
    watch = Watch()
    pauses = RebuildPauses(watch)
    assert tries_of(pauses, watch, ["minutes"], 1_000) == [0, 60, 180, 420, 900]
    watch.now_s = 900 + 86_400
    assert tries_of(pauses, watch, ["minutes"], 87_400) == [87_300, 87_360]


async def test_on_a_full_disk_a_table_is_built_anew_ever_less_often_and_once_there_is_room(
    sound: Path, tmp_path: Path
) -> None:
    path, watch = await fresh(sound, tmp_path), Watch()
    async with home_store(path, monotonic_s=watch) as store:
        await writer_of(store).checkpoint()
        for page in pages_of(path, "minutes")[3:4]:
            overwrite(path, page, b"\xff" * PAGE)
        await writer_of(store).forget()
        tries = []
        with room_for(ROOM_BYTES):
            for watch.now_s in range(0, 1_000, 20):
                with pytest.raises(StoreBusy) as refused:
                    await writer_of(store).write(read_through)
                await store.integrity.check(Span(T0, NOW))
                unmended = (await store.integrity.mend(NOW)).unmended
                assert unmended
                tries += [watch.now_s] * (2 - f"{refused.value} {unmended}".count("in vain"))
        assert tries == [0, 60, 180, 420, 900]
        watch.now_s = 1_860
        await store.journal.book(LATE, NOW)
        assert "pages of minutes could not be read" in (await store.integrity.mend(NOW)).words
        assert await store.integrity.mend(NOW) == Mended()
    assert verify(path, lambda _: None).tables == ()


async def test_a_table_that_is_built_anew_is_followed_also_where_the_file_cannot_be_written_anew(
    sound: Path, tmp_path: Path
) -> None:
    path, watch = await fresh(sound, tmp_path), Watch()
    async with home_store(path, monotonic_s=watch) as store:
        for page in pages_of(path, "minutes")[2:-1]:
            overwrite(path, page, b"\xff" * PAGE)
        await store.integrity.check(Span(T0, NOW))
        with room_for(2 * ROOM_BYTES):
            assert (await store.integrity.mend(NOW)).unmended
            assert table_rebuild.broken_in(path) == []
            assert await store.books.days(0, 900_000, Netting.QUARTER) == []
        watch.now_s = 120
        assert "pages of minutes could not be read" in (await store.integrity.mend(NOW)).words
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_damage_that_is_known_wakes_nobody_again() -> None:
    noticed, woken = NoticedDamage(), [0]
    noticed.listen(lambda: woken.append(1))
    for keys in ((1, 2), (2, 1), (2,), (2, 3)):
        noticed.hours(keys)
    assert sum(woken) == 2
    noticed.take()
    noticed.hours([3])
    assert sum(woken) == 3
