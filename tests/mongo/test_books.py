"""One suite behind one door: what questions of energy need, of the local file and of MongoDB."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.energies import home_energies
from tests.mongo.kit import EVER, PostingHome, home_site, posting_home
from tests.mongo.server import ReplicaSet
from tests.store.builders import HOME, MAINS, PLANT, T0, Model, both, calendar, entry
from tests.variant import variant
from wattledger.energy.balance import summed
from wattledger.energy.booking_entry import Entry
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.plausibility import MAX_PHASE_POWER_W
from wattledger.energy.record import QUARTER_S, apart
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.mongo.books import MongoBooks
from wattledger.mongo.connection import Address, connected
from wattledger.mongo.daily_rollups import DaysOf, sums_pipeline
from wattledger.mongo.documents import DayFields
from wattledger.mongo.restore import restore
from wattledger.mongo.writer import MongoWriter

MISSING = "missing"
DAYS = 4
NOW = T0 + DAYS * 86_400 + 7 * 3_600 + 450
"""In the middle of a quarter-hour; a day of 23 hours is among the days before."""


def made(seed: int) -> list[Entry]:
    """Both meters with holes of their own, and for some hours five-minute records."""
    dice = random.Random(seed)
    entries = []
    for number, meter in enumerate((MAINS, PLANT)):
        start = T0 + 5_400
        while start < NOW - 300:
            period_s = 300 if dice.random() < 0.1 else 60
            start = -(-start // period_s) * period_s
            for _ in range(dice.randrange(5, 300)):
                if start >= NOW - 300:
                    break
                entries.append(entry(meter, start, number + seed, period_s))
                start += period_s
            if dice.random() < 0.5:
                start += 60 * dice.randrange(1, 300)
    return entries


def test_days_are_told_apart_by_letters_only_where_those_do() -> None:
    def kind(*days: str) -> str:
        edges = [date.fromisoformat(day).toordinal() for day in days]
        return next(
            iter(
                sums_pipeline(
                    DaysOf("home", "UTC", DayFields(Roles())), edges, Netting.QUARTER, {}
                )[1]
            )
        )

    assert kind("2024-03-05", "2025-01-01", "2026-01-01", "2026-07-09") == "$group"
    assert kind("2025-12-31", "2026-01-01", "2026-02-01", "2026-02-02") == "$group"
    assert kind("2026-01-05", "2026-01-12", "2026-01-19") == "$bucket"
    assert kind("2025-12-31", "2026-02-01") == "$bucket"


@asynccontextmanager
async def filled(path: Path, address: Address, entries: list[Entry]) -> AsyncIterator[PostingHome]:
    async with posting_home(path, address) as home:
        async with home.posting():
            home.clock.wall_s = NOW
            for at in range(0, len(entries), 2_000):
                await home.book(entries[at : at + 2_000])
            await home.maintain()
            await home.posted()
        yield home


async def test_the_books_are_what_was_booked(tmp_path: Path, address: Address) -> None:
    model = Model()
    entries = made(3)
    model.book(entries)
    async with filled(tmp_path / "books", address, entries) as home:
        await assert_are_what_was_booked(home.store.books, model)
        await assert_are_what_was_booked(home.books(), model)


async def assert_are_what_was_booked(books: EnergyBooks, model: Model) -> None:
    zone = calendar()
    for meter in (MAINS, PLANT):
        own = model.minutes(meter)
        assert await books.minutes([meter], EVER) == own
        assert await books.series([meter], EVER) == series_of(own)
        assert (await books.booked())[meter] == Span(own[0].start, own[-1].end)
    span = Span(T0 + 3_600, T0 + 90_000)
    role = [
        [r for r in model.minutes(meter) if span.start <= r.start < span.end]
        for meter in (MAINS, PLANT)
    ]
    one_role = apart(sorted([*role[0], *role[1]], key=lambda record: record.start))
    assert await books.minutes([MAINS, PLANT], span) == one_role
    assert await books.series([MAINS, PLANT], span) == series_of(one_role)
    assert await books.series([], span) == series_of([])
    expected = model.days(zone, Roles(), NOW)
    first, last = min(expected), max(expected)
    for netting in Netting:
        days = await books.days(first, last + 1, netting)
        assert days == [(o, d.energies[netting]) for o, d in sorted(expected.items())]
        months = [date(2026, month, 1).toordinal() for month in (2, 3, 4, 5)]
        by_hand = [first - 10, first, first + 1, last, last + 1, last + 5]
        for edges in (by_hand, months, [first, date(2027, 1, 1).toordinal()]):
            sums = await books.sum_days(edges, netting)
            assert sums == [
                (len(inside_), summed(inside_))
                for inside_ in (
                    [d.energies[netting] for o, d in expected.items() if a <= o < b]
                    for a, b in pairwise(edges)
                )
            ]


async def test_quarters_are_those_of_the_minutes(tmp_path: Path, address: Address) -> None:
    model = Model()
    entries = made(4)
    model.book(entries)
    async with filled(tmp_path / "books", address, entries) as home:
        end = (NOW - 3_600) // QUARTER_S * QUARTER_S
        expected = [window for window in model.quarters() if window.start < end]
        for books in (home.store.books, home.books()):
            found = await books.quarters(Span(T0, end))
            assert [w for w in found if w.own[0].covered_s or w.own[1].covered_s] == expected


QUESTIONS = [
    ("today", None),
    ("2026-03-28", None),
    ("2026-03-29", Resolution.HOUR),
    ("2026-03-29", Resolution.MINUTE),
    ("2026-W13", None),
    ("2026-03", None),
    ("2026", None),
    ("all", None),
]


async def test_answers_are_the_same_numbers_either_way(tmp_path: Path, address: Address) -> None:
    async with filled(tmp_path / "books", address, made(5)) as home:
        site = home_site()
        local = EnergyService(site, home.store.books, home.clock, lambda: HOME)
        copy = Replica(home.books(), home.store.outbox.holds, home.clock)
        online = EnergyService(site, home.store.books, home.clock, lambda: HOME, copy)
        for text, resolution in QUESTIONS:
            for netting in Netting:
                here = await local.of_period(text, resolution, netting)
                there = await online.of_period(text, resolution, netting)
                assert here.source == "local"
                assert there.source == "mongodb"
                assert there.totals == here.totals
                assert there.buckets == here.buckets
                assert there.coverage == here.coverage
                assert there.complete == here.complete


LONG_DAYS = (
    ("Antarctica/Casey", date(2010, 3, 5), 27),
    ("Antarctica/Troll", date(2005, 10, 30), 26),
    ("Antarctica/Vostok", date(1994, 1, 31), 31),
    ("Europe/Helsinki", date(2025, 10, 26), 25),
)


@pytest.mark.parametrize(("zone", "first", "hours"), LONG_DAYS)
async def test_a_day_is_as_long_as_its_zone_says(
    address: Address, zone: str, first: date, hours: int
) -> None:
    """Its meters have counted the most that a meter can, all of it."""
    site, ordinal = home_site(zone), first.toordinal()
    start_of = site.calendar.start_of_ordinal
    length_s = start_of(ordinal + 1) - start_of(ordinal)
    assert length_s == hours * 3_600
    most_dmwh = 3 * MAX_PHASE_POWER_W * 10_000 * hours
    energies = home_energies(most_dmwh, 0, 0, most_dmwh, 0, 0, length_s, length_s, length_s)
    day, clock = DaySums(ordinal, dict.fromkeys(Netting, energies)), ManualClock()
    async with connected(address) as database:
        writer = MongoWriter(database, "home", zone, clock)
        await writer.put_days([day])
        assert await writer.days(ordinal, ordinal + 1) == [day]
        books = MongoBooks(database, "home", site, lambda: HOME, clock)
        assert await books.days(ordinal, ordinal + 1, Netting.HOUR) == [(ordinal, energies)]
        sums = await books.sum_days([ordinal, ordinal + 1], Netting.HOUR)
        assert sums == [(1, energies)]
        less = energies._replace(common_s=0, covered_s=(60, 60))
        await writer.put_days([DaySums(ordinal, dict.fromkeys(Netting, less))])
        assert await writer.days(ordinal, ordinal + 1) == [day]


async def test_what_waits_is_answered_from_here(tmp_path: Path, address: Address) -> None:
    async with filled(tmp_path / "books", address, made(6)) as home:
        site = home_site()
        copy = Replica(home.books(), home.store.outbox.holds, home.clock)
        history = EnergyService(site, home.store.books, home.clock, lambda: HOME, copy)
        await home.book([entry(MAINS, NOW // 60 * 60)])
        assert (await history.of_period("today", None, None)).source == "local"
        assert (await history.of_period("2026-03-28", None, None)).source == "mongodb"
        assert (await history.of_period("2026", None, None)).source == "local"


async def test_a_late_minute_makes_its_day_wait(tmp_path: Path, address: Address) -> None:
    """Also once the minute is posted, until the day's new roll-up is."""
    entries = [one for one in made(7) if one.record.start >= T0 + 20_000]
    async with filled(tmp_path / "books", address, entries) as home:
        span = Span(T0, T0 + 86_400)
        assert not await home.store.outbox.holds(span)
        late = [entry(MAINS, T0 + 60 * minute) for minute in range(200)]
        await home.book(late)
        await home.maintain()
        assert await home.store.outbox.holds(span)
        async with home.posting():
            await home.posted()
        assert not await home.store.outbox.holds(span)
        ordinal = calendar().day_of(T0).toordinal()
        for netting in Netting:
            here = await home.store.books.days(ordinal, ordinal + 1, netting)
            assert await home.books().days(ordinal, ordinal + 1, netting) == here


