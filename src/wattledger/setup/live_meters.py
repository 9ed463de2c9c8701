"""The meters of a setup, looked at every second while it lasts."""

import asyncio
from collections.abc import Callable
from functools import partial

from wattledger.energy.clean_text import clean
from wattledger.energy.clock import Clock
from wattledger.energy.errors import MeterError, MeterRefused
from wattledger.shelly.probe import Sight, watch

EVERY_S = 1.0
AGAIN_S = 3.0
"""After a connection that failed."""
REFUSED_AGAIN_S = 300.0
"""A meter lets nobody in for a while after wrong passwords."""
FRESH_S = 10.0
"""What was seen longer ago is not shown as power of now."""

Place = tuple[str, str]
"""Where a meter is: its address, and its password."""


class LiveMeters:
    """What each of them shows; `wanted` says which there are, by their MAC."""

    def __init__(self, wanted: Callable[[], dict[str, Place]], clock: Clock) -> None:
        self._wanted = wanted
        self._clock = clock
        self._changed = asyncio.Event()
        self._seen: dict[str, Sight] = {}
        self._trouble: dict[str, str] = {}

    def change(self) -> None:
        """Others are wanted."""
        self._changed.set()

    def sight(self, meter: str) -> Sight | None:
        """What it showed last, also a while ago."""
        return self._seen.get(meter)

    def is_fresh(self, sight: Sight) -> bool:
        return self._clock.monotonic_s() - sight.reading.received_s <= FRESH_S

    def trouble(self, meter: str) -> str | None:
        return self._trouble.get(meter)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            watching: dict[str, tuple[Place, asyncio.Task[None]]] = {}
            while True:
                wanted = self._wanted()
                for meter, (place, task) in [*watching.items()]:
                    if wanted.get(meter) != place:
                        task.cancel()
                        del watching[meter]
                        self._forget(meter)
                for meter, place in wanted.items():
                    if meter not in watching:
                        watching[meter] = place, tasks.create_task(self._watched(meter, place))
                await self._changed.wait()
                self._changed.clear()

    async def _watched(self, meter: str, place: Place) -> None:
        host, password = place
        while True:
            pause_s = AGAIN_S
            try:
                await watch(host, password, EVERY_S, partial(self._note, meter))
            except MeterError as error:
                self._trouble[meter] = clean(str(error))
                pause_s = REFUSED_AGAIN_S if isinstance(error, MeterRefused) else AGAIN_S
            await asyncio.sleep(pause_s)

    def _note(self, meter: str, sight: Sight) -> None:
        if sight.identity.meter == meter:
            self._trouble.pop(meter, None)
            self._seen[meter] = sight
        else:
            self._trouble[meter] = f"another meter answers there: {sight.identity.meter}"

    def _forget(self, meter: str) -> None:
        self._seen.pop(meter, None)
        self._trouble.pop(meter, None)
