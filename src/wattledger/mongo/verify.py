"""Compares the copy with the local books: counts and sums of each meter and day."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.replica_ports import Outbox
from wattledger.mongo.books import MongoBooks

DAYS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one meter and day: records, and their energies in 0.1 mWh, phases added."""

    records: int = 0
    imported_dmwh: int = 0
    exported_dmwh: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One meter's day that is not the same here and there."""

    meter: MeterId
    day: date
    here: Tally
    there: Tally
    doubles: int
    """Records that MongoDB has more than once; readers count them once."""
    lacking: tuple[MinuteRecord, ...] = ()
    """Booked here, and not there."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A stretch of days: how far it has come with it, 0 to 1, and what was found."""

    done: float
    differences: list[Difference]
    waiting: int
    """Records that are only here and wait to be posted; they are no difference."""


async def compare(
    here: EnergyBooks,
    outbox: Outbox,
    there: MongoBooks,
    calendar: Calendar,
    meters: Sequence[MeterId],
) -> AsyncIterator[Compared]:
    """Stretch by stretch, oldest first. Raises StoreBusy, ReplicaError."""
    booked = [*(await here.booked()).values(), *(await there.booked()).values()]
    if not booked:
        return
    span = Span(min(one.start for one in booked), max(one.end for one in booked))
    days = list(calendar.days(span.start, span.end))
    edges = [calendar.start_of(day) for day in days]
    edges.append(calendar.start_of(date.fromordinal(days[-1].toordinal() + 1)))
    for at in range(0, len(days), DAYS_AT_ONCE):
        part = edges[at : at + DAYS_AT_ONCE + 1]
        stretch = Span(part[0], part[-1])
        found: list[Difference] = []
        waiting = 0
        for meter in meters:
            doubles = _doubles(await there.starts(meter, stretch))
            booked_here = await here.minutes([meter], stretch)
            online = await there.minutes([meter], stretch)
            unposted = {r.start for r in await outbox.records(meter, stretch, len(booked_here))}
            unposted -= {record.start for record in online}
            waiting += len(unposted)
            local = [record for record in booked_here if record.start not in unposted]
            for day, (start, end) in zip(days[at:], pairwise(part), strict=False):
                inside = Span(start, end)
                one, other = _tally(local, inside), _tally(online, inside)
                twice = sum(start <= t < end for t in doubles)
                if one != other or twice:
                    lacking = _missing(local, online, inside)
                    found.append(Difference(meter, day, one, other, twice, lacking))
        yield Compared((part[-1] - span.start) / max(1, edges[-1] - span.start), found, waiting)


def _tally(records: Sequence[MinuteRecord], span: Span) -> Tally:
    inside = [record for record in records if span.start <= record.start < span.end]
    return Tally(len(inside), sum(sum(r[2:5]) for r in inside), sum(sum(r[5:8]) for r in inside))


def _missing(
    here: Sequence[MinuteRecord], there: Sequence[MinuteRecord], span: Span
) -> tuple[MinuteRecord, ...]:
    known = {record.start for record in there}
    return tuple(
        record
        for record in here
        if span.start <= record.start < span.end and record.start not in known
    )


def _doubles(starts: Sequence[int]) -> list[int]:
    """The starts of surplus records."""
    return [later for earlier, later in pairwise(starts) if earlier == later]
