"""When prices are asked for, and of whom: pure planning.

From 14:00 on every ten minutes until tomorrow is complete, from 20:00 on by the hour; while today
lacks something every ten minutes at any time. Once a day, in the afternoon, today is asked for
again: some prices are corrected later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span

PUBLISHED_HOUR, EVENING_HOUR = 14, 20
OFTEN_S, SELDOM_S = 600, 3_600
BETWEEN_ASKS_S = 300
"""Of one source."""
FAILURES_TO_LAST = 3


def wanted_days(calendar: Calendar, now: float) -> list[date]:
    """Yesterday, today, and from the afternoon on tomorrow."""
    today = calendar.day_of(now)
    days = [today - timedelta(days=1), today]
    if is_afternoon(calendar, now):
        days.append(today + timedelta(days=1))
    return days


def span_of_days(calendar: Calendar, days: Sequence[date]) -> Span:
    return Span(calendar.start_of(days[0]), calendar.start_of(days[-1] + timedelta(days=1)))


def wait_s(calendar: Calendar, now: float, *, is_complete: bool) -> float:
    """How long to the next round, without the jitter; `is_complete` tells of the days that are
    wanted now.
    """
    hour = _local_hour(calendar, now)
    if not is_complete:
        return SELDOM_S if hour >= EVENING_HOUR else OFTEN_S
    today = calendar.day_of(now)
    next_day = today if hour < PUBLISHED_HOUR else today + timedelta(days=1)
    published = datetime(
        next_day.year, next_day.month, next_day.day, PUBLISHED_HOUR, tzinfo=calendar.time_zone
    ).timestamp()
    return max(published - now, OFTEN_S)


def overdue(calendar: Calendar, now: float, missing: Iterable[int]) -> list[int]:
    """The starts of missing quarters whose price should be known: those of tomorrow in the evening,
    others at once.
    """
    days = 2 if _local_hour(calendar, now) >= EVENING_HOUR else 1
    end = calendar.start_of(calendar.day_of(now) + timedelta(days=days))
    return [start for start in missing if start < end]


def is_afternoon(calendar: Calendar, now: float) -> bool:
    """Whether tomorrow's prices may be out."""
    return _local_hour(calendar, now) >= PUBLISHED_HOUR


def _local_hour(calendar: Calendar, now: float) -> int:
    return datetime.fromtimestamp(now, calendar.time_zone).hour


@dataclass(slots=True)
class SourceRecord:
    """What is remembered of a source: when it may be asked again, by the monotonic clock, and how
    often it failed.
    """

    not_before_s: float = float("-inf")
    failures: int = 0


@dataclass(slots=True)
class SourceOrder:
    """In which order the sources are asked: as given, but who failed three rounds goes last."""

    names: Sequence[str]
    known: dict[str, SourceRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {name: SourceRecord() for name in self.names}

    def at(self, now_s: float) -> list[str]:
        """Those that may be asked now, in their order."""
        return [name for name in self._ordered() if self.known[name].not_before_s <= now_s]

    def _ordered(self) -> Iterable[str]:
        return sorted(self.names, key=lambda name: self.known[name].failures >= FAILURES_TO_LAST)

    def asked(self, name: str, now_s: float, *, has_failed: bool, retry_after_s: float = 0) -> None:
        record = self.known[name]
        record.not_before_s = now_s + max(BETWEEN_ASKS_S, retry_after_s)
        record.failures = record.failures + 1 if has_failed else 0
