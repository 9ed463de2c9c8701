"""What the minutes of a meter's UTC hour must add up to, kept with every booking.

A tally is carried forward from the records that are being booked. What is read is held against it,
and only what agrees is believed: neither a roll-up made anew nor a late minute can make a damaged
number good. Its row has a seal over all of it: minutes that fit the digest or the seal are right,
so that damage to the tally itself costs no minute.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from wattledger.energy.spans import Span
from wattledger.store import codec
from wattledger.store.checksum import MINUTE_DIGEST, minute_digest, seal, seal_sql
from wattledger.store.connection import is_damage

MINUTES = 60
_LOW = (1 << 31) - 1
_TALLY = "minutes, imported_dmwh, exported_dmwh, moment, digest"
SEALED = (
    *("key", "minutes", "imported_dmwh", "exported_dmwh"),
    *("moment & 2147483647", "moment >> 31", "digest & 2147483647", "digest >> 31"),
)
STANDS = f"seal = {seal_sql(SEALED)}"
"""Whether a tally's own row is as it was written, in SQL."""

_INSIDE = f"{codec.INSIDE_HOUR} AND minutes.{codec.METER_OF_KEY} = ?"
_DIGESTS = f"SELECT sum({MINUTE_DIGEST}) FROM minutes WHERE {_INSIDE}"  # noqa: S608
_AGREEING = (
    f"SELECT {codec.TIME_OF_KEY} FROM hours WHERE {codec.OF_A_METER} "  # noqa: S608
    f"AND digest = ({_DIGESTS}) ORDER BY key"
)
_NUMBERS = " AND ".join(
    f"typeof({c}) = 'integer'" for c in (*codec.ENERGY_COLUMNS.split(", "), "kind")
)
_COUNTED = (
    f"json_array(min({_NUMBERS}), sum({codec.LENGTH_MIN}), "
    f"sum({codec.IMPORTED}), sum({codec.EXPORTED}), sum(({codec.START_OF_KEY}) % {codec.HOUR_S} "
    f"* ({codec.IMPORTED} + {codec.EXPORTED} + 1)), "
    f"sum({MINUTE_DIGEST})) "
    "FROM minutes"
)
_COUNTED_ONE = f"SELECT {_COUNTED} WHERE {codec.OF_A_METER}"
_BROKEN = (
    f"SELECT key, (SELECT {_COUNTED} WHERE {_INSIDE}) FROM hours "  # noqa: S608
    f"WHERE {codec.OF_A_METER} AND ({STANDS}) IS NOT 1"
)
_STRAY = (
    f"SELECT DISTINCT {codec.HOUR_OF_MINUTE} AS hour FROM minutes "  # noqa: S608
    "WHERE key >= ? AND key < ? AND hour NOT IN (SELECT key FROM hours)"
)


class Tally(NamedTuple):
    """Of a meter's records of one UTC hour: how much time they cover, what they add up to."""

    minutes: int = 0
    imported_dmwh: int = 0
    exported_dmwh: int = 0
    moment: int = 0
    digest: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*map(sum, zip(self, other, strict=True)))

    def row(self, key: int) -> tuple[int, ...]:
        return (key, *self, self.seal(key))

    def seal(self, key: int) -> int:
        moment, digest = self.moment, self.digest
        parts = (moment & _LOW, moment >> 31, digest & _LOW, digest >> 31)
        return seal((key, *self[:3], *parts))


NOTHING = Tally()


class Kept(NamedTuple):
    """A tally as the file has it."""

    tally: Tally
    seal: int

    def stands(self, key: int) -> bool:
        """Whether its own row is as it was written."""
        return self.tally.seal(key) == self.seal

    def confirms(self, key: int, counted: Tally) -> bool:
        """Whether minutes that add up to `counted` are those that were booked."""
        return counted.digest == self.tally.digest or counted.seal(key) == self.seal


def whole(span: Span) -> Span:
    """The hours that a span touches."""
    return Span(
        span.start // codec.HOUR_S * codec.HOUR_S, -(-span.end // codec.HOUR_S) * codec.HOUR_S
    )


def of_rows(rows: Iterable[codec.MinuteRow]) -> dict[int, Tally]:
    """Of rows as they are written, by hour."""
    sums: dict[int, list[int]] = {}
    for row in rows:
        key, a, b, c, d, e, f, kind = row
        hour = codec.hour_of_minute(key)
        imported, exported = a + b + c, d + e + f
        total = sums.setdefault(hour, [0, 0, 0, 0, 0])
        total[0] += kind // 3 + 1
        total[1] += imported
        total[2] += exported
        total[3] += codec.second_in_hour(key) * (imported + exported + 1)
        total[4] += minute_digest(row)
    return {key: Tally(*total) for key, total in sums.items()}


