"""Costs that were computed, kept as long as what they were made of is the same.

Ten years of days are kept as text: as objects they would be four times as large, and Python's
collector would look through all of them with the event loop waiting.
"""

import marshal
from hashlib import blake2b

from wattledger.energy.day_cost import DayCost
from wattledger.energy.day_cost_text import cost_from, text_of
from wattledger.energy.netting import Netting

_SAME_BYTES = 2
"""The newest version of that format in which equal values are equal bytes."""
_DIGEST_BYTES = 16

Facts = tuple[int | tuple[int | None, ...] | None, ...]
"""Of a day all that its cost is made of: tuples of whole numbers and None."""


def signature_of(days: list[Facts]) -> bytes:
    """Of days in their order: others have another one."""
    return blake2b(marshal.dumps(days, _SAME_BYTES), digest_size=_DIGEST_BYTES).digest()


class KeptCosts:
    """Of runs of local days (by ordinals) under tariffs and nettings; of so many, the newest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[tuple[str, str, int, int], tuple[bytes, str]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, tariff: str, netting: Netting, days: range, signature: bytes) -> DayCost | None:
        known = self._kept.get((tariff, netting.value, days.start, days.stop))
        return cost_from(known[1]) if known is not None and known[0] == signature else None

    def put(
        self, tariff: str, netting: Netting, days: range, signature: bytes, cost: DayCost
    ) -> None:
        """As the newest; what was computed longest ago is forgotten where there is no room."""
        key = (tariff, netting.value, days.start, days.stop)
        self._kept.pop(key, None)
        self._kept[key] = signature, text_of(cost)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
