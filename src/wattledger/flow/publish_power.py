"""Tells the copy the power now, so that a server elsewhere can show it."""

import asyncio
import logging

from wattledger.energy.errors import ReplicaError
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.replica_ports import ReplicaWriter
from wattledger.flow.replicator import Replicator

log = logging.getLogger(__name__)

EVERY_S = 2.5
"""With the 2 s at which a server elsewhere looks it is at most 5 s old there."""


async def publish_power(
    board: LiveBoard, replicator: Replicator, writer: ReplicaWriter, every_s: float = EVERY_S
) -> None:
    """Until cancelled: every few seconds, while this server is the one that posts."""
    while True:
        if replicator.state.is_writer:
            try:
                await writer.put_power(board.now().meters)
            except ReplicaError as error:
                log.debug("mongodb: the power now was not told: %s", error)
        await asyncio.sleep(every_s)