async def test_a_double_counts_once(tmp_path: Path, mongod: ReplicaSet, address: Address) -> None:
    """A slow old writer can't be kept out: readers take one record a minute whatever is stored."""
    entries = made(8)
    async with filled(tmp_path / "books", address, entries) as home:
        before = await home.books().quarters(Span(T0, T0 + 2 * 86_400))
        series = await home.books().series([MAINS], EVER)
        with mongod.client() as client:
            minutes = client[address.database]["minutes"]
            copies = list(minutes.find({"meter.meter": MAINS}).limit(500))
            minutes.insert_many(copies)
        assert await home.books().quarters(Span(T0, T0 + 2 * 86_400)) == before
        assert await home.books().series([MAINS], EVER) == series
        assert await home.books().minutes([MAINS], EVER) == await home.store.books.minutes(
            [MAINS], EVER
        )


@pytest.mark.parametrize(
    "change",
    [{"period_s": MISSING}, variant({"period_s": None}), {"imported_a_dmwh": MISSING}]
    + [{"exported_b_dmwh": v} for v in (None, float("nan"))]
    + [variant({"exported_b_dmwh": v}) for v in (MISSING, 1.5, "7", [7], 1e300, -5)]
    + [{"period_s": -60}, *(variant({"period_s": v}) for v in (61, 10**9, "60", [60]))],
    ids=str,
)
async def test_a_record_of_somebody_else_s_making_is_left_out(
    tmp_path: Path, mongod: ReplicaSet, address: Address, change: dict[str, object]
) -> None:
    """One with a number too few would shift those of its neighbours, silently."""
    async with filled(tmp_path / "books", address, both(T0, 600)) as home:
        with mongod.client() as client:
            minutes = client[address.database]["minutes"]
            strange = {**(minutes.find_one({"meter.meter": MAINS}) or {}), **change}
            strange["t"] += timedelta(days=400)
            minutes.insert_one({k: v for k, v in strange.items() if v is not MISSING})
        for meter in (MAINS, PLANT):
            own = await home.store.books.minutes([meter], EVER)
            assert await home.books().minutes([meter], EVER) == own
            assert await home.books().series([meter], EVER) == series_of(own)
        assert await home.books().booked() == await home.store.books.booked()


