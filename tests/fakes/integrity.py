"""The watch over a file that is damaged by word: the flow's `IntegrityStore` in memory."""

import asyncio
from collections.abc import Callable

from wattledger.energy.errors import StoreBusy
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span, common, merged, without
from wattledger.flow.store_integrity_ports import Mended

Spans = dict[MeterId, list[Span]]


class MemoryIntegrity:
    """`harm` is what the disk does; `mended` is told by the next call of `mend`, beside what was
    found by then; while it is `busy`, whether the file is there can't be said.
    """

    def __init__(self) -> None:
        self.checked: list[Span] = []
        self.mended = Mended()
        self.mends = asyncio.Event()
        self.lost: Spans = {}
        self.found: int | None = None
        self.words: str | None = None
        self.busy = False
        self.notice: Callable[[], None] = lambda: None
        self._harmed: Spans = {}
        self._found: Spans = {}

    def harm(self, meter: MeterId, hour: Span) -> None:
        self._harmed.setdefault(meter, []).append(hour)

    def booked_again(self, meter: MeterId, span: Span) -> None:
        left = without(self.lost.get(meter, []), [span])
        self.lost = {**self.lost, meter: left} if left else {}

    def listen(self, noticed: Callable[[], None]) -> None:
        self.notice = noticed

    async def check(self, span: Span) -> None:
        self.checked.append(span)
        for meter, hours in self._harmed.items():
            if found := [hour for hour in hours if common([hour], [span])]:
                self._found[meter] = merged([*self._found.get(meter, []), *found])
                hours[:] = [hour for hour in hours if hour not in found]
                self.notice()

    async def mend(self, now: float) -> Mended:
        self.mends.set()
        mended, self.mended = self.mended, Mended()
        found, self._found = self._found, {}
        if not found:
            return mended
        self.lost = {
            m: merged([*self.lost.get(m, []), *found.get(m, [])]) for m in self.lost | found
        }
        self.found = int(now)
        return Mended("an hour of a meter was set aside", fetchable=True)

    async def damaged(self) -> Spans:
        return self.lost

    async def found_at(self) -> int | None:
        return self.found

    async def gone(self) -> str | None:
        if self.busy:
            raise StoreBusy("not now")
        return self.words
