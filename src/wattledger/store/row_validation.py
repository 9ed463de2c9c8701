"""Whether what stands in a store is in the ranges that its readers rely on.

STRICT tables keep types and nothing else: a number of any size, a meter that is none, a reason
that nobody knows would come through, and end in a wrong sum or in no answer at all.
"""

import sqlite3
from collections.abc import Iterator

from wattledger.energy.home_quantities import Roles
from wattledger.energy.plausibility import MAX_PHASE_POWER_W
from wattledger.energy.record import EARLIEST_S, LATEST_S, MINUTE_S, QUARTER_S
from wattledger.energy.spot_price import HIGHEST_E7, LOWEST_E7
from wattledger.store import codec, rollup_signature

_MOST_DMWH_A_MINUTE = MAX_PHASE_POWER_W * MINUTE_S * 10_000 // 3600
_SMALL_DMWH = (1 << 24) - 1
"""As nearly every minute has: all six at once are seen to be below that by their bits."""
_WIDE = 1 << 53
"""Far beyond any sum of a home, and whole numbers to every program."""
_LATE_S = 1 << 33

_NUMBERS = "(SELECT number FROM meters)"
_METER = f"meter IN {_NUMBERS}"
_MAC = "length(meter) = 12 AND meter NOT GLOB '*[^0-9A-F]*'"
_PHASES = [f"{way}_{phase}_dmwh" for way in ("imported", "exported") for phase in "abc"]
_KEY = (
    f"key BETWEEN {codec.first_key(EARLIEST_S)} AND {codec.last_key(LATEST_S)} "
    f"AND {codec.METER_OF_KEY} IN {_NUMBERS}"
)
_PART = f"{codec.PART_OF_KEY} BETWEEN 0 AND 255"
_PERIODS_MIN = ", ".join(str(n) for n in range(1, 16) if QUARTER_S % (n * MINUTE_S) == 0)
_RECORD = (
    f"{_METER} AND start BETWEEN {EARLIEST_S} AND {LATEST_S} "
    f"AND period_s / {MINUTE_S} IN ({_PERIODS_MIN}) AND period_s % {MINUTE_S} = 0 "
    f"AND start % period_s = 0 AND origin BETWEEN 0 AND {len(codec.ORIGINS) - 1}"
)


def _energies(minutes: str) -> str:
    return " AND ".join(
        f"{column} BETWEEN 0 AND ({minutes}) * {_MOST_DMWH_A_MINUTE}" for column in _PHASES
    )


SMALL = {
    "meters": f"{_MAC} AND (first_start IS NULL AND last_end IS NULL OR first_start < last_end "
    f"AND first_start >= {EARLIEST_S} AND last_end <= {LATEST_S + QUARTER_S})",
    "bindings": _MAC,
    "outbox_days": f"ordinal BETWEEN 1 AND {codec.LAST_ORDINAL}",
    "meta": "name NOT IN ('outbox_epoch', 'outbox_filled_to') "
    "OR length(value) BETWEEN 1 AND 18 AND value NOT GLOB '*[^0-9]*'",
    "devices": "length(token_sha256) = 32 AND length(id) BETWEEN 1 AND 64 AND length(name) < 1000 "
    f"AND paired_at BETWEEN 0 AND {_LATE_S} AND last_used_at BETWEEN 0 AND {_LATE_S}",
}
"""By table, what is true of each good row; these few rows the server reads when it starts."""

