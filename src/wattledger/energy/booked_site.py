"""A home at one moment, as a query finds it: who has measured what, and how far that is booked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wattledger.energy.coverage import Elapsed, elapsed_at
from wattledger.energy.meter import MeterId
from wattledger.energy.quantity import Quantity
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span


@dataclass(frozen=True, slots=True)
class BookedSite:
    """`booked` says of each meter from where to where it is on the books."""

    site: Site
    assigned: Assignment
    booked: Mapping[MeterId, Span]

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
        return elapsed_at(now, [*map(self._booked_to, roles.quantities)], roles)

    def _booked_to(self, quantity: Quantity) -> int | None:
        """Of several sources the one whose books end first counts."""
        ends = [
            max((self.booked[meter].end for meter in one.meters if meter in self.booked), default=0)
            for one in self.assigned.of(quantity)
        ]
        return min(ends, default=0) or None
