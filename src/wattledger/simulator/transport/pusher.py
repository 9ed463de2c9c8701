"""What the meter announces by itself: live values, each record, and the registers after it."""

import math
from collections.abc import Callable

from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.history import FLUSH_DELAY_MS, Record
from wattledger.simulator.rpc_methods.data_methods import DataMethods
from wattledger.simulator.rpc_methods.status import Gauges

LIVE_PERIOD_S = 3.0
_REGISTERS_DELAY_S = 0.94
_LONGEST_WAIT_S = 5.0
_MIN_PAUSE_S = 0.2
"""Real seconds between two pushes of live values, however fast the clock runs."""

Push = Callable[[str, JsonObject], None]


class Pusher:
    """Sends through `push` to all listeners. Times are the meter's own, `ts` is its clock."""

    def __init__(
        self, core: Core, gauges: Gauges, data: DataMethods, faults: Faults, push: Push
    ) -> None:
        self._core = core
        self._gauges = gauges
        self._data = data
        self._faults = faults
        self._push = push

    async def run_live(self) -> None:
        """em:0 every three seconds of the meter's time, less often under a fast clock."""
        clock = self._core.clock
        while True:
            pause_s = max(LIVE_PERIOD_S, _MIN_PAUSE_S * clock.rate)
            await clock.wait_until(clock.now() + pause_s)
            if not self._faults.pushes_stopped:
                self._push("NotifyStatus", self._with_ts(self._live()))

    async def run_records(self) -> None:
        """Each record right after it was written, then the registers."""
        clock = self._core.clock
        while True:
            # In steps, for the meter's clock and its profile may change while it waits.
            step_s = max(_LONGEST_WAIT_S, _MIN_PAUSE_S * clock.rate)
            await clock.wait_until(min(self._next_flush_s(), clock.now() + step_s))
            self._core.settle()
            if self._core.fresh:
                self._announce_records()
                await clock.wait_until(clock.now() + _REGISTERS_DELAY_S - FLUSH_DELAY_MS / 1000)
                self._announce_registers()

    def _next_flush_s(self) -> float:
        if self._core.era.end_ms is not None:
            return math.inf
        end_s = self._core.next_stamp + self._core.era.period_s
        # A moment later, since instants are cut to whole milliseconds.
        return self._core.true_s_of(end_s) + FLUSH_DELAY_MS / 1000 + 0.001

    def _announce_records(self) -> None:
        while self._core.fresh:
            record = self._core.fresh.popleft()
            if not self._faults.pushes_stopped:
                self._push("NotifyEvent", self._with_ts({"events": self._events(record)}))

    def _announce_registers(self) -> None:
        if not self._faults.pushes_stopped:
            self._push("NotifyStatus", self._with_ts(self._registers()))

    def _events(self, record: Record) -> list[JsonObject]:
        kind = "emdata" if self._data.is_triphase else "em1data"
        return [
            {
                "component": f"{kind}:{channel}",
                "id": channel,
                "event": "data",
                "ts": record.stamp,
                "data": {
                    "ts": record.stamp,
                    "period": record.period_s,
                    "values": [self._data.event_values(channel, record)],
                },
            }
            for channel in range(self._data.channels)
        ]

    def _live(self) -> JsonObject:
        if self._data.is_triphase:
            return {"em:0": self._gauges.em_notification()}
        channels = range(self._data.channels)
        return {f"em1:{channel}": self._gauges.em1_notification(channel) for channel in channels}

    def _registers(self) -> JsonObject:
        if self._data.is_triphase:
            return {"emdata:0": self._gauges.emdata_status()}
        channels = range(self._data.channels)
        return {f"em1data:{channel}": self._gauges.em1data_status(channel) for channel in channels}

    def _with_ts(self, params: JsonObject) -> JsonObject:
        return {"ts": math.floor(self._core.device_s() * 100) / 100} | params
