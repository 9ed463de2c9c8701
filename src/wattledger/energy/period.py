"""The only calendar: what "2026-03" means in the home's zone, as UTC instants.

A period's text is the URL, the cache key and the question. Days begin at the first instant of the
local date and last until the next one begins; hours are counted from local midnight, so the last
hour of a day may be shorter (a zone may stand at +5:45, a step may be half an hour); quarters are
aligned to UTC, which every civil zone respects.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from wattledger.energy.errors import BadPeriod, TooManyBuckets

MAX_BUCKETS = 4_000
REMEMBERED = 4_096
"""Days whose start and its text are kept: a year by day asks for 366 of them."""
FIRST_YEAR, LAST_YEAR = 2000, 2037
"""Before 2000 no such meter existed; after 2037 32-bit clocks and MongoDB's time series end."""


class Resolution(StrEnum):
    """The length of a bucket, finest first."""

    MINUTE = "minute"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def length_s(self) -> int:
        """The shortest length a bucket of this resolution has, save at a zone's steps."""
        return _LENGTHS_S[self]


_LENGTHS_S = {
    Resolution.MINUTE: 60,
    Resolution.QUARTER: 900,
    Resolution.HOUR: 3_600,
    Resolution.DAY: 86_400,
    Resolution.MONTH: 28 * 86_400,
    Resolution.YEAR: 365 * 86_400,
}


class PeriodKind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


