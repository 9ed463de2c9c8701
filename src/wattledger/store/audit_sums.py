"""What one meter counted over a span, for the audit: whole hours by their tallies, the rest by
minutes.

To add up ten years of minutes takes seconds. A tally is of what was booked, and sealed; and there
must be just those tallies that the gaps leave room for.
"""

import sqlite3
from collections.abc import Sequence
from itertools import chain

from wattledger.energy.booking_entry import BookedEnergy
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, merged, total_s, within, without
from wattledger.store import checked_minutes, codec, hour_checksums, queries
from wattledger.store.checksum import same_seal
from wattledger.store.connection import is_damage
from wattledger.store.noticed_damage import NoticedDamage

_OF_TALLIES = f"FROM hours WHERE {codec.OF_A_METER}"
_SUMMED = ", ".join(f"ifnull(sum({part}), 0)" for part in ("1", "seal", *hour_checksums.SEALED))
_SUM = f"SELECT {_SUMMED} {_OF_TALLIES}"
_STANDING = f"SELECT key {_OF_TALLIES} AND {hour_checksums.STANDS}"

Energy = tuple[int, int]


def energy_of(
    connection: sqlite3.Connection,
    number: int,
    bounds: Span,
    spans: Sequence[Span],
    noticed: NoticedDamage,
) -> list[BookedEnergy] | None:
    """Of the records that start in each span; None where some of them are damaged, and no gap tells
    that yet.

    To be asked inside one snapshot; `bounds` are those of before: nothing in them is less now.
    """
    found = NoticedDamage()
    gaps = merged(gap.span for gap in queries.gaps_of(connection, number, found))
    inside = Span(
        -(-bounds.start // codec.HOUR_S) * codec.HOUR_S, bounds.end // codec.HOUR_S * codec.HOUR_S
    )
    booked = without(merged([inside]), gaps)
    sums = [
        BookedEnergy(
            *_energy(connection, number, inside, booked, span, found), total_s(within(gaps, span))
        )
        for span in spans
    ]
    damage = found.take()
    noticed.also(damage)
    return None if damage else sums


def _energy(
    connection: sqlite3.Connection,
    number: int,
    inside: Span,
    booked: Sequence[Span],
    span: Span,
    noticed: NoticedDamage,
) -> Energy:
    first = max(-(-span.start // codec.HOUR_S) * codec.HOUR_S, inside.start)
    end = min(span.end // codec.HOUR_S * codec.HOUR_S, inside.end)
    if first >= end:
        return _by_minutes(connection, number, span, noticed)
    parts = [
        _by_minutes(connection, number, Span(span.start, first), noticed),
        _by_tallies(connection, number, Span(first, end), booked, noticed),
        _by_minutes(connection, number, Span(end, span.end), noticed),
    ]
    return sum(imported for imported, _ in parts), sum(exported for _, exported in parts)


def _by_tallies(
    connection: sqlite3.Connection,
    number: int,
    span: Span,
    booked: Sequence[Span],
    noticed: NoticedDamage,
) -> Energy:
    """Of whole hours, of which `booked` is what is no gap."""
    own = within(booked, span)
    hours = _hours_of(own)
    count = sum(map(len, hours))
    expected = [count, codec.sum_of_hour_keys(hours, number), total_s(own) // MINUTE_S]
    keys = (*codec.hour_keys_of(span), number)
    try:
        there, seals, *sealed = connection.execute(_SUM, keys).fetchone()
        if [there, *sealed[:2]] == expected and same_seal(sealed, seals):
            return sealed[2], sealed[3]
        standing = {key for (key,) in connection.execute(_STANDING, keys)}
        keys_of = {
            codec.hour_key(hour * codec.HOUR_S, number) for hour in chain.from_iterable(hours)
        }
        noticed.hours(keys_of - standing)
        noticed.gaps_of(number)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        noticed.table("hours")
    return 0, 0


def _hours_of(booked: Sequence[Span]) -> list[range]:
    """The hours that these spans touch, by their numbers, each once."""
    stretches: list[range] = []
    end = 0
    for span in booked:
        first, end = max(span.start // codec.HOUR_S, end), -(-span.end // codec.HOUR_S)
        stretches.append(range(first, end))
    return stretches


def _by_minutes(
    connection: sqlite3.Connection, number: int, span: Span, noticed: NoticedDamage
) -> Energy:
    if span.end <= span.start:
        return 0, 0
    series = checked_minutes.series_of(connection, [number], span, noticed)
    return sum(series.imported_dmwh), sum(series.exported_dmwh)
