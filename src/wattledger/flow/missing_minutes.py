"""What one meter's memory has and the books lack, look by look.

A list of what the meter has is good for a while, since each costs a connection.
"""

import math
from collections.abc import Sequence

from wattledger.energy.meter import MeterId
from wattledger.energy.record import AHEAD_S
from wattledger.energy.spans import Span, common, merged, without
from wattledger.flow.books_context import BooksContext
from wattledger.flow.fetch_plan import Missing, missing
from wattledger.flow.fetch_progress import FetchProgress
from wattledger.flow.overdue_minutes import OverdueMinutes
from wattledger.flow.ports import Meter
from wattledger.flow.unavailable_records import UnavailableRecords

LISTED_ANEW_S = 60.0


class MissingMinutes:
    """Tells `progress` what it finds, and `overdue` what is booked."""

    def __init__(
        self, meter: Meter, context: BooksContext, overdue: OverdueMinutes, progress: FetchProgress
    ) -> None:
        self._meter = meter
        self._books = context.books
        self._clock = context.clock
        self._overdue = overdue
        self._progress = progress
        self._stored: list[Span] = []
        self._listed_at_s = -math.inf
        self._gaps: Sequence[Span] = ()
        self._wanted: Sequence[Span] = ()
        self.refusals = UnavailableRecords()

    @property
    def refused(self) -> list[Span]:
        """What the meter lists, and did not give when it was asked for it."""
        return common(self.refusals.in_vain, self._wanted)

    def forget(self) -> None:
        """Another meter answers."""
        self.refusals, self._wanted = UnavailableRecords(), ()
        self._listed_at_s = -math.inf
        self._progress.forget()

    def not_listed(self, span: Span, since_s: float) -> list[Span]:
        """What of a span the meter did not list at a look since then; nothing without one."""
        return without([span], self._stored) if self._listed_at_s >= since_s else []

    def begin(self, today: int) -> None:
        """Begins a look; what was left alone is wanted again on another day."""
        self.refusals.begin(today)
        self._listed_at_s = -math.inf

    async def found(self, meter: MeterId) -> Missing:
        """Compares the books with what the meter lists. Raises MeterError, StoreError."""
        now = min(self._overdue.meter_now() or 0, self._clock.now_s() + AHEAD_S)
        if self._clock.monotonic_s() - self._listed_at_s >= LISTED_ANEW_S:
            self._stored = await self._meter.stored_spans()
            self._listed_at_s = self._clock.monotonic_s()
        booked = (await self._books.booked()).get(meter)
        gaps = await self._books.gaps(meter)
        self._overdue.booked(booked, [gap.span for gap in gaps])
        state = missing(booked, gaps, self._stored, now)
        self._gaps, self._wanted = merged(gap.span for gap in gaps), state.to_fetch
        return self.to_ask_for(state)

    def to_ask_for(self, state: Missing) -> Missing:
        """Without what is left alone for now; tells the progress."""
        state = Missing(without(state.to_fetch, self.refusals.left_alone), state.lost)
        self._progress.found(state.to_fetch, self._gaps)
        return state