LARGE = {
    "gaps": f"{_METER} AND start < end AND start >= {EARLIEST_S} AND end <= {LATEST_S + QUARTER_S} "
    f"AND reason BETWEEN 0 AND {len(codec.REASONS) - 1}",
    "parked": f"{_RECORD} AND {_energies(f'period_s / {MINUTE_S}')} AND end = start + period_s "
    "AND detailed BETWEEN 0 AND 1",
    "minutes": f"{_KEY} AND (kind BETWEEN 0 AND 2 "
    f"AND ({' | '.join(_PHASES)}) BETWEEN 0 AND {_SMALL_DMWH} "
    f"OR kind >= 0 AND {codec.LENGTH_MIN} IN ({_PERIODS_MIN}) "
    f"AND ({codec.TIME_OF_KEY}) % ({codec.LENGTH_MIN}) = 0 AND {_energies(codec.LENGTH_MIN)})",
    "counters": f"{_METER} AND at BETWEEN 0 AND {_LATE_S} AND "
    + " AND ".join(f"{column} BETWEEN 0 AND {_WIDE}" for column in _PHASES),
    "contradictions": f"{_RECORD} AND {_energies(f'period_s / {MINUTE_S}')} "
    f"AND came_at BETWEEN 0 AND {_LATE_S}",
    "quarters": f"{codec.QUARTER_OF_KEY} * {QUARTER_S} BETWEEN {EARLIEST_S - QUARTER_S} "
    f"AND {LATEST_S} AND {_PART}",
    "days": f"{codec.NETTING_OF_KEY} BETWEEN 0 AND {len(codec.NETTINGS) - 1} AND {_PART}",
    "outbox": _KEY,
    "prices": f"start BETWEEN 0 AND {_LATE_S} AND start % {QUARTER_S} = 0 "
    f"AND period_s IN ({QUARTER_S}, {codec.HOUR_S}) AND revision BETWEEN 1 AND {_LATE_S} "
    f"AND price BETWEEN {LOWEST_E7} AND {HIGHEST_E7} AND fetched_at BETWEEN 0 AND {_LATE_S}",
}

_TEXTS = ("meta", "meters", "bindings", "devices", "prices")

_OVERLAPPING = f"""
SELECT 1 FROM minutes AS long WHERE kind > 2 AND EXISTS (
    SELECT 1 FROM minutes AS other WHERE {codec.OVERLAPS}
) LIMIT 1
"""  # noqa: S608
_CROSSING = """
SELECT 1 FROM gaps JOIN gaps AS next ON next.meter = gaps.meter AND next.start > gaps.start
AND next.start < gaps.end LIMIT 1
"""


def small_fault(connection: sqlite3.Connection) -> str | None:
    """What is wrong with what a server reads when it starts and can't make anew; else None."""
    faults = small_faults(connection)
    return f"{faults[0]} holds what can't be" if faults else None


def small_faults(connection: sqlite3.Connection) -> list[str]:
    """The small tables that have such a row."""
    found = list(_faulty(connection, SMALL))
    return found if "meta" in found or not fault_of_meta(connection) else [*found, "meta"]


def fault(connection: sqlite3.Connection) -> str | None:
    """The same of everything: every row is read."""
    found = (
        small_fault(connection)
        or next((f"{table} holds what can't be" for table in _faulty(connection, LARGE)), None)
        or next(_garbled(connection), None)
    )
    if found is None and connection.execute(_OVERLAPPING).fetchone():
        return "records of minutes overlap"
    if found is None and connection.execute(_CROSSING).fetchone():
        return "gaps overlap"
    return found


def _faulty(connection: sqlite3.Connection, rules: dict[str, str]) -> Iterator[str]:
    there = _tables(connection)
    for table, rule in rules.items():
        bad = f"SELECT 1 FROM {table} WHERE ({rule}) IS NOT TRUE LIMIT 1"  # noqa: S608
        if table in there and connection.execute(bad).fetchone():
            yield table


def _garbled(connection: sqlite3.Connection) -> Iterator[str]:
    """A connection reads a text that is no UTF-8 with the sign for what can't be read."""
    for table in _tables(connection).intersection(_TEXTS):
        for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608
            if any(isinstance(value, str) and "\ufffd" in value for value in row):
                yield f"{table} holds a text that is damaged"


def _tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def fault_of_meta(connection: sqlite3.Connection) -> bool:
    """Read as the server does it."""
    try:
        rollup_signature.stored_assignment(connection, Roles())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return True
    return False
