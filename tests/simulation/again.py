"""The outbox as the poster has it, with an ear for what is entered again: only what the copy has
lost may be missing there.
"""

from collections.abc import Sequence
from typing import Any

from tests.simulation.cloud import Cloud
from tests.simulation.disk import Disk
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Outbox

MOST = 100_000


class WatchedOutbox:
    """All else is the outbox itself."""

    def __init__(self, outbox: Outbox, cloud: Cloud, disk: Disk) -> None:
        self._outbox = outbox
        self._cloud = cloud
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)

    @property
    def epoch(self) -> int:
        return self._outbox.epoch

    async def again(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        lost = {start for of, start in self._cloud.lost if of == meter}
        lacking = {record.start for record in records} - lost
        if lacking and not self._disk.was_flipped:
            span = Span(min(lacking), max(lacking) + 1)
            held = {one.start for one in await self._outbox.records(meter, span, MOST)}
            if forgotten := lacking - held:
                words = f"{len(forgotten)} of {meter}, such as {min(forgotten)}"
                self._cloud.world.is_wrong(f"outbox: it neither holds nor had posted {words}")
        await self._outbox.again(meter, records)
