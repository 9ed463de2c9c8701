"""What one meter counted over a span: from its role's roll-ups where they are its own, else from
minutes.

To add up ten years of minutes takes seconds. A quarter's row holds the sums over the phases of a
role; while one meter alone measures that role, they are that meter's. A day without its row, the
time in which another meter of the role has records, and what a span has of the quarters at its
edges are added up by minutes.
"""

import sqlite3
from collections.abc import Sequence

from wattledger.energy.meter import Production
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S
from wattledger.energy.spans import Span, merged, within, without
from wattledger.store import signature
from wattledger.store.codec import DAY_MASK, day_key, first_key
from wattledger.store.ledger import Ledger

DAY_S = 86_400
_BY_MINUTES = """
SELECT ifnull(sum(imported_a_dmwh + imported_b_dmwh + imported_c_dmwh), 0),
       ifnull(sum(exported_a_dmwh + exported_b_dmwh + exported_c_dmwh), 0)
FROM minutes WHERE key >= ? AND key < ? AND key & 255 = ?
"""
_BY_QUARTERS = {
    "grid": ("grid_imported_dmwh", "grid_exported_dmwh"),
    "solar": ("solar_imported_dmwh", "solar_exported_dmwh"),
    "turned solar": ("solar_exported_dmwh", "solar_imported_dmwh"),
}
"""Columns in which a role's quarters keep what the meter itself calls imported and exported."""


def energy_of(
    connection: sqlite3.Connection, ledger: Ledger, number: int, spans: Sequence[Span]
) -> list[tuple[int, int]]:
    """Booked (imported, exported) in 0.1 mWh, phases added, of the records that start in each span.

    To be asked inside one snapshot.
    """
    return [_energy(connection, ledger, number, span) for span in spans]


def _energy(
    connection: sqlite3.Connection, ledger: Ledger, number: int, span: Span
) -> tuple[int, int]:
    role = _role(connection, ledger, number)
    whole = _rolled_up(connection, ledger, _others(ledger, number), span) if role else []
    parts = [_by_quarters(connection, role, part) for part in whole] if role else []
    for part in without([span], whole):
        bounds = first_key(part.start), first_key(part.end)
        parts.append(connection.execute(_BY_MINUTES, (*bounds, number)).fetchone())
    return sum(imported for imported, _ in parts), sum(exported for _, exported in parts)


def _role(connection: sqlite3.Connection, ledger: Ledger, number: int) -> str | None:
    """Where in the roll-ups this meter is to be found; None when it is not in these roll-ups."""
    if not signature.is_of(connection, ledger):
        return None
    if number in ledger.grid:
        return "grid"
    if number in ledger.solar:
        turned = ledger.assignment.production is not Production.POSITIVE
        return "turned solar" if turned else "solar"
    return None


def _others(ledger: Ledger, number: int) -> set[int]:
    """The other meters that have measured this one's role."""
    return set(ledger.grid if number in ledger.grid else ledger.solar) - {number}


def _rolled_up(
    connection: sqlite3.Connection, ledger: Ledger, others: set[int], span: Span
) -> list[Span]:
    """Quarters of the span on days that have their row, and without a record of the others."""
    first, end = ledger.ordinal_at(span.start), ledger.ordinal_at(span.end) + 1
    rows = connection.execute(
        f"SELECT key & {DAY_MASK} FROM days WHERE key >= ? AND key < ?",  # noqa: S608
        (day_key(first, Netting.PHASE), day_key(end, Netting.PHASE)),
    )
    days = merged(Span(ordinal, ordinal + 1) for (ordinal,) in rows)
    settled = [Span(ledger.day_start(day.start), ledger.day_start(day.end)) for day in days]
    alone = without(settled, merged(_reach(connection, other) for other in others))
    start = -(-span.start // QUARTER_S) * QUARTER_S
    return within(alone, Span(start, span.end // QUARTER_S * QUARTER_S))


def _reach(connection: sqlite3.Connection, number: int) -> Span:
    """UTC days that hold all records of a meter; the file has its bounds to the day."""
    row = connection.execute(
        "SELECT first_start, last_end FROM meters WHERE number = ?", (number,)
    ).fetchone()
    if row is None or row[0] is None:
        return Span(0, 0)
    return Span(row[0] // DAY_S * DAY_S, row[1] // DAY_S * DAY_S + DAY_S)


def _by_quarters(connection: sqlite3.Connection, role: str, span: Span) -> tuple[int, int]:
    imported, exported = _BY_QUARTERS[role]
    row: tuple[int, int] = connection.execute(
        f"SELECT ifnull(sum({imported}), 0), ifnull(sum({exported}), 0) "  # noqa: S608
        "FROM quarters WHERE key >= ? AND key < ?",
        (span.start // QUARTER_S, span.end // QUARTER_S),
    ).fetchone()
    return row
