"""Tails one meter's memory: the meter is the log, and whatever is missing on the books is fetched
from it.

Step 2 of a minute's way, beside the push. Runs after every connect, when a pushed minute shows a
hole, when pushes stop, and every ten minutes in any case.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from contextlib import aclosing

from wattledger.energy.clock import Clock
from wattledger.energy.entry import Entry, GapReason
from wattledger.energy.errors import (
    MeterBabble,
    MeterDeclined,
    MeterError,
    MeterRefused,
    StoreError,
)
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.record import AHEAD_S, MINUTE_S, Counters
from wattledger.energy.spans import Span, total_s, within, without
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.plan import Missing, missing
from wattledger.flow.ports import Books, Journal, Meter
from wattledger.flow.refusals import Refusals
from wattledger.flow.stumbles import Stumbles

log = logging.getLogger(__name__)

EVERY_S = 600.0
RETRY_S = 20.0
RETRY_SOON_S = 2.0
"""After a stumble, when the meter had given something before it."""
SILENT_S = 90
"""Pushes are overdue when the newest booked record ended so long and one period ago."""
WATCH_S = 30.0
TIME_CHECK_S = 1.0
LISTED_ANEW_S = 60.0
"""While it is being fetched, a list of what the meter has is good for so long."""
COMMIT_RECORDS = 120
"""Fetched records to a commit: twenty small pages, one sync of the disk."""


class Tail:
    """Keeps one meter's books complete from the meter's own memory."""

    def __init__(
        self, meter: Meter, books: Books, bookkeeper: Bookkeeper, calendar: Calendar, clock: Clock
    ) -> None:
        self._meter = meter
        self._books = books
        self._bookkeeper = bookkeeper
        self._calendar = calendar
        self._clock = clock
        self._wake = asyncio.Event()
        self._booked_to: int | None = None
        self._period_s = MINUTE_S
        self._no_time: list[Span] = []
        self._timeless = False
        self._refusals = Refusals()
        self._stumbles = Stumbles()
        self._trying: Span | None = None
        self._stored: list[Span] = []
        self._listed_at_s = 0.0
        self.trouble: Fault | None = None
        self.meter_id: MeterId | None = None
        self.on_counters: Callable[[Counters], None] | None = None
        self.minutes_to_fetch = 0
        self.minutes_fetched = 0

    def connected(self, meter: MeterId) -> None:
        """Minutes may have been missed while there was no connection."""
        if meter != self.meter_id:
            self._booked_to = None
        self.meter_id = meter
        self._wake.set()

    def disconnected(self) -> None:
        self.meter_id = None

    def pushed(self, entries: Sequence[Entry]) -> None:
        """Looks whether a pushed minute follows on the one before."""
        for entry in entries:
            start, end = entry.record.start, entry.record.end
            if self._booked_to is not None and start > self._booked_to:
                self._wake.set()
            self._booked_to = max(end, self._booked_to or 0)
            self._period_s = entry.record.period_s

    async def run(self) -> None:
        """Catches up whenever something may be missing, until cancelled."""
        while True:
            await self._until_due()
            await self._look(self.meter_id)

    async def _look(self, meter: MeterId | None) -> None:
        """One look at the meter, if it is connected; what fails is looked at again soon."""
        if meter is None:
            return
        if not self._has_time():
            await asyncio.sleep(TIME_CHECK_S)
            self._wake.set()
            return
        try:
            await self._catch_up(meter)
            await self._read_counters()
            self.trouble = self._left_out()
        except (MeterError, StoreError) as error:
            log.info("%s: fetching stopped, will go on: %s", self._meter.label.name, error)
            self.trouble = _stopped(error)
            self._stumbled(error)
            await asyncio.sleep(RETRY_SOON_S if self.minutes_fetched else RETRY_S)
            self._wake.set()

    def _stumbled(self, error: MeterError | StoreError) -> None:
        """A place that fails again and again must not hold up the others."""
        place, self._trying = self._trying, None
        if place is None or isinstance(error, StoreError):
            return
        if not isinstance(error, MeterBabble | MeterDeclined):
            self._stumbles.lost(place)
        elif left := self._stumbles.refused(place):
            self._refusals.skip(left)
            log.warning("%s: %s", self._meter.label.name, self._left_out_words)

    @property
    def _left_out_words(self) -> str:
        minutes = total_s(self._refusals.skipped) // MINUTE_S
        return f"{minutes} minutes can't be read from it; tried again tomorrow"

    def _left_out(self) -> Fault | None:
        """What could not be read; None when there is nothing."""
        if total_s(self._refusals.skipped) < MINUTE_S:
            return None
        return Fault(FaultKind.UNREADABLE_MINUTES, self._left_out_words)

    def _has_time(self) -> bool:
        """Whether the meter knows the time; notes the span during which it does not."""
        now = int(self._clock.now_s())
        if self._meter.clock_offset_s is None:
            since = self._no_time[-1].start if self._timeless else now - MINUTE_S
            self._no_time = [
                *(self._no_time[:-1] if self._timeless else self._no_time),
                Span(since, now),
            ]
            self._timeless = True
            return False
        self._timeless = False
        return True

    async def _until_due(self) -> None:
        """Returns when woken, when pushes are overdue, or when it is time anyway."""
        waited_s = 0.0
        while waited_s < EVERY_S:
            try:
                async with asyncio.timeout(WATCH_S):
                    await self._wake.wait()
                break
            except TimeoutError:
                waited_s += WATCH_S
                if self._overdue():
                    break
        self._wake.clear()

    def _overdue(self) -> bool:
        if self.meter_id is None or self._booked_to is None:
            return False
        now = self._meter_now()
        return now is not None and now - self._booked_to > SILENT_S + self._period_s

    def _meter_now(self) -> float | None:
        offset_s = self._meter.clock_offset_s
        return None if offset_s is None else self._clock.now_s() + offset_s

    async def _catch_up(self, meter: MeterId) -> None:
        # A minute pushed just now is on the books after this, and so is the hole before it.
        await self._bookkeeper.submit([])
        self._refusals.begin(self._today())
        self.minutes_fetched = 0
        self._listed_at_s = -math.inf
        state = await self._missing(meter)
        if state.minutes:
            log.info("%s: %d minutes to fetch", self._meter.label.name, state.minutes)
        while self.meter_id == meter:
            self._explain(meter, state.lost)
            stretch = self._stumbles.next_stretch(state.to_fetch, self._today())
            if not stretch:
                self._stumbles.all_asked()
                break
            await self._fetch(stretch)
            state = await self._missing(meter)
            left = without(stretch, without(stretch, state.to_fetch))
            self._refusals.note(left)
            for span in self._stumbles.not_given(left):
                self._refusals.skip(span)
            state = self._asked_for(state)
        self._explain(meter, self._refusals.end())
        if self.minutes_fetched:
            log.info("%s: fetched %d minutes", self._meter.label.name, self.minutes_fetched)

    async def _read_counters(self) -> None:
        """Also a meter that pushes nothing is audited."""
        if self.meter_id is not None and self.on_counters is not None:
            self.on_counters(await self._meter.read_counters())

    async def _missing(self, meter: MeterId) -> Missing:
        """Compares the books with what the meter lists at this moment."""
        now = min(self._meter_now() or 0, self._clock.now_s() + AHEAD_S)
        if self._clock.monotonic_s() - self._listed_at_s >= LISTED_ANEW_S:
            self._stored = await self._meter.stored_spans()
            self._listed_at_s = self._clock.monotonic_s()
        booked = (await self._books.booked()).get(meter)
        self._booked_to = booked.end if booked else None
        return self._asked_for(missing(booked, await self._books.gaps(meter), self._stored, now))

    def _asked_for(self, state: Missing) -> Missing:
        """Without what is left alone for now; tells the progress."""
        state = Missing(without(state.to_fetch, self._refusals.left_alone), state.lost)
        self.minutes_to_fetch = state.minutes
        return state

    async def _fetch(self, stretch: Sequence[Span]) -> None:
        """Fetches a stretch page by page and books it; what was fetched stays, whatever happens
        after.
        """
        pages: list[Entry] = []
        self._trying = stretch[0]
        try:
            async with aclosing(self._meter.records(stretch)) as records:
                async for page in records:
                    pages += page
                    self._trying = _rest(stretch, page[-1].record.end)
                    if len(pages) >= COMMIT_RECORDS:
                        await self._book(pages)
                        pages = []
        except MeterError:
            await self._book(pages)
            raise
        self._trying = None
        await self._book(pages)

    async def _book(self, entries: list[Entry]) -> None:
        if not entries:
            return
        booked = await self._bookkeeper.submit(entries)
        seconds = sum(entry.record.period_s for entry in entries)
        self.minutes_fetched += seconds // MINUTE_S
        self.minutes_to_fetch = max(0, self.minutes_to_fetch - seconds // MINUTE_S)
        if booked.contradicted:
            log.warning(
                "%s: %d records differ from what is booked; kept for the audit",
                self._meter.label.name,
                booked.contradicted,
            )

    def _today(self) -> int:
        return self._calendar.start_of(self._calendar.day_of(self._clock.now_s()))

    def _explain(self, meter: MeterId, spans: Sequence[Span]) -> None:
        if not spans:
            return

        async def explain(journal: Journal) -> None:
            for span in spans:
                timeless = within(self._no_time, span)
                reason = GapReason.NO_TIME if timeless else GapReason.NOT_IN_MEMORY
                await journal.explain(meter, span, reason)

        self._bookkeeper.ask(explain)


def _rest(stretch: Sequence[Span], came_to: int) -> Span | None:
    """Where fetching goes on after what came; None after the last of it."""
    return next(iter(within(stretch, Span(came_to, stretch[-1].end))), None)


def _stopped(error: MeterError | StoreError) -> Fault:
    """A refusal stays one: somebody must look, whoever was refused."""
    kind = error.kind if isinstance(error, MeterRefused) else FaultKind.FETCHING_STOPPED
    return Fault(kind, f"fetching stopped and will go on: {error}")
