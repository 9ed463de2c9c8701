"""Roll-ups of a home that measures more than mains and a plant: more rows each, same numbers."""

import random
from itertools import pairwise
from pathlib import Path

from tests.store.builders import EVER, T0, calendar, settle
from tests.store.harm import change
from wattledger.energy.balance import Energies, summed, unknown
from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterId, MeterLabel, Role, Source
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import day_sums, quarter_sums
from wattledger.energy.site import Assignment, MeasuredSource, Site, quantity_series
from wattledger.energy.windows import WindowSums
from wattledger.store.codec import day_key
from wattledger.store.store import Store, open_store

DAY_S = 86_400
DAYS = 3
NOW = T0 + (DAYS + 1) * DAY_S
MACS = [MeterId(f"A0DD6C00000{n}") for n in range(7)]
SOURCES = (
    Source("mains", Role.GRID, phases=("a", "b")),
    Source("annex", Role.GRID),
    Source("roof", Role.SOLAR),
    Source("shed", Role.SOLAR, since=T0 + DAY_S),
    Source("battery", Role.BATTERY),
    Source("heat pump", Role.LOAD),
    Source("car", Role.LOAD),
)
LABELS = tuple(MeterLabel((source,)) for source in SOURCES)
SITE = Site("Home", calendar(), Netting.QUARTER, LABELS)
ASSIGNMENT = Assignment(
    tuple(MeasuredSource(source, (mac,)) for source, mac in zip(SOURCES, MACS, strict=True))
)
Records = dict[MeterId, list[MinuteRecord]]


def made(seed: int) -> Records:
    """Minutes of each meter, with holes of its own."""
    dice = random.Random(seed)
    return {
        mac: [
            MinuteRecord(start, 60, *(dice.randrange(30_000) for _ in range(6)))
            for start in range(T0, T0 + DAYS * DAY_S, 60)
            if dice.random() < 0.97
        ]
        for mac in MACS
    }


def quarters_of(records: Records) -> list[WindowSums]:
    series = [
        quantity_series(own, [series_of(records[one.meters[0]], one.source.phases) for one in own])
        for own in map(ASSIGNMENT.of, SITE.roles.quantities)
    ]
    return quarter_sums(series, SITE.roles)


async def booked(store: Store, records: Records) -> None:
    entries = [Entry(mac, one, Origin.FETCHED) for mac, own in records.items() for one in own]
    await store.journal.assign(ASSIGNMENT)
    await store.journal.book(sorted(entries, key=lambda entry: entry.record.start), NOW)
    await settle(store, NOW)


async def assert_stands(store: Store, records: Records) -> None:
    """Every quarter and day is what the minutes give."""
    quarters, zone, roles = quarters_of(records), calendar(), SITE.roles
    assert await store.books.quarters(EVER) == quarters
    first = zone.ordinal_at(T0)
    expected: dict[Netting, list[tuple[int, Energies]]] = {netting: [] for netting in Netting}
    for ordinal in range(first, first + DAYS + 1):
        start, end = zone.start_of_ordinal(ordinal), zone.start_of_ordinal(ordinal + 1)
        own = [one for one in quarters if start <= one.start < end]
        day = day_sums(ordinal, own, start, roles)
        for netting, energies in day.energies.items():
            expected[netting].append((ordinal, energies))
    for netting, days in expected.items():
        assert await store.books.days(first, first + DAYS + 1, netting) == days
        edges = [first, first + 2, first + DAYS + 1]
        assert await store.books.sum_days(edges, netting) == [
            (
                end - start,
                summed([e for at, e in days if start <= at < end], unknown(roles)),
            )
            for start, end in pairwise(edges)
        ]


async def test_roll_ups_of_any_home_are_what_its_minutes_give(tmp_path: Path) -> None:
    records = made(1)
    late = {mac: own.pop(len(own) // 2) for mac, own in records.items()}
    async with open_store(tmp_path / "books", calendar(), SITE.roles) as store:
        await booked(store, records)
        await assert_stands(store, records)
        for mac, record in late.items():
            records[mac] = sorted([*records[mac], record])
        await store.journal.book([Entry(m, r, Origin.FETCHED) for m, r in late.items()], NOW)
        await settle(store, NOW)
        await assert_stands(store, records)
    async with open_store(tmp_path / "books", calendar(), SITE.roles) as store:
        await assert_stands(store, records)


async def test_a_home_that_measures_something_else_from_now_on_has_its_roll_ups_made_anew(
    tmp_path: Path,
) -> None:
    records = made(2)
    async with open_store(tmp_path / "books", calendar(), SITE.roles) as store:
        await booked(store, records)
    fewer = Site("Home", calendar(), Netting.QUARTER, LABELS[:3])
    async with open_store(tmp_path / "books", calendar(), fewer.roles) as store:
        await store.journal.assign(Assignment(ASSIGNMENT.sources[:3]))
        assert await store.books.quarters(EVER) == []
        await settle(store, NOW)
        windows = await store.books.quarters(EVER)
        assert {len(window.own) for window in windows} == {2}
    async with open_store(tmp_path / "books", calendar(), SITE.roles) as store:
        await store.journal.assign(ASSIGNMENT)
        await settle(store, NOW)
        await assert_stands(store, records)


async def test_a_sum_of_days_does_not_count_one_that_has_lost_a_row(tmp_path: Path) -> None:
    ten = [
        MinuteRecord(T0 + day * DAY_S + 60 * m, 60, *[9] * 6) for day in range(2) for m in range(10)
    ]
    first, path = calendar().ordinal_at(T0), tmp_path / "books"
    async with open_store(path, calendar(), SITE.roles) as store:
        await booked(store, dict.fromkeys(MACS, ten))
        change(path, f"DELETE FROM days WHERE key = {day_key(first, Netting.HOUR, 1)}")
        ((counted, _),) = await store.books.sum_days([first, first + 2], Netting.HOUR)
        assert counted == 1


async def test_what_a_source_is_called_costs_no_roll_up(tmp_path: Path) -> None:
    records = made(3)
    async with open_store(tmp_path / "books", calendar(), SITE.roles) as store:
        await booked(store, records)
        standing = await store.books.quarters(EVER)
        *others, car = ASSIGNMENT.sources
        called = MeasuredSource(Source("e-car", Role.LOAD), car.meters)
        roles = Site(
            "Home", calendar(), Netting.QUARTER, (*LABELS[:-1], MeterLabel((called.source,)))
        ).roles
    async with open_store(tmp_path / "books", calendar(), roles) as store:
        await store.journal.assign(Assignment((*others, called)))
        assert await store.books.quarters(EVER) == standing
