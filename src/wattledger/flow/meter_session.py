"""One meter's session: what is known of it and done for it, from its first answer on. It owns the
meter's identity, counters and backfill, hears what the meter does, and says what is wrong with it.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

from wattledger.energy.booking_entry import Entry
from wattledger.energy.fault import Fault
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.record import Counters
from wattledger.flow.backfill import USUAL, Backfill, BackfillTiming
from wattledger.flow.books_context import BooksContext
from wattledger.flow.conflicting_records import ConflictingRecords
from wattledger.flow.fault_log import FaultLog, Wait
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.meter_clock_offset import MeterClockOffset
from wattledger.flow.meter_counters import CounterKeeper, Epochs
from wattledger.flow.meter_registry import MeterRegistry
from wattledger.flow.meter_without_power import MeterWithoutPower
from wattledger.flow.ports import Meter
from wattledger.flow.power_consistency import PowerConsistency
from wattledger.flow.power_memory import PowerMemory


class MeterSession:
    """The listener of one meter; whoever reads it changes nothing."""

    def __init__(
        self,
        meter: Meter,
        board: LiveBoard,
        registry: MeterRegistry,
        epochs: Epochs,
        context: BooksContext,
        timing: BackfillTiming = USUAL,
    ) -> None:
        self.meter = meter
        self._counters = CounterKeeper(context.bookkeeper, epochs, context.clock)
        self.backfill = Backfill(meter, context, self._counters, timing)
        self._identity: MeterIdentity | None = None
        self._is_connected = False
        self._board = board
        self._bookkeeper = context.bookkeeper
        self._registry = registry
        self._memory = PowerMemory()
        self._without_power = MeterWithoutPower(meter, context.clock)
        self._consistency = PowerConsistency(context.books, self._memory)
        self._clock_off = MeterClockOffset(meter, self._memory, context.server_clock, context.clock)
        self._contradictions = ConflictingRecords(context.books, context.clock)
        self.log = FaultLog(meter.label.name, context.clock, context.steps)

    def works(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """What is to run for it, by the names of its tasks."""
        name = self.meter.label.name
        return {
            f"meter {name}": partial(self.meter.run, self),
            f"backfill {name}": self.backfill.run,
        }

    def connected(self, identity: MeterIdentity) -> None:
        """Raises WrongMeter when the address leads to a meter known under another name."""
        self.look()  # at what was wrong, should it have been for a moment only
        self._registry.identify(self.meter, identity)
        is_other = self._identity is not None and self._identity.meter != identity.meter
        self._counters.identified(identity)
        self._identity = identity
        self._is_connected = True
        self._without_power.connected()
        self._board.connected(self.meter.label.name)
        self.backfill.connected(identity.meter, is_other=is_other)

    def disconnected(self, reason: str) -> None:
        self._is_connected = False
        self._registry.left(self.meter)
        self._board.disconnected(self.meter.label.name)
        self.backfill.disconnected()

    def pushed(self, entries: Sequence[Entry]) -> None:
        self.backfill.pushed(entries)
        self._bookkeeper.offer(entries)

    def counted(self, counters: Counters) -> None:
        self._counters.counted(counters)

    def keep_counters(self) -> None:
        """Keeps the newest counter reading, on the way out."""
        self._counters.keep()

    def look(self) -> None:
        reading = self._board.reading(self.meter.label.name) if self._is_connected else None
        self._registry.measured(self.meter)
        self._memory.take(reading, self.meter.clock_offset_s)
        self._without_power.take(reading)
        self.log.see(self._found())

    def _found(self) -> Iterator[Fault | Wait]:
        yield from self.meter.faults
        yield from self._contradictions.standing()
        yield from self._bookkeeper.surplus.standing(self.meter_id)
        if self._is_connected:
            yield from self._without_power.standing()
            yield from self.backfill.standing()
            yield from self._clock_off.standing()
            yield from self._consistency.standing()

    async def read(self) -> None:
        meter = self._identity.meter if self._identity else None
        if self.newest_counters is not None:
            self._consistency.counted(self.newest_counters)
        await self._consistency.read(meter if self._is_connected else None)
        await self._contradictions.read(meter)

    @property
    def faults(self) -> Sequence[Fault]:
        """What is wrong with the meter or with fetching from it, as of now."""
        self.look()
        return self.log.now

    @property
    def newest_counters(self) -> Counters | None:
        """Of the meter that answers, kept or not."""
        return self._counters.newest

    @property
    def clock_offset_s(self) -> float | None:
        """The meter's clock minus ours; None while it is away."""
        return self.meter.clock_offset_s if self._is_connected else None

    @property
    def meter_id(self) -> MeterId | None:
        """The meter's MAC, also while it is away, and before it has answered this time."""
        if self._identity is not None:
            return self._identity.meter
        return self._registry.names.get(self.meter.label.name)

    @property
    def identity(self) -> MeterIdentity | None:
        """What it last said of itself, be it to a server before this one."""
        return self._registry.identities.get(self.meter_id) if self.meter_id else None
