"""Which columns of a table a row's seal is of."""

import sqlite3
from collections.abc import Sequence

from wattledger.store.codec import ENERGY_COLUMNS
from wattledger.store.digest import seal, seal_sql

LOW = (1 << 31) - 1

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
