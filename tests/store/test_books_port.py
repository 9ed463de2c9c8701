"""What the books are, written and read: the same tests for the file and for the fake in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fakes.assigned import assigned
from tests.fakes.books import MemoryBooks, booked_energy
from tests.fakes.journal import MemoryJournal
from tests.store.builders import (
    EVER,
    HOME,
    MAINS,
    OTHER,
    PLANT,
    T0,
    both,
    calendar,
    entry,
    home_store,
    record,
    stretch,
)
from wattledger.energy.booking_entry import Booked, Gap, GapReason
from wattledger.energy.errors import BadRecord
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Production, Role
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import day_energies, quarter_sums
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.ports import Books, Journal

LABELS = (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR))
DAY = date(2026, 3, 28).toordinal()
"""Begins at T0 in Helsinki."""
LATER = T0 + 10 * 86_400
COUNTED = (1, 2, 3, 4, 5, 6)


class Kept(NamedTuple):
    """Both sides of the same books."""

    journal: Journal
    books: Books


@pytest.fixture(params=["file", "memory"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    if request.param == "memory":
        books = MemoryBooks(Site("Home", calendar(), Netting.QUARTER, LABELS), HOME)
        yield Kept(MemoryJournal(books), books)
        return
    async with home_store(tmp_path / "books") as store:
        yield Kept(store.journal, store.books)


async def settled(kept: Kept, now: float = LATER) -> None:
    while await kept.journal.maintain(now):
        pass


async def test_the_first_record_of_a_span_wins(kept: Kept) -> None:
    first = stretch(MAINS, T0, 3)
    assert await kept.journal.book(first, LATER) == Booked(booked=3)
    again = [first[0], entry(MAINS, T0, 7), entry(MAINS, T0, 1, period_s=180)]
    assert await kept.journal.book(again, LATER) == Booked(known=1, contradicted=2)
    assert await kept.journal.book(again[1:], LATER) == Booked(contradicted=2)
    assert await kept.books.minutes([MAINS], EVER) == [one.record for one in first]
    assert await kept.books.contradictions(MAINS, EVER) == 2
    assert await kept.books.contradictions(MAINS, Span(T0 + 60, T0 + 180)) == 0
    assert await kept.books.contradictions(PLANT, EVER) == 0


async def test_within_one_batch_the_first_wins_too(kept: Kept) -> None:
    one, other = entry(MAINS, T0, 1), entry(MAINS, T0, 2)
    assert await kept.journal.book([one, other, one], LATER) == Booked(1, 1, 1)
    assert await kept.books.minutes([MAINS], EVER) == [one.record]


async def test_a_record_that_can_not_be_refuses_all_of_its_batch(kept: Kept) -> None:
    bad = MinuteRecord(T0 + 30, 60, 1, 0, 0, 0, 0, 0)
    with pytest.raises(BadRecord):
        await kept.journal.book([entry(MAINS, T0), replace(entry(MAINS, T0), record=bad)], LATER)
    assert await kept.books.booked() == {}


async def test_what_ends_more_than_five_minutes_ahead_is_parked_until_then(kept: Kept) -> None:
    batch = stretch(MAINS, T0, 7)
    now = T0 + 60.0
    assert await kept.journal.book(batch, now) == Booked(booked=6, parked=1)
    assert await kept.books.parked() == {MAINS: 1}
    assert await kept.journal.book(batch[6:], now) == Booked(parked=1)
    assert await kept.books.parked() == {MAINS: 1}
    await settled(kept, now + 59)
    assert await kept.books.parked() == {MAINS: 1}
    await settled(kept, now + 60)
    assert await kept.books.parked() == {}
    assert await kept.books.minutes([MAINS], EVER) == [one.record for one in batch]


async def test_minutes_and_what_is_booked_go_by_meter_and_start(kept: Kept) -> None:
    await kept.journal.book([*stretch(MAINS, T0, 4)[::-1], entry(PLANT, T0 + 60, 1)], LATER)
    assert await kept.books.booked() == {
        MAINS: Span(T0, T0 + 240),
        PLANT: Span(T0 + 60, T0 + 120),
    }
    span = Span(T0 + 60, T0 + 180)
    within = [record(T0 + 60), record(T0 + 120)]
    assert await kept.books.minutes([MAINS], span) == within
    assert await kept.books.series([MAINS], span) == series_of(within)
    assert await kept.books.minutes([OTHER], span) == []
    assert await kept.books.minutes([MAINS], Span(T0 + 1, T0 + 60)) == []
    sums = [booked_energy(within), booked_energy([])]
    assert await kept.books.energy(MAINS, [span, Span(T0 + 600, T0 + 900)]) == sums


async def test_of_two_meters_of_a_role_the_first_record_counts_where_they_overlap(
    kept: Kept,
) -> None:
    """A replaced meter's minutes and the new one's are one row."""
    old = [entry(MAINS, T0), entry(MAINS, T0 + 180, period_s=180)]
    new = [entry(OTHER, T0 + 240, 1), entry(OTHER, T0 + 360, 1)]
    await kept.journal.book([*old, *new], LATER)
    row = [old[0].record, old[1].record, new[1].record]
    assert await kept.books.minutes([MAINS, OTHER], EVER) == row
    assert await kept.books.series([MAINS, OTHER], EVER) == series_of(row)


async def test_gaps_are_what_is_missing_in_between_with_its_reason(kept: Kept) -> None:
    await kept.journal.book([entry(MAINS, T0), entry(MAINS, T0 + 600)], LATER)
    assert await kept.books.gaps(MAINS) == [Gap(Span(T0 + 60, T0 + 600), GapReason.OUTAGE)]
    energies = await kept.books.energy(MAINS, [EVER, Span(T0, T0 + 120)])
    assert energies is not None
    assert [energy.missing_s for energy in energies] == [540, 60]
    await kept.journal.explain(MAINS, Span(T0 - 60, T0 + 180), GapReason.NO_TIME)
    await kept.journal.explain(OTHER, EVER, GapReason.NO_TIME)
    no_time = Gap(Span(T0 + 60, T0 + 180), GapReason.NO_TIME)
    assert await kept.books.gaps(MAINS) == [
        no_time,
        Gap(Span(T0 + 180, T0 + 600), GapReason.OUTAGE),
    ]
    await kept.journal.book(stretch(MAINS, T0 + 180, 7), LATER)
    assert await kept.books.gaps(MAINS) == [no_time]
    assert await kept.books.gaps(OTHER) == []


async def test_counters_are_kept_by_their_instant(kept: Kept) -> None:
    early, late = Counters(T0, COUNTED), Counters(T0 + 60, COUNTED[::-1], epoch=1)
    for one in (late, early, Counters(T0, COUNTED, epoch=0)):
        await kept.journal.keep_counters(MAINS, one, LATER)
    assert await kept.books.counters(MAINS, Span(T0, T0 + 60)) == [early, late]
    assert await kept.books.counters(MAINS, Span(T0, T0 + 59)) == [early]
    assert await kept.books.counters(MAINS, Span(T0 + 1, T0 + 99)) == [late]
    assert await kept.books.newest_counters() == {MAINS: late}
    again = Counters(T0 + 60, COUNTED)
    await kept.journal.keep_counters(MAINS, again, LATER)
    assert await kept.books.counters(MAINS, EVER) == [early, again]


async def test_counters_of_an_earlier_epoch_that_are_stamped_ahead_of_our_clock_go(
    kept: Kept,
) -> None:
    """A meter's clock was set back, and as it was ahead before, or is behind now."""
    readings = [Counters(T0 + 300 * minute, COUNTED) for minute in range(4)]
    for reading in readings:
        await kept.journal.keep_counters(MAINS, reading, LATER)
        await kept.journal.keep_counters(PLANT, reading, LATER)
    later = Counters(T0 + 60, COUNTED[::-1], epoch=1)
    await kept.journal.keep_counters(MAINS, later, T0 + 600)
    assert await kept.books.counters(MAINS, EVER) == [readings[0], later, *readings[1:]]
    await kept.journal.keep_counters(MAINS, later, T0 + 300)
    assert await kept.books.counters(MAINS, EVER) == [readings[0], later, *readings[1:3]]
    assert await kept.books.newest_counters() == {MAINS: readings[2], PLANT: readings[3]}
    again = Counters(T0 + 300, COUNTED[::-1], epoch=1)
    await kept.journal.keep_counters(MAINS, again, LATER)
    assert await kept.books.counters(MAINS, EVER) == [readings[0], later, *readings[1:3]]


