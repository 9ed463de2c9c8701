"""Which columns of a table a row's seal is of; and once, when they are introduced, all of them."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from wattledger.energy.plausibility import MAX_PHASE_POWER_W
from wattledger.energy.record import MINUTE_S, QUARTER_S
from wattledger.energy.spans import Span
from wattledger.store import hour_checksums
from wattledger.store.checksum import seal, seal_sql
from wattledger.store.codec import ENERGY_COLUMNS, HOUR_S, MinuteRow, keys_of, start_of

LOW = (1 << 31) - 1
TOLD_DAYS = 365
DAY_S = 86_400
_MOST_DMWH = MAX_PHASE_POWER_W * QUARTER_S * 10_000 // HOUR_S

QUARTER = (
    *("key", "grid_s", "grid_imported_dmwh", "grid_exported_dmwh", "grid_minute_imported_dmwh"),
    *("solar_s", "solar_imported_dmwh", "solar_exported_dmwh", "solar_minute_imported_dmwh"),
    *("self_phase_dmwh", "self_minute_dmwh"),
)
COMMON = tuple(f"common_{column}" for column in QUARTER[1:9])
"""Of a quarter-hour: what there always is, and what is not all of both meters."""
_DAY = (
    *("imported_dmwh", "exported_dmwh", "produced_dmwh", "consumed_dmwh", "self_consumed_dmwh"),
    "common_produced_dmwh",
)
_COUNTED = ENERGY_COLUMNS.split(", ")
_HALVES = [half for column in _COUNTED for half in (f"{column} & {LOW}", f"{column} >> 31")]

STANDS = {
    "quarters": f"seal = {seal_sql((*QUARTER, *COMMON), COMMON)}",
    "days": f"seal = {seal_sql(('key', *_DAY, 'grid_s', 'solar_s', 'common_s'), _DAY)}",
    "gaps": f"seal = {seal_sql(('meter', 'start', 'end', 'reason'))}",
    "counters": f"seal = {seal_sql(('meter', 'at', 'epoch', *_HALVES))}",
    "parked": f"seal = {seal_sql(('end', 'meter', 'start', 'period_s', *_COUNTED, 'origin'))}",
}
"""Whether a row is as it was written, in SQL: NULL, which is no, where a number has become none."""

SEALED = {table: stands.removeprefix("seal = ") for table, stands in STANDS.items()}


def sealed(row: Sequence[int | None]) -> tuple[int | None, ...]:
    """The row of a roll-up or gap with its seal."""
    return (*row, seal(row))


def counters_seal(number: int, at: int, epoch: int, values: Sequence[int]) -> int:
    """A meter's counters grow for its whole life: by halves, so that they have room."""
    return seal((number, at, epoch, *(half for v in values for half in (v & LOW, v >> 31))))


def seal_all(connection: sqlite3.Connection) -> None:
    """Takes every row for what was written, once, when the seals are introduced."""
    for table, seal_of_row in SEALED.items():
        connection.execute(f"UPDATE {table} SET seal = {seal_of_row}")  # noqa: S608


def tally_all(connection: sqlite3.Connection, told: Callable[[float], None]) -> None:
    """Takes what is there for what was booked, once, when the tallies are introduced; `told` hears
    after each year how far it has come, 0 to 1.
    """
    row = connection.execute("SELECT min(key), max(key) FROM minutes").fetchone()
    if row[0] is None:
        return
    oldest, newest = map(start_of, row)
    first, end = oldest // DAY_S * DAY_S, newest + MINUTE_S
    for count, start in enumerate(range(first, end, DAY_S)):
        if count % TOLD_DAYS == TOLD_DAYS - 1:
            told((start - first) / (end - first))
        rows = connection.execute(
            "SELECT key, imported_a_dmwh, imported_b_dmwh, imported_c_dmwh, exported_a_dmwh, "
            "exported_b_dmwh, exported_c_dmwh, kind FROM minutes WHERE key >= ? AND key < ?",
            keys_of(Span(start, start + DAY_S)),
        )
        hour_checksums.keep(connection, hour_checksums.of_rows(_legal(rows)).items())


def _legal(rows: Iterable[MinuteRow]) -> Iterable[MinuteRow]:
    """Without what no meter can have counted, damaged before anybody could tell: it stands in no
    tally.
    """
    for row in rows:
        if all(isinstance(value, int) and 0 <= value <= _MOST_DMWH for value in row[1:]):
            yield row
