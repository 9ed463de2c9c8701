"""A home at one moment, as a query finds it: who has measured what, and how far that is booked."""

from collections.abc import Mapping
from dataclasses import dataclass

from wattledger.energy.coverage import Elapsed, elapsed_at
from wattledger.energy.meter import MeterId
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
        spans = [*self.booked.values()] or [Span(0, 0)]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def elapsed(self, now: float) -> Elapsed:
        grid, solar = (
            [self.booked[meter].end for meter in meters if meter in self.booked]
            for meters in (self.assigned.grid, self.assigned.solar)
        )
        return elapsed_at(now, max(grid, default=None), max(solar, default=None))