async def test_who_a_meter_is_and_which_answers_is_what_was_told_last(kept: Kept) -> None:
    one = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.6.1", "triphase", "Mains")
    newer = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.7.5", "triphase", None, ("a", "c"))
    bindings = (Binding("mains", "10.0.0.2", MAINS), Binding("solar", "10.0.0.3", PLANT))
    await kept.journal.keep_identity(one, bindings[:1])
    await kept.journal.keep_identity(newer, bindings[::-1])
    assert await kept.books.identities() == {MAINS: newer}
    assert await kept.books.bindings() == bindings[::-1]


async def test_what_is_bound_no_more_is_forgotten_where_it_never_gave_a_minute(kept: Kept) -> None:
    meters = [MeterId(f"{number:012X}") for number in range(3)]
    _, parked, booked = meters
    ahead = entry(parked, LATER + 86_400)
    await kept.journal.book([entry(booked, T0), ahead], LATER)
    for meter in meters:
        await kept.journal.keep_counters(meter, Counters(T0, COUNTED), LATER)
        identity = MeterIdentity(meter, "SPEM-003CEBEU", "1.6.1", "triphase", None)
        await kept.journal.keep_identity(
            identity, [Binding("mains", "10.0.0.2", one) for one in meters]
        )
    mains = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.6.1", "triphase", None)
    await kept.journal.keep_identity(mains, [Binding("mains", "10.0.0.2", MAINS)])
    assert (await kept.books.identities()).keys() == {parked, booked, MAINS}
    assert (await kept.books.newest_counters()).keys() == {parked, booked}
    assert await kept.books.parked() == {parked: 1}
    await kept.journal.maintain(LATER + 2 * 86_400)
    assert (await kept.books.booked()).keys() == {parked, booked}


