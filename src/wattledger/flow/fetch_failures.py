"""Where fetching breaks off at one place again and again.

A lost connection says nothing about a record: what else is missing comes first, and that place is
tried again for as long as it takes. An answer that refuses is about a record: it is asked for
alone, so that its neighbours come, and when it is refused once more it is left alone for today.
"""

from collections.abc import Sequence

from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, merged, without
from wattledger.flow.fetch_plan import next_stretch

TRIES = 3
POSTPONED_S = 600
"""Of what is missing at a place where connections are lost; so much comes last."""
MOST_ALONE_S = 600
"""What is refused side by side is asked for in ever larger parts, up to this."""


class FetchFailures:
    """One meter's; `place` is what was being fetched, from the first record that did not come."""

    def __init__(self) -> None:
        self._at: int | None = None
        self._lost = 0
        self._refused = 0
        self._postponed: list[Span] = []
        self._alone_s = MINUTE_S
        self._left_to: int | None = None
        self._careful = False
        self._asked_alone = False

    def next_stretch(self, to_fetch: Sequence[Span], today: int) -> list[Span]:
        """As the plan has it, with what stumbled last or alone. Empty when nothing is missing."""
        first = without(to_fetch, self._postponed)
        stretch = next_stretch(first, today) or next_stretch(to_fetch, today)
        self._asked_alone = False
        if stretch and stretch[0].start == self._at and self._refused >= TRIES - 1:
            self._asked_alone = True
            return [self._alone(stretch[0])]
        return stretch[:1] if self._careful else stretch

    def lost(self, place: Span) -> None:
        """The connection was lost, or no answer came."""
        self._come_to(place)
        self._lost += 1
        if self._lost >= TRIES:
            end = min(place.end, place.start + POSTPONED_S)
            self._postponed = merged([*self._postponed, Span(place.start, end)])

    def refused(self, place: Span) -> Span | None:
        """The meter's answer was no; what is to be left alone for today, if it comes to that."""
        self._come_to(place)
        self._refused += 1
        if self._refused < TRIES:
            return None
        alone = self._alone(place)
        self._left_to, self._at = alone.end, None
        return alone

    def not_given(self, left: Sequence[Span]) -> Sequence[Span]:
        """A stretch came to its end, `left` of it did not come; what to leave alone for today."""
        return left if self._asked_alone else ()

    def all_asked(self) -> None:
        """Nothing is left to be asked for."""
        self._postponed = []
        self._careful = False

    def _come_to(self, place: Span) -> None:
        self._careful = True  # one part at a time, so that it is known which one fails
        if place.start == self._at:
            return
        self._at, self._lost, self._refused = place.start, 0, 0
        beside = place.start == self._left_to
        self._alone_s = min(2 * self._alone_s, MOST_ALONE_S) if beside else MINUTE_S

    def _alone(self, place: Span) -> Span:
        return Span(place.start, min(place.end, place.start + self._alone_s))
