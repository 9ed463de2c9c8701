"""What is read from the file: each a function of a connection, used by readers and writer alike."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from operator import itemgetter

from wattledger.energy.balance import UNKNOWN, Energies, WindowSums
from wattledger.energy.binding import Binding
from wattledger.energy.booking_entry import Gap
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S, Counters
from wattledger.energy.spans import Span
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
_energies_from = partial(tuple.__new__, Energies)
_key = itemgetter(0)


def quarters(
    connection: sqlite3.Connection, span: Span, noticed: NoticedDamage
) -> list[WindowSums]:
    """Rows that are as they were written; where a page can't be read, none."""
    keys = -(-span.start // QUARTER_S), -(-span.end // QUARTER_S)
    rows = _standing(connection, _QUARTERS, keys, "quarters", noticed)
    common: dict[int, codec.Common] = {}
    if any(map(_has_common, rows)):
        common = {key: codec.common_from(row) for key, *row in connection.execute(_COMMON, keys)}
    return codec.windows_from(rows, common)


def days(
    connection: sqlite3.Connection, first: int, end: int, netting: Netting, noticed: NoticedDamage
) -> list[tuple[int, Energies]]:
    """Rows that are as they were written; where a page can't be read, none."""
    rows = _standing(
        connection,
        f"SELECT key, {_DAY_COLUMNS}, {STANDS['days']} FROM days "  # noqa: S608
        "WHERE key >= ? AND key < ? ORDER BY key",
        (codec.day_key(first, netting), codec.day_key(end, netting)),
        "days",
        noticed,
    )
    return [(codec.ordinal_of(row[0]), _energies_from(row[1:10])) for row in rows]


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
    connection: sqlite3.Connection, edges: Sequence[int], netting: Netting
) -> list[tuple[int, Energies]]:
    """Of rows that are as they were written; whoever finds too few asks for each.

    Where nothing is unknown a seal is linear: that of the sums is the sum of the seals.
    SUM in SQL is NULL only where every part is: exactly when a sum is unknown.
    """
    sums = []
    for first, end in pairwise(edges):
        keys = codec.day_key(first, netting), codec.day_key(end, netting)
        try:
            count, seals, *sealed = connection.execute(_SEALED_SUMS, keys).fetchone()
            energies = sealed[1:]
            if None in sealed or not same_seal(sealed, seals):
                count, *energies = connection.execute(
                    f"SELECT count(*), {_DAY_SUMS} FROM days WHERE key >= ? AND key < ? "  # noqa: S608
                    f"AND {STANDS['days']}",
                    keys,
                ).fetchone()
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            count, energies = 0, [*UNKNOWN]
        sums.append((count, Energies(*energies)))
    return sums


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
        "SELECT meter, model, firmware, profile, name FROM meters WHERE model IS NOT NULL"
    )
    return {MeterId(row[0]): MeterIdentity(MeterId(row[0]), *row[1:]) for row in rows}


def parked_counts(connection: sqlite3.Connection) -> dict[int, int]:
    """How many records of each meter's number wait for our clock to be trusted."""
    return dict(connection.execute("SELECT meter, count(*) FROM parked GROUP BY meter").fetchall())
