"""The port between pairing and where paired devices are kept.

DeviceBook   store   the devices, each with the hash of its token
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Device:
    """A phone, or a script, that was paired; times by this machine's clock, UTC epoch seconds.

    One that `owns` may change the settings and remove others; the rest only look.
    """

    id: str
    name: str
    paired_at: int
    last_used_at: int
    owns: bool = True


class DeviceBook(Protocol):
    """Keeps devices. Raises StoreBusy; then nothing of that call has happened."""

    async def devices(self) -> Mapping[bytes, Device]:
        """All of them, by the SHA-256 of their tokens."""
        ...

    async def add(self, token_sha256: bytes, device: Device, instead_of: str | None) -> None:
        """Keeps a new one; the one with the id `instead_of` goes in the same moment."""
        ...

    async def remove(self, device_id: str) -> None: ...

    async def let_own(self, device_id: str, *, owns: bool) -> None:
        """Nothing happens when it is gone."""
        ...

    async def used(self, device_id: str, at: int) -> None:
        """Notes when it was used; nothing happens when it is gone."""
        ...
