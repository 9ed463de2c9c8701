"""Counts month by month whether the online copy still has what it acknowledged.

`days` says what was posted, and an acknowledgement what was there then; somebody may have deleted
it since, or put back an older state. So each night, after each new connection, and where an answer
was worse than the store's, the copy adds up its minutes, a month at a time and the newest first.
Where the sums differ the records themselves are compared: what is lacking waits to be posted again.
A month that has been found the same must answer as the store does (`confirms`); one that is in
doubt (`doubts`) is answered by the store, and told, until it is counted. Where one month lacks
something all are counted, though nobody asks for the others.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaRefused, StoreError
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.rollup import DaySums
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_losses import NOT_AS_HERE, Lacks, Loss, ReplicaLosses
from wattledger.flow.replica_ports import Outbox, ReplicaWriter, Tally, Turn, no_turn

log = logging.getLogger(__name__)

COMPARED_AT_ONCE_S = 5 * 86_400
REST_FACTOR = 20
"""Counting takes a twentieth of the time at most, however often the connection breaks."""
AGAIN_AFTER_S = 10.0
"""How soon a month that was counted is counted again; the pause doubles where that is in vain."""
MOST_AFTER_S = 40.0
ODD = "it has records twice, or of somebody else's making, and is compared with the store"
NIGHT_S = 3 * 3_600
"""Local time of day from which a new night's count is due."""

Tallies = dict[MeterId, Tally]


class Compared(NamedTuple):
    """A month, record by record: what is otherwise, whether more is there, and whose waits."""

    loss: Loss
    has_more: bool
    again: frozenset[MeterId]


