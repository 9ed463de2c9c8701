"""Backfills from one meter's memory: the meter is the log, what the books lack is fetched from it.

Step 2 of a minute's way, beside the push. Runs after every connect, when a pushed minute shows a
hole, when pushes stop, when the server's clock was set, and every ten minutes in any case.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from wattledger.energy.booking_entry import Entry, GapReason
from wattledger.energy.errors import (
    MeterDeclined,
    MeterError,
    MeterRefused,
    ProtocolError,
    StoreError,
)
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, common, total_s, within
from wattledger.flow.books_context import BooksContext
from wattledger.flow.fault_log import Wait
from wattledger.flow.fetch_failures import FetchFailures
from wattledger.flow.fetch_progress import FetchProgress
from wattledger.flow.meter_counters import CounterKeeper
from wattledger.flow.meter_without_time import MeterWithoutTime
from wattledger.flow.missing_minutes import MissingMinutes
from wattledger.flow.overdue_minutes import OverdueMinutes
from wattledger.flow.ports import Journal, Meter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackfillTiming:
    """Seconds that a backfill waits, and how many records it brings to one commit."""

    every_s: float = 600.0
    watch_s: float = 10.0
    """How often it is seen whether pushes are overdue."""
    retry_s: float = 20.0
    retry_soon_s: float = 2.0
    """After a failure, when the meter had given something before it."""
    time_check_s: float = 1.0
    commit_records: int = 120
    """Twenty small pages, one sync of the disk."""


USUAL = BackfillTiming()


class Backfill:
    """Keeps one meter's books complete from the meter's own memory."""

    def __init__(
        self,
        meter: Meter,
        context: BooksContext,
        counters: CounterKeeper,
        timing: BackfillTiming = USUAL,
    ) -> None:
        clock, steps = context.clock, context.steps
        self._meter = meter
        self._bookkeeper = context.bookkeeper
        self._calendar = context.calendar
        self._clock = clock
        self._counters = counters
        self._timing = timing
        self._wake = steps.notifier.wakes(asyncio.Event())
        self._without_time = MeterWithoutTime(clock, steps)
        self._fetch_failures = FetchFailures()
        self._trying: Span | None = None
        self._given = 0
        self.overdue = OverdueMinutes(meter, context.calendar, clock)
        self.progress = FetchProgress(clock, steps)
        self._missing = MissingMinutes(meter, context, self.overdue, self.progress)
        self.trouble: Fault | None = None
        self.meter_id: MeterId | None = None

    def connected(self, meter: MeterId, *, is_other: bool) -> None:
        """Minutes may have been missed while there was no connection."""
        if is_other:
            self._missing.forget()
        self.overdue.connected(is_other=is_other)
        self.progress.connected()
        self.meter_id = meter
        self._wake.set()

    def disconnected(self) -> None:
        self.progress.broken_off()
        self.meter_id = None

    def look_again(self) -> None:
        """Something that was on the books is not any more."""
        self._wake.set()

    def not_listed(self, span: Span, since_s: float) -> list[Span]:
        """What of a span the meter's memory did not have when it was looked at since then, by the
        monotonic clock; nothing while it is away.
        """
        return [] if self.meter_id is None else self._missing.not_listed(span, since_s)

    def pushed(self, entries: Sequence[Entry]) -> None:
        """Looks whether a pushed minute follows on the one before."""
        for entry in entries:
            if self.overdue.came(entry.record):
                self._wake.set()

    def standing(self) -> Iterator[Fault | Wait]:
        """What is wrong with the fetching, and which minutes are waited for."""
        if self.meter_id is None:
            return
        if self.trouble:
            yield self.trouble
        if refused := self._missing.refused:
            yield Fault(
                FaultKind.MINUTES_OVERDUE,
                f"it lists {total_s(refused) // MINUTE_S} minutes, the first of "
                f"{self._calendar.text(refused[0].start)}, and does not give them: asked again",
            )
        if wait := self.overdue.wait(self.progress.moved_s):
            yield wait

    async def run(self) -> None:
        """Catches up whenever something may be missing, until cancelled."""
        while True:
            await self._until_due()
            await self._look(self.meter_id)

    async def _look(self, meter: MeterId | None) -> None:
        """One look at the meter, if it is connected; what fails is looked at again soon."""
        if meter is None:
            return
        if not self._without_time.has_time(self._meter.clock_offset_s):
            await asyncio.sleep(self._timing.time_check_s)
            self._wake.set()
            return
        self._given = 0
        try:
            await self._catch_up(meter)
            await self._read_counters()
            self.trouble = self._left_out()
        except (MeterError, StoreError) as error:
            log.info("%s: fetching stopped, will go on: %s", self._meter.label.name, error)
            self.trouble = _stopped(error)
            self._stumbled(error)
            await asyncio.sleep(self._timing.retry_soon_s if self._given else self._timing.retry_s)
            self._wake.set()

    def _stumbled(self, error: MeterError | StoreError) -> None:
        """A place that fails again and again must not hold up the others."""
        place, self._trying = self._trying, None
        if place is None or isinstance(error, StoreError):
            return
        if not isinstance(error, ProtocolError | MeterDeclined):
            self._fetch_failures.lost(place)
        elif left := self._fetch_failures.refused(place):
            self._missing.refusals.skip(left)
            log.warning("%s: %s", self._meter.label.name, self._left_out_words)

    @property
    def _left_out_words(self) -> str:
        minutes = total_s(self._missing.refusals.skipped) // MINUTE_S
        return f"{minutes} minutes can't be read from it; tried again tomorrow"

    def _left_out(self) -> Fault | None:
        """What could not be read; None when there is nothing."""
        if total_s(self._missing.refusals.skipped) < MINUTE_S:
            return None
        return Fault(FaultKind.UNREADABLE_MINUTES, self._left_out_words)

    async def _until_due(self) -> None:
        """Returns when woken, when pushes are overdue, or when it is time anyway."""
        waited_s = 0.0
        while waited_s < self._timing.every_s:
            try:
                async with asyncio.timeout(self._timing.watch_s):
                    await self._wake.wait()
                break
            except TimeoutError:
                waited_s += self._timing.watch_s
                if self.meter_id is not None and self.overdue.is_silent():
                    break
        self._wake.clear()

    async def _catch_up(self, meter: MeterId) -> None:
        # A minute pushed just now is on the books after this, and so is the hole before it.
        await self._bookkeeper.submit([])
        self._missing.begin(self._today())
        refusals = self._missing.refusals
        state = await self._missing.found(meter)
        if state.minutes:
            log.info("%s: %d minutes to fetch", self._meter.label.name, state.minutes)
        while self.meter_id == meter:
            self._explain(meter, state.lost)
            stretch = self._fetch_failures.next_stretch(state.to_fetch, self._today())
            if not stretch:
                self._fetch_failures.all_asked()
                break
            await self._fetch(stretch)
            state = await self._missing.found(meter)
            left = common(stretch, state.to_fetch)
            refusals.note(left)
            for span in self._fetch_failures.not_given(left):
                refusals.skip(span)
            state = self._missing.to_ask_for(state)
        self._explain(meter, refusals.end())
        if self._given:
            log.info("%s: fetched %d minutes", self._meter.label.name, self._given)

    async def _read_counters(self) -> None:
        """Also a meter that pushes nothing is audited."""
        if self.meter_id is not None:
            self._counters.counted(await self._meter.read_counters())

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
                    if len(pages) >= self._timing.commit_records:
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
        self._given += seconds // MINUTE_S
        self.progress.fetched(seconds)
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
                timeless = within(self._without_time.spans, span)
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
