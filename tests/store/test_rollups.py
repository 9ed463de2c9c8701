"""Roll-ups equal a rebuild from minutes, after whatever sequence of live, late and imported
records.
"""

import json
import sqlite3
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.assigned import assigned
from tests.store.builders import (
    EVER,
    MAINS,
    OTHER,
    PLANT,
    T0,
    Model,
    both,
    calendar,
    entry,
    home_store,
    settle,
    stretch,
    writer_of,
)
from wattledger.energy.balance import UNKNOWN, summed
from wattledger.energy.booking_entry import Entry
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import Production
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.store import redundant_tables
from wattledger.store.store import Store

DAY_S = 86_400
ROLES = Roles()


async def assert_never_wrong(store: Store, model: Model, zone: Calendar) -> None:
    """Every row that stands is what a rebuild gives, and a day stands on all of its quarters."""
    rebuilt = {window.start: window for window in model.quarters()}
    standing = {window.start: window for window in await store.books.quarters(EVER)}
    assert standing.items() <= rebuilt.items()
    far = T0 + 9 * DAY_S
    days = model.days(zone, ROLES, far)
    for netting in Netting:
        for ordinal, energies in await store.books.days(0, 900_000, netting):
            assert energies == days[ordinal].energies[netting]
            first = zone.start_of(zone.day_of(T0).fromordinal(ordinal))
            end = zone.start_of(zone.day_of(T0).fromordinal(ordinal + 1))
            own = {start for start in rebuilt if first <= start < end}
            assert own <= standing.keys()


async def assert_complete(store: Store, model: Model, zone: Calendar, now: int) -> None:
    """After settling everything closed stands."""
    assert await store.books.quarters(EVER) == model.quarters()
    days = model.days(zone, ROLES, now)
    for netting in Netting:
        standing = await store.books.days(0, 900_000, netting)
        expected = [(ordinal, day.energies[netting]) for ordinal, day in days.items()]
        assert standing == expected


@st.composite
def batches(draw: st.DrawFn) -> list[Entry]:
    start = T0 + draw(st.integers(-3 * 96, 3 * 96)) * 900 + draw(st.integers(0, 14)) * 60
    minutes = draw(st.integers(1, 40))
    meters = draw(st.sampled_from([(MAINS,), (PLANT,), (MAINS, PLANT), (OTHER,)]))
    seed = draw(st.integers(0, 1))
    return [one for meter in meters for one in stretch(meter, start, minutes, seed)]


Steps = list[tuple[list[Entry], bool, bool]]
STEPS = st.lists(st.tuples(batches(), st.booleans(), st.booleans()), max_size=5)


@pytest.mark.slow
@given(st.lists(STEPS, max_size=3), st.sampled_from(["Europe/Helsinki", "Asia/Kathmandu"]))
@settings(max_examples=20, deadline=None)
async def test_any_sequence_leaves_roll_ups_that_a_rebuild_gives(
    sessions: list[Steps], zone_name: str
) -> None:
    """Sessions of live and late batches, settled now and then, the store reopened between them."""
    model, zone = Model(), Calendar(ZoneInfo(zone_name))
    now = T0 + 8 * DAY_S
    with TemporaryDirectory() as folder:
        path = Path(folder) / "books"
        for steps in sessions:
            async with home_store(path, zone_name) as store:
                await assert_never_wrong(store, model, zone)
                for batch, live, settles in steps:
                    at = max(one.record.end for one in batch) + 5 if live else now
                    await store.journal.book(batch, at)
                    model.book(one for one in batch if one.meter != OTHER)
                    if settles:
                        await store.journal.maintain(at)
                    await assert_never_wrong(store, model, zone)
        async with home_store(path, zone_name) as store:
            await settle(store, now)
            await assert_complete(store, model, zone, now)


async def test_a_late_record_after_a_restart_takes_away_its_quarter(tmp_path: Path) -> None:
    path = tmp_path / "books"
    now = T0 + 7_300
    async with home_store(path) as store:
        await store.journal.book([e for e in both(T0, 120) if e.record.start != T0 + 960], now)
        await settle(store, now)
        assert len(await store.books.quarters(EVER)) == 8
    async with home_store(path) as store:
        await store.journal.book([entry(MAINS, T0 + 960)], now)
        standing = await store.books.quarters(EVER)
        assert T0 + 900 not in [window.start for window in standing]
        await settle(store, now)
        standing = await store.books.quarters(EVER)
        assert [window.own[0].covered_s for window in standing] == [900] * 8


