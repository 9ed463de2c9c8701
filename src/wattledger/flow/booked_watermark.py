"""Up to where the books of all meters go: told whenever minutes were booked.

It never goes back: while old memory is fetched, the newest minute stays the newest. Minutes that
were dated ahead, while the clocks of a meter and of this machine were, are no newest ones once both
have been set.
"""

import asyncio
from collections.abc import Callable, Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreError
from wattledger.energy.meter import MeterId
from wattledger.energy.record import is_ahead, newest_end
from wattledger.energy.spans import common_end
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.notifier import Notifier
from wattledger.flow.ports import Books

TELL_EVERY_S = 1.0
"""While a meter's memory is fetched there are twenty commits a second."""


class BookedWatermark:
    """`meters` gives the meter that answers for each name, None where none ever did."""

    def __init__(
        self,
        books: Books,
        meters: Callable[[], Sequence[MeterId | None]],
        board: LiveBoard,
        booked: Notifier,
        clock: Clock,
    ) -> None:
        self._books = books
        self._meters = meters
        self._board = board
        self._booked = booked.wakes(asyncio.Event())
        self._clock = clock
        self._newest: int | None = None

    async def run(self) -> None:
        """Tells the readers of live power, until cancelled."""
        while True:
            await self._booked.wait()
            self._booked.clear()
            await self.tell()
            await asyncio.sleep(TELL_EVERY_S)

    async def tell(self) -> None:
        """Minutes were booked; when the store can't be read, what was known is told."""
        try:
            newest = await self._common_end()
        except StoreError:
            newest = None
        if newest is not None:
            self._newest = max(newest, self._known())
        self._board.booked(self._newest)

    def _known(self) -> int:
        """What was told; 0 for nothing, and for what the clock has been set back from."""
        known = self._newest or 0
        return 0 if is_ahead(known, self._clock.now_s()) else known

    async def _common_end(self) -> int | None:
        meters, booked = self._meters(), await self._books.booked()
        spans, now = [booked.get(meter) if meter else None for meter in meters], self._clock.now_s()
        end = common_end([newest_end(span, now) for span in spans])
        if end is None or end <= self._known():
            return end
        gaps = [gap.span for meter in meters if meter for gap in await self._books.gaps(meter)]
        return common_end([end], gaps)
