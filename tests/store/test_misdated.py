"""Parked minutes of a meter that has set its clock back: put aside, so that the true ones count."""

from pathlib import Path

import pytest

from tests.store.builders import EVER, MAINS, PLANT, T0, entry, home_store, settle, stretch
from wattledger.energy.booking_entry import Booked
from wattledger.energy.record import Origin
from wattledger.energy.spans import Span

HOUR_S = 3_600
AHEAD = T0 + HOUR_S


async def test_a_pushed_minute_shows_that_the_clock_was_set_back(tmp_path: Path) -> None:
    wrong, true = stretch(MAINS, AHEAD, 30, seed=1), stretch(MAINS, T0 + 1_800, 90, seed=2)
    async with home_store(tmp_path / "books") as store:
        assert await store.journal.book(wrong, T0 + 1_800) == Booked(parked=30)
        assert await store.journal.book(true[:1], T0 + 1_860) == Booked(booked=1)
        assert await store.books.parked() == {}
        assert await store.books.contradictions(MAINS, Span(AHEAD, AHEAD + 1_800)) == 30
        for one in true[1:]:
            await settle(store, one.record.end)
            assert await store.journal.book([one], one.record.end) == Booked(booked=1)
        assert await store.books.minutes([MAINS], EVER) == [one.record for one in true]


async def test_the_order_in_which_they_came_counts_within_a_commit_too(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        both = [entry(MAINS, AHEAD), entry(MAINS, T0)]
        assert await store.journal.book(both, T0 + 60) == Booked(booked=1, parked=1)
        assert await store.books.parked() == {}
        forwards = [entry(PLANT, T0), entry(PLANT, AHEAD)]
        assert await store.journal.book(forwards, T0 + 60) == Booked(booked=1, parked=1)
        assert await store.books.parked() == {PLANT: 1}


@pytest.mark.parametrize(("late_s", "waiting"), [(300, 1), (360, 0)])
async def test_a_push_may_be_five_minutes_late(tmp_path: Path, late_s: int, waiting: int) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book([entry(MAINS, AHEAD)], T0)
        await store.journal.book([entry(MAINS, AHEAD - late_s)], T0)
        parked = (await store.books.parked())[MAINS] if waiting else await store.books.parked()
        # The later one is ahead of our clock too, and waits.
        assert parked == (2 if waiting else {MAINS: 1})


async def test_our_own_clock_in_the_past_puts_nothing_aside(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        for one in stretch(MAINS, T0, 30):
            await store.journal.book([one], T0 - 40 * 86_400)
        await settle(store, T0 + HOUR_S)
        assert len(await store.books.minutes([MAINS], EVER)) == 30
        assert await store.books.contradictions(MAINS, EVER) == 0


@pytest.mark.parametrize("origin", [Origin.FETCHED, Origin.IMPORTED])
async def test_what_was_not_pushed_tells_no_clock(tmp_path: Path, origin: Origin) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book([entry(MAINS, AHEAD)], T0)
        await store.journal.book([entry(MAINS, T0 - 60, origin=origin)], T0)
        assert await store.books.parked() == {MAINS: 1}


async def test_imported_minutes_and_those_of_other_meters_wait_on(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        waiting = [entry(MAINS, AHEAD, origin=Origin.IMPORTED), entry(PLANT, AHEAD)]
        await store.journal.book(waiting, T0)
        await store.journal.book([entry(MAINS, T0 - 60)], T0)
        assert await store.books.parked() == {MAINS: 1, PLANT: 1}
