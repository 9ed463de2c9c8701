"""What to post next: pure planning.

Minutes newer than the newest posted one of their meter go at once, oldest first. Older ones
(fetched late, imported, filled gaps) are held until they make a batch, or four minutes: a time
series stores a stretch of old minutes as well as a new one, but old and new in turns cost fifty
times the space.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span

MOST_RECORDS = 1_000
MOST_SPAN_S = 2 * 86_400
"""What of a batch is stored is looked up by its span, so that has to stay small."""
LATE_BATCH = 60
LATE_WAITS_S = 240
EVER = Span(0, 1 << 31)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What of one meter waits: records newer than its newest posted one, and older ones."""

    meter: MeterId
    new_records: int
    late_records: int
    newest_at: int | None
    """Start of the newest posted record; None when none is."""

    @property
    def new_span(self) -> Span:
        return EVER if self.newest_at is None else Span(self.newest_at + 1, EVER.end)

    @property
    def late_span(self) -> Span:
        return Span(0, 0) if self.newest_at is None else Span(0, self.newest_at + 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which meter, and from which span, the oldest records are to be posted."""

    meter: MeterId
    span: Span
    late: bool


def choose(
    backlogs: Sequence[Backlog],
    late_since_s: Mapping[MeterId, float],
    now_s: float,
    late_waits_s: float = LATE_WAITS_S,
) -> Choice | None:
    """The meter with the most new records; else one whose late records are enough, or old enough.

    `late_since_s` says since when late records of a meter wait, on the monotonic clock of `now_s`.
    """
    newer = max(backlogs, key=lambda one: one.new_records, default=None)
    if newer is not None and newer.new_records:
        return Choice(newer.meter, newer.new_span, late=False)
    for one in backlogs:
        waits_s = now_s - late_since_s.get(one.meter, now_s)
        if one.late_records >= LATE_BATCH or (one.late_records and waits_s >= late_waits_s):
            return Choice(one.meter, one.late_span, late=True)
    return None


def batch_of(records: Sequence[MinuteRecord]) -> list[MinuteRecord]:
    """The first of them that lie close enough together."""
    if not records:
        return []
    end = records[0].start + MOST_SPAN_S
    return list(takewhile(lambda record: record.start < end, records))
