"""Damage to a store's file, and what must hold whatever was damaged: a number is true or is not
there.
"""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.fakes.books import booked_energy
from tests.store.builders import EVER, MAINS, PLANT, Model, calendar, settle
from wattledger.energy.booking_entry import Entry, GapReason
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.spans import Span, merged, total_s
from wattledger.store.store import Store

PAGE = 4_096
METERS = (MAINS, PLANT)


def pages_of(path: Path, *tables: str) -> list[int]:
    """Offsets of the pages of these tables."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, pageno FROM dbstat").fetchall()
    return [(number - 1) * PAGE for name, number in rows if name in tables]


def flip_a_bit(path: Path, offsets: Sequence[int], chance: random.Random) -> int:
    """One bit of one of these pages; where it was."""
    at = chance.choice(offsets) + chance.randrange(PAGE)
    with path.open("r+b") as file:
        file.seek(at)
        old = file.read(1)[0]
        file.seek(at)
        file.write(bytes([old ^ 1 << chance.randrange(8)]))
    return at


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def change(path: Path, statement: str) -> None:
    """As somebody with a tool of his own would."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


async def assert_true_or_not_there(store: Store, model: Model, zone: str, now: int) -> None:
    """Whatever the books answer is what was booked."""
    books = store.books
    for meter in METERS:
        truth = {record.start: record for record in model.minutes(meter)}
        for record in await books.minutes([meter], EVER):
            assert truth[record.start] == record
        found = await books.series([meter], EVER)
        assert len(found.starts) == len(set(found.starts))
        for start, period_s, imported, exported in zip(*found, strict=True):
            record = truth[start]
            assert (period_s, imported, exported) == (60, sum(record[2:5]), sum(record[5:8]))
    visible = Model()
    for meter in METERS:
        records = await books.minutes([meter], EVER)
        visible.records[meter] = {record.start: record for record in records}
    quarters = {*model.quarters(), *visible.quarters()}
    for window in await books.quarters(EVER):
        assert window in quarters
    known = [one.days(calendar(zone), Roles(), now) for one in (model, visible)]
    for netting in Netting:
        for ordinal, energies in await books.days(0, 900_000, netting):
            assert energies in [
                days[ordinal].energies[netting] for days in known if ordinal in days
            ]


async def assert_heals(
    store: Store, model: Model, entries: Sequence[Entry], zone: str, now: int
) -> None:
    """Looked through and mended, damage is a gap; booked again, everything is as it was."""
    span = Span(entries[0].record.start, now)
    words = ""
    for _ in range(4):
        await store.integrity.check(span)
        words = (await store.integrity.mend(now)).words
        if not words:
            break
    else:
        raise AssertionError(f"it never comes to an end: {words}")
    for meter in METERS:
        found = await store.books.minutes([meter], EVER)
        gaps = await store.books.gaps(meter)
        known = (await store.books.booked())[meter]  # what lies outside is fetched anyway
        inside = {r for r in model.minutes(meter) if known.start <= r.start < known.end}
        missing = inside - set(found)
        reasons = [gap.span for gap in gaps if gap.reason is GapReason.DAMAGED]
        assert merged(Span(r.start, r.end) for r in missing) == merged(reasons)
    booked = await store.journal.book(entries, now)
    assert booked.contradicted == 0
    await settle(store, now)
    assert not await store.integrity.damaged()
    for meter in METERS:
        assert await store.books.minutes([meter], EVER) == model.minutes(meter)
        assert [gap.span for gap in await store.books.gaps(meter)] == model.gaps(meter)
        energy = await store.books.energy(meter, [EVER])
        missing_s = total_s(model.gaps(meter))
        assert energy == [booked_energy(model.minutes(meter), missing_s)]
    assert await store.books.quarters(EVER) == model.quarters()
    days = model.days(calendar(zone), Roles(), now)
    for netting in Netting:
        found_days = dict(await store.books.days(0, 900_000, netting))
        assert found_days == {o: days[o].energies[netting] for o in found_days}
        assert set(days) - set(found_days) <= {max(days)}
