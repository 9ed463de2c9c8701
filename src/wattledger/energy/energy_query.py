"""What is asked: a span of time, and the edges of its buckets up to now."""

from bisect import bisect_right
from dataclasses import dataclass

from wattledger.energy.errors import BadPeriod, InFuture
from wattledger.energy.netting import Netting, netting_of_buckets
from wattledger.energy.period import Calendar, Period, PeriodKind, Resolution
from wattledger.energy.spans import Span

DEFAULT_RESOLUTION = {
    PeriodKind.DAY: Resolution.QUARTER,
    PeriodKind.WEEK: Resolution.DAY,
    PeriodKind.MONTH: Resolution.DAY,
    PeriodKind.YEAR: Resolution.MONTH,
    PeriodKind.ALL: Resolution.YEAR,
}
_COARSEST_INSIDE = {
    PeriodKind.DAY: Resolution.DAY,
    PeriodKind.WEEK: Resolution.DAY,
    PeriodKind.MONTH: Resolution.MONTH,
    PeriodKind.YEAR: Resolution.YEAR,
    PeriodKind.ALL: Resolution.YEAR,
}
_ORDER = list(Resolution)


@dataclass(frozen=True, slots=True)
class EnergyQuery:
    """A span of time and how it is cut and netted: [start, end) with bucket `edges` up to now."""

    start: int
    end: int
    resolution: Resolution
    netting: Netting
    edges: tuple[int, ...]
    asked_at: float
    period: Period | None = None
    next: Period | None = None
    """The period after, where that has begun."""

    @property
    def span(self) -> Span:
        """Up to the end of the last bucket that has begun."""
        return Span(self.start, self.edges[-1])

    @property
    def previous(self) -> Period | None:
        return self.period.previous if self.period else None

    @property
    def buckets_netting(self) -> Netting:
        """By what a bucket is netted: by its own length where that is less than the window's."""
        return netting_of_buckets(self.netting, self.resolution)

    @property
    def parts_add_up(self) -> bool:
        """Whether the whole is the sum of the buckets: each window lies in one of them, and so does
        each record.
        """
        return self.resolution is not Resolution.MINUTE and self.buckets_netting is self.netting


def query_of_period(
    calendar: Calendar, period: Period, resolution: Resolution | None, netting: Netting, now: float
) -> EnergyQuery:
    """A period cut into buckets. Raises BadPeriod, InFuture, TooManyBuckets."""
    start, end = calendar.bounds(period)
    resolution = resolution or DEFAULT_RESOLUTION[period.kind]
    if start == end:
        raise BadPeriod("period", f"'{period.text}' was skipped in {calendar.zone_name}")
    if start > now:
        raise InFuture("period", f"'{period.text}' has not begun")
    if _ORDER.index(resolution) > _ORDER.index(_COARSEST_INSIDE[period.kind]):
        edges = [start, end]
    else:
        edges = calendar.edges(start, _horizon(end, resolution, now), resolution)
    after = period.next
    if after and calendar.start_of(after.first) > now:
        after = None
    return EnergyQuery(start, end, resolution, netting, _up_to(edges, now), now, period, after)


def query_of_span(
    calendar: Calendar, span: Span, resolution: Resolution | None, netting: Netting, now: float
) -> EnergyQuery:
    """Any span, its outer buckets clipped. Raises BadPeriod, InFuture, TooManyBuckets."""
    start, end = span
    if end <= start:
        raise BadPeriod("to", "'to' must be later than 'from'")
    if start > now:
        raise InFuture("from", "'from' is in the future")
    resolution = resolution or default_resolution(end - start)
    edges = calendar.edges(start, _horizon(end, resolution, now), resolution)
    return EnergyQuery(start, end, resolution, netting, _up_to(edges, now), now)


def _horizon(end: int, resolution: Resolution, now: float) -> int:
    """Up to where edges matter: buckets that have not begun are no part of an answer."""
    if resolution.length_s >= Resolution.DAY.length_s:
        return end
    return min(end, int(now) + 2 * resolution.length_s)


def default_resolution(length_s: int) -> Resolution:
    """For a free span: what its nearest period would have."""
    if length_s <= 2 * 86_400:
        return Resolution.QUARTER
    if length_s <= 92 * 86_400:
        return Resolution.DAY
    return Resolution.MONTH if length_s <= 5 * 366 * 86_400 else Resolution.YEAR


def _up_to(edges: list[int], now: float) -> tuple[int, ...]:
    """Edges of the buckets that have begun; the last bucket keeps its own end."""
    return tuple(edges[: bisect_right(edges, now) + 1])
