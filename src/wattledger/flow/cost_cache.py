"""Costs that were computed, kept as long as what they were made of is the same.

Ten years of days are kept packed: as objects they would be many times as large, and Python's
collector would look through all of them with the event loop waiting.
"""

import marshal
import zlib
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


class CostCache:
    """Of runs of local days (by ordinals) under tariffs and nettings; of so many, the newest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[bytes, bytes] = {}
        """The signature, and what is packed behind it: years of few and small objects."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, tariff: str, netting: Netting, days: range, signature: bytes) -> DayCost | None:
        known = self._kept.get(_key(tariff, netting, days), b"")
        if not known.startswith(signature):
            return None
        return cost_from(zlib.decompress(known[len(signature) :]).decode())

    def put(
        self, tariff: str, netting: Netting, days: range, signature: bytes, cost: DayCost
    ) -> None:
        """As the newest; what was computed longest ago is forgotten where there is no room."""
        key = _key(tariff, netting, days)
        self._kept.pop(key, None)
        self._kept[key] = signature + zlib.compress(text_of(cost).encode(), zlib.Z_BEST_SPEED)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]


def _key(tariff: str, netting: Netting, days: range) -> bytes:
    return f"{days.start}-{days.stop} {netting.value} {tariff}".encode()
