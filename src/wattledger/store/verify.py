"""The same check on demand: all of a store, from its oldest minute to its newest.

It only reads, so that it may run beside a server. What it finds the server deals with: it meets the
same damage when it is asked for that time, and within a week by itself.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wattledger.energy.booking_entry import GapReason
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.store import (
    booked_bounds,
    integrity_walk,
    migrate,
    price_checksums,
    queries,
    small_table_repair,
    table_rebuild,
)
from wattledger.store.codec import FARTHEST_S, LAST_ORDINAL, hour_span, number_of
from wattledger.store.connection import connect_reader, translated
from wattledger.store.noticed_damage import ANY, Damage, NoticedDamage

DAY_S = 86_400
TOLD = 3
Told = Callable[[float], None]
"""Hears how far it has come, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: damaged hours of each meter, how many sums, lists of gaps and of counters
    lack their seal, tables of which pages can't be read, and what is set aside since earlier.
    """

    damaged: Mapping[str, list[Span]]
    unsealed: int
    tables: tuple[str, ...]
    set_aside: Mapping[MeterId, list[Span]]

    @property
    def is_sound(self) -> bool:
        return not (self.damaged or self.unsealed or self.tables)


def fault(path: Path) -> str | None:
    """Which hours and sums are damaged, in short; None where none is, or where there are no
    checksums yet. What the server restores by itself is no fault.

    Raises StoreError.
    """
    if migrate.check_file(path) < migrate.CHECKED_SINCE:
        return None
    found = verify(path, lambda _: None)
    hours = [(meter, span) for meter, spans in found.damaged.items() for span in spans]
    words = [
        f"the hour from {datetime.fromtimestamp(span.start, UTC):%Y-%m-%d %H:%M} UTC of {meter}"
        for meter, span in hours[:TOLD]
    ]
    if len(hours) > TOLD:
        words.append(f"{len(hours) - TOLD} more hours")
    if found.unsealed:
        words.append(f"{found.unsealed} sums, lists of gaps or counter readings")
    return ", ".join(words) or None


def verify(path: Path, told: Told) -> Verified:
    """Looks through all of it. Raises StoreError."""
    with translated(path):
        if migrate.check_file(path) < migrate.CHECKED_SINCE:
            raise StoreUnusable(
                f"the store {path} is of an older version, without checksums: start the server once"
            )
        with closing(connect_reader(path)) as file:
            return _verify(file, told)


def _verify(file: sqlite3.Connection, told: Told) -> Verified:
    noticed = NoticedDamage()
    numbers = dict(file.execute("SELECT number, meter FROM meters").fetchall())
    spans = booked_bounds.find(file)
    with suppress(sqlite3.DatabaseError):  # a page that can't be read is told below
        booked_bounds.widen(file, spans)
    _walk(file, spans, noticed, told)
    integrity_walk.check_days(file, 1, LAST_ORDINAL, noticed)
    if price_checksums.any_damaged(file, Span(0, FARTHEST_S)):
        noticed.table("prices")
    set_aside = {
        MeterId(meter): found
        for number, meter in numbers.items()
        if (found := _set_aside(file, number, noticed))
    }
    damage = noticed.take()
    doubtful = sorted({*_broken(file), *(damage.tables - {ANY})})
    return _verified(damage, numbers, doubtful, set_aside)


def _walk(
    file: sqlite3.Connection, spans: Mapping[int, Span], noticed: NoticedDamage, told: Told
) -> None:
    if not spans:
        return
    start = min(span.start for span in spans.values()) // DAY_S * DAY_S
    end = max(span.end for span in spans.values())
    for day in range(start, end, DAY_S):
        integrity_walk.check(file, spans, Span(day, min(day + DAY_S, end)), noticed)
        told(min(1.0, (day + DAY_S - start) / (end - start)))


def _broken(file: sqlite3.Connection) -> list[str]:
    """Tables of which a page can't be read, or that are not what was written."""
    return table_rebuild.broken_tables(file) or small_table_repair.doubtful(file)


def _set_aside(file: sqlite3.Connection, number: int, noticed: NoticedDamage) -> list[Span]:
    gaps = queries.gaps_of(file, number, noticed)
    return [gap.span for gap in gaps if gap.reason is GapReason.DAMAGED]


def _verified(
    found: Damage,
    numbers: Mapping[int, str],
    tables: list[str],
    set_aside: Mapping[MeterId, list[Span]],
) -> Verified:
    damaged: dict[str, list[Span]] = {}
    for key in sorted(found.hours):
        meter = numbers.get(number_of(key), "a meter that is not known")
        damaged.setdefault(meter, []).append(hour_span(key))
    unsealed = len(found.quarters) + len(found.days) + len(found.gaps_of) + len(found.counters_of)
    return Verified(damaged, unsealed, tuple(tables), set_aside)
