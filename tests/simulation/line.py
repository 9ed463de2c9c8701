"""One server's connection to a meter: the flow's `Meter`, with whatever goes wrong on a line."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from tests.simulation.device import Device
from wattledger.energy.booking_entry import Entry
from wattledger.energy.clock import Clock
from wattledger.energy.errors import (
    MeterDeclined,
    MeterError,
    MeterUnreachable,
    ProtocolError,
    WrongMeter,
)
from wattledger.energy.fault import Fault
from wattledger.energy.meter import MeterIdentity, MeterLabel
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.energy.spans import Span
from wattledger.flow.ports import MeterListener

PAGE = 60
AGAIN_S = (1.0, 5.0, 15.0, 30.0)
ERRORS: dict[str, type[MeterError]] = {
    "breaks": MeterUnreachable,
    "declines": MeterDeclined,
    "babbles": ProtocolError,
}


class MeterLine:
    """`Meter` of one process."""

    def __init__(self, device: Device, clock: Clock) -> None:
        self._device = device
        self._clock = clock
        self._world = device.world
        self._chance = device.chance
        self._listener: MeterListener | None = None
        self._cut = asyncio.Event()
        self._why = ""

    @property
    def label(self) -> MeterLabel:
        return self._device.label

    @property
    def host(self) -> str:
        return f"{self.label.name}.example"

    @property
    def clock_offset_s(self) -> float | None:
        device = self._device
        if self._listener is None or not device.has_time:
            return None
        return device.now - self._clock.now_s()

    @property
    def faults(self) -> Sequence[Fault]:
        return ()

    @property
    def phases(self) -> tuple[str, ...] | None:
        return ("a", "b", "c")

    async def run(self, listener: MeterListener) -> None:
        attempt = 0
        while True:
            if self._device.answers:
                attempt = 0
                await self._connected(listener)
            await asyncio.sleep(AGAIN_S[min(attempt, len(AGAIN_S) - 1)])
            attempt += 1

    async def _connected(self, listener: MeterListener) -> None:
        meter = self._device.meter
        try:
            listener.connected(MeterIdentity(meter, "SPEM-003CEBEU", "1.7.5", "triphase", None))
        except WrongMeter:
            return
        self._world.note("connected", self.label.name)
        self._listener = listener
        self._cut.clear()
        self._device.lines.append(self)
        try:
            await self._cut.wait()
        finally:
            self._device.lines.remove(self)
            self._listener = None
            listener.disconnected(self._why)

    def cut(self, why: str) -> None:
        self._why = why
        self._cut.set()

    def minute(self, record: MinuteRecord, counters: Counters) -> None:
        """Pushed: it takes a moment, is lost now and then, and comes twice."""
        entry = Entry(self._device.meter, record, Origin.PUSHED)
        for delay_s in self._device.troubles.delays():
            asyncio.get_running_loop().call_later(delay_s, self._deliver, entry, counters)

    def _deliver(self, entry: Entry, counters: Counters) -> None:
        if self._listener is not None and entry.meter == self._device.meter:
            self._listener.pushed([entry])
            self._listener.counted(counters)

    async def read_power(self, timeout_s: float) -> PowerReading:
        raise MeterUnreachable("nobody polls")

    async def read_counters(self) -> Counters:
        await self._call()
        return self._device.counters()

    async def stored_spans(self) -> list[Span]:
        await self._call()
        return self._device.stored_spans()

    async def records(self, spans: Sequence[Span]) -> AsyncGenerator[Sequence[Entry], None]:
        page: list[Entry] = []
        for record in self._device.records(spans):
            page.append(Entry(self._device.meter, record, Origin.FETCHED))
            if len(page) == PAGE:
                if not await self._call():
                    return
                yield page
                page = []
        if page and await self._call():
            yield page

    async def _call(self) -> bool:
        """One call and its answer; False for an empty one. Raises MeterError."""
        await asyncio.sleep(self._chance.uniform(0.02, 0.3))
        device = self._device
        device.asked[int(device.world.now) // 3_600] += 1
        if self._listener is None or not device.answers:
            raise MeterUnreachable("no connection")
        trouble = device.troubles.next_call()
        if trouble in ERRORS:
            raise ERRORS[trouble](trouble)
        return trouble != "empty"