@pytest.mark.parametrize(
    ("zone_name", "day", "quarters"),
    [
        ("Europe/Helsinki", "2026-03-28", 96),
        ("Europe/Helsinki", "2026-03-29", 92),
        ("Europe/Helsinki", "2026-10-25", 100),
        ("Asia/Kathmandu", "2026-03-29", 96),
        ("Australia/Lord_Howe", "2026-04-05", 98),
    ],
)
async def test_a_local_day_holds_its_own_quarters(
    tmp_path: Path, zone_name: str, day: str, quarters: int
) -> None:
    zone = calendar(zone_name)
    start = zone.instant_from("from", day)
    async with home_store(tmp_path / "books", zone_name) as store:
        model = Model()
        batch = both(start - 7_200, 30 * 60)
        model.book(batch)
        now = start + 3 * DAY_S
        await store.journal.book(batch, now)
        await settle(store, now)
        ordinal = zone.day_of(start).toordinal()
        ((found, energies),) = await store.books.days(ordinal, ordinal + 1, Netting.HOUR)
        assert (found, energies.common_s) == (ordinal, quarters * 900)
        await assert_complete(store, model, zone, now)


async def test_a_quarter_is_written_by_the_booking_that_closes_it(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        for minute in range(31):
            start = T0 + 60 * minute
            await store.journal.book(both(start, 1), start + 64)
            standing = [window.start for window in await store.books.quarters(EVER)]
            assert standing == [T0 + 900 * n for n in range((minute + 1) // 15)]


async def test_a_quarter_closes_by_the_clock_while_one_meter_is_silent(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 10), T0 + 604)
        for minute in range(10, 18):
            start = T0 + 60 * minute
            await store.journal.book(stretch(MAINS, start, 1), start + 64)
            closed = start + 64 > T0 + 900 + 90
            assert len(await store.books.quarters(EVER)) == int(closed)


async def test_a_day_closes_while_no_meter_answers(tmp_path: Path) -> None:
    zone = calendar()
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 30), T0 + 1_805)
        first = zone.day_of(T0).toordinal()
        assert await store.books.days(first, first + 9, Netting.QUARTER) == []
        await settle(store, T0 + 3 * DAY_S)
        days = await store.books.days(first, first + 9, Netting.QUARTER)
        assert [ordinal for ordinal, _ in days] == [first, first + 1, first + 2]
        assert [energies for _, energies in days][1:] == [UNKNOWN, UNKNOWN]


async def test_a_late_record_takes_away_its_quarter_and_its_day_at_once(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        now = T0 + 6 * DAY_S
        batch = [one for one in both(T0, 5 * 1_440) if one.record.start != T0 + 3_600]
        await store.journal.book(batch, now)
        await settle(store, now)
        ordinal = calendar().day_of(T0).toordinal()
        before = await store.books.days(ordinal, ordinal + 1, Netting.QUARTER)
        # Many days are open at once, so that the booking leaves the settling for later.
        await store.journal.book(stretch(MAINS, T0 - 9 * DAY_S, 9), now)
        await store.journal.book([entry(MAINS, T0 + 3_600)], now)
        assert await store.books.days(ordinal, ordinal + 1, Netting.QUARTER) == []
        assert await store.books.quarters(Span(T0 + 3_600, T0 + 4_500)) == []
        await settle(store, now)
        ((_, after),) = await store.books.days(ordinal, ordinal + 1, Netting.QUARTER)
        assert after.covered_s[0] == before[0][1].covered_s[0] + 60


async def test_days_are_summed_between_edges_as_their_parts_are(tmp_path: Path) -> None:
    zone = calendar()
    async with home_store(tmp_path / "books") as store:
        now = T0 + 9 * DAY_S
        await store.journal.book(both(T0, 2 * 1_440) + stretch(MAINS, T0 + 5 * DAY_S, 60), now)
        await settle(store, now)
        first = zone.day_of(T0).toordinal()
        edges = [first - 5, first, first + 2, first + 3, first + 5, first + 400]
        for netting in Netting:
            parts = dict(await store.books.days(0, 900_000, netting))
            assert await store.books.sum_days(edges, netting) == [
                (
                    sum(1 for day in parts if one <= day < other),
                    summed(parts[day] for day in range(one, other) if day in parts),
                )
                for one, other in pairwise(edges)
            ]


@pytest.mark.parametrize(("quarters", "written"), [(8, 8), (9, 0)])
async def test_a_booking_writes_the_few_quarters_that_it_closes(
    tmp_path: Path, quarters: int, written: int
) -> None:
    """Many wait until nothing else is to be done."""
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 15 * quarters), T0 + 900 * quarters)
        assert len(await store.books.quarters(EVER)) == written


@pytest.mark.parametrize(("days", "written"), [(2, 3), (3, 0)])
async def test_a_booking_writes_nothing_where_many_days_are_open(
    tmp_path: Path, days: int, written: int
) -> None:
    async with home_store(tmp_path / "books") as store:
        minutes = [one for day in range(days + 1) for one in both(T0 + day * DAY_S, 15)]
        await store.journal.book(minutes, T0 + days * DAY_S + 900)
        assert len(await store.books.quarters(EVER)) == written


