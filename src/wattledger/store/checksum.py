"""Checksums, in Python for what is written and in SQL for what is read: both must say the same.

A minute's digest is a product: what its values add up to, times what its key is, so that neither a
value nor a row can change place unseen. Those of an hour are added up, so that they can be booked
in any order. A row that is read by itself carries a seal: its values by their weights. Every number
of a legal row stays below 2^63, where SQLite would go on in floating point.
"""

from collections.abc import Sequence
from operator import mul

from wattledger.store.codec import ENERGY_COLUMNS, MinuteRow

_PRIME = 2_147_483_647
_PLACES = 33_554_393
_CONSTANT = 1_004_331_017
_OF_VALUES = (
    1_073_741_789,
    1_073_741_783,
    1_073_741_741,
    1_073_741_723,
    1_073_741_719,
    1_073_741_717,
    1_073_741_689,
)
_VALUES = (*ENERGY_COLUMNS.split(", "), "kind")
_SUM = " + ".join(f"{column} * {by}" for column, by in zip(_VALUES, _OF_VALUES, strict=True))
MINUTE_DIGEST = f"(({_CONSTANT} + {_SUM}) % {_PRIME}) * (key % {_PLACES} + 1)"
"""The digest of a row of `minutes`, in SQL."""

_OF_A_ROW = (
    *(1_048_573, 1_048_571, 1_048_559, 1_048_549, 1_048_517, 1_048_507, 1_048_447, 1_048_433),
    *(1_048_423, 1_048_391, 1_048_387, 1_048_367, 1_048_361, 1_048_357, 1_048_343, 1_048_309),
    *(1_048_291, 1_048_273, 1_048_261, 1_048_219, 1_048_217, 1_048_213, 1_048_193),
)
_UNKNOWN = -987_654_321
"""What NULL counts as."""
_POSITIVE = (1 << 62) - 1


def minute_digest(row: MinuteRow) -> int:
    """Of a minute as it is written."""
    key, a, b, c, d, e, f, kind = row
    p, q, r, s, t, u, v = _OF_VALUES
    values = _CONSTANT + a * p + b * q + c * r + d * s + e * t + f * u + kind * v
    return values % _PRIME * (key % _PLACES + 1)


def seal(values: Sequence[int | None]) -> int:
    """Of a row's values, each below 2^40 either way."""
    total = 0
    for value, by in zip(values, _OF_A_ROW, strict=False):
        total += (_UNKNOWN if value is None else value) * by
    return (total & _POSITIVE) % _PRIME


def same_seal(sums: Sequence[int], seals: int) -> bool:
    """Whether the sums of rows' columns, none unknown, bear out the sum of the rows' seals."""
    total: int = sum(map(mul, sums, _OF_A_ROW))
    return (total - seals) % _PRIME == 0


def seal_sql(columns: Sequence[str], nullable: Sequence[str] = ()) -> str:
    """The seal of a row of these columns, in SQL."""
    values = [f"ifnull({c}, {_UNKNOWN})" if c in nullable else f"({c})" for c in columns]
    total = " + ".join(f"{v} * {by}" for v, by in zip(values, _OF_A_ROW, strict=False))
    return f"((({total}) & {_POSITIVE}) % {_PRIME})"
