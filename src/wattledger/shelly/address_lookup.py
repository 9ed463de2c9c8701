"""Where one meter is: at the address of the settings, or where it announces itself by its MAC.

A router gives addresses anew; what the meter is known by does not change. What was found is
forgotten as soon as it leads nowhere: then the settings count again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NoReturn

from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId

logger = logging.getLogger(__name__)

Find = Callable[[MeterId], Awaitable[str | None]]
"""The address under which a meter announces itself; None where it does not."""


async def find_in_network(meter: MeterId) -> str | None:
    """By what it announces; what that needs is loaded when a meter is lost."""
    from wattledger.shelly.discovery import located

    return await located(meter)


class AddressLookup:
    """`find` None: nobody is looked for. `meter`: who is meant, None until it is known."""

    def __init__(self, name: str, host: str, meter: MeterId | None, find: Find | None) -> None:
        self._name = name
        self._host = host
        self._find = find
        self._found: str | None = None
        self._was_met = False
        self._lost = asyncio.Event()
        self._news = asyncio.Event()
        self.meter = meter

    @property
    def place(self) -> str:
        """Where to connect to now."""
        return self._found or self._host

    @property
    def fault(self) -> Fault | None:
        """That it is not where the settings say."""
        if self._found is None:
            return None
        return Fault(
            FaultKind.ADDRESS_CHANGED,
            f"it was found at {self._found}, no more at {self._host}: give it a fixed address in "
            "the router, or correct the settings",
        )

    def met(self, meter: MeterId, place: str) -> None:
        """It answered there, and is the one that is meant from now on."""
        self.meter = meter
        self._found = None if place == self._host else place
        self._was_met = True
        self._lost.clear()
        self._news.clear()

    def is_other(self, meter: MeterId, place: str) -> bool:
        """Whether what answers at a place that was found is not who was looked for."""
        return place != self._host and meter != self.meter

    def lost(self, place: str) -> None:
        """It does not answer at `place`, or another one does; where it just was it is tried once
        more, and so is where it was found meanwhile.
        """
        if place != self.place:
            return
        if not self._was_met:
            self._found = None
        self._was_met = False
        self._lost.set()

    async def wait(self, seconds: float) -> None:
        """Until the next try: sooner once it was found, at once where it was by now."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    async def keep_looking(self, every_s: float) -> NoReturn:
        """Looks for it whenever it is lost."""
        while True:
            await self._lost.wait()
            if self._find is not None and self.meter is not None:
                found = await self._find(self.meter)
                if found not in (None, self._host) and self._lost.is_set():
                    logger.warning("%s: found at %s, no more at %s", self._name, found, self._host)
                    self._found = found
                    self._lost.clear()
                    self._news.set()
            await asyncio.sleep(every_s)
