"""What is read from the file: each a function of a connection, used by readers and writer alike."""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter

from wattledger.energy.balance import Energies
from wattledger.energy.booking_entry import Gap
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S, Counters
from wattledger.energy.spans import Span
from wattledger.energy.windows import WindowSums
from wattledger.store import codec, gaps
from wattledger.store.checksum import same_seal
from wattledger.store.connection import is_damage
from wattledger.store.noticed_damage import NoticedDamage
from wattledger.store.row_checksums import COMMON, QUARTER, STANDS

_DAY_COLUMNS = (
    "imported_dmwh, exported_dmwh, produced_dmwh, consumed_dmwh, self_consumed_dmwh, "
    "common_produced_dmwh, grid_s, solar_s, common_s"
)
_DAY_SUMS = (
    ", ".join(f"sum({column})" for column in _DAY_COLUMNS.split(", ")[:6])
    + ", "
    + ", ".join(f"ifnull(sum({column}), 0)" for column in _DAY_COLUMNS.split(", ")[6:])
)
_SEALED_SUMS = (
    f"SELECT count(*), sum(seal), sum(key), {_DAY_SUMS} "  # noqa: S608
    "FROM days WHERE key >= ? AND key < ?"
)
_OF_QUARTERS = "FROM quarters WHERE key >= ? AND key < ?"
_QUARTERS = (
    f"SELECT {', '.join(QUARTER)}, common_grid_s IS NOT NULL, {STANDS['quarters']} "
    f"{_OF_QUARTERS} ORDER BY key"
)
_COMMON = f"SELECT key, {', '.join(COMMON)} {_OF_QUARTERS} AND common_grid_s IS NOT NULL"
_COUNTERS = (
    f"SELECT at, epoch, {codec.ENERGY_COLUMNS}, {STANDS['counters']} FROM counters WHERE meter = ?"  # noqa: S608
)
_has_common = itemgetter(len(QUARTER))
_key = itemgetter(0)


