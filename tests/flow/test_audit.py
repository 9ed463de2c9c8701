"""The audit: booked minutes against the meter's own counters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.books import MemoryBooks
from wattledger.energy.booking_entry import Entry
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.audit import Audit, AuditLine
from wattledger.store.store import Store, open_store

METER = MeterId("A0DD6CA0C27C")
LABEL = MeterLabel.of("mains", Role.GRID)
T0 = 1_750_000_020 // 3_600 * 3_600
EVERYTHING = Span(T0 - 86_400, T0 + 86_400)


@asynccontextmanager
async def books(path: Path) -> AsyncIterator[Store]:
    calendar = Calendar(ZoneInfo("Europe/Helsinki"))
    async with open_store(path / "books.sqlite", calendar, Roles.of(solar=False)) as store:
        yield store


async def book(store: Store, first: int, count: int, energy: int = 1_000) -> None:
    entries = [
        Entry(METER, MinuteRecord(T0 + 60 * i, 60, energy, 5, 0, 0, 0, 7), Origin.PUSHED)
        for i in range(first, first + count)
    ]
    await store.journal.book(entries, T0 + 86_400)


def counters(minute: int, counted_minutes: int) -> Counters:
    return Counters(
        T0 + 60 * minute,
        (1_000 * counted_minutes, 5 * counted_minutes, 0, 0, 0, 7 * counted_minutes),
    )


async def line(store: Store, latest: Counters | None = None, span: Span = EVERYTHING) -> AuditLine:
    readings = {METER: latest} if latest else {}
    (found,) = await Audit(store.books).of(span, [(LABEL, METER)], readings)
    return found


async def test_books_and_counters_agree_to_the_unit(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 120)
        await store.journal.keep_counters(METER, counters(10, 1_010), T0 + 86_400)
        await store.journal.keep_counters(METER, counters(60, 1_060), T0 + 86_400)
        found = await line(store, latest=counters(110, 1_110))
    assert (found.booked_imported_dmwh, found.booked_exported_dmwh) == (100 * 1_005, 100 * 7)
    assert (found.difference_imported_dmwh, found.difference_exported_dmwh) == (0, 0)
    assert (found.compared_from, found.compared_to) == (T0 + 600, T0 + 6_600)
    assert found.compared_since == T0 + 600


async def test_a_minute_missing_on_the_books_shows(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 20)
        await book(store, 23, 37)
        await store.journal.keep_counters(METER, counters(0, 500), T0 + 86_400)
        found = await line(store, latest=counters(60, 560))
    assert found.difference_imported_dmwh == -3 * 1_005
    assert found.missing_s == 180


async def test_a_counter_that_fell_begins_a_new_epoch(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 60)
        for reading in (counters(0, 900), counters(20, 920), counters(30, 0), counters(50, 20)):
            await store.journal.keep_counters(METER, reading, T0 + 86_400)
        found = await line(store)
    assert found.epochs == 2
    assert found.difference_imported_dmwh == 0
    assert found.counted_imported_dmwh == 40 * 1_005


async def test_counters_are_compared_as_far_as_the_books_go(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 60)
        for minute in (-30, 0, 30, 90):
            await store.journal.keep_counters(METER, counters(minute, 700 + minute), T0 + 86_400)
        found = await line(store, latest=counters(120, 820))
    assert (found.compared_from, found.compared_to) == (T0, T0 + 1_800)
    assert found.difference_imported_dmwh == 0


async def test_only_what_lies_in_the_span_is_compared(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 120)
        for minute in (0, 30, 60, 90):
            await store.journal.keep_counters(METER, counters(minute, 700 + minute), T0 + 86_400)
        span = Span(T0 + 60 * 20, T0 + 60 * 70)
        found = await line(store, latest=counters(110, 810), span=span)
    assert (found.compared_from, found.compared_to) == (T0 + 1_800, T0 + 3_600)
    assert found.counted_imported_dmwh == 30 * 1_005
    assert found.difference_imported_dmwh == 0


@pytest.mark.parametrize("ahead", [70, 180, 600])
@pytest.mark.parametrize("counted", [1, 10, 90])
async def test_a_meter_and_a_server_that_were_both_ahead_leave_no_difference(
    tmp_path: Path, ahead: int, counted: int
) -> None:
    """The server was started meanwhile, so that nothing ended the epoch, and the meter is put right
    first: its readings of before stay, and look like those of a right clock.
    """
    true = [Counters(T0 + 60 * m, (1_005 * m, 0, 0, 7 * m, 0, 0)) for m in range(1_000)]
    wrong = range(60, 60 + counted)
    async with books(tmp_path) as store:
        await book(store, 0, 60)
        await book(store, 60 + ahead, counted)
        await book(store, 60 + counted, 1_000 - 60 - counted)
        for minute in sorted({*range(0, 1_000, 60), wrong[0], wrong[-1], wrong[-1] + 1}):
            shown = minute + (ahead if minute in wrong else 0)
            reading = replace(true[minute], at=T0 + 60 * shown, epoch=int(minute > wrong[-1]))
            await store.journal.keep_counters(METER, reading, T0 + 86_400)
        found = await line(store)
    assert (found.difference_imported_dmwh, found.difference_exported_dmwh) == (0, 0)
    assert found.counted_imported_dmwh is not None
    assert found.counted_imported_dmwh >= (960 - 180 - counted - ahead) * 1_005


async def test_without_two_readings_nothing_is_claimed(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 60)
        assert (await line(store)).difference_imported_dmwh is None
        await store.journal.keep_counters(METER, counters(0, 900), T0 + 86_400)
        found = await line(store, latest=counters(0, 900))
        assert found.difference_imported_dmwh is None
        assert found.compared_since == T0


async def test_of_a_meter_that_never_answered_nothing_is_compared(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 60)
        await store.journal.keep_counters(METER, counters(0, 900), T0 + 86_400)
        (found,) = await Audit(store.books).of(EVERYTHING, [(LABEL, None)], {})
    nothing = (None,) * 7
    assert found == AuditLine(LABEL, *nothing, 0, 0, 0, None)
    assert (found.meter, found.missing_s, found.epochs, found.contradictions) == (None, 0, 0, 0)
    assert (found.difference_imported_dmwh, found.difference_exported_dmwh) == (None, None)
    assert (found.compared_from, found.compared_to, found.compared_since) == (None, None, None)


async def test_records_that_contradict_are_counted(tmp_path: Path) -> None:
    async with books(tmp_path) as store:
        await book(store, 0, 10)
        await book(store, 4, 2, energy=9)
        assert (await line(store)).contradictions == 2


async def test_what_is_damaged_and_no_gap_yet_is_not_compared() -> None:
    """A sum without it would be told as missing energy of the meter."""
    there = MemoryBooks(
        Site("Home", Calendar(ZoneInfo("Europe/Helsinki")), Netting.QUARTER, (LABEL,))
    )
    there.put(METER, *(MinuteRecord(T0 + 60 * i, 60, 1_000, 5, 0, 0, 0, 7) for i in range(120)))
    there.kept_counters[METER] = [counters(10, 10), counters(100, 100)]
    there.is_damaged = True
    (found,) = await Audit(there).of(EVERYTHING, [(LABEL, METER)], {})
    assert (found.booked_imported_dmwh, found.booked_exported_dmwh) == (None, None)
    assert found.difference_imported_dmwh is None
    assert found.counted_imported_dmwh == 90 * 1_005