class ReplicaCheck:
    """Of one home; `step` is called by the replicator, between two batches."""

    def __init__(  # noqa: PLR0913 - both books, and both doors between them
        self,
        site: Site,
        here: EnergyBooks,
        there: EnergyBooks,
        outbox: Outbox,
        writer: ReplicaWriter,
        clock: Clock,
        lacks: Lacks,
        again_after_s: float = AGAIN_AFTER_S,
    ) -> None:
        self._calendar: Calendar = site.calendar
        self._here = here
        self._there = there
        self._both = ReconciledBooks(site, here, there)
        self._outbox = outbox
        self._writer = writer
        self._clock = clock
        self._lacks = lacks
        self._again_after_s = again_after_s
        self._due: list[date] = []
        self._all: list[date] = []
        """The months from the first one of which anything is booked."""
        self._same: set[date] = set()
        self._more: set[date] = set()
        """Months of which the copy has what the store lacks."""
        self._counted_s: dict[date, float] = {}
        self._pauses_s: dict[date, float] = {}
        """Of months that were counted in vain."""
        self._compared: dict[date, tuple[Tallies, Tallies, Compared]] = {}
        self._night: date | None = None
        self._wanted = False
        self._took_s = 0.0
        self._rested_at_s = 0.0
        self.called = asyncio.Event()
        """Set when there is something to do."""

    @property
    def lack(self) -> ReplicaLosses | None:
        """What was found to be otherwise than here, until it was found to be the same."""
        return self._lacks.now

    def begin(self) -> None:
        """After a new connection: whatever was counted before may be otherwise now."""
        self._same.clear()
        self._more.clear()
        self._counted_s.clear()
        self._pauses_s.clear()
        self._wanted = True

    def confirms(self, span: Span) -> bool:
        """Whether every month of the span was found the same as here."""
        return self._same.issuperset(self._months(span))

    def has_more(self, span: Span) -> bool:
        """Whether it was found to have more of the span than the store; before the store's first
        month it has all there is. Of a month that was not counted yet nobody can tell.
        """
        booked = {month for month in self._months(span) if self._all and month >= self._all[0]}
        return booked <= self._same | self._more and not self.confirms(span)

    def doubts(self, span: Span) -> bool:
        """Whether a month of the span is worse than here, or was not counted since it seemed so."""
        return self._lacks.has_of(self._months(span))

    def doubt(self, span: Span, why: str = NOT_AS_HERE) -> None:
        """What was read there is not what the store has: its months are counted first.

        Before the first count nothing is in doubt: all is counted anyway.
        """
        for month in self._months(span):
            if not self._all or month < self._all[0]:
                continue
            if not self._lacks.is_odd(month):
                self._lacks.doubt(month, why)
            if month not in self._due:
                self._due.append(month)
                self.called.set()

    def met(self, meters: Sequence[MeterId], span: Span, *, is_sound: bool) -> None:
        """A reader found records that are none, or one twice; what is known of is not news."""
        if not is_sound and not all(map(self._lacks.is_odd, self._months(span))):
            log.debug("mongodb: odd records of %s", ", ".join(meters))
            self.doubt(span, ODD)

    async def step(self, turn: Turn = no_turn) -> frozenset[MeterId] | None:
        """Counts a month that is due: the meters of which minutes wait again; None if none is due.

        Of a month of which something waits nothing can be said; it stays due, as does one that
        can't be counted. Raises ReplicaError.
        """
        await self._look_at_the_time()
        for month in filter(self._may_count, reversed(self._due)):
            began_s = self._clock.monotonic_s()
            try:
                again = await self._counted(month, turn)
            except (StoreError, ReplicaRefused) as error:
                self._same.discard(month)
                self._more.discard(month)
                self._lacks.doubt(month, f"it can't be compared with the store: {error}")
                again, is_done = frozenset[MeterId](), False
                self._was_in_vain(month)
            else:
                is_done = not again
            if again is None:
                if not self._outbox.waiting():  # else what waits is soon posted
                    self._was_in_vain(month)
                continue
            if again:  # whoever took that out may have been at months for which nobody asks
                self._due = sorted({*self._due, *self._all})
            if is_done:
                self._due.remove(month)
                self._pauses_s.pop(month, None)
            now_s = self._counted_s[month] = self._clock.monotonic_s()
            self._took_s += now_s - began_s
            self._rested_at_s = now_s + REST_FACTOR * self._took_s
            return again
        return None

    def rest_s(self, most_s: float) -> float:
        """How long until a month that is due may be counted, `most_s` at the most.

        Of one that might be counted now nothing could be said just now.
        """
        now_s = self._clock.monotonic_s()
        counted_s = [now_s if self._may_count(m) else self._counted_s[m] for m in self._due]
        due = [at_s + self._pause_s(m) for m, at_s in zip(self._due, counted_s, strict=True)]
        if self._wanted:
            due.append(self._rested_at_s)
        return max(0.0, min([most_s, *(at_s - now_s for at_s in due)]))

    def _may_count(self, month: date) -> bool:
        counted_s = self._counted_s.get(month)
        return counted_s is None or self._clock.monotonic_s() - counted_s >= self._pause_s(month)

    def _was_in_vain(self, month: date) -> None:
        """Minutes are damaged here, or the copy refuses to count."""
        known_s = self._pauses_s.get(month)
        self._pauses_s[month] = (
            self._again_after_s if known_s is None else min(2 * known_s, MOST_AFTER_S)
        )
        self._counted_s[month] = self._clock.monotonic_s()

    def _pause_s(self, month: date) -> float:
        return self._pauses_s.get(month, self._again_after_s)

    async def _look_at_the_time(self) -> None:
        """Everything is due each night, and after a new connection, yet not all the time; a month
        is due when something of it is booked for the first time.
        """
        night = self._calendar.day_of(self._clock.now_s() - NIGHT_S)
        rested = self._clock.monotonic_s() >= self._rested_at_s
        everything = night != self._night or (self._wanted and rested)
        booked = (await self._here.booked()).values()
        if not booked:  # looked for each time, until something is
            self._wanted, self._night = False, None
            return
        whole = Span(min(span.start for span in booked), max(span.end for span in booked))
        known, self._all = self._all, list(self._months(whole))
        new = self._all if everything else set(self._all).difference(known)
        self._due = sorted({*self._due, *new})
        if everything:
            self._wanted, self._night, self._took_s = False, night, 0.0

    async def _counted(self, month: date, turn: Turn) -> frozenset[MeterId] | None:
        """Whose minutes wait again; None where nothing can be said yet."""
        span = self._span(month)
        here = await self._outbox.tallies(span)
        if here is None:
            return None
        there = await self._writer.tallies(span)
        found = await self._looked_into(month, span, (here, there), turn)
        self._same.discard(month)
        self._more.discard(month)
        if not found.loss.lacking_minutes:
            await self._mend_days(month, turn, has_more=found.has_more)
        if found.has_more:
            self._more.add(month)
        elif not found.loss.is_worse:
            self._same.add(month)
        self._lacks.counted(month, found.loss)
        return found.again

    async def _looked_into(
        self, month: date, span: Span, sums: tuple[Tallies, Tallies], turn: Turn
    ) -> Compared:
        """The records themselves, where the sums here and there differ otherwise than they did the
        last time, or are the same although answers were not.
        """
        here, there = sums
        if here == there:
            self._compared.pop(month, None)
            of_same = here if self._lacks.answers_otherwise(month) else ()
            return await self._compare(span, sums, of_same, turn)
        known = self._compared.get(month)
        if known is not None and known[:2] == sums:
            return known[2]
        differ = [meter for meter in here if there.get(meter) != here[meter]]
        found = await self._compare(span, sums, differ, turn)
        self._compared[month] = here, there, found._replace(again=frozenset())
        return found

    async def _compare(
        self, span: Span, sums: tuple[Tallies, Tallies], meters: Collection[MeterId], turn: Turn
    ) -> Compared:
        """What is lacking of these meters waits again, in the order of time."""
        here, there = sums
        again: set[MeterId] = set()
        lacking = differing = read = 0
        has_more = not here.keys() >= there.keys()
        for meter in meters:
            for part in _parts(span):
                await turn()
                own = await self._here.minutes([meter], part)
                found = {
                    record.start: record for record in await self._there.minutes([meter], part)
                }
                absent = [record for record in own if record.start not in found]
                # What was booked since the sums were taken is on its way.
                waiting = await self._outbox.records(meter, part, len(own)) if absent else ()
                lost = [record for record in absent if record not in waiting]
                differing += sum(found.get(record.start, record) != record for record in own)
                has_more |= len(found) > len(own) - len(absent)
                read += len(found)
                if lost:
                    lacking += len(lost)
                    again.add(meter)
                    await self._outbox.again(meter, lost)
        stored = sum(there[meter].records for meter in meters if meter in there)
        loss = Loss(lacking, differing, max(0, stored - read))
        return Compared(loss, has_more, frozenset(again))

    async def _mend_days(self, month: date, turn: Turn, *, has_more: bool) -> None:
        """No minute lacks: a day that is not as it would be posted is wrong, or was deleted.

        Where the copy has more minutes than the store, those are what a day is added up from.
        """
        first, end = month.toordinal(), _after(month).toordinal()
        there = {day.ordinal: day for day in await self._writer.days(first, end)}
        wrong = [day for day in await self._days_here(first, end) if there.get(day.ordinal) != day]
        if has_more:
            right = await self._both.whole(wrong, turn)
            wrong = [day for day in right if there.get(day.ordinal) != day]
        if wrong:
            await self._writer.put_days(wrong, over_more=True)
            self._lacks.mended(month, len(wrong))

    async def _days_here(self, first: int, end: int) -> list[DaySums]:
        by_netting = {
            netting: dict(await self._here.days(first, end, netting)) for netting in Netting
        }
        return [
            DaySums(ordinal, {netting: by_netting[netting][ordinal] for netting in Netting})
            for ordinal in range(first, end)
            if all(ordinal in days for days in by_netting.values())
        ]

    def _months(self, span: Span) -> Iterator[date]:
        """The local months of a span by their first days, oldest first."""
        first = self._calendar.day_of(span.start).replace(day=1)
        last = self._calendar.day_of(max(span.start, span.end - 1))
        while first <= last:
            yield first
            first = _after(first)

    def _span(self, month: date) -> Span:
        return Span(self._calendar.start_of(month), self._calendar.start_of(_after(month)))


def _after(month: date) -> date:
    """The first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)


def _parts(span: Span) -> Iterator[Span]:
    for start in range(span.start, span.end, COMPARED_AT_ONCE_S):
        yield Span(start, min(start + COMPARED_AT_ONCE_S, span.end))
