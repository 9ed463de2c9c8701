"""Keeps the file of the books whole: looks through it within a week, has damage dealt with, and
tells.

What was damaged is a gap until it is booked again (`flow/damage_healing.py`).
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.errors import StoreError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, total_s, without
from wattledger.flow.backfill import Backfill
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import Moment
from wattledger.flow.damage_healing import METER_FIRST_S, DamageHealing, FromCopy
from wattledger.flow.status import PartHealth
from wattledger.flow.store_integrity_ports import IntegrityStore

log = logging.getLogger(__name__)

WEEK_S = 7 * 86_400
DAY_S = 86_400
HOUR_S = 3_600
EVERY_S = 15.0
BREATH_S = 0.05
"""Between two stretches of looking, so that whoever asks comes first."""
TOLD_S = 86_400.0
"""How long damage that is mended is still told: the disk may be about to fail."""
GIVEN_UP_AGAIN_S = METER_FIRST_S + 300.0
"""What was given up before the start is given up within this after it."""


class _Told(NamedTuple):
    """What was noticed, and when; `at_s` by the monotonic clock."""

    since: Moment
    at_s: float
    words: str


class StoreIntegrity:
    """The watch over one store; the backfills fetch again what was lost."""

    def __init__(
        self,
        integrity: IntegrityStore,
        context: BooksContext,
        backfills: Sequence[Backfill],
        from_copy: FromCopy | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        """`from_copy` gives what the online copy has of a span; None without one."""
        self._every_s = every_s
        self._integrity = integrity
        self._books = context.books
        self._clock = context.clock
        self._steps = context.steps
        self._backfills = backfills
        self._has_copy = from_copy is not None
        self._healing = DamageHealing(context, backfills, from_copy)
        self._writing = context.bookkeeper.state
        self._noticed = asyncio.Event()
        self._looked_to_s: float | None = None
        self._damaged: Mapping[MeterId, list[Span]] = {}
        self._remains: _Told | None = None
        """Since when there is damage that is not booked again."""
        self._has_recalled = False
        self._found: _Told | None = None
        self._gone: _Told | None = None
        self._unmended: _Told | None = None

    async def run(self) -> None:
        """Until cancelled."""
        self._integrity.listen(self._noticed.set)
        await self._tick()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._noticed.wait()
            await self._tick()

    def health(self) -> PartHealth:
        """The store among the server's parts."""
        state = self._writing
        known = self._gone or self._unmended
        unwell = known.words if known else self._unhealed() if self._awaited else None
        return PartHealth(
            "store",
            ok=not state.failing and unwell is None,
            detail="can't be written; trying again" if state.failing else unwell or "writing",
            last_error=state.last_error,
            last_error_at=state.last_error_at,
        )

    def standing(self) -> list[Fault]:
        """What is wrong with the store just now, or was within a day."""
        faults = []
        if self._gone is not None:
            faults.append(Fault(FaultKind.STORE_GONE, self._gone.words, self._gone.since.at))
        if told := self._unmended:
            faults.append(Fault(FaultKind.STORE_DAMAGED, told.words, told.since.at))
        elif told := self._found_lately:
            detail = f"{told.words}; {self._state()}"
            faults.append(Fault(FaultKind.STORE_DAMAGED, detail, told.since.at))
        elif self._remains:
            faults.append(Fault(FaultKind.STORE_DAMAGED, self._state(), self._remains.since.at))
        return faults

    @property
    def _found_lately(self) -> _Told | None:
        """What was found, as long as it is told: a day, and while some of it remains."""
        found = self._found
        is_late = found is not None and self._clock.monotonic_s() - found.at_s >= TOLD_S
        return None if is_late and not self._awaited else found

    @property
    def _awaited(self) -> Mapping[MeterId, list[Span]]:
        """What is damaged and may come back."""
        given_up = self._healing.given_up
        awaited = {of: without(spans, given_up.get(of, ())) for of, spans in self._damaged.items()}
        return {meter: spans for meter, spans in awaited.items() if spans}

    def _noticed_now(self, words: str) -> _Told:
        return _Told(self._steps.moment(), self._clock.monotonic_s(), words)

    async def _tick(self) -> None:
        try:
            await self._see_whether_gone()
            await self._recall()
            await self._look()
            await self._mend()
            await self._heal()
        except StoreError as error:
            log.debug("store: not looked through just now: %s", error)

    async def _see_whether_gone(self) -> None:
        words = await self._integrity.gone()
        if words is not None and self._gone is None:
            self._gone = self._noticed_now(words)
        elif words is None and self._gone is not None:
            self._gone = None

    async def _recall(self) -> None:
        """What was found before the start is told for as long as without one. A clock that shows
        an earlier time may still have to be set.
        """
        if self._has_recalled or self._found:
            return
        found_at = await self._integrity.found_at()
        ago_s = self._clock.now_s() - (found_at or 0)
        self._has_recalled = ago_s >= 0
        if found_at is not None and 0 <= ago_s < TOLD_S:
            since, at_s = self._steps.moment(ago_s), self._clock.monotonic_s() - ago_s
            self._found = _Told(since, at_s, "damage on the disk was found before the last start")

    async def _look(self) -> None:
        """The stretch that is due: the place in the books goes with the time of the week, so that a
        restart does not begin anew.
        """
        booked = await self._books.booked()
        if not booked:
            return
        start = min(span.start for span in booked.values())
        end = max(span.end for span in booked.values())
        for part in self._due(start, end):
            await self._integrity.check(part)
            await asyncio.sleep(BREATH_S)

    def _due(self, start: int, end: int) -> list[Span]:
        now = self._clock.now_s()
        since = self._looked_to_s
        self._looked_to_s = now
        if since is None:
            return [Span(max(start, end - DAY_S), end)]
        first, last = (start + (end - start) * (at % WEEK_S) / WEEK_S for at in (since, now))
        if now - since >= WEEK_S or now < since:
            first, last = start, end
        if last < first:
            last = end
        edges = [*range(int(first) // HOUR_S * HOUR_S, int(last), DAY_S), int(last)]
        return [Span(*edge) for edge in pairwise(edges)]

    async def _mend(self) -> None:
        self._noticed.clear()
        mended = await self._integrity.mend(self._clock.now_s())
        self._note_unmended(mended.unmended)
        if mended.words:
            log.error("store: damage on the disk was found: %s", mended.words)
            self._found = self._noticed_now(f"damage on the disk was found: {mended.words}")
        await self._count()
        if mended.fetchable:
            for backfill in self._backfills:
                backfill.look_again()

    def _note_unmended(self, words: str) -> None:
        if not words:
            self._unmended = None
        elif self._unmended is None:
            log.error("store: damage on the disk can't be mended yet: %s", words)
            self._unmended = self._noticed_now(words)

    async def _count(self) -> None:
        before = self._remains
        self._damaged = await self._integrity.damaged()
        if self._awaited:
            self._remains = self._remains or self._noticed_now("damage on the disk is known")
        else:
            self._remains = None
            if before:
                log.info("store: what was damaged: %s", self._state())

    async def _heal(self) -> None:
        """What is given up is told for a day from then, unless it was before the start."""
        before = self._healing.given_up
        if not (self._damaged or before):
            return
        await self._healing.heal(self._damaged)
        known = self._found or self._remained_for_long()
        if known and _minutes_of(self._healing.given_up) > _minutes_of(before):
            self._found = known._replace(at_s=self._clock.monotonic_s())
        await self._count()

    def _remained_for_long(self) -> _Told | None:
        """What remained for longer than what is given up anew at each start."""
        known, now_s = self._remains, self._clock.monotonic_s()
        return known if known and now_s - known.at_s > GIVEN_UP_AGAIN_S else None

    def damage(self, meter: MeterId | None, gaps: Sequence[Gap]) -> list[Fault]:
        """What of one meter is damaged and may come back, by its gaps."""
        damaged = [gap.span for gap in gaps if gap.reason is GapReason.DAMAGED]
        spans = without(damaged, self._healing.given_up.get(meter, ())) if meter else damaged
        if not spans:
            return []
        words = (
            f"{total_s(spans) // MINUTE_S} minutes were damaged on the disk and are null until "
            "they are fetched again from the meter, or from MongoDB"
        )
        since = self._remains.since.at if self._remains else None
        return [Fault(FaultKind.DAMAGED_MINUTES, words, since)]

    def _state(self) -> str:
        """What has become of all that was damaged."""
        parts = [self._unhealed()] if self._awaited else []
        if minutes := _minutes_of(self._healing.given_up):
            nobody = "neither the meter nor MongoDB" if self._has_copy else "no meter"
            parts.append(f"{minutes} minutes stay null: {nobody} has them any more")
        return "; ".join(parts) or "all of it is mended"

    def _unhealed(self) -> str:
        source = "the meter or from MongoDB" if self._has_copy else "the meter"
        minutes = _minutes_of(self._awaited)
        return f"{minutes} minutes are null until they are fetched again from {source}"


def _minutes_of(spans: Mapping[MeterId, Sequence[Span]]) -> int:
    return sum(map(total_s, spans.values())) // MINUTE_S
