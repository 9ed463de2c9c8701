"""Settles what may wait: roll-ups of late minutes, parked minutes, expired details; a little at a
time.
"""

import asyncio
import logging

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreBusy
from wattledger.flow.ports import Journal

log = logging.getLogger(__name__)

EVERY_S = 30.0
BREATH_S = 0.02
"""Between two stretches, so that minutes are booked and questions answered in between."""


async def settle(journal: Journal, clock: Clock) -> None:
    """Until cancelled: does what is due, rests, looks again."""
    while True:
        try:
            while await journal.settle(clock.now_s()):  # noqa: ASYNC110 - work, not a flag
                await asyncio.sleep(BREATH_S)
        except StoreBusy as error:
            log.debug("store: settling waits: %s", error)
        await asyncio.sleep(EVERY_S)
