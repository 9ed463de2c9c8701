"""A journal in memory that can be full for a while, as a disk can."""

import asyncio
from collections.abc import Sequence

from wattledger.energy.binding import Binding
from wattledger.energy.entry import Booked, Entry, GapReason
from wattledger.energy.errors import StoreBusy
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span


class MemoryJournal:
    """First wins, as in the books; remembers each commit. Raises StoreBusy while
    `busy` is above 0.
    """

    def __init__(self) -> None:
        self.minutes: dict[tuple[MeterId, int], MinuteRecord] = {}
        self.commits: list[list[Entry]] = []
        self.counters: list[tuple[MeterId, Counters]] = []
        self.explained: list[tuple[MeterId, Span, GapReason]] = []
        self.identities: list[MeterIdentity] = []
        self.assignments: list[Assignment] = []
        self.busy = 0
        self.tried = asyncio.Event()
        self.committed = asyncio.Event()

    async def book(self, entries: Sequence[Entry], now: float) -> Booked:
        self._check()
        booked = known = contradicted = 0
        for entry in entries:
            before = self.minutes.setdefault((entry.meter, entry.record.start), entry.record)
            if before is entry.record:
                booked += 1
            elif before == entry.record:
                known += 1
            else:
                contradicted += 1
        self.commits.append(list(entries))
        self.committed.set()
        return Booked(booked, known, contradicted)

    async def settle(self, now: float) -> bool:
        self._check()
        return False

    async def keep_counters(self, meter: MeterId, counters: Counters) -> None:
        self._check()
        self.counters.append((meter, counters))

    async def keep_identity(self, identity: MeterIdentity, bindings: Sequence[Binding]) -> None:
        self._check()
        self.identities.append(identity)

    async def assign(self, assignment: Assignment) -> None:
        self._check()
        self.assignments.append(assignment)

    async def explain(self, meter: MeterId, span: Span, reason: GapReason) -> None:
        self._check()
        self.explained.append((meter, span, reason))

    def _check(self) -> None:
        self.tried.set()
        if self.busy > 0:
            self.busy -= 1
            raise StoreBusy("the disk is full")
