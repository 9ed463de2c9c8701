"""Damage at rest: whatever lies in the file, a number is true or it is not there, and it heals."""

import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import settings

from tests.store.builders import (
    EVER,
    MAINS,
    PLANT,
    T0,
    Model,
    assert_agrees,
    home_store,
    settle,
)
from tests.store.harm import (
    METERS,
    PAGE,
    assert_heals,
    assert_true_or_not_there,
    change,
    flip_a_bit,
    overwrite,
    pages_of,
)
from tests.store.sound import ENTRIES, HELSINKI, LATE, NOW, TABLES, fresh
from tests.variant import apart_from, variant
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.meter import MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.spans import Span
from wattledger.store import checked_minutes
from wattledger.store.connection import connect_reader
from wattledger.store.noticed_damage import NoticedDamage

TRIES = range(min(200, settings().max_examples))
A_WORKER = 10


@pytest.mark.slow
@pytest.mark.parametrize("first", apart_from(TRIES[::A_WORKER], TRIES[:1]))
async def test_a_bit_that_flipped_at_rest(sound: Path, tmp_path: Path, first: int) -> None:
    """Asked at once, after a changed zone, after late minutes, and while the server runs."""
    for seed in range(first, first + A_WORKER):
        path = await fresh(sound, tmp_path)
        pages = pages_of(path, *TABLES)
        chance = random.Random(seed)
        zone = "Asia/Tokyo" if seed % 4 == 1 else HELSINKI
        entries = [*ENTRIES, *LATE] if seed % 4 == 2 else ENTRIES
        model = Model()
        model.book(entries)
        if seed % 4 != 3:
            flip_a_bit(path, pages, chance)
        async with home_store(path, zone) as store:
            if seed % 4 == 3:
                flip_a_bit(path, pages, chance)
            if seed % 4 == 2:
                await store.journal.book(LATE, NOW)
            if seed % 4:
                await settle(store, NOW)
            await assert_true_or_not_there(store, model, zone, NOW)
            await assert_heals(store, model, entries, zone, NOW)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("content", [b"\xff", variant(b"\0")])
async def test_a_page_that_was_overwritten(
    sound: Path, tmp_path: Path, table: str, content: bytes
) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    overwrite(path, random.Random(table).choice(pages_of(path, table)), content * PAGE)
    async with home_store(path) as store:
        await assert_true_or_not_there(store, model, HELSINKI, NOW)
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)
    async with home_store(path) as store:  # what was built anew is one of ours
        await assert_agrees(store, model, METERS)


@pytest.mark.parametrize("bit", [28, 33, 40, 62])
async def test_a_minute_that_a_flipped_bit_has_dated_elsewhere_is_set_aside(
    sound: Path, tmp_path: Path, bit: int
) -> None:
    path = await fresh(sound, tmp_path)
    with closing(sqlite3.connect(path)) as file, file:
        (key,) = file.execute("SELECT max(key) FROM minutes").fetchone()
        file.execute("UPDATE minutes SET key = ? WHERE key = ?", (key ^ 1 << bit, key))
    async with home_store(path) as store:
        await store.outbox.aim("a copy")
        while await store.outbox.fill():
            pass
        await store.integrity.check(Span(T0, T0 + 3_600))
        assert "set aside" in (await store.integrity.mend(NOW)).words
        await store.books.minutes([MAINS, PLANT], EVER)  # and the hour that lacks it
        await store.integrity.mend(NOW)
        for meter, count in store.outbox.waiting().items():
            assert len(await store.outbox.records(meter, EVER, 100_000)) == count
        assert await store.outbox.newest_posted() == {}


@pytest.mark.parametrize("table", [*TABLES, *("meters", "bindings", "outbox", "outbox_days")])
async def test_no_table_keeps_the_others_from_answering(
    sound: Path, tmp_path: Path, table: str
) -> None:
    """While the server runs all of one table is destroyed, and everything is asked."""
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        identity = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.4.4", "triphase", "")
        await store.journal.keep_identity(identity, [Binding("mains", "10.0.0.7", MAINS)])
        await store.outbox.aim("copy")
        while await store.outbox.fill():
            pass
    async with home_store(path) as store:
        for page in pages_of(path, table):
            overwrite(path, page, b"\0" * PAGE)
        known, books, box = Span(T0, NOW), store.books, store.outbox
        for ask in (
            *(books.booked, books.newest_counters, books.parked, books.bindings, books.identities),
            *(lambda: books.minutes([MAINS], known), lambda: books.series([PLANT], known)),
            *(lambda: books.quarters(known), lambda: books.days(0, 900_000, Netting.PHASE)),
            *(lambda: books.sum_days([0, 900_000], Netting.PHASE), lambda: books.gaps(MAINS)),
            *(lambda: books.counters(MAINS, known), lambda: books.energy(MAINS, [known])),
            *(lambda: books.contradictions(MAINS, known), lambda: box.tallies(known)),
            *(lambda: box.holds(known), store.devices.devices),
        ):
            await ask()
        for look_up in (
            *(box.newest_posted, lambda: box.records(MAINS, known, 500), lambda: box.days(9)),
            lambda: box.count(MAINS, known),
        ):
            with suppress(StoreUnusable):  # whoever posts waits, and tries again
                await look_up()
        assert table in (await store.integrity.mend(NOW)).words
        for _ in range(4):
            if not (await store.integrity.mend(NOW)).words:
                break


@pytest.mark.parametrize("harm", ["", "WHERE (key >> 8) % 600 = 7"])
async def test_damage_all_over_is_seen_by_a_few_questions(
    sound: Path, tmp_path: Path, harm: str
) -> None:
    """Not hour by hour: a year of them would take seconds."""
    path = await fresh(sound, tmp_path)
    change(path, f"UPDATE minutes SET imported_a_dmwh = imported_a_dmwh + 1 {harm}")
    asked: list[str] = []
    with closing(connect_reader(path)) as file:
        file.set_trace_callback(asked.append)
        minutes = checked_minutes.minutes_of(file, [0], Span(T0, NOW), NoticedDamage())
        series = checked_minutes.series_of(file, [0], Span(T0, NOW), NoticedDamage())
    assert len(minutes) == len(series.starts) == (520 if harm else 0)
    days = -(-(NOW - T0) // 86_400)
    assert len(asked) < 15 * days
