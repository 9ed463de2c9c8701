"""A server without meters that has not heard of its home yet."""

import asyncio
import logging
from collections.abc import Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaError
from wattledger.flow.fault_log import Source
from wattledger.flow.replica_ports import HomeStateReader, SiteManifest
from wattledger.flow.status import PartHealth

log = logging.getLogger(__name__)

WAITING_EVERY_S = 2.0


class Waiting:
    """Waits for a home to be known, and says why it is not."""

    def __init__(
        self,
        feed: HomeStateReader,
        clock: Clock,
        standing: Source,
        every_s: float = WAITING_EVERY_S,
    ) -> None:
        self._standing = standing
        self._feed = feed
        self._clock = clock
        self._words = "MongoDB is being asked"
        self._last_error: str | None = None
        self._last_error_at: float | None = None
        self._every_s = every_s

    async def manifest(self) -> SiteManifest:
        """The home's manifest, as soon as there is one; each new reason why not is logged once."""
        while True:
            try:
                manifest = await self._feed.home()
                words = "no server with meters has posted for this home yet"
            except ReplicaError as error:
                manifest, words = None, str(error)
                self._last_error, self._last_error_at = words, self._clock.now_s()
            if manifest is not None:
                return manifest
            if words != self._words:
                log.warning("mongodb: waiting: %s", words)
                self._words = words
            await asyncio.sleep(self._every_s)

    def health(self) -> Sequence[PartHealth]:
        crashes = [one.detail for one in self._standing()]
        return [
            PartHealth("meters", ok=False, detail="which meters there are is not known yet"),
            PartHealth(
                "mongodb",
                ok=False,
                detail="; ".join([self._words, *crashes]),
                last_error=self._last_error,
                last_error_at=self._last_error_at,
            ),
        ]
