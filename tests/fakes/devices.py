"""Paired devices in memory behind the flow's `DeviceBook` protocol."""

from dataclasses import replace

from wattledger.energy.errors import StoreBusy
from wattledger.flow.pairing_ports import Device


class MemoryDevices:
    """`busy` makes every call fail; `noted` lists what was written of uses."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Device] = {}
        self.noted: list[tuple[str, int]] = []
        self.busy = False

    async def devices(self) -> dict[bytes, Device]:
        self._check()
        return dict(self.kept)

    async def add(self, token_sha256: bytes, device: Device, instead_of: str | None) -> None:
        self._check()
        if instead_of is not None:
            await self.remove(instead_of)
        self.kept[token_sha256] = device

    async def remove(self, device_id: str) -> None:
        self._check()
        self.kept = {key: one for key, one in self.kept.items() if one.id != device_id}

    async def let_own(self, device_id: str, *, owns: bool) -> None:
        self._check()
        for key, device in self.kept.items():
            if device.id == device_id:
                self.kept[key] = replace(device, owns=owns)

    async def used(self, device_id: str, at: int) -> None:
        self._check()
        self.noted.append((device_id, at))
        for key, device in self.kept.items():
            if device.id == device_id:
                self.kept[key] = replace(device, last_used_at=at)

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("the devices are being read by somebody else")
