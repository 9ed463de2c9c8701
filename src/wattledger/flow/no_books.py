"""The local books of a server without meters: there are none."""

from collections.abc import Sequence

from wattledger.energy.balance import Energies, WindowSums
from wattledger.energy.errors import CopyAway
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.series import Series
from wattledger.energy.spans import Span


class NoBooks:
    """EnergyBooks where there are no meters: whatever the copy does not answer, nobody can."""

    async def booked(self) -> dict[MeterId, Span]:
        return {}

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        raise _unanswered()

    async def series(self, meters: Sequence[MeterId], span: Span) -> Series:
        raise _unanswered()

    async def quarters(self, span: Span) -> list[WindowSums]:
        raise _unanswered()

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        raise _unanswered()

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        raise _unanswered()


def _unanswered() -> CopyAway:
    return CopyAway("MongoDB does not answer, and there are no other books here")


async def nothing_waits(_: Span) -> bool:
    """Nothing is posted from a server without meters."""
    return False
