"""What the server tells of its copy must be what is wrong there: how many minutes have other
values, and how many records are there twice or are none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from tests.simulation.home import Home
from tests.simulation.life import Life
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span

Records = Mapping[int, MinuteRecord]
Counts = tuple[int, int]


def told(home: Home, life: Life, booked: Mapping[MeterId, Records]) -> Iterator[str]:
    """Where the sums of a month are the same, it is told only if an answer was not."""
    assert life.replicator is not None
    lack = life.replicator.state.lack
    if lack is not None and lack.doubts:
        yield f"told: it is not known of {lack.doubts}"
    losses = lack.months if lack is not None else {}
    sure, perhaps = _wrong(home, booked)
    for month in sorted(losses.keys() | sure.keys() | perhaps.keys()):
        loss = losses.get(month)
        own = (loss.differing_minutes, loss.surplus_records) if loss is not None else (0, 0)
        if own not in {sure[month], _added(sure[month], perhaps[month])}:
            yield f"told: {month} has {own} minutes otherwise and records too many: {sure[month]}"


def _wrong(
    home: Home, booked: Mapping[MeterId, Records]
) -> tuple[Mapping[date, Counts], Mapping[date, Counts]]:
    """By months: of meters whose sums differ, and of those whose sums are the same."""
    calendar, state = home.site.calendar, home.cloud.state
    differ, same = defaultdict[date, Counts](_none), defaultdict[date, Counts](_none)
    for meter, own in booked.items():
        stored = state.records.get(meter, {})
        for month in {calendar.day_of(start).replace(day=1) for start in own}:
            span = Span(calendar.start_of(month), calendar.start_of(_after(month)))
            here = [record for start, record in own.items() if span.start <= start < span.end]
            there = [stored[s] for s in stored if span.start <= s < span.end]
            odd = state.none.tally(meter, span)
            is_same = _sums(here, (0, 0, 0, 0)) == _sums([r for rs in there for r in rs], odd)
            counts = _otherwise(here, stored), odd[0] + sum(len(r) - 1 for r in there)
            of = same if is_same else differ
            of[month] = _added(of[month], counts)
    return differ, same


def _none() -> Counts:
    return 0, 0


def _added(one: Counts, other: Counts) -> Counts:
    return one[0] + other[0], one[1] + other[1]


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _otherwise(here: Sequence[MinuteRecord], there: Mapping[int, list[MinuteRecord]]) -> int:
    return sum(min(there.get(one.start, [one])) != one for one in here)


def _sums(records: Sequence[MinuteRecord], more: tuple[int, ...]) -> tuple[int, ...]:
    parts = (
        len(records),
        sum(one.start // 60 for one in records),
        sum(sum(one[2:5]) for one in records),
        sum(sum(one[5:8]) for one in records),
    )
    return tuple(one + other for one, other in zip(parts, more, strict=True))