async def test_while_mongodb_is_away_the_local_books_answer(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with filled(tmp_path / "books", address, made(9)) as home:
        copy = Replica(
            home.books(), home.store.outbox.holds, home.clock, pace=ReplicaTiming(deadline_s=5.0)
        )
        history = EnergyService(home_site(), home.store.books, home.clock, lambda: HOME, copy)
        whole = await history.of_period("2026-03-28", None, None)
        assert whole.source == "mongodb"
        mongod.members[0].freeze()
        try:
            local = await history.of_period("2026-03-28", None, None)
        finally:
            mongod.members[0].thaw()
        assert local.source == "local"
        assert local.buckets == whole.buckets
        home.clock.advance(60)
        assert (await history.of_period("2026-03-28", None, None)).source == "mongodb"


async def test_a_new_store_joined_to_a_full_copy_wipes_nothing(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    entries = made(10)
    async with filled(tmp_path / "old", address, entries) as old:
        kept = {netting: await old.books().days(739_000, 741_000, netting) for netting in Netting}
        answers = await old.books().minutes([MAINS, PLANT], EVER)
        manifest = site_of(mongod, address)
    few = [one for one in entries if one.record.start >= T0 + 40_000][::2]
    async with filled(tmp_path / "new", address, few) as new:
        assert await new.books().minutes([MAINS, PLANT], EVER) == answers
        for netting in Netting:
            assert await new.books().days(739_000, 741_000, netting) == kept[netting]
        assert site_of(mongod, address) == manifest
        copy = Replica(new.books(), new.store.outbox.holds, new.clock)
        history = EnergyService(home_site(), new.store.books, new.clock, lambda: HOME, copy)
        assert (await history.of_period("all", None, None)).source == "mongodb"


def site_of(mongod: ReplicaSet, address: Address) -> object:
    with mongod.client() as client:
        return client[address.database]["sites"].find_one({"_id": "home"})


async def test_days_of_which_either_has_a_part_become_whole_and_restore_is_advised(
    tmp_path: Path, address: Address
) -> None:
    """The old store ends on a noon, the new one begins there: neither knows that day."""
    entries, noon, model = made(11), T0 + 86_400 + 12 * 3_600, Model()
    model.book(entries)
    expected = sorted(model.days(calendar(), Roles(), NOW).items())
    parts = [[e for e in entries if (e.record.start < noon) is early] for early in (True, False)]
    async with filled(tmp_path / "old", address, parts[0]) as old:
        assert "restore" not in old.replicator.state.words
    async with filled(tmp_path / "new", address, parts[1]) as new:
        assert "has more of 2 days than this store has, from 2026-03-28 on" in await said(new)
        assert "wattledger mongodb restore" in new.replicator.state.words
        for netting in Netting:
            days = [(ordinal, day.energies[netting]) for ordinal, day in expected]
            assert await new.books().days(expected[0][0], expected[-1][0] + 1, netting) == days
        async for _ in restore(new.books(), new.store.journal, (MAINS, PLANT), NOW):
            pass
        await new.maintain()
        async with new.posting():
            await new.posted()
        assert "restore" not in await said(new)
        for netting in Netting:
            days = [(ordinal, day.energies[netting]) for ordinal, day in expected]
            for books in (new.store.books, new.books()):
                assert await books.days(expected[0][0], expected[-1][0] + 1, netting) == days


async def said(home: PostingHome) -> str:
    """What a server that starts now says once it has looked around."""
    home.replicator.state.words = "not yet"
    async with home.posting():
        await home.posted()
    return home.replicator.state.words