def quarters(
    connection: sqlite3.Connection, span: Span, roles: Roles, noticed: NoticedDamage
) -> list[WindowSums]:
    """Quarters of which all rows are as they were written; where a page can't be read, none."""
    first, end = -(-span.start // QUARTER_S), -(-span.end // QUARTER_S)
    common: dict[int, codec.Sums] = {}
    parts = []
    for part in range(codec.quarter_parts(roles)):
        keys = codec.quarter_key(first, part), codec.quarter_key(end, part)
        rows = _standing(connection, _QUARTERS, keys, "quarters", noticed)
        if any(map(_has_common, rows)):
            found = connection.execute(_COMMON, keys)
            common |= {key: codec.common_from(row) for key, *row in found}
        parts.append(rows)
    return codec.windows_from(_of_all(parts, codec.quarter_of), common, roles)


def days(
    connection: sqlite3.Connection,
    span: tuple[int, int],
    netting: Netting,
    roles: Roles,
    noticed: NoticedDamage,
) -> list[tuple[int, Energies]]:
    """Local days [first, end) of which all rows are as they were written; where a page can't be
    read, none.
    """
    parts = [
        _standing(
            connection,
            f"SELECT key, {_DAY_COLUMNS}, {STANDS['days']} FROM days "  # noqa: S608
            "WHERE key >= ? AND key < ? ORDER BY key",
            (codec.day_key(span[0], netting, part), codec.day_key(span[1], netting, part)),
            "days",
            noticed,
        )
        for part in range(codec.day_parts(roles))
    ]
    return codec.days_from(_of_all(parts, codec.ordinal_of), roles)


def _of_all(
    parts: Sequence[Sequence[tuple[int, ...]]], window_of: Callable[[int], int]
) -> Sequence[Sequence[tuple[int, ...]]]:
    """Of rows in parts those of a window that has all of them."""
    if len(parts) == 1:
        return parts
    windows = set.intersection(*({window_of(row[0]) for row in rows} for rows in parts))
    return [[row for row in rows if window_of(row[0]) in windows] for rows in parts]


def _standing(
    connection: sqlite3.Connection,
    question: str,
    keys: tuple[int, int],
    table: str,
    noticed: NoticedDamage,
) -> list[tuple[int, ...]]:
    """Rows whose last column says that they stand, by their key; the others are noticed."""
    try:
        rows = connection.execute(question, keys).fetchall()
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        noticed.table(table)
        return []
    standing = [row for row in rows if row[-1] == 1]
    if len(standing) < len(rows):
        noticed.roll_ups(table, (row[0] for row in rows if row[-1] != 1))
    ordered = list(map(_key, standing))
    if ordered != sorted(set(ordered)):
        noticed.table(table)
        return []
    return standing


def sum_days(
    connection: sqlite3.Connection, edges: Sequence[int], netting: Netting, roles: Roles
) -> list[tuple[int, Energies]]:
    """Of rows that are as they were written; whoever finds too few asks for each."""
    sums = []
    parts_of_day = range(codec.day_parts(roles))
    for first, end in pairwise(edges):
        keys = [
            (codec.day_key(first, netting, part), codec.day_key(end, netting, part))
            for part in parts_of_day
        ]
        parts = [_sum_of_rows(connection, *span) for span in keys]
        count = min(count for count, _ in parts)
        sums.append((count, codec.energies_of_rows([energies for _, energies in parts], roles)))
    return sums


def _sum_of_rows(
    connection: sqlite3.Connection, first: int, end: int
) -> tuple[int, Sequence[int | None]]:
    """Where nothing is unknown a seal is linear: that of the sums is the sum of the seals.

    SUM in SQL is NULL only where every part is: exactly when a sum is unknown.
    """
    try:
        count, seals, *sealed = connection.execute(_SEALED_SUMS, (first, end)).fetchone()
        if None not in sealed and same_seal(sealed, seals):
            return count, tuple(sealed[1:])
        count, *energies = connection.execute(
            f"SELECT count(*), {_DAY_SUMS} FROM days WHERE key >= ? AND key < ? "  # noqa: S608
            f"AND {STANDS['days']}",
            (first, end),
        ).fetchone()
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        return 0, (*(None,) * codec.SUMS_A_ROW, *(0,) * codec.TIMES_A_ROW)
    return count, tuple(energies)


def gaps_of(connection: sqlite3.Connection, number: int, noticed: NoticedDamage) -> list[Gap]:
    """As far as they are as they were written."""
    try:
        sound = gaps.stand(connection, number)
        found = gaps.overlapping(connection, number, gaps.FOREVER)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        noticed.table("gaps")
        return []
    if not sound:
        noticed.gaps_of(number)
    if any(one.span.end > other.span.start for one, other in pairwise(found)):
        noticed.table("gaps")
    return found


def counters_of(
    connection: sqlite3.Connection, number: int, span: Span, noticed: NoticedDamage
) -> list[Counters]:
    """Readings that are as they were written."""
    rows = connection.execute(
        f"{_COUNTERS} AND at >= ? AND at <= ? ORDER BY at", (number, *span)
    ).fetchall()
    if any(row[-1] != 1 for row in rows):
        noticed.counters_of(number)
    found = [_counters_from(row) for row in rows if row[-1] == 1]
    if all(one.at < other.at for one, other in pairwise(found)):
        return found
    noticed.table("counters")
    return []


def newest_counters_of(
    connection: sqlite3.Connection, number: int, noticed: NoticedDamage
) -> Counters | None:
    for row in connection.execute(f"{_COUNTERS} ORDER BY at DESC", (number,)):
        if row[-1] == 1:
            return _counters_from(row)
        noticed.counters_of(number)
    return None


def _counters_from(row: tuple[int, ...]) -> Counters:
    at, epoch, a, b, c, d, e, f, _ = row
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
        "SELECT meter, model, firmware, profile, name, phases FROM meters WHERE model IS NOT NULL"
    )
    return {MeterId(row[0]): codec.identity_from(row) for row in rows}


def parked_counts(connection: sqlite3.Connection) -> dict[int, int]:
    """How many records of each meter's number wait for our clock to be trusted."""
    return dict(connection.execute("SELECT meter, count(*) FROM parked GROUP BY meter").fetchall())
