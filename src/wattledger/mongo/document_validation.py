"""What a document must be to count: judged where it is read, whoever wrote it.

What the copy has may have been written by another program, or by a hand. A record that no meter
can have counted is left out, as if it were not there: what is lacking is null, and the server at
the meters posts it again. The conditions are for the database itself, since it adds up; a column
that came whole is judged here, which costs less than a condition on each record.
"""

from collections.abc import Sequence
from typing import Any

from bson.int64 import Int64

from wattledger.energy.plausibility import MAX_PHASE_POWER_W
from wattledger.energy.record import MINUTE_S, QUARTER_S
from wattledger.mongo.connection import Document
from wattledger.mongo.documents import ENERGY_FIELDS, FORMAT, DayFields

Condition = dict[str, Any]

_WHOLE = {int, Int64}
_IS_WHOLE = {"$type": ["int", "long"], "$not": {"$type": "array"}}
"""A list would match by what is in it."""
_IS_OBJECT = {"$type": "object", "$not": {"$type": "array"}}
PERIODS_S = tuple(s for s in range(MINUTE_S, QUARTER_S + 1, MINUTE_S) if QUARTER_S % s == 0)
_MOST_DAY_H = 50
"""A zone lies between UTC-12 and UTC+14: a step back is of 26 hours at most, and since 1970 the
longest day was one of 31 hours.
"""
MOST_DAY_MINUTES = _MOST_DAY_H * 60
_MOST_DAY_DMWH = 3 * MAX_PHASE_POWER_W * 10_000 * _MOST_DAY_H
_NEVER_BELOW_0 = frozenset(("imported_dmwh", "exported_dmwh", "produced_dmwh"))


def most_dmwh(period_s: int) -> int:
    """Energy of one phase in such a period."""
    return MAX_PHASE_POWER_W * period_s * 10_000 // 3_600


def _between(least: int, most: int) -> Condition:
    return {**_IS_WHOLE, "$gte": least, "$lte": most}


MINUTE: Condition = {
    "$or": [
        {
            "period_s": {**_IS_WHOLE, "$eq": period_s},
            **dict.fromkeys(ENERGY_FIELDS, _between(0, most_dmwh(period_s))),
        }
        for period_s in PERIODS_S
    ],
    "$expr": {"$eq": [{"$mod": [{"$toLong": "$t"}, MINUTE_S * 1_000]}, 0]},
}
"""Of a document in `minutes`."""

_KNOWN_FORMAT: Condition = {"format": {"$not": {"$gt": FORMAT}}}


def day(fields: DayFields, *nettings: str) -> Condition:
    """Of a document in `days`, as far as its energies under these nettings go."""
    sums = [
        {"$or": [{path: {"$exists": False}}, {path: _between(_least(name), _MOST_DAY_DMWH)}]}
        for netting in nettings
        for name, path in ((name, f"{netting}.{name}") for name in fields.sums)
    ]
    minutes = dict.fromkeys(fields.minutes, _between(0, MOST_DAY_MINUTES))
    return {**_KNOWN_FORMAT, **minutes, **dict.fromkeys(nettings, _IS_OBJECT), "$and": sums}


def perhaps_day(fields: DayFields, netting: str) -> Condition:
    """What can be asked of a document in `days` in half the time; `are_sums_of_days` tells the rest
    from the sums of all that it lets through.
    """
    minutes = {key: {"$gte": 0, "$lte": MOST_DAY_MINUTES} for key in fields.minutes}
    nulls = [{f"{netting}.{name}": {"$type": "null"}} for name in fields.sums]
    return {**_KNOWN_FORMAT, **minutes, netting: {"$type": "object"}, "$nor": nulls}


def are_sums_of_days(row: Document, fields: DayFields) -> bool:
    """Whether the sum, the least and the greatest of each field can be had from days alone.

    A sum with a fraction in it is none of whole numbers, and what is no number is greater than any.
    """
    extremes = [
        (row[f"least_{name}"], row[f"most_{name}"], _least(name), _MOST_DAY_DMWH)
        for name in fields.sums
        if row[f"most_{name}"] is not None
    ]
    extremes += [
        (row[f"least_{name}"], row[f"most_{name}"], 0, MOST_DAY_MINUTES) for name in fields.minutes
    ]
    sums = [row[name] for name in (*fields.sums, *fields.minutes)]
    return are_whole([*sums, *(value for one in extremes for value in one[:2])]) and all(
        low <= least and most <= high for least, most, low, high in extremes
    )


def _least(name: str) -> int:
    """What is a difference of two meters, or one's net, may be below zero."""
    return 0 if name in _NEVER_BELOW_0 else -_MOST_DAY_DMWH


def has_more_minutes(name: str, minutes: int) -> Condition:
    """A day that says so of itself, and can be."""
    return {name: {**_IS_WHOLE, "$gt": minutes, "$lte": MOST_DAY_MINUTES}}


def are_whole(column: Sequence[Any]) -> bool:
    """Whole numbers alone: no text, no NaN, nothing absent."""
    return _WHOLE.issuperset(map(type, column))


def are_minutes(starts_ms: Sequence[int]) -> bool:
    return not any(start_ms % 60_000 for start_ms in starts_ms)


def are_periods(periods_s: Sequence[int]) -> bool:
    return set(periods_s).issubset(PERIODS_S)


def are_energies(column: Sequence[int], periods_s: Sequence[int], phases: int) -> bool:
    """Each what so many phases can have counted in its period; all of them whole numbers."""
    if not column:
        return True
    if min(column) < 0:
        return False
    most = phases * most_dmwh(min(periods_s))
    return max(column) <= most or all(
        energy <= phases * most_dmwh(period_s)
        for energy, period_s in zip(column, periods_s, strict=True)
    )
