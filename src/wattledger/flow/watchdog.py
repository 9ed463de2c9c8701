"""The one watch: compares what stands with what should move, and sees to it that it is said.

Each thing that is watched says by itself what is wrong with it and for what it waits; the watchdog
lets it look, so that a fault is in the log, and has its `since`, whether or not anybody asks.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from wattledger.energy.errors import StoreError
from wattledger.energy.fault import Fault
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fault_log import FaultLog, Source

log = logging.getLogger(__name__)

LOOK_S = 1.0
READ_EVERY_S = 5.0
READ_S = 5.0


class Watched(Protocol):
    """Something of which the watchdog must know how it is."""

    def look(self) -> None:
        """Finds out what is wrong just now."""
        ...

    async def read(self) -> None:
        """Reads from the books what the next look goes by. Raises StoreError."""
        ...


class Watchdog:
    """Looks every second."""

    def __init__(self, steps: ClockSteps, watched: Sequence[Watched]) -> None:
        self._steps = steps
        self._watched = watched

    async def run(self) -> None:
        """Until cancelled; what hangs while it is read keeps nobody from looking."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read_on(), name="watchdog reads")
            while True:
                self._steps.look()
                for one in self._watched:
                    one.look()
                await asyncio.sleep(LOOK_S)

    async def _read_on(self) -> None:
        while True:
            await self.read()
            await asyncio.sleep(READ_EVERY_S)

    async def read(self) -> None:
        """What each goes by; a store that can't be read, or hangs, is passed over."""
        for one in self._watched:
            try:
                async with asyncio.timeout(READ_S):
                    await one.read()
            except (StoreError, TimeoutError) as error:
                log.debug("watchdog: %s", error)


class ServerWatch:
    """What is wrong with the server itself: its clock, its store, its tasks."""

    def __init__(self, log_of_server: FaultLog, sources: Sequence[Source]) -> None:
        self._log = log_of_server
        self._sources = sources

    def look(self) -> None:
        self._log.see(found for source in self._sources for found in source())

    async def read(self) -> None:
        """It goes by what its parts say."""

    @property
    def faults(self) -> list[Fault]:
        """As of now."""
        self.look()
        return self._log.now
