"""A home whose copy is compared with its store, in memory."""

from collections.abc import Callable
from datetime import date

from typing_extensions import override

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.copy import MemoryCopy, MemoryOutbox
from tests.fakes.home import MemoryHome
from wattledger.energy.errors import StoreBusy
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_ports import Tally
from wattledger.flow.replica_reader import Replica

T0 = 1_774_648_800
"""2026-03-28 00:00 in Helsinki."""
T0_DAY = date(2026, 3, 28).toordinal()
APRIL = T0 + 95 * 3_600
MARCH_SPAN = Span(T0, APRIL)
OTHER = MeterId("A0DD6C000003")


def stretch(start: int, count: int) -> list[MinuteRecord]:
    return [MinuteRecord(start + 60 * minute, 60, 9, 0, 0, 1, 0, 0) for minute in range(count)]


class BusyOutbox(MemoryOutbox):
    busy = False
    damaged = False

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], None] = lambda: None
        """Happens once the sums are taken."""

    @override
    async def tallies(self, span: Span) -> dict[MeterId, Tally] | None:
        if self.busy:
            raise StoreBusy("locked")
        if self.damaged:
            return None
        found = await super().tallies(span)
        self.meanwhile()
        return found


class Counting:
    """A home whose copy is somebody's toy."""

    def __init__(self) -> None:
        self.clock = ManualClock(T0 + 10 * 86_400 + 12 * 3_600)
        self.home = MemoryHome(self.clock)
        self.there = MemoryBooks(self.home.site, self.home.assignment)
        self.outbox, self.copy = BusyOutbox(), MemoryCopy()
        books, lacks = self.home.books, Lacks(self.clock)
        self.replica_check = ReplicaCheck(
            self.home.site, books, self.there, self.outbox, self.copy, self.clock, lacks
        )

        self.turns = 0

    async def turn(self) -> None:
        self.turns += 1

    def book(self, meter: MeterId, *records: MinuteRecord) -> None:
        self.home.books.put(meter, *records)
        self.outbox.put(meter, *records)

    async def post(self) -> None:
        for meter, own in list(self.outbox.kept.items()):
            await self.copy.append(meter, list(own.values()))
            self.there.put(meter, *own.values())
            await self.outbox.acknowledge(meter, list(own.values()))

    def lose(self, meter: MeterId, start: int) -> MinuteRecord:
        lost = self.there.records.pop((meter, start))
        self.copy.records.remove((meter, lost))
        return lost

    async def count(self) -> list[frozenset[MeterId]]:
        """Each month that is due, a minute later than the last time."""
        self.clock.advance(60)
        found = []
        while (again := await self.replica_check.step(self.turn)) is not None:
            found.append(again)
        return found


def replica_of(counting: Counting, there: MemoryBooks | None = None) -> Replica:
    there = there or counting.there
    return Replica(there, counting.outbox.holds, counting.clock, counting.replica_check)


def history_of(counting: Counting, replica: Replica) -> EnergyService:
    home = counting.home
    return EnergyService(home.site, home.books, counting.clock, lambda: home.assignment, replica)
