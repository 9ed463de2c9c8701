"""The outbox by a plain model: what waits, what was posted last, which epoch was noted."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.assigned import assigned
from tests.store.builders import MAINS, PLANT, T0, entry, home_store, settle, stretch
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.store.store import Store

MINUTES = 12
MANY = 500
WHOLE = Span(T0, T0 + 60 * MINUTES)
METERS = (MAINS, PLANT)

Minutes = set[tuple[MeterId, int]]
Deed = tuple[str, Any]

some_minutes = st.sets(
    st.tuples(st.sampled_from(METERS), st.integers(0, MINUTES - 1)), min_size=1, max_size=8
).map(lambda found: {(meter, T0 + 60 * minute) for meter, minute in found})
deeds = st.one_of(
    st.tuples(st.just("book"), some_minutes),
    st.tuples(st.just("acknowledge"), some_minutes),
    st.tuples(st.just("again"), some_minutes),
    st.tuples(st.just("aim"), st.sampled_from(["one", "other", None])),
    st.tuples(st.just("note"), st.integers(1, 9)),
    st.tuples(st.just("reopen"), st.none()),
)


class Model:
    """What the outbox promises, in sets."""

    def __init__(self) -> None:
        self.booked: Minutes = set()
        self.waiting: Minutes = set()
        self.copy: str | None = None
        self.epoch = 0
        self.saved: Minutes = set()
        """What waits in the file: an acknowledgement leaves it with the next booking."""

    def waiting_of(self, meter: MeterId) -> list[int]:
        return sorted(start for one, start in self.waiting if one == meter)

    def newest_posted(self) -> dict[MeterId, int]:
        posted = self.booked - self.saved
        return {
            meter: max(start for one, start in posted if one == meter)
            for meter in METERS
            if any(one == meter for one, _ in posted)
        }


@given(st.lists(deeds, max_size=14))
def test_what_waits_is_what_was_booked_and_not_acknowledged(script: list[Deed]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder) / "books", script))


async def play(path: Path, script: list[Deed]) -> None:
    model = Model()
    rest = iter([*script, ("reopen", None)])
    for _ in range(sum(what == "reopen" for what, _ in script) + 1):
        async with home_store(path) as store:
            model.waiting = set(model.saved)
            play = Play(store, model)
            await play.compare()
            for what, what_with in takewhile(lambda deed: deed[0] != "reopen", rest):
                await getattr(play, what)(what_with)
                await play.compare()


async def test_what_is_damaged_in_the_outbox_is_found_by_counting_anew(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        box = store.outbox
        await box.aim("copy")
        await store.journal.book([entry(MAINS, T0 + 60 * m) for m in range(MINUTES)], WHOLE.end)
        assert not await box.count_anew()
        first, *_ = await box.records(MAINS, WHOLE, 1)
        await box.acknowledge(MAINS, [first])
        with closing(sqlite3.connect(tmp_path / "books")) as file, file:
            file.execute("DELETE FROM outbox WHERE key IN (SELECT key FROM outbox LIMIT 3)")
            file.execute(
                "UPDATE outbox SET key = key + (1 << 20) WHERE key = (SELECT max(key) FROM outbox)"
            )
        assert box.waiting() == {MAINS: MINUTES - 1}
        assert await box.count_anew()
        assert box.waiting() == {MAINS: MINUTES - 4}
        assert len(await box.records(MAINS, WHOLE, MINUTES)) == MINUTES - 4
        assert not await box.count_anew()


async def test_what_is_acknowledged_waits_no_more_before_and_after_the_next_booking(
    tmp_path: Path,
) -> None:
    async with home_store(tmp_path / "books") as store:
        box = store.outbox
        assert box.epoch == 0
        await box.aim("copy")
        await store.journal.book([entry(MAINS, T0 + 60 * m) for m in range(3)], WHOLE.end)
        await box.acknowledge(MAINS, await box.records(MAINS, WHOLE, 2))
        assert box.waiting() == {MAINS: 1}
        for _ in range(2):  # it is taken out of the file, and is there no more
            await store.journal.book([entry(MAINS, T0 + 60 * m) for m in range(4)], WHOLE.end)
            assert box.waiting() == {MAINS: 2}
            assert await box.count(MAINS, WHOLE) == 2


async def test_what_is_to_be_posted_once_more_waits_once(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        box, known = store.outbox, [entry(MAINS, T0 + 60 * m) for m in range(3)]
        await box.aim("copy")
        await store.journal.book(known, WHOLE.end)
        await box.acknowledge(MAINS, await box.records(MAINS, WHOLE, 3))
        await store.journal.book([entry(PLANT, T0)], WHOLE.end)
        assert box.waiting() == {PLANT: 1}
        for _ in range(2):
            await box.again(MAINS, [one.record for one in known[:2]])
            assert box.waiting() == {PLANT: 1, MAINS: 2}
            assert await box.count(MAINS, WHOLE) == 2


async def test_without_a_copy_what_waited_is_forgotten(tmp_path: Path) -> None:
    path, now = tmp_path / "books", T0 + 2 * 86_400

    def in_the_file() -> tuple[int, int]:
        with closing(sqlite3.connect(path)) as file:
            (minutes,), (days,) = (
                file.execute(f"SELECT count(*) FROM {table}").fetchone()
                for table in ("outbox", "outbox_days")
            )
            return minutes, days

    async with home_store(path) as store:
        await store.outbox.aim("copy")
        await store.journal.book([entry(meter, T0) for meter in METERS], now)
        await settle(store, now)
        assert in_the_file() == (2, 2)
        await store.outbox.aim(None)
        assert in_the_file() == (0, 0)


async def test_days_that_are_of_other_meters_now_are_to_be_posted_anew(tmp_path: Path) -> None:
    """From the moment on that they are no longer true, not only when they are made anew."""
    day, now = Span(T0, T0 + 86_400), T0 + 2 * 86_400
    async with home_store(tmp_path / "books") as store:
        box = store.outbox
        await box.aim("copy")
        while await box.fill():
            pass
        await store.journal.book([entry(meter, T0) for meter in METERS], now)
        await settle(store, now)
        for meter in METERS:
            await box.acknowledge(meter, await box.records(meter, day, 1))
        await box.acknowledge_days(await box.days(9))
        assert not await box.holds(day)
        await store.journal.assign(assigned((MAINS,)))
        assert await box.holds(day)


async def test_no_more_than_a_few_hundred_are_in_doubt_after_a_crash(tmp_path: Path) -> None:
    """So many acknowledgements do not wait for the next minute to be taken out of the file."""
    path, span = tmp_path / "books", Span(T0, T0 + 60 * MANY)

    def in_the_file() -> int:
        with closing(sqlite3.connect(path)) as file:
            return int(file.execute("SELECT count(*) FROM outbox").fetchone()[0])

    async with home_store(path) as store:
        box = store.outbox
        await box.aim("copy")
        await store.journal.book(stretch(MAINS, T0, MANY), span.end)
        *most, last = await box.records(MAINS, span, MANY)
        await box.acknowledge(MAINS, most)
        assert in_the_file() == MANY
        await box.acknowledge(MAINS, [last])
        assert in_the_file() == 0
        assert box.waiting() == {}


class Play:
    """One deed at a time on the outbox and on its model."""

    def __init__(self, store: Store, model: Model) -> None:
        self.store = store
        self.outbox = store.outbox
        self.model = model

    async def book(self, minutes: Minutes) -> None:
        model, new = self.model, minutes - self.model.booked
        await self.store.journal.book([entry(*one) for one in sorted(new)], WHOLE.end)
        model.booked |= new
        model.saved = set(model.waiting)
        if model.copy is not None:
            model.waiting |= new
            model.saved |= new

    async def acknowledge(self, minutes: Minutes) -> None:
        for meter in METERS:
            starts = {start for one, start in minutes & self.model.waiting if one == meter}
            records = await self.outbox.records(meter, WHOLE, MINUTES)
            await self.outbox.acknowledge(meter, [r for r in records if r.start in starts])
        self.model.waiting -= minutes

    async def again(self, minutes: Minutes) -> None:
        known = minutes & self.model.booked
        for meter in METERS:
            own = [entry(*one).record for one in sorted(known) if one[0] == meter]
            await self.outbox.again(meter, own)
        if self.model.copy is not None:
            self.model.waiting |= known
            self.model.saved |= known

    async def aim(self, copy: str | None) -> None:
        await self.outbox.aim(copy)
        while await self.outbox.fill():
            pass
        model = self.model
        if copy != model.copy:
            model.copy, model.epoch = copy, 0
            model.waiting = set(model.booked) if copy else set()
            model.saved = set(model.waiting)

    async def note(self, epoch: int) -> None:
        await self.outbox.note(epoch)
        self.model.epoch = epoch

    async def compare(self) -> None:
        starts = {meter: self.model.waiting_of(meter) for meter in METERS}
        assert self.outbox.waiting() == {meter: len(own) for meter, own in starts.items() if own}
        assert self.outbox.epoch == self.model.epoch
        assert await self.outbox.newest_posted() == self.model.newest_posted()
        half = Span(T0, T0 + 60 * MINUTES // 2)
        for meter, own in starts.items():
            records = await self.outbox.records(meter, WHOLE, MINUTES)
            assert [record.start for record in records] == own
            assert await self.outbox.count(meter, half) == sum(start < half.end for start in own)
