"""Books in memory behind the flow's `Books` protocol: records in a dict, everything else from them.

No roll-up is kept: what is asked for as one is computed from the minutes at that moment. With
`rolled_up=False` none is ever said to stand, so that a reader must go by the minutes alone.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import inf

from wattledger.energy.balance import Energies, summed
from wattledger.energy.booking_entry import BookedEnergy, Gap, GapReason
from wattledger.energy.errors import ReplicaUnreachable, StoreBusy, StoreUnusable
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S, Counters, MinuteRecord
from wattledger.energy.record_columns import Series, series_of
from wattledger.energy.rollup import day_energies, quarter_sums
from wattledger.energy.site import Assignment, Site, quantity_series
from wattledger.energy.spans import Span, total_s, within, without
from wattledger.energy.windows import WindowSums


class MemoryBooks:
    """What was put in is on the books; `busy`, `unusable` and `away` make every question fail."""

    def __init__(
        self, site: Site, assignment: Assignment | None = None, *, rolled_up: bool = True
    ) -> None:
        self.site = site
        self.assignment = assignment or Assignment()
        self.rolled_up = rolled_up
        self.busy = False
        self.unusable = False
        self.away = False
        """As only a copy's books are."""
        self.questions = 0
        self.adding_up: Callable[[], None] = lambda: None
        """What happens while it is asked for quarters."""
        self.telling_days: Callable[[], None] = lambda: None
        """What happens while it is asked for days."""
        self.begun_by: Callable[[], float] = lambda: inf
        """What starts then or later is not told as booked; a copy's clock says when."""
        self.is_damaged = False
        self.records: dict[tuple[MeterId, int], MinuteRecord] = {}
        self.kept_aside: dict[MeterId, int] = {}
        self.kept_gaps: dict[MeterId, list[Gap]] = {}
        self.kept_counters: dict[MeterId, list[Counters]] = {}
        self.contradicted: dict[MeterId, list[int]] = {}
        self._contradictions: set[tuple[MeterId, MinuteRecord]] = set()
        self._reasons: list[tuple[MeterId, Span, GapReason]] = []
        self.kept_bindings: tuple[Binding, ...] = ()
        self.kept_identities: dict[MeterId, MeterIdentity] = {}

    def put(self, meter: MeterId, *records: MinuteRecord) -> None:
        for record in records:
            self.records[meter, record.start] = record

    def is_free(self, meter: MeterId, span: Span) -> bool:
        """Whether nothing of the span is booked."""
        own = (record for (one, _), record in self.records.items() if one == meter)
        return all(record.end <= span.start or span.end <= record.start for record in own)

    def contradict(self, meter: MeterId, record: MinuteRecord) -> None:
        if (meter, record) not in self._contradictions:
            self._contradictions.add((meter, record))
            self.contradicted.setdefault(meter, []).append(record.start)

    def explain(self, meter: MeterId, span: Span, reason: GapReason) -> None:
        self._reasons.append((meter, span, reason))

    async def booked(self) -> dict[MeterId, Span]:
        self._check()
        spans: dict[MeterId, Span] = {}
        for (meter, start), record in self.records.items():
            if start >= self.begun_by():
                continue
            known = spans.get(meter, Span(start, record.end))
            spans[meter] = Span(min(known.start, start), max(known.end, record.end))
        return spans

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        self._check()
        found = [
            record
            for (meter, start), record in self.records.items()
            if meter in meters and span.start <= start < span.end
        ]
        apart: list[MinuteRecord] = []
        for record in sorted(found):
            if not apart or apart[-1].end <= record.start:
                apart.append(record)
        return apart

    async def series(
        self, meters: Sequence[MeterId], span: Span, phases: Sequence[str] = PHASES
    ) -> Series:
        return series_of(await self.minutes(meters, span), phases)

    async def quarters(self, span: Span) -> list[WindowSums]:
        self.adding_up()
        if not self.rolled_up:
            self._check()
            return []
        return [
            window
            for window in await self._quarters(span)
            if span.start <= window.start and window.start + QUARTER_S <= span.end
        ]

    async def _quarters(self, span: Span) -> list[WindowSums]:
        roles, series = self.site.roles, list[Series]()
        for sources in map(self.assignment.of, roles.quantities):
            parts = [await self.series(one.meters, span, one.source.phases) for one in sources]
            series.append(quantity_series(sources, parts))
        return quarter_sums(series, roles)

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        self._check()
        self.telling_days()
        return await self._days(first, end, netting)

    async def _days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        if not self.rolled_up:
            return []
        return [
            (ordinal, await self._day(ordinal, netting))
            for ordinal in range(first, end)
            if await self._quarters(self._day_span(ordinal))
        ]

    def _day_span(self, ordinal: int) -> Span:
        calendar, day = self.site.calendar, date.fromordinal(ordinal)
        return Span(calendar.start_of(day), calendar.start_of(day + timedelta(days=1)))

    async def _day(self, ordinal: int, netting: Netting) -> Energies:
        span = self._day_span(ordinal)
        quarters = await self._quarters(span)
        return day_energies(quarters, netting, span.start, self.site.roles)

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        self._check()
        sums: list[tuple[int, Energies]] = []
        for first, end in pairwise(edges):
            days = await self._days(first, end, netting)
            sums.append((len(days), summed(energies for _, energies in days)))
        return sums

    async def parked(self) -> dict[MeterId, int]:
        self._check()
        return {meter: count for meter, count in self.kept_aside.items() if count}

    async def gaps(self, meter: MeterId) -> list[Gap]:
        """Those that a test put there, or what is missing."""
        self._check()
        return self.kept_gaps.get(meter) or self._missing(meter)

    def _missing(self, meter: MeterId) -> list[Gap]:
        own = [Span(r.start, r.end) for (one, _), r in sorted(self.records.items()) if one == meter]
        if not own:
            return []
        gaps = [
            Gap(span, GapReason.OUTAGE) for span in without([Span(own[0].start, own[-1].end)], own)
        ]
        for one, explained, reason in self._reasons:
            if one == meter:
                gaps = [part for gap in gaps for part in _explained(gap, explained, reason)]
        return gaps

    async def counters(self, meter: MeterId, span: Span) -> list[Counters]:
        self._check()
        kept = self.kept_counters.get(meter, [])
        return [counters for counters in kept if span.start <= counters.at <= span.end]

    async def newest_counters(self) -> dict[MeterId, Counters]:
        self._check()
        return {meter: kept[-1] for meter, kept in self.kept_counters.items() if kept}

    async def energy(self, meter: MeterId, spans: Sequence[Span]) -> list[BookedEnergy] | None:
        if self.is_damaged:
            return None
        gaps = [gap.span for gap in await self.gaps(meter)]
        return [
            booked_energy(await self.minutes([meter], span), total_s(within(gaps, span)))
            for span in spans
        ]

    async def contradictions(self, meter: MeterId, span: Span) -> int:
        self._check()
        starts = self.contradicted.get(meter, [])
        return sum(span.start <= start < span.end for start in starts)

    async def bindings(self) -> tuple[Binding, ...]:
        self._check()
        return self.kept_bindings

    async def identities(self) -> dict[MeterId, MeterIdentity]:
        self._check()
        return self.kept_identities

    def _check(self) -> None:
        self.questions += 1
        if self.away:
            raise ReplicaUnreachable("gone")
        if self.busy:
            raise StoreBusy("the books are being read by somebody else")
        if self.unusable:
            raise StoreUnusable("a page of secret.sqlite can't be read")


def booked_energy(records: Iterable[MinuteRecord], missing_s: int = 0) -> BookedEnergy:
    """What these records add up to."""
    rows = list(records)
    imported, exported = sum(sum(r[2:5]) for r in rows), sum(sum(r[5:8]) for r in rows)
    return BookedEnergy(imported, exported, missing_s)


def _explained(gap: Gap, span: Span, reason: GapReason) -> list[Gap]:
    """The gap, with the reason where it lies in the span."""
    outside = [Gap(part, gap.reason) for part in without([gap.span], [span])]
    inside = Span(max(gap.span.start, span.start), min(gap.span.end, span.end))
    if inside.start < inside.end:
        outside.append(Gap(inside, reason))
    return sorted(outside, key=lambda one: one.span)
