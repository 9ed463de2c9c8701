"""What one meter counted over a span, for the audit: whole hours by their tallies, the rest by
minutes.

To add up ten years of minutes takes seconds. A tally is of what was booked, and sealed; where the
seal does not hold, the hour's minutes are added up.
"""

import sqlite3
from collections.abc import Sequence

from wattledger.energy.spans import Span
from wattledger.store import checked, tallies
from wattledger.store.connection import is_damage
from wattledger.store.noticed import Noticed
from wattledger.store.tallies import HOUR_S

_BY_TALLIES = (
    f"SELECT count(*), total({tallies.STANDS}), ifnull(sum(imported_dmwh), 0), "  # noqa: S608
    "ifnull(sum(exported_dmwh), 0) FROM hours WHERE key >= ? AND key < ? AND key & 255 = ?"
)


def energy_of(
    connection: sqlite3.Connection, number: int, spans: Sequence[Span], noticed: Noticed
) -> list[tuple[int, int]] | None:
    """Booked (imported, exported) in 0.1 mWh, phases added, of the records that start in each span;
    None where some of them are damaged, and no gap tells that yet.

    To be asked inside one snapshot.
    """
    found = Noticed()
    sums = [_energy(connection, number, span, found) for span in spans]
    damage = found.take()
    noticed.also(damage)
    return None if damage else sums


def _energy(
    connection: sqlite3.Connection, number: int, span: Span, noticed: Noticed
) -> tuple[int, int]:
    first, end = -(-span.start // HOUR_S) * HOUR_S, span.end // HOUR_S * HOUR_S
    if first >= end:
        return _by_minutes(connection, number, span, noticed)
    parts = [
        _by_minutes(connection, number, Span(span.start, first), noticed),
        _by_tallies(connection, number, Span(first, end), noticed),
        _by_minutes(connection, number, Span(end, span.end), noticed),
    ]
    return sum(imported for imported, _ in parts), sum(exported for _, exported in parts)


def _by_tallies(
    connection: sqlite3.Connection, number: int, span: Span, noticed: Noticed
) -> tuple[int, int]:
    try:
        count, standing, imported, exported = connection.execute(
            _BY_TALLIES, (*tallies.keys_in(span), number)
        ).fetchone()
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        noticed.table("hours")
        count, standing, imported, exported = 1, 0, 0, 0
    if count == standing:
        return imported, exported
    if span.length_s <= HOUR_S:
        return _by_minutes(connection, number, span, noticed)
    middle = (span.start + span.end) // HOUR_S // 2 * HOUR_S
    halves = Span(span.start, middle), Span(middle, span.end)
    (a, b), (c, d) = (_by_tallies(connection, number, half, noticed) for half in halves)
    return a + c, b + d


def _by_minutes(
    connection: sqlite3.Connection, number: int, span: Span, noticed: Noticed
) -> tuple[int, int]:
    if span.end <= span.start:
        return 0, 0
    series = checked.series_of(connection, [number], span, noticed)
    return sum(series.imported_dmwh), sum(series.exported_dmwh)
