"""Paired devices in memory behind the flow's `DeviceBook` protocol."""

import asyncio
from dataclasses import replace

from wattledger.energy.errors import StoreBusy
from wattledger.flow.pairing_ports import Device


class MemoryDevices:
    """`busy` makes every call fail; `noted` lists what was written of uses. While `free` is not
    set, whoever writes waits, as for a slow disk.
    """

    def __init__(self) -> None:
        self.kept: dict[bytes, Device] = {}
        self.noted: list[tuple[str, int]] = []
        self.busy = False
        self.free = asyncio.Event()
        self.free.set()

    async def devices(self) -> dict[bytes, Device]:
        self._check()
        return dict(self.kept)

    async def add(self, token_sha256: bytes, device: Device, instead_of: str | None) -> None:
        await self._turn()
        if instead_of is not None:
            await self.remove(instead_of)
        self.kept[token_sha256] = device

    async def remove(self, device_id: str) -> None:
        await self._turn()
        self.kept = {key: one for key, one in self.kept.items() if one.id != device_id}

    async def let_own(self, device_id: str, *, owns: bool) -> None:
        await self._turn()
        for key, device in self.kept.items():
            if device.id == device_id:
                self.kept[key] = replace(device, owns=owns)

    async def used(self, device_id: str, at: int) -> None:
        self._check()
        self.noted.append((device_id, at))
        for key, device in self.kept.items():
            if device.id == device_id:
                self.kept[key] = replace(device, last_used_at=at)

    async def _turn(self) -> None:
        await self.free.wait()
        self._check()

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("the devices are being read by somebody else")
