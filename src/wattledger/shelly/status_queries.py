"""The connection that is up: what is asked over it, and of whom."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from wattledger.energy.clock import Clock
from wattledger.energy.errors import BadRecord, MeterUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.record import Counters
from wattledger.shelly.connection import Answer, Connection
from wattledger.shelly.decode_records import monophase_counters, triphase_counters
from wattledger.shelly.meter_clock import NO_TIME
from wattledger.shelly.power_reading import reading_from
from wattledger.shelly.rpc_frame import Declined, Frame
from wattledger.shelly.stored_records import Known
from wattledger.shelly.task_group import together
from wattledger.shelly.timeouts import Timing

_MINUTE_S = 60
_TRIES = 3


@dataclass(frozen=True, slots=True)
class StatusQueries:
    """`device_time` gives the meter's clock, UTC epoch seconds, None while it shows none."""

    link: Connection
    known: Known
    device_time: Callable[[], float | None]
    clock: Clock
    timing: Timing

    async def power(self, timeout_s: float) -> PowerReading:
        """From answers to this very question."""
        known = self.known
        answers = await self._statuses(known.meter.words.power, timeout_s)
        for component, answer in zip(known.meter.words.live_components(), answers, strict=True):
            known.meter_faults.shows(component, answer.result)
        reading, absurd = reading_from(
            answers, known.meter, known.reader.measured_phases, self.clock
        )
        shows = f"it shows {absurd[0]}, which it can't measure" if absurd else None
        known.meter_faults.note(FaultKind.ABSURD_POWER, "power", shows)
        return reading

    async def counters(self) -> Counters:
        """As they stand at the last record boundary; waits until they stand still.

        Between the records of five minutes they may move on: then until the next boundary.
        """
        for _ in range(_TRIES):
            asked_at = await self._settled_time()
            answers = await self.energy_statuses()
            answered_at = self.device_time()
            same_minute = (
                answered_at is not None and answered_at // _MINUTE_S == asked_at // _MINUTE_S
            )
            counters = self._counters(answers, asked_at) if same_minute else None
            if counters is not None:
                return counters
        raise MeterUnreachable("the meter shows no counters that stand still")

    def _counters(self, answers: list[Answer], asked_at: int) -> Counters | None:
        at = asked_at - asked_at % self.known.reader.period_s
        try:
            counters = self._decoded([answer.result for answer in answers], at)
        except BadRecord as error:
            shows = f"its counters show {error}"
            self.known.meter_faults.note(FaultKind.ABSURD_POWER, "counters", shows)
            raise MeterUnreachable(shows) from error
        if counters is not None:
            self.known.meter_faults.note(FaultKind.ABSURD_POWER, "counters", None)
        return counters

    def _decoded(self, results: list[Frame], at: int) -> Counters | None:
        """Raises BadRecord."""
        reader, words = self.known.reader, self.known.meter.words
        absent = reader.measured_phases.absent
        if words.of_one_channel:
            return triphase_counters(results[0], at, reader.limits, absent)
        by_channel = dict(zip(words.channels, results, strict=True))
        return monophase_counters(by_channel, at, reader.limits, absent)

    async def energy_statuses(self) -> list[Answer]:
        """Those of the components that count, which also say what is wrong with them."""
        words = self.known.meter.words
        answers = await self._statuses(words.energy, self.timing.call_s)
        for component, answer in zip(words.components(), answers, strict=True):
            self.known.meter_faults.shows(component, answer.result)
        return answers

    async def _settled_time(self) -> int:
        """The meter's time once its minute has settled, UTC epoch seconds."""
        while True:
            device_s = self.device_time()
            if device_s is None:
                raise MeterUnreachable(NO_TIME)
            too_early_s = self._too_early_s(device_s)
            if too_early_s <= 0:
                return int(device_s)
            await asyncio.sleep(min(too_early_s, self.timing.counters_settle_s))

    def _too_early_s(self, device_s: float) -> float:
        """Until the counters have settled after a record's end, no record's minute later."""
        since_record_s = device_s % self.known.reader.period_s
        if since_record_s >= _MINUTE_S:
            since_record_s -= self.known.reader.period_s
        return self.timing.counters_settle_s - since_record_s

    async def _statuses(self, namespace: str, timeout_s: float) -> list[Answer]:
        """GetStatus of all channels, together. One that is gone means another profile by now."""
        method = f"{namespace}.GetStatus"
        channels = self.known.meter.words.channels
        try:
            return await together(
                *(self.link.call(method, {"id": channel}, timeout_s) for channel in channels)
            )
        except Declined as declined:
            if declined.is_unknown:
                self.link.give_up(declined)
            raise