def counted(connection: sqlite3.Connection, key: int) -> Tally | None:
    """What the hour's minutes add up to as they are read now; None when that is nothing whole."""
    keys = (*codec.keys_in_hour(key), codec.number_of(key))
    return _counted_from(connection.execute(_COUNTED_ONE, keys).fetchone()[0])


def _counted_from(sums: str) -> Tally | None:
    are_numbers, *values = json.loads(sums)
    if are_numbers is None:
        return NOTHING
    return Tally(*values) if are_numbers and all(isinstance(v, int) for v in values) else None


def kept(connection: sqlite3.Connection, key: int) -> Kept | None:
    row = connection.execute(
        f"SELECT {_TALLY}, seal FROM hours WHERE key = ?",  # noqa: S608
        (key,),
    ).fetchone()
    if row is None:
        return None
    values = [value if isinstance(value, int) else -1 for value in row]
    return Kept(Tally(*values[:5]), values[5])


def anything_from(connection: sqlite3.Connection, hour: int) -> bool:
    """Whether there is a minute, or a tally, in that hour or after it; of whatever meter."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM minutes WHERE key >= ?) "
        "OR EXISTS (SELECT 1 FROM hours WHERE key >= ?)",
        (codec.keys_in_hour(hour)[0], codec.hour_keys_of(codec.hour_span(hour))[0]),
    ).fetchone()
    return bool(row[0])


def confirmed(connection: sqlite3.Connection, key: int) -> Tally | None:
    """What is booked of the hour, if it is as it was booked; None when it is damaged."""
    try:
        now, before = counted(connection, key), kept(connection, key)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        return None
    if before is None:
        return now if now == NOTHING else None
    return now if now is not None and before.confirms(key, now) else None


def confirmed_of(
    connection: sqlite3.Connection, number: int, span: Span, known: Iterable[tuple[int, Kept]]
) -> dict[int, Tally]:
    """The same of all hours of the span that are not damaged, by their starts, at once; `known` are
    their tallies. Only where a tally is broken itself the minutes are added up.
    """
    by_hour = dict(known)
    good = {hour: by_hour[hour].tally for hour in agreeing(connection, number, span)}
    for key, sums in connection.execute(_BROKEN, (number, *codec.hour_keys_of(span), number)):
        hour, now = codec.hour_span(key).start, _counted_from(sums)
        good.pop(hour, None)
        if now is not None and by_hour[hour].confirms(key, now):
            good[hour] = now
    return good


def stray(connection: sqlite3.Connection, span: Span) -> set[int]:
    """Keys of the hours that have minutes and no tally."""
    rows = connection.execute(_STRAY, codec.keys_of(span))
    return {key for (key,) in rows}


def stands(connection: sqlite3.Connection, key: int, tally: Tally) -> bool:
    """Whether the file has this tally, with its seal."""
    found = kept(connection, key)
    return found is not None and found == Kept(tally, tally.seal(key))


def kept_stands(connection: sqlite3.Connection, key: int) -> bool:
    """Whether a tally's row is as it was written."""
    found = kept(connection, key)
    return found is not None and found.stands(key)


def keep(connection: sqlite3.Connection, totals: Iterable[tuple[int, Tally]]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO hours VALUES (?, ?, ?, ?, ?, ?, ?)",
        [tally.row(key) for key, tally in totals],
    )


def kept_of(connection: sqlite3.Connection, number: int, span: Span) -> list[tuple[int, Kept]]:
    """The tallies of a meter's hours that start in the span: (start of the hour, tally)."""
    rows = connection.execute(
        f"SELECT key, {_TALLY}, seal FROM hours WHERE {codec.OF_A_METER} ORDER BY key",  # noqa: S608
        (*codec.hour_keys_of(span), number),
    )
    return [
        (codec.hour_span(key).start, Kept(Tally(*tally), sealed)) for key, *tally, sealed in rows
    ]


def agreeing(connection: sqlite3.Connection, number: int, span: Span) -> list[int]:
    """The starts of the meter's hours in the span whose minutes are, by their digest, as booked."""
    rows = connection.execute(_AGREEING, (*codec.hour_keys_of(span), number, number))
    return [hour * codec.HOUR_S for (hour,) in rows]
