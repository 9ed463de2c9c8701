"""The outbox as the poster has it, with an ear for what is entered again: only what the copy has
lost may be missing there, and all of it waits from then on.
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
        given = {record.start for record in records}
        lacking = given - {start for of, start in self._cloud.lost if of == meter}
        if forgotten := lacking - await self._held(meter, lacking):
            self._tell(f"it neither holds nor had posted {_counted(meter, forgotten)}")
        await self._outbox.again(meter, records)
        if dropped := given - await self._held(meter, given):
            self._tell(f"entered again, there do not wait {_counted(meter, dropped)}")

    async def _held(self, meter: MeterId, starts: set[int]) -> set[int]:
        """Those that wait; all of them on a disk whose bits have flipped."""
        if not starts or self._disk.was_flipped:
            return starts
        span = Span(min(starts), max(starts) + 1)
        return {one.start for one in await self._outbox.records(meter, span, MOST)}

    def _tell(self, words: str) -> None:
        self._cloud.world.is_wrong(f"outbox: {words}")


def _counted(meter: MeterId, starts: set[int]) -> str:
    return f"{len(starts)} of {meter}, such as {min(starts)}"
