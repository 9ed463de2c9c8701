"""The meter's memory of past intervals.

Nothing is stored: a record is worked out again from the feed whenever it is asked for. What is kept
is *when* the meter counted, as eras: from a boot, a change of clock or a change of profile to the
next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from wattledger.simulator.feed import Feed
from wattledger.simulator.hardware import Profile
from wattledger.simulator.memory.feed_integration import Phases, Span, phases_over

FLUSH_DELAY_MS = 650


@dataclass(slots=True)
class Era:
    """A time in which the meter counted without a break.

    `begin_ms`, `end_ms`: true time; `end_ms` None while it goes on. `offset_ms`: what the meter's
    own clock shows more than the true time. `holes`: stamps [from, to) whose records are lost.
    """

    profile: Profile
    begin_ms: int
    offset_ms: int
    period_s: int
    end_ms: int | None = None
    holes: list[tuple[int, int]] = field(default_factory=list)

    def stamp_at(self, true_ms: int) -> int:
        """The start, by the meter's clock, of the interval that holds this true instant."""
        period_ms = self.period_s * 1000
        return (true_ms + self.offset_ms) // period_ms * self.period_s

    def span_of(self, stamp: int) -> Span:
        """The true time that the record of this stamp covers within the era."""
        begin_ms = stamp * 1000 - self.offset_ms
        end_ms = begin_ms + self.period_s * 1000
        if self.end_ms is not None:
            end_ms = min(end_ms, self.end_ms)
        return Span(max(begin_ms, self.begin_ms), end_ms)

    def forget(self, from_stamp: int, to_stamp: int) -> None:
        self.holes.append((from_stamp, to_stamp))
        self.holes.sort()


class Record(NamedTuple):
    """One interval as the meter keeps it; `stamp` is its start by the meter's clock, s."""

    stamp: int
    period_s: int
    span: Span
    phases: Phases


@dataclass(frozen=True, slots=True)
class Run:
    """Records of one era that follow one another without a gap: first, first + period ..."""

    era: Era
    first: int
    count: int

    @property
    def end(self) -> int:
        return self.first + self.count * self.era.period_s

    def since(self, stamp: int) -> "Run":
        """The part that starts at `stamp` or later."""
        skipped = max(0, -(-(stamp - self.first) // self.era.period_s))
        first = self.first + skipped * self.era.period_s
        return Run(self.era, first, max(0, self.count - skipped))

    def until(self, stamp: int) -> "Run":
        """The part that starts before `stamp`."""
        kept = max(0, -(-(stamp - self.first) // self.era.period_s))
        return Run(self.era, self.first, min(self.count, kept))


def record_of(feed: Feed, era: Era, stamp: int) -> Record:
    span = era.span_of(stamp)
    return Record(stamp, era.period_s, span, phases_over(feed, span))


def runs_of(era: Era, now_ms: int, oldest_ms: int) -> Iterator[Run]:
    """What the memory holds of an era: flushed, not lost, and not older than `oldest_ms`."""
    end_ms = era.end_ms
    end = era.stamp_at(now_ms - FLUSH_DELAY_MS) if end_ms is None else _end_stamp(era, end_ms)
    begin = era.stamp_at(max(era.begin_ms, oldest_ms))
    whole = Run(era, begin, max(0, (end - begin) // era.period_s))
    for lost_from, lost_to in era.holes:
        if (before := whole.until(lost_from)).count:
            yield before
        whole = whole.since(max(lost_to, whole.first))
    if whole.count:
        yield whole


def _end_stamp(era: Era, end_ms: int) -> int:
    if end_ms <= era.begin_ms:
        return era.stamp_at(era.begin_ms)
    return era.stamp_at(end_ms - 1) + era.period_s


def joined_runs(runs: list[Run]) -> list[list[Run]]:
    """Runs in the order of their stamps, those that touch put together to one block."""
    blocks: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.first):
        last = blocks[-1][-1] if blocks else None
        if last is not None and last.end == run.first and last.era.period_s == run.era.period_s:
            blocks[-1].append(run)
        else:
            blocks.append([run])
    return blocks
