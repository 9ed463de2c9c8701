"""A home at one moment, as a query finds it: who has measured what, and how far that is booked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wattledger.energy.coverage import Elapsed, Newest, elapsed_at, settled_at
from wattledger.energy.home_quantities import Quantity
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MINUTE_S
from wattledger.energy.site import Assignment, MeasuredSource, Site
from wattledger.energy.spans import Span


@dataclass(frozen=True, slots=True)
class BooksSnapshot:
    """`booked` says of each meter from where to where it is on the books; `periods_s` how long the
    newest record is of those that are late.
    """

    site: Site
    assigned: Assignment
    booked: Mapping[MeterId, Span]
    periods_s: Mapping[MeterId, int] = field(default_factory=dict)

    @property
    def bounds(self) -> Span:
        """Outside these there is nothing on the books."""
        spans = [*self._shown()] or [Span(0, 0)]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    @property
    def first(self) -> int | None:
        """When what is shown begins; None where nothing is."""
        return min((span.start for span in self._shown()), default=None)

    def _shown(self) -> Iterator[Span]:
        """Of each source, without what its meter remembers of the time before it."""
        for one in self.assigned.sources:
            for meter in one.meters:
                span = self.booked.get(meter)
                if span and one.source.since < span.end:
                    yield Span(max(span.start, one.source.since), span.end)

    def elapsed(self, now: float) -> Elapsed:
        roles = self.site.roles
        return elapsed_at(now, [*map(self.newest, roles.quantities)], roles)

    def late(self, now: float, end: int) -> list[MeterId]:
        """The meters that measure now and have no record of the last minute that settled before
        `end`: it may be missing, or their records are longer.
        """
        measuring = {self._measuring(one) for one in self.assigned.sources} - {None}
        return [
            meter
            for meter, span in self.booked.items()
            if meter in measuring and span.end < min(settled_at(now), end)
        ]

    def _measuring(self, one: MeasuredSource) -> MeterId | None:
        """Of the meters of a source the one that has booked farthest."""
        booked = [meter for meter in one.meters if meter in self.booked]
        return max(booked, key=lambda meter: self.booked[meter].end, default=None)

    def newest(self, quantity: Quantity) -> Newest:
        """Of several sources the one whose books end first counts, and the longest record."""
        found = [self._newest_of(one) for one in self.assigned.of(quantity)]
        ends, periods_s = zip(*found or [Newest()], strict=True)
        return Newest(min(ends), max(periods_s))

    def _newest_of(self, one: MeasuredSource) -> Newest:
        meter = self._measuring(one)
        if meter is None:
            return Newest()
        return Newest(self.booked[meter].end, self.periods_s.get(meter, MINUTE_S))
