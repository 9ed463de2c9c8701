"""Watches one meter: told of its doings, it tells the board, the tail and the bookkeeper; asked, it
says what is wrong with the meter.
"""

from collections.abc import Iterator, Sequence

from wattledger.energy.entry import Entry
from wattledger.energy.fault import Fault
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.record import Counters
from wattledger.flow.agreement import Agreement
from wattledger.flow.clock_off import ClockOff
from wattledger.flow.contradictions import Contradictions
from wattledger.flow.counting import CounterKeeper
from wattledger.flow.fault_log import FaultLog, Wait
from wattledger.flow.live import LiveBoard
from wattledger.flow.office import Office
from wattledger.flow.ports import Meter
from wattledger.flow.power_memory import PowerMemory
from wattledger.flow.powerless import Powerless
from wattledger.flow.registry import Registry
from wattledger.flow.tail import Tail


class MeterWatch:
    """The listener of one meter."""

    def __init__(
        self,
        meter: Meter,
        board: LiveBoard,
        tail: Tail,
        counters: CounterKeeper,
        registry: Registry,
        office: Office,
    ) -> None:
        self.meter = meter
        self.tail = tail
        self.counters = counters
        self.identity: MeterIdentity | None = None
        self.is_connected = False
        self._board = board
        self._bookkeeper = office.bookkeeper
        self._registry = registry
        self._memory = PowerMemory()
        self._powerless = Powerless(meter, office.clock)
        self._agreement = Agreement(office.books, self._memory)
        self._clock_off = ClockOff(meter, self._memory, office.server_clock, office.clock)
        self._contradictions = Contradictions(office.books, office.clock)
        self.log = FaultLog(meter.label.name, office.clock, office.steps)

    def connected(self, identity: MeterIdentity) -> None:
        """Raises WrongMeter when the address leads to a meter known under another name."""
        self.look()  # at what was wrong, should it have been for a moment only
        self._registry.identify(self.meter, identity)
        is_other = self.identity is not None and self.identity.meter != identity.meter
        self.counters.identified(identity)
        self.identity = identity
        self.is_connected = True
        self._powerless.connected()
        self._board.connected(self.meter.label.name)
        self.tail.connected(identity.meter, is_other=is_other)

    def disconnected(self, reason: str) -> None:
        self.is_connected = False
        self._registry.left(self.meter)
        self._board.disconnected(self.meter.label.name)
        self.tail.disconnected()

    def pushed(self, entries: Sequence[Entry]) -> None:
        self.tail.pushed(entries)
        self._bookkeeper.offer(entries)

    def counted(self, counters: Counters) -> None:
        self.counters.counted(counters)

    def look(self) -> None:
        reading = self._board.reading(self.meter.label.name) if self.is_connected else None
        self._memory.take(reading, self.meter.clock_offset_s)
        self._powerless.take(reading)
        self.log.see(self._found())

    def _found(self) -> Iterator[Fault | Wait]:
        yield from self.meter.faults
        yield from self._contradictions.standing()
        yield from self._bookkeeper.surplus.standing(self.meter_id())
        if self.is_connected:
            yield from self._powerless.standing()
            yield from self.tail.standing()
            yield from self._clock_off.standing()
            yield from self._agreement.standing()

    async def read(self) -> None:
        meter = self.identity.meter if self.identity else None
        if self.counters.newest is not None:
            self._agreement.counted(self.counters.newest)
        await self._agreement.read(meter if self.is_connected else None)
        await self._contradictions.read(meter)

    @property
    def faults(self) -> Sequence[Fault]:
        """What is wrong with the meter or with fetching from it, as of now."""
        self.look()
        return self.log.now

    def meter_id(self) -> MeterId | None:
        """The meter's MAC, also while it is away."""
        return (
            self.identity.meter
            if self.identity
            else self._registry.names.get(self.meter.label.name)
        )
