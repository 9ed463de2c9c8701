"""Settles what may wait: roll-ups of late minutes, parked minutes, expired details; a little at a
time.
"""

import asyncio
import logging

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreBusy
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.ports import Journal
from wattledger.flow.store_write_health import StoreWriteHealth

log = logging.getLogger(__name__)

EVERY_S = 30.0
BREATH_S = 0.02
"""Between two stretches, so that minutes are booked and questions answered in between."""


async def maintain_store(
    journal: Journal,
    clock: Clock,
    steps: ClockSteps,
    state: StoreWriteHealth,
    every_s: float = EVERY_S,
) -> None:
    """Until cancelled: does what is due, rests, looks again; at once when the clock was set, since
    parked minutes wait for a time.
    """
    while True:
        try:
            while True:
                with state.trying("settling"):
                    if not await journal.maintain(clock.now_s()):
                        break
                await asyncio.sleep(BREATH_S)
        except StoreBusy as error:
            log.debug("store: settling waits: %s", error)
        await steps.pause(every_s)
