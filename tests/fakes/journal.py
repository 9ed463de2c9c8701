"""A journal in memory that can be full for a while, as a disk can."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tests.fakes.books import MemoryBooks
from wattledger.energy.booking_entry import Booked, Entry, GapReason
from wattledger.energy.errors import StoreBusy
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.record import Counters, MinuteRecord, check_record
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span

AHEAD_S = 300
ANY_HOME = Site("Home", Calendar(ZoneInfo("Europe/Helsinki")), Netting.QUARTER, ())


class MemoryJournal:
    """Writes into books in memory; remembers each commit. Raises StoreBusy while `busy` is above
    0.
    """

    def __init__(self, books: MemoryBooks | None = None) -> None:
        self.books = books or MemoryBooks(ANY_HOME)
        self.commits: list[list[Entry]] = []
        self.counters: list[tuple[MeterId, Counters]] = []
        self.explained: list[tuple[MeterId, Span, GapReason]] = []
        self.identities: list[MeterIdentity] = []
        self.assignments: list[Assignment] = []
        self._parked: list[Entry] = []
        self.busy = 0
        self.tried = asyncio.Event()
        self.committed = asyncio.Event()

    @property
    def minutes(self) -> dict[tuple[MeterId, int], MinuteRecord]:
        return self.books.records

    async def book(self, entries: Sequence[Entry], now: float) -> Booked:
        self._check()
        for entry in entries:
            check_record(entry.record)
        early = [entry for entry in entries if entry.record.end > now + AHEAD_S]
        became = [self._book(entry) for entry in entries if entry not in early]
        for entry in early:
            self._park(entry)
        self.commits.append(list(entries))
        self.committed.set()
        booked, known = became.count("booked"), became.count("known")
        return Booked(booked, known, became.count("contradicted"), len(early))

    def _book(self, entry: Entry) -> str:
        """First wins: what of it is booked tells what becomes of all of it."""
        meter, record = entry.meter, entry.record
        if self.books.records.get((meter, record.start)) == record:
            return "known"
        if not self.books.is_free(meter, Span(record.start, record.end)):
            self.books.contradict(meter, record)
            return "contradicted"
        self.books.put(meter, record)
        return "booked"

    def _park(self, entry: Entry) -> None:
        if entry not in self._parked:
            self._parked.append(entry)
            kept = self.books.kept_aside
            kept[entry.meter] = kept.get(entry.meter, 0) + 1

    async def maintain(self, now: float) -> bool:
        """What was parked is booked when its time has come."""
        self._check()
        for entry in [one for one in self._parked if one.record.end <= now + AHEAD_S]:
            self._parked.remove(entry)
            self.books.kept_aside[entry.meter] -= 1
            self._book(entry)
        return False

    async def keep_counters(self, meter: MeterId, counters: Counters, now: float) -> None:
        self._check()
        self.counters.append((meter, counters))
        at, epoch, kept = counters.at, counters.epoch, self.books.kept_counters
        latest = max(at, int(now) + AHEAD_S)
        left = [one for one in kept.get(meter, []) if one.at <= latest or one.epoch >= epoch]
        if not any(one.at == at and one.epoch < epoch for one in left):
            left = [*(one for one in left if one.at != at), counters]
        kept[meter] = sorted(left, key=lambda one: one.at)

    async def keep_identity(self, identity: MeterIdentity, bindings: Sequence[Binding]) -> None:
        self._check()
        self.identities.append(identity)
        self.books.kept_identities[identity.meter] = identity
        self.books.kept_bindings = tuple(bindings)
        self._forget({one.meter for one in bindings} | {identity.meter})

    def _forget(self, bound: set[MeterId]) -> None:
        """What is known of the others that never gave a minute."""
        named = {*bound, *self.books.kept_aside, *(meter for meter, _ in self.books.records)}
        for kept in (self.books.kept_identities, self.books.kept_counters):
            for meter in kept.keys() - named:
                del kept[meter]

    async def assign(self, assignment: Assignment) -> None:
        self._check()
        self.assignments.append(assignment)
        self.books.assignment = assignment

    async def explain(self, meter: MeterId, span: Span, reason: GapReason) -> None:
        self._check()
        self.explained.append((meter, span, reason))
        self.books.explain(meter, span, reason)

    def _check(self) -> None:
        self.tried.set()
        if self.busy > 0:
            self.busy -= 1
            raise StoreBusy("the disk is full")