_ALIGNED = (Resolution.MINUTE, Resolution.QUARTER)
"""Of the same edges in every zone."""
_WORDS = {
    "today": PeriodKind.DAY,
    "this-week": PeriodKind.WEEK,
    "this-month": PeriodKind.MONTH,
    "this-year": PeriodKind.YEAR,
}
_FORMS = (
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII), PeriodKind.DAY),
    (re.compile(r"(\d{4})-W(\d\d)", re.ASCII), PeriodKind.WEEK),
    (re.compile(r"(\d{4})-(\d\d)", re.ASCII), PeriodKind.MONTH),
    (re.compile(r"(\d{4})", re.ASCII), PeriodKind.YEAR),
)
_LOCAL_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A civil period, from local date `first` up to, not including, local date `end`."""

    kind: PeriodKind
    first: date
    end: date

    @property
    def text(self) -> str:
        match self.kind:
            case PeriodKind.DAY:
                return self.first.isoformat()
            case PeriodKind.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year:04d}-W{week:02d}"
            case PeriodKind.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodKind.YEAR:
                return f"{self.first:%Y}"
            case _:
                return "all"

    @property
    def week(self) -> "Period | None":
        """The ISO week that a day lies in, or the week itself; None for what is longer."""
        if self.kind not in (PeriodKind.DAY, PeriodKind.WEEK):
            return None
        return period_around(PeriodKind.WEEK, self.first)

    @property
    def previous(self) -> "Period | None":
        """The one before; None before the first year, and for `all`."""
        if self.kind is PeriodKind.ALL:
            return None
        before = period_around(self.kind, self.first - _A_DAY)
        return before if before.first.year >= FIRST_YEAR else None

    @property
    def next(self) -> "Period | None":
        """The one after; None after the last year, and for `all`."""
        if self.kind is PeriodKind.ALL or self.end.year > LAST_YEAR:
            return None
        return period_around(self.kind, self.end)


def period_around(kind: PeriodKind, day: date) -> Period:
    """The period of that kind which holds `day`."""
    match kind:
        case PeriodKind.DAY:
            return Period(kind, day, day + _A_DAY)
        case PeriodKind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Period(kind, monday, monday + timedelta(days=7))
        case PeriodKind.MONTH:
            return Period(kind, day.replace(day=1), next_month(day))
        case PeriodKind.YEAR:
            return Period(kind, date(day.year, 1, 1), date(day.year + 1, 1, 1))
        case _:
            raise BadPeriod("period", "'all' needs the first minute on the books")


def period_from(text: str, *, today: date, first_day: date | None) -> Period:
    """The period that `text` names. Raises BadPeriod.

    `first_day` is the local date of the first minute, None on empty books.
    """
    if text == "all":
        first = min(first_day or today, today)
        return Period(PeriodKind.ALL, date(first.year, 1, 1), date(today.year + 1, 1, 1))
    if text == "yesterday":
        return period_around(PeriodKind.DAY, today - _A_DAY)
    if text in _WORDS:
        return period_around(_WORDS[text], today)
    for form, kind in _FORMS:
        if match := form.fullmatch(text):
            return _civil(kind, text, [int(part) for part in match.groups()])
    raise BadPeriod(
        "period",
        f"'{text[:40]}' is no period; use 2026-11-22, 2026-W47, 2026-11, 2026, today, yesterday, "
        "this-week, this-month, this-year or all",
    )


def _civil(kind: PeriodKind, text: str, parts: list[int]) -> Period:
    try:
        if kind is PeriodKind.WEEK:
            day = date.fromisocalendar(parts[0], parts[1], 1)
        else:
            day = date(*[*parts, 1, 1][:3])
        period = period_around(kind, day)
    except (ValueError, OverflowError) as error:
        raise BadPeriod("period", f"'{text}' does not exist in the calendar") from error
    if not FIRST_YEAR <= parts[0] <= LAST_YEAR:
        raise BadPeriod("period", f"'{text}' is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return period


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@dataclass(frozen=True)
class Calendar:
    """A zone's calendar over UTC epoch seconds."""

    time_zone: ZoneInfo

    @cached_property
    def _start_of(self) -> Callable[[date], int]:
        return lru_cache(maxsize=REMEMBERED)(self._looked_up_start)

    @cached_property
    def remembered_text(self) -> Callable[[int], str]:
        return lru_cache(maxsize=REMEMBERED)(self.text)

    @cached_property
    def ordinal_at(self) -> Callable[[int], int]:
        """The number of the local date at an instant, as `date.toordinal` has it."""
        return lru_cache(maxsize=REMEMBERED)(lambda instant: self.day_of(instant).toordinal())

    @cached_property
    def start_of_ordinal(self) -> Callable[[int], int]:
        """The first instant of the local date with that number."""
        return lru_cache(maxsize=REMEMBERED)(lambda day: self.start_of(date.fromordinal(day)))

    @property
    def zone_name(self) -> str:
        return self.time_zone.key

    def start_of(self, day: date) -> int:
        """The first instant of a local date: the first of two midnights, or the step that took it.

        A date that the zone skipped starts, and ends, where the next one starts.
        """
        return self._start_of(day)

    def _looked_up_start(self, day: date) -> int:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.time_zone)
        instant = int(midnight.timestamp())
        if datetime.fromtimestamp(instant, self.time_zone).day != day.day:
            return self.start_of(day + _A_DAY)
        return instant

    def day_of(self, instant: float) -> date:
        """The local date at an instant.

        Where a zone steps back over midnight (St. John's did, at 00:01), the new day has begun:
        what is repeated of the old one belongs to the new.
        """
        day = datetime.fromtimestamp(instant, self.time_zone).date()
        following = day + _A_DAY
        return following if self.start_of(following) <= instant else day

    def text(self, instant: int) -> str:
        """RFC 3339 with the home's offset, whole seconds."""
        return datetime.fromtimestamp(instant, self.time_zone).isoformat()

    def text_or_none(self, instant: float | None) -> str | None:
        """The same of an instant that may be unknown, without its part of a second."""
        return None if instant is None else self.text(int(instant))

    def text_ms(self, instant: float) -> str:
        """RFC 3339 with the home's offset, to the millisecond."""
        moment = datetime.fromtimestamp(round(instant * 1000) / 1000, self.time_zone)
        return moment.isoformat(timespec="milliseconds")

    def bounds(self, period: Period) -> tuple[int, int]:
        """The period's instants, half-open."""
        return self.start_of(period.first), self.start_of(period.end)

    def instant_from(self, parameter: str, text: str) -> int:
        """A UTC instant from RFC 3339 with an offset, or from a local date. Raises BadPeriod."""
        # In a URL an unescaped plus means a blank.
        rfc_3339 = text.upper().replace(" ", "+")
        try:
            if _LOCAL_DATE.fullmatch(text):
                day = date.fromisoformat(text)
                _check_year(parameter, day.year)
                return self.start_of(day)
            if _RFC_3339.fullmatch(rfc_3339):
                moment = datetime.fromisoformat(rfc_3339)
                _check_year(parameter, moment.year)
                return math.floor(moment.timestamp())
        except ValueError as error:
            raise BadPeriod(parameter, f"'{text[:40]}' does not exist in the calendar") from error
        raise BadPeriod(
            parameter,
            f"'{text[:40]}' is neither a local date (2026-11-22) nor RFC 3339 with an offset",
        )

    def days(self, start: int, end: int) -> Iterator[date]:
        """Local dates of which some part lies in [start, end)."""
        for day, _ in self._days_with_starts(start, end):
            yield day

    def _days_with_starts(self, start: int, end: int) -> Iterator[tuple[date, int]]:
        day = self.day_of(start)
        day_start = self.start_of(day)
        while day_start < end:
            following = day + _A_DAY
            following_start = self.start_of(following)
            if following_start > day_start:  # else the zone skipped the date
                yield day, day_start
            day, day_start = following, following_start

    def hours_of(self, day: date) -> list[int]:
        """The edges of a local day's hours, counted from its midnight; the last may be shorter."""
        start, end = self.start_of(day), self.start_of(day + _A_DAY)
        return [*range(start, end, 3_600), end]

    def hour_start(self, instant: int) -> int:
        """The start of the hour window that holds an instant."""
        midnight = self.start_of(self.day_of(instant))
        return instant - (instant - midnight) % 3_600

    def edges(self, start: int, end: int, resolution: Resolution) -> list[int]:
        """Bucket edges over [start, end), first and last included: civil, the outer ones clipped.

        Raises TooManyBuckets above MAX_BUCKETS.
        """
        if (end - start) // resolution.length_s > MAX_BUCKETS + 2:
            raise _too_many(resolution)
        if resolution in _ALIGNED:
            step = resolution.length_s
            inner = list(range(start - start % step + step, end, step))
        else:
            civil = self._civil_edges(start, end, resolution)
            inner = [edge for edge in civil if start < edge < end]
        if len(inner) + 1 > MAX_BUCKETS:
            raise _too_many(resolution)
        return [start, *inner, end]

    def _civil_edges(self, start: int, end: int, resolution: Resolution) -> Iterator[int]:
        match resolution:
            case Resolution.HOUR:
                for day in self.days(start, end):
                    yield from self.hours_of(day)[:-1]
            case Resolution.DAY:
                for _, day_start in self._days_with_starts(start, end):
                    yield day_start
            case _:
                yield from self._long_edges(start, end, resolution)

    def _long_edges(self, start: int, end: int, resolution: Resolution) -> Iterator[int]:
        day = self.day_of(start)
        while (edge := self.start_of(day)) < end:
            yield edge
            day = next_month(day) if resolution is Resolution.MONTH else date(day.year + 1, 1, 1)


def _too_many(resolution: Resolution) -> TooManyBuckets:
    return TooManyBuckets(
        "resolution",
        f"more than {MAX_BUCKETS} buckets by {resolution.value}; "
        "ask for a coarser resolution or a shorter span",
    )


def _check_year(parameter: str, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadPeriod(parameter, f"outside the years {FIRST_YEAR} to {LAST_YEAR}")
