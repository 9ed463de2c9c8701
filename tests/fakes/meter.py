"""A meter in memory behind the flow's `Meter` protocol: a list of records and a power."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from wattledger.energy.booking_entry import Entry
from wattledger.energy.clock import Clock
from wattledger.energy.errors import MeterUnreachable, ProtocolError
from wattledger.energy.fault import Fault
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity, MeterLabel, Role
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.energy.spans import Span, merged
from wattledger.flow.ports import MeterListener

NO_PHASE = PhaseReading(None, None, None, None, None, None)


class FakeMeter:
    """Answers after `takes_s`, not before its `hold`, if any, is set; not at all while `away`."""

    def __init__(self, name: str, role: Role, mac: str, clock: Clock) -> None:
        self._label = MeterLabel.of(name, role)
        self.address = f"{name}.example"
        self.meter = MeterId(mac)
        self._clock = clock
        self.power_w: float | None = 100.0
        self.memory: dict[int, MinuteRecord] = {}
        self.listed: list[Span] | None = None
        self.offset_s: float | None = 0.0
        self.counters: Counters | None = None
        self.away = False
        self.takes_s = 0.0
        self.hold: asyncio.Event | None = None
        self.polls = 0
        self.lists = 0
        self.asked: list[Span] = []
        self.fail_after_pages: int | None = None
        self.gives_nothing = 0
        self.after_page: Callable[[], Awaitable[None]] | None = None
        self.poisoned: int | None = None
        self.broken: int | None = None
        self.connections = 0
        self.fault_list: list[Fault] = []
        self.measures: tuple[str, ...] | None = PHASES

    @property
    def label(self) -> MeterLabel:
        return self._label

    @property
    def host(self) -> str:
        return self.address

    @property
    def clock_offset_s(self) -> float | None:
        return self.offset_s

    @property
    def faults(self) -> Sequence[Fault]:
        return self.fault_list

    @property
    def phases(self) -> tuple[str, ...] | None:
        return self.measures

    @property
    def identity(self) -> MeterIdentity:
        return MeterIdentity(self.meter, "SPEM-003CEBEU", "1.7.5", "triphase", None, self.measures)

    async def run(self, listener: MeterListener) -> None:
        listener.connected(self.identity)
        await asyncio.Event().wait()

    async def read_power(self, timeout_s: float) -> PowerReading:
        self.polls += 1
        if self.away:
            raise MeterUnreachable("away")
        if self.takes_s:
            await asyncio.sleep(self.takes_s)
        if self.hold is not None:
            try:
                async with asyncio.timeout(timeout_s):
                    await self.hold.wait()
            except TimeoutError as error:
                raise MeterUnreachable("no answer") from error
        at, received_s = self._clock.now_s(), self._clock.monotonic_s()
        phases = (NO_PHASE, NO_PHASE, NO_PHASE)
        return PowerReading(self.meter, at, received_s, self.power_w, phases)

    async def read_counters(self) -> Counters:
        if self.counters is None:
            raise MeterUnreachable("no counters")
        return self.counters

    async def stored_spans(self) -> list[Span]:
        self.lists += 1
        if self.away:
            raise MeterUnreachable("away")
        if self.listed is not None:
            return self.listed
        return merged(Span(record.start, record.end) for record in self.memory.values())

    async def records(self, spans: Sequence[Span]) -> AsyncGenerator[Sequence[Entry], None]:
        self.connections += 1
        self.asked += spans
        if self.gives_nothing > 0:
            self.gives_nothing -= 1
            return
        starts = [
            start
            for span in spans
            for start in sorted(self.memory)
            if span.start <= start < span.end
        ]
        for page, first in enumerate(range(0, len(starts), 6)):
            if self.poisoned in starts[first : first + 6]:
                raise ProtocolError("a page that can't be read")
            if self.broken in starts[first : first + 6]:
                raise MeterUnreachable("the connection was closed")
            if self.away or page == self.fail_after_pages:
                raise MeterUnreachable("lost in the middle")
            if self.after_page is not None:
                await self.after_page()
            yield [
                Entry(self.meter, self.memory[start], Origin.FETCHED)
                for start in starts[first : first + 6]
            ]