async def test_of_what_waits_about_three_hundred_quarters_are_written_at_once(
    tmp_path: Path,
) -> None:
    """A day costs four more of them than it has."""
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 15), T0 + 900)
        summer = T0 + 150 * DAY_S - 3_600
        await store.journal.book(both(summer, 4 * 1_440), summer + 4 * DAY_S)
        now = summer + 4 * DAY_S + 90
        found = []
        while await store.journal.maintain(now):
            found.append(len(await store.books.days(0, 900_000, Netting.PHASE)))
        assert found == [3, 54, 129]
        assert len(await store.books.days(0, 900_000, Netting.PHASE)) == 154


async def test_another_assignment_drops_what_was_of_the_old_one(tmp_path: Path) -> None:
    now = T0 + 3 * DAY_S
    model = Model()
    batch = both(T0, 1_440)
    model.book(batch)
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(batch, now)
        await settle(store, now)
        turned = assigned((MAINS,), (PLANT,), Production.NEGATIVE)
        await store.journal.assign(turned)
        assert await store.books.quarters(EVER) == []
        assert await store.books.days(0, 900_000, Netting.PHASE) == []
        await settle(store, now)
        assert await store.books.quarters(EVER) == model.quarters(Production.NEGATIVE)
    async with home_store(tmp_path / "books", "Asia/Kathmandu", turned) as store:
        assert await store.books.quarters(EVER) == []


async def test_roll_ups_stand_over_a_restart_and_a_new_meters_arrival(tmp_path: Path) -> None:
    now = T0 + 3 * DAY_S
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 1_440), now)
        await settle(store, now)
        standing = await store.books.quarters(EVER)
    assert len(standing) == 96
    replaced = assigned((MAINS, OTHER), (PLANT,))
    async with home_store(tmp_path / "books", assignment=replaced) as store:
        assert await store.books.quarters(EVER) == standing
        await store.journal.book(stretch(OTHER, T0 + DAY_S, 15), now)
        await settle(store, now)
        (added,) = await store.books.quarters(Span(T0 + DAY_S, T0 + DAY_S + 900))
        assert added.own[0].covered_s == 900


async def test_of_two_mains_meters_the_first_named_counts(tmp_path: Path) -> None:
    now = T0 + 2 * DAY_S
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(stretch(MAINS, T0, 15) + stretch(OTHER, T0, 15, seed=5), now)
        for first, second in ((MAINS, OTHER), (OTHER, MAINS)):
            await store.journal.assign(assigned((first, second), (PLANT,)))
            await settle(store, now)
            (quarter,) = await store.books.quarters(EVER)
            own = await store.books.energy(first, [EVER])
            assert own == [(quarter.own[0].imported_dmwh, quarter.own[0].exported_dmwh, 0)]


async def test_a_home_without_a_plant_has_roll_ups_of_its_mains_alone(tmp_path: Path) -> None:
    now = T0 + 2 * DAY_S
    alone = assigned((MAINS,))
    async with home_store(
        tmp_path / "books", assignment=alone, roles=Roles.of(grid=True, solar=False)
    ) as store:
        await store.journal.book(both(T0, 1_440), now)
        await settle(store, now)
        ordinal = calendar().day_of(T0).toordinal()
        ((_, energies),) = await store.books.days(ordinal, ordinal + 1, Netting.QUARTER)
        assert energies.flows_dmwh[2] is None
        assert energies.flows_dmwh[0] is not None
        assert energies.flows_dmwh[1] is not None
        assert energies.consumed_dmwh == energies.flows_dmwh[0] - energies.flows_dmwh[1]


def _as_before(roles: list[bool], solar: list[str], production: str = "positive") -> str:
    """What the roll-ups were of, as it was written when a home had a meter a role."""
    old = {"zone": "Europe/Helsinki", "roles": roles, "grid": [MAINS], "solar": solar}
    return json.dumps({**old, "production": production})


def _note(file: sqlite3.Connection, text: str) -> None:
    file.execute("UPDATE meta SET value = ? WHERE name = 'rollups_of'", (text,))
    redundant_tables.keep(file, "meta")


@pytest.mark.parametrize(
    ("before", "stand"),
    [
        (_as_before([True, True], [PLANT]), 96),
        (_as_before([True, True], [PLANT], "negative"), 0),
        (_as_before([True, False], []), 0),
    ],
)
async def test_roll_ups_of_an_older_store_stand_where_they_are_of_the_same(
    tmp_path: Path, before: str, stand: int
) -> None:
    now = T0 + 3 * DAY_S
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 1_440), now)
        await settle(store, now)
        await writer_of(store).write(lambda file, _: _note(file, before))
    async with home_store(tmp_path / "books") as store:
        assert len(await store.books.quarters(EVER)) == stand
        await settle(store, now)
        assert len(await store.books.quarters(EVER)) == 96
