"""The bookkeeper: the only one who writes the books, one job at a time.

Minutes pushed by all meters go into one commit: they arrive within a second of each other, and each
commit costs the SD card a sync. The queue is bounded: when the store can't be written for long,
pushed minutes are let go, since the meters keep them and they are fetched later; whoever waits for
a commit waits.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreBusy, StoreError
from wattledger.energy.meter import MeterId
from wattledger.flow.notifier import Notifier
from wattledger.flow.ports import Journal
from wattledger.flow.record_limit_fault import RecordLimitFault
from wattledger.flow.store_write_health import StoreWriteHealth

log = logging.getLogger(__name__)

GATHER_S = 2.0
"""How long the first meter's minute waits for the other's."""
RETRY_S = (1.0, 2.0, 5.0, 10.0, 30.0)
QUEUE_LENGTH = 240
"""Two hours of pushed minutes of two meters."""

Job = Callable[[Journal], Awaitable[object]]
"""Some other write; its result is nobody's."""


@dataclass(slots=True)
class _Batch:
    """Entries for one commit; `done` is set by whoever waits for it."""

    entries: list[Entry]
    pushed: bool
    done: asyncio.Future[Booked] | None = None


class Bookkeeper:
    """Takes entries and other writes from everybody and brings them to the journal in order."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        meters_pushing: Callable[[], int],
        booked: Notifier,
        state: StoreWriteHealth,
    ) -> None:
        """`booked` is rung whenever minutes came on the books."""
        self._journal = journal
        self._clock = clock
        self._meters_pushing = meters_pushing
        self._booked = booked
        self._queue: asyncio.Queue[_Batch | Job] = asyncio.Queue(QUEUE_LENGTH)
        self._taken: Job | None = None
        """Off the queue, and next."""
        self._stopping = asyncio.Event()
        self.state = state
        self.let_go = 0
        """How many minutes, or other writes, found the queue full."""
        self.surplus = RecordLimitFault(clock)
        self.givers: set[MeterId] = set()
        """The meters of which minutes came."""

    def offer(self, entries: Sequence[Entry]) -> None:
        """Takes pushed minutes; lets them go when the queue is full."""
        self.givers.update(entry.meter for entry in entries)
        try:
            self._queue.put_nowait(_Batch(list(entries), pushed=True))
        except asyncio.QueueFull:
            self.let_go += len(entries)

    async def submit(self, entries: Sequence[Entry]) -> Booked:
        """Books entries and returns what became of them, once they are on disk."""
        self.givers.update(entry.meter for entry in entries)
        done: asyncio.Future[Booked] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Batch(list(entries), pushed=False, done=done))
        return await done

    def ask(self, job: Job) -> bool:
        """Takes some other write. False when it lets it go, since the queue is full: it is asked
        again by its owner.
        """
        try:
            self._queue.put_nowait(job)
        except asyncio.QueueFull:
            self.let_go += 1
            return False
        return True

    async def run(self) -> None:
        """Writes until `stop`, then what is still queued. What the store refuses for good holds
        nothing else up; `state` tells it.
        """
        while not (self._stopping.is_set() and self._taken is None and self._queue.empty()):
            item, self._taken = self._taken or await self._queue.get(), None
            try:
                if isinstance(item, _Batch):
                    await self._write_batches(item)
                else:
                    await self._patiently(item)
            except StoreError:
                log.exception("a write failed, and is not tried again")

    def stop(self) -> None:
        """What is queued now is still written; `run` then returns."""
        self._stopping.set()
        self.offer([])  # wakes it, should it wait for something to write

    async def _write_batches(self, first: _Batch) -> None:
        """Whoever waits for one of them hears what became of it, whatever happens."""
        batches = [first]
        outcome: Booked | Exception = StoreBusy("the server stops")
        try:
            if first.pushed:
                await self._gather(batches)
            entries = [entry for batch in batches for entry in batch.entries]
            outcome = await self._book(entries) or outcome
        except Exception as error:
            outcome = error
            raise
        finally:
            _tell([batch.done for batch in batches if batch.done is not None], outcome)

    async def _gather(self, batches: list[_Batch]) -> None:
        """Adds other meters' pushed minutes that come within GATHER_S. A job ends it, and is done
        afterwards: within the time it would be broken off in the middle.
        """
        meters = {entry.meter for entry in batches[0].entries}
        try:
            async with asyncio.timeout(GATHER_S):
                while len(meters) < self._meters_pushing() and not self._stopping.is_set():
                    item = await self._queue.get()
                    if not isinstance(item, _Batch):
                        self._taken = item
                        return
                    batches.append(item)
                    meters |= {entry.meter for entry in item.entries}
        except TimeoutError:
            pass

    async def _book(self, entries: Sequence[Entry]) -> Booked | None:
        """None when it gave up, since the server stops."""
        if not entries:  # somebody only waits for his turn
            return Booked()
        booked = await self._patiently(lambda journal: journal.book(entries, self._clock.now_s()))
        if not isinstance(booked, Booked):
            return None
        self.surplus.note(booked.records_let_go)
        if booked.booked:
            self._booked.ring()
        return booked

    async def _patiently(self, job: Job) -> object:
        """Does the job, again and again while the store can't be written; gives up only when
        stopping.
        """
        attempt = 0
        while True:
            try:
                with self.state.trying("booking"):
                    return await job(self._journal)
            except StoreBusy:
                if self._stopping.is_set():
                    return None
                pause_s = RETRY_S[min(attempt, len(RETRY_S) - 1)]
                attempt += 1
                await self._pause(pause_s)

    async def _pause(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._stopping.wait()
        except TimeoutError:
            pass


def _tell(waiting: Sequence[asyncio.Future[Booked]], outcome: Booked | Exception) -> None:
    for done in waiting:
        if done.done():  # whoever waited was cancelled
            continue
        if isinstance(outcome, Exception):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)