async def test_roll_ups_that_stand_are_what_the_minutes_add_up_to(kept: Kept) -> None:
    batch = both(T0, 60)
    await kept.journal.book(batch, LATER)
    await settled(kept)
    grid = series_of([one.record for one in batch if one.meter == MAINS])
    solar = series_of([one.record for one in batch if one.meter == PLANT])
    quarters = quarter_sums([grid, solar], Roles())
    assert await kept.books.quarters(Span(T0, T0 + 3_600)) == quarters
    assert await kept.books.quarters(Span(T0 + 1, T0 + 1_800)) == quarters[1:2]
    roles = Site("Home", calendar(), Netting.QUARTER, LABELS).roles
    for netting in Netting:
        whole = day_energies(quarters, netting, T0, roles)
        assert await kept.books.days(DAY, DAY + 1, netting) == [(DAY, whole)]
        assert await kept.books.sum_days([DAY, DAY + 1], netting) == [(1, whole)]


async def test_roll_ups_are_of_the_meters_that_are_assigned(kept: Kept) -> None:
    batch = both(T0, 15)
    await kept.journal.book(batch, LATER)
    await kept.journal.assign(assigned((PLANT,), (MAINS,), Production.NEGATIVE))
    await settled(kept)
    grid = series_of([one.record for one in batch if one.meter == PLANT])
    solar = series_of([one.record for one in batch if one.meter == MAINS])
    assert await kept.books.quarters(Span(T0, T0 + 900)) == quarter_sums(
        [grid, solar.turned()], Roles()
    )
