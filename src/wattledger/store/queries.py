"""What is read from the file: each a function of a connection, used by readers and writer alike."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from wattledger.energy.balance import Energies, WindowSums
from wattledger.energy.binding import Binding
from wattledger.energy.entry import Gap
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S, Counters, MinuteRecord, of_one_role
from wattledger.energy.series import Series, merged_series, series_from
from wattledger.energy.spans import Span
from wattledger.store import gaps
from wattledger.store.codec import (
    DAY_MASK,
    ENERGY_COLUMNS,
    RECORD_COLUMNS,
    SERIES_COLUMNS,
    day_key,
    first_key,
    windows_from,
)

_OF_A_METER = "FROM minutes WHERE key >= ? AND key < ? AND key & 255 = ? ORDER BY key"
_MINUTES = f"SELECT {RECORD_COLUMNS} {_OF_A_METER}"
_SERIES = f"SELECT {SERIES_COLUMNS} {_OF_A_METER}"
_DAY_COLUMNS = (
    "imported_dmwh, exported_dmwh, produced_dmwh, consumed_dmwh, self_consumed_dmwh, "
    "common_produced_dmwh, grid_s, solar_s, common_s"
)
_DAY_SUMS = (
    ", ".join(f"sum({column})" for column in _DAY_COLUMNS.split(", ")[:6])
    + ", "
    + ", ".join(f"ifnull(sum({column}), 0)" for column in _DAY_COLUMNS.split(", ")[6:])
)
_energies_from = partial(tuple.__new__, Energies)
_record_from = partial(tuple.__new__, MinuteRecord)
"""`MinuteRecord._make` without its look at the length, which is a third of a day's reading."""


def minutes_of(
    connection: sqlite3.Connection, numbers: Sequence[int], span: Span
) -> list[MinuteRecord]:
    """The records of these meters that start in `span`, by start; of two at once the first's."""
    bounds = first_key(span.start), first_key(span.end)
    return of_one_role(
        [map(_record_from, connection.execute(_MINUTES, (*bounds, number))) for number in numbers]
    )


def series_of(connection: sqlite3.Connection, numbers: Sequence[int], span: Span) -> Series:
    """The same records as columns."""
    bounds = first_key(span.start), first_key(span.end)
    return merged_series(
        [series_from(connection.execute(_SERIES, (*bounds, number))) for number in numbers]
    )


def quarters(connection: sqlite3.Connection, span: Span) -> list[WindowSums]:
    rows = connection.execute(
        "SELECT * FROM quarters WHERE key >= ? AND key < ? ORDER BY key",
        (-(-span.start // QUARTER_S), -(-span.end // QUARTER_S)),
    )
    return list(windows_from(rows))


def days(
    connection: sqlite3.Connection, first: int, end: int, netting: Netting
) -> list[tuple[int, Energies]]:
    rows = connection.execute(
        f"SELECT key & {DAY_MASK}, {_DAY_COLUMNS} FROM days "  # noqa: S608
        "WHERE key >= ? AND key < ? ORDER BY key",
        (day_key(first, netting), day_key(end, netting)),
    )
    return [(row[0], _energies_from(row[1:])) for row in rows]


def sum_days(
    connection: sqlite3.Connection, edges: Sequence[int], netting: Netting
) -> list[tuple[int, Energies]]:
    """SUM in SQL is NULL only where every part is: exactly when a sum is unknown."""
    sums = []
    for first, end in pairwise(edges):
        count, *energies = connection.execute(
            f"SELECT count(*), {_DAY_SUMS} FROM days WHERE key >= ? AND key < ?",  # noqa: S608
            (day_key(first, netting), day_key(end, netting)),
        ).fetchone()
        sums.append((count, Energies(*energies)))
    return sums


def gaps_of(connection: sqlite3.Connection, number: int) -> list[Gap]:
    return gaps.overlapping(connection, number, gaps.FOREVER)


def counters_of(connection: sqlite3.Connection, number: int, span: Span) -> list[Counters]:
    rows = connection.execute(
        f"SELECT at, epoch, {ENERGY_COLUMNS} FROM counters "  # noqa: S608
        "WHERE meter = ? AND at >= ? AND at <= ? ORDER BY at",
        (number, *span),
    )
    return [_counters_from(row) for row in rows]


def newest_counters_of(connection: sqlite3.Connection, number: int) -> Counters | None:
    row = connection.execute(
        f"SELECT at, epoch, {ENERGY_COLUMNS} FROM counters "  # noqa: S608
        "WHERE meter = ? ORDER BY at DESC LIMIT 1",
        (number,),
    ).fetchone()
    return None if row is None else _counters_from(row)


def _counters_from(row: tuple[int, ...]) -> Counters:
    at, epoch, a, b, c, d, e, f = row
    return Counters(at, (a, b, c, d, e, f), epoch)


def contradictions_of(connection: sqlite3.Connection, number: int, span: Span) -> int:
    row = connection.execute(
        "SELECT count(*) FROM contradictions WHERE meter = ? AND start >= ? AND start < ?",
        (number, *span),
    ).fetchone()
    return int(row[0])


def bindings(connection: sqlite3.Connection) -> tuple[Binding, ...]:
    rows = connection.execute("SELECT name, host, meter FROM bindings ORDER BY position")
    return tuple(Binding(name, host, MeterId(meter)) for name, host, meter in rows)


def identities(connection: sqlite3.Connection) -> dict[MeterId, MeterIdentity]:
    rows = connection.execute(
        "SELECT meter, model, firmware, profile, name FROM meters WHERE model IS NOT NULL"
    )
    return {MeterId(row[0]): MeterIdentity(MeterId(row[0]), *row[1:]) for row in rows}


def parked_counts(connection: sqlite3.Connection) -> dict[int, int]:
    """How many records of each meter's number wait for our clock to be trusted."""
    return dict(connection.execute("SELECT meter, count(*) FROM parked GROUP BY meter").fetchall())
