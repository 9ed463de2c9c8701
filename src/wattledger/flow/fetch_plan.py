"""What to fetch next from a meter's memory: pure planning.

Today's minutes come first, since they are what people look at; then from the oldest that the meter
still has, since it overwrites its oldest. What it does not list is explained; should it list it
again, it is wanted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, merged, within, without

MOST_AT_ONCE_S = 6 * 3_600
"""One stretch of fetching, so that what is missing today is looked at again between stretches;
summed over its parts.
"""
FRESH_S = 10
"""A minute younger than this is not missed yet: the meter is about to push it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not on the books: to be had from the meter, and not to be had."""

    to_fetch: list[Span]
    lost: list[Span]

    @property
    def minutes(self) -> int:
        """Minutes to fetch."""
        return sum(span.length_s for span in self.to_fetch) // MINUTE_S


def missing(
    booked: Span | None, gaps: Sequence[Gap], stored: Sequence[Span], meter_now: float
) -> Missing:
    """Compares the books with the meter's memory.

    `booked` goes from the first to the last minute of the meter on the books; `stored` is what the
    meter lists, sorted; `meter_now` is the meter's clock.
    """
    settled = int(meter_now - FRESH_S) // MINUTE_S * MINUTE_S
    if booked is None:
        return Missing(within(merged(stored), Span(0, settled)), [])
    # What lies before a booked minute is not on its way any more, however young it is.
    memory = within(merged(stored), Span(0, max(settled, booked.end)))
    holes = merged(gap.span for gap in gaps)
    open_gaps = merged(gap.span for gap in gaps if gap.reason is GapReason.OUTAGE)
    newest = [Span(booked.end, settled)] if settled > booked.end else []
    wanted = merged([*within(memory, Span(0, booked.start)), *holes, *newest])
    lost = without(open_gaps, memory)
    return Missing(without(wanted, without(wanted, memory)), within(lost, Span(0, settled)))


def next_stretch(to_fetch: Sequence[Span], today: int) -> list[Span]:
    """The parts to fetch next: of today first, else the oldest. Empty when nothing is missing.

    Many small parts are one stretch, since each stretch costs a connection.
    """
    of_today = within(to_fetch, Span(today, to_fetch[-1].end)) if to_fetch else []
    stretch: list[Span] = []
    left_s = MOST_AT_ONCE_S
    for start, end in of_today or to_fetch:
        if left_s <= 0:
            break
        stretch.append(Span(start, min(end, start + left_s)))
        left_s -= stretch[-1].length_s
    return stretch
