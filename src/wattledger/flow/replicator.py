"""Posts the outbox to the online copy: nothing twice, nothing forgotten.

One batch is in flight. After any doubt (start, error, time run out, another writer) a new session
begins: the lease is renewed by a write that a majority has, and then each batch is looked up before
what is missing of it is sent, until the outbox has once been empty. What is booked later, and is
newer than all that the copy has, has certainly never been sent. What is older may have been, by a
store that was lost: it is always looked up.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from wattledger.energy.errors import (
    ReplicaError,
    ReplicaForeign,
    ReplicaFull,
    ReplicaRestored,
    StoreError,
)
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_ports import CostPoster, Outbox, ReplicaWriter, SiteManifest
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_plan import MOST_RECORDS, Backlog, batch_of, choose
from wattledger.flow.replication_state import ReplicationState

COUNT_EVERY_S = 0.25
"""Between two months that are counted: others use the cluster too."""
LOOK_EVERY_S = 600.0
NOTE_EVERY_S = 3_600.0
"""How often the lease epoch is noted: each note is a commit."""
MOST_DAYS = 100
AHEAD_S = 2 * 86_400
"""No minute is booked that is dated so far ahead."""
_NO_HOME = "what the home is like is not posted"
_NO_DAYS = "the sums of days are not posted"
_NO_COSTS = "the costs of days are not posted"
_NO_LOOK = "how much space is used is not known"


class Replicator:
    """Moves the outbox to the copy."""

    def __init__(  # noqa: PLR0913 - both doors, and what it is woken by
        self,
        outbox: Outbox,
        writer: ReplicaWriter,
        manifest: Callable[[], SiteManifest],
        both: ReconciledBooks,
        replica_check: ReplicaCheck,
        state: ReplicationState,
        booked: Notifier,
        steps: ClockSteps,
        pace: ReplicaTiming | None = None,
        costs: CostPoster | None = None,
    ) -> None:
        """`booked` is rung when minutes were booked. A step of the clock ends a pause: a
        certificate that was refused may be good now.
        """
        self._outbox = outbox
        self._writer = writer
        self._both = both
        self._clock = state.clock
        self._manifest = manifest
        self._told: SiteManifest | None = None
        self._told_at_s = 0.0
        self._replica_check = replica_check
        self._due = booked.wakes(replica_check.called)
        self._steps = steps
        self._newest: dict[MeterId, int | None] = {}
        self._late_since_s: dict[MeterId, float] = {}
        self._certain = False
        self._got_on = False
        self._took = False
        self._epoch = 0
        self._noted_at_s = 0.0
        self._looked_at_s: float | None = None
        self._pace = pace or ReplicaTiming()
        self._costs = costs
        self.state = state

    def to_post(self, meter: MeterId) -> int:
        """Minutes of the meter that wait."""
        return self._outbox.waiting().get(meter, 0)

    async def run(self) -> None:
        """Posts until cancelled; then another server may take over at once."""
        attempt = 0
        try:
            while True:
                try:
                    await self._session()
                except (ReplicaError, StoreError) as error:
                    attempt = 0 if self._got_on else attempt + 1
                    if isinstance(error, ReplicaForeign | ReplicaRestored):
                        await self._forget_copy()
                    self.state.fails(error, self._clock.now_s())
                    if isinstance(error, ReplicaFull):
                        await self._look_at_space()
                    await self._pause(error, attempt)
        finally:
            self.state.writes(is_writer=False)
            if self._took:
                await self._note_epoch()
                with suppress(ReplicaError):
                    await self._writer.release()

    async def _session(self) -> None:
        self._certain = self._got_on = False
        self._newest.clear()
        self._told = None
        self.state.turns()
        copy_id, self._epoch = await self._writer.take()
        self._took = True
        self.state.writes(is_writer=True)
        await self._outbox.aim(copy_id)
        if self._epoch <= self._outbox.epoch:
            raise ReplicaRestored
        await self._note_epoch()
        while await self._outbox.fill():
            self._working("entering what was booked before")
        await self._look_behind()
        await self._look_up_late()
        self._replica_check.begin()
        if self._costs is not None:
            self._costs.begin()
        while True:
            self._due.clear()
            await self._turn()
            if self._clock.monotonic_s() - self._noted_at_s >= NOTE_EVERY_S:
                await self._note_epoch()
            tried = self.state.refused.tried
            await tried(_NO_HOME, self._tell_home)
            if (
                await self._post_minutes()
                or await tried(_NO_DAYS, self._post_days)
                or await tried(_NO_COSTS, self._post_costs)
            ):
                continue
            await tried(_NO_LOOK, self._look_around)
            pause_s = COUNT_EVERY_S if await self._count() else self._rest_s()
            self.state.rests(self._minutes_waiting())
            self._got_on = True
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._due.wait()

    async def _turn(self) -> None:
        """Something else is begun, under a lease that lasts."""
        self._epoch = await self._writer.keep()
        self.state.turns()

    async def _count(self) -> bool:
        """Counts a month of what is there, if one is due; what lacks is posted at once, as is what
        keeps a month that is in doubt from being counted.
        """
        again = await self._replica_check.step(self._turn)
        keeps_waiting = again is None and self.state.lack and self.state.lack.doubts
        for meter in self._outbox.waiting() if keeps_waiting else again or ():
            self._is_due(meter)
        return again is not None

    def _rest_s(self) -> float:
        idle_s = self._pace.idle_s
        return min(idle_s, max(COUNT_EVERY_S, self._replica_check.rest_s(idle_s)))

    def _is_due(self, meter: MeterId) -> None:
        """Its late minutes wait no longer."""
        self._late_since_s[meter] = self._clock.monotonic_s() - self._pace.late_waits_s

    async def _note_epoch(self) -> None:
        """A copy that comes to it once more was put back to an earlier state.

        A store that takes no note, its disk being full, does not keep minutes from being posted.
        """
        self._noted_at_s = self._clock.monotonic_s()
        if self._epoch > self._outbox.epoch:
            with suppress(StoreError):
                await self._outbox.note(self._epoch)

    async def _look_behind(self) -> None:
        """Whether the copy still has the newest that it acknowledged. Raises ReplicaRestored."""
        for meter, posted_at in (await self._outbox.newest_posted()).items():
            newest = await self._newest_of_all(meter)
            if newest is None or newest < posted_at:
                raise ReplicaRestored

    async def _newest_of_all(self, meter: MeterId) -> int | None:
        if meter not in self._newest:
            self._newest[meter] = await self._writer.newest(meter)
        return self._newest[meter]

    async def _newest_there(self, meter: MeterId) -> int | None:
        """The newest but for what somebody has dated ahead: beside that all would be late."""
        newest, ahead = await self._newest_of_all(meter), int(self._clock.now_s()) + AHEAD_S
        if newest is None or newest < ahead:
            return newest
        return await self._writer.newest(meter, ahead)

    async def _look_up_late(self) -> None:
        """Acknowledges what is there although its answer never came; what is not there has waited.

        How long, nobody knows after a start: the rest of it is posted at once.
        """
        for meter in self._outbox.waiting():
            self._is_due(meter)
            span = (await self._backlog(meter)).late_span
            while batch := batch_of(await self._outbox.records(meter, span, MOST_RECORDS)):
                await self._turn()
                self._working("looking for what was posted before")
                await self._missing(meter, batch)
                span = Span(batch[-1].start + 1, span.end)

    async def _post_minutes(self) -> bool:
        """Posts the next batch; False when none is due."""
        backlogs = [await self._backlog(meter) for meter in self._outbox.waiting()]
        if not backlogs:
            self._certain = True
        now_s = self._clock.monotonic_s()
        late = {one.meter for one in backlogs if one.late_records}
        self._late_since_s = {m: self._late_since_s.get(m, now_s) for m in late}
        choice = choose(backlogs, self._late_since_s, now_s, self._pace.late_waits_s)
        if choice is None:
            return False
        records = await self._outbox.records(choice.meter, choice.span, MOST_RECORDS)
        batch = batch_of(records)
        if not batch:  # what waits is damaged, or was lost with a page
            return await self._outbox.count_anew()
        self._working("posting")
        if choice.late or not self._certain:
            missing = await self._missing(choice.meter, batch)
        else:
            missing = batch
        await self._send(choice.meter, missing)
        newest = self._newest.get(choice.meter)
        self._newest[choice.meter] = max(batch[-1].start, -1 if newest is None else newest)
        return True

    async def _backlog(self, meter: MeterId) -> Backlog:
        newest = await self._newest_there(meter)
        total = self._outbox.waiting().get(meter, 0)
        late = 0 if newest is None else await self._outbox.count(meter, Span(0, newest + 1))
        return Backlog(meter, max(0, total - late), late, newest)

    async def _send(self, meter: MeterId, records: list[MinuteRecord]) -> None:
        """Sends what the copy does not have."""
        if records:
            await self._writer.append(meter, records)
            await self._acknowledge(meter, records)

    async def _acknowledge(self, meter: MeterId, records: list[MinuteRecord]) -> None:
        await self._outbox.acknowledge(meter, records)
        self.state.acknowledged()
        self._got_on = True

    async def _missing(self, meter: MeterId, batch: list[MinuteRecord]) -> list[MinuteRecord]:
        """What of the batch the copy does not have; the rest is acknowledged."""
        stored = await self._writer.stored(meter, Span(batch[0].start, batch[-1].end))
        known = [record for record in batch if record.start in stored]
        if known:
            await self._acknowledge(meter, known)
        return [record for record in batch if record.start not in stored]

    async def _post_days(self) -> bool:
        """False when none is due. A day of which the copy has more is posted as it is there."""
        days = await self._outbox.days(MOST_DAYS)
        if not days:
            return False
        more = await self._both.more_there(self._turn)
        if more and self._outbox.waiting():
            return False
        await self._writer.put_days(await self._both.whole(days, self._turn) if more else days)
        await self._outbox.acknowledge_days(days)
        self._got_on = True
        if self._costs is not None:
            self._costs.touch(day.ordinal for day in days)
        return True

    async def _post_costs(self) -> bool:
        return self._costs is not None and await self._costs.step(self._turn)

    async def _tell_home(self) -> bool:
        """Whether it was another than what was told. What was told is told again now and then:
        somebody may have removed it, or written over it.
        """
        manifest, now_s = self._manifest(), self._clock.monotonic_s()
        is_same = manifest == self._told
        if is_same and now_s - self._told_at_s < LOOK_EVERY_S:
            return False
        await self._writer.put_home(manifest)
        self._told, self._told_at_s = manifest, now_s
        if not is_same:
            self._looked_at_s = None
        return not is_same

    async def _look_around(self) -> bool:
        """Now and then: how much space is left, and whether this store has all that is there."""
        now_s = self._clock.monotonic_s()
        if self._looked_at_s is not None and now_s - self._looked_at_s < LOOK_EVERY_S:
            return False
        self.state.sees(await self._writer.usage(), await self._both.more_there(self._turn))
        self._looked_at_s = now_s
        return True

    async def _forget_copy(self) -> None:
        """What is there is not what was posted: nothing is answered from it, and all is posted
        anew.
        """
        with suppress(StoreError):
            await self._outbox.aim(None)

    async def _look_at_space(self) -> None:
        """Who asks why nothing is posted is to see it, also right after a start."""
        with suppress(ReplicaError):
            self.state.sees_space(await self._writer.usage())

    def _working(self, words: str) -> None:
        self.state.works(words, self._minutes_waiting())

    def _minutes_waiting(self) -> int:
        return sum(self._outbox.waiting().values())

    async def _pause(self, error: ReplicaError | StoreError, attempt: int) -> None:
        retry_s, pauses_s = self._pace.retry_s, self._pace.pauses_s
        pause_s = next((s for kind, s in pauses_s.items() if isinstance(error, kind)), None)
        if pause_s is None:
            pause_s = retry_s[min(attempt, len(retry_s) - 1)]
        await self._steps.pause(pause_s)
