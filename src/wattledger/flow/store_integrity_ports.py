"""The port to what watches over the file of the books: IntegrityStore, and who stands behind it.

IntegrityStore   store   damage found and dealt with, the file under the running server
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span


@dataclass(frozen=True, slots=True)
class Mended:
    """What was found damaged and dealt with, in words; empty when there was nothing.

    `fetchable`: something that was booked is a gap now, or a gap lost what was tried of it.
    `unmended`: what can't be dealt with yet and is tried again, in words.
    """

    words: str = ""
    fetchable: bool = False
    unmended: str = ""


class IntegrityStore(Protocol):
    """Watches over the file. Raises StoreBusy, StoreUnusable."""

    def listen(self, noticed: Callable[[], None]) -> None:
        """From now on `noticed` is called, in the event loop, when something is found damaged."""
        ...

    async def check(self, span: Span) -> None:
        """Looks through what is kept of a span of a day or so; what is damaged is noticed."""
        ...

    async def mend(self, now: float) -> Mended:
        """Deals with all that was noticed."""
        ...

    async def damaged(self) -> Mapping[MeterId, list[Span]]:
        """What was set aside as damaged and is not booked again yet."""
        ...

    async def found_at(self) -> int | None:
        """When damage was set aside the last time, UTC epoch seconds; None where it never was."""
        ...

    async def gone(self) -> str | None:
        """What has become of the file under the server, in words; None while it is there."""
        ...
