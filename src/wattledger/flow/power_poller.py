"""Polls the power of all meters in the same tick, so that the home is never the difference of
two moments.

Step 2 of a reading's way. Ticks lie on a fixed grid of the monotonic clock and do not drift. A
meter has one poll in flight; one that still owes an answer from an earlier tick is not waited for
again, so that a silent meter never makes the other one late.
"""

import asyncio
import contextlib
from collections.abc import Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.errors import MeterError
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.ports import Meter

POLL_TIMEOUT_S = 5.0
SHARE_OF_TICK = 0.8
"""How much of a tick a slow meter may take before the tick is published without it."""


class PowerPoller:
    """Polls the meters and publishes a tick."""

    def __init__(
        self, meters: Sequence[Meter], board: LiveBoard, clock: Clock, interval_s: float
    ) -> None:
        self._meters = meters
        self.board = board
        self._clock = clock
        self._interval_s = interval_s
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._rounds = 0
        """How often all meters were begun to be asked out of turn."""

    async def run(self) -> None:
        """Ticks until cancelled."""
        async with asyncio.TaskGroup() as polls:
            began_s = self._clock.monotonic_s()
            tick = 0
            while True:
                await self._tick(polls)
                self.board.tick()
                elapsed_s = self._clock.monotonic_s() - began_s
                tick = max(tick + 1, int(elapsed_s / self._interval_s) + 1)
                await asyncio.sleep(began_s + tick * self._interval_s - self._clock.monotonic_s())

    async def refresh(self, timeout_s: float) -> None:
        """Asks every meter now, and returns when all have answered or the time is up.

        Who comes while others are answered shares the next question with all who come then.
        """
        came = self._rounds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s), self._turn:
                if self._rounds <= came:
                    self._rounds += 1
                    await self._round(timeout_s)

    async def _round(self, timeout_s: float) -> None:
        async with asyncio.TaskGroup() as polls:
            for meter in self._meters:
                polls.create_task(self._poll(meter, timeout_s), name=f"refresh {meter.label.name}")

    async def _tick(self, polls: asyncio.TaskGroup) -> None:
        mine = []
        for meter in self._meters:
            owed = self._polls.get(meter.label.name)
            if owed is None or owed.done():
                poll = polls.create_task(
                    self._poll(meter, POLL_TIMEOUT_S), name=f"poll {meter.label.name}"
                )
                self._polls[meter.label.name] = poll
                mine.append(poll)
        if mine:
            await asyncio.wait(mine, timeout=self._interval_s * SHARE_OF_TICK)

    async def _poll(self, meter: Meter, timeout_s: float) -> None:
        with contextlib.suppress(MeterError):  # the meter's own link says what is wrong with it
            self.board.put(meter.label.name, await meter.read_power(timeout_s))
