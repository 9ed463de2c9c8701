"""Pairing: a one-time code becomes a token of a device's own, which opens the data until the
device is removed.

A token has 256 random bits; its SHA-256 is kept, it itself goes to the device and nowhere else.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from wattledger.energy.clock import Clock
from wattledger.energy.errors import LastOwner, StoreBusy
from wattledger.flow.one_time_codes import HOLDS_S, OneTimeCodes
from wattledger.flow.pairing_ports import Device, DeviceBook

USE_KEPT_EVERY_S = 3_600
"""How often at most it is written down that a device was used, to spare an SD card."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paired:
    """A new device with its token, which is told this once."""

    device: Device
    token: str = field(repr=False)


class Pairing:
    """The paired devices of one server, known by heart from `open` on."""

    def __init__(self, book: DeviceBook, clock: Clock, holds_s: float = HOLDS_S) -> None:
        """A code holds for `holds_s`."""
        self.codes = OneTimeCodes(clock, holds_s)
        self._subscribers: list[Callable[[str], None]] = []
        self._book = book
        self._clock = clock
        self._by_token: dict[bytes, Device] = {}
        self._kept_at: dict[str, int] = {}
        self._due: dict[str, int] = {}
        self._stir = asyncio.Event()
        self._turn = asyncio.Lock()
        """Held by who changes which devices there are, or which of them own, until it is written:
        the next one goes by what has happened.
        """

    async def open(self) -> None:
        """Reads the devices. Raises StoreBusy."""
        self._by_token = dict(await self._book.devices())
        self._kept_at = {device.id: device.last_used_at for device in self._by_token.values()}

    def subscribe(self, removed: Callable[[str], None]) -> None:
        """From now on told the id of each device whose token has ceased to open anything."""
        self._subscribers.append(removed)

    def devices(self) -> list[Device]:
        """The one that was paired first comes first; of one second, in the order of their ids."""
        return sorted(self._by_token.values(), key=lambda device: (device.paired_at, device.id))

    def device_of(self, token: str) -> Device | None:
        """Whose token this is."""
        return self._by_token.get(_sha256(token))

    def use(self, token: str) -> bool:
        """Notes that the token's device asks for something; true when that is worth writing down.

        It is written by `run`, so that nobody waits for the disk.
        """
        key = _sha256(token)
        now = int(self._clock.now_s())
        device = self._by_token[key] = replace(self._by_token[key], last_used_at=now)
        is_due = abs(now - self._kept_at[device.id]) >= USE_KEPT_EVERY_S
        if is_due:
            self._kept_at[device.id] = self._due[device.id] = now
            self._stir.set()
        return is_due

    async def pair(
        self, code: str, name: str, address: str, instead_of: Device | None = None
    ) -> Paired:
        """Makes a device of a plain code. Raises WrongCode, TooManyTries, StoreBusy.

        `address` is where the phone asks from: its wrong codes are counted by that. A phone that
        pairs anew says which device it was; that one is forgotten. Of a code for devices that look
        comes one that owns where no other does: somebody must.
        """
        ticket = self.codes.take(code, address)
        try:
            async with self._turn:
                paired = await self._paired(name, instead_of, owns=ticket.owns)
        except BaseException:
            self.codes.put_back(ticket)
            raise
        ticket.is_used_by(paired.device.id)
        return paired

    async def _paired(self, name: str, instead_of: Device | None, *, owns: bool) -> Paired:
        token = secrets.token_urlsafe(32)
        replaced = instead_of.id if instead_of else None
        others = any(one.owns for one in self._by_token.values() if one.id != replaced)
        device = replace(self._new(name), owns=owns or not others)
        await self._book.add(_sha256(token), device, replaced)
        if instead_of is not None:
            self._forget(instead_of.id)
        self._know(_sha256(token), device)
        return Paired(device, token)

    async def adopt(self, token_sha256: bytes, name: str) -> None:
        """Pairs the phone that set the home up, by the token it has; once. Raises StoreBusy."""
        async with self._turn:
            if token_sha256 not in self._by_token:
                device = self._new(name)
                await self._book.add(token_sha256, device, None)
                self._know(token_sha256, device)

    def _new(self, name: str) -> Device:
        now = int(self._clock.now_s())
        return Device(secrets.token_hex(4), name, now, now)

    def _know(self, token_sha256: bytes, device: Device) -> None:
        self._by_token[token_sha256] = device
        self._kept_at[device.id] = device.last_used_at
        log.info("access: '%s' was paired", device.name)

    async def remove(self, device_id: str) -> bool:
        """Its token opens nothing any more; false when it is not known. Raises StoreBusy."""
        async with self._turn:
            device = next((one for one in self.devices() if one.id == device_id), None)
            if device is None:
                return False
            await self._book.remove(device_id)
            self._forget(device_id)
        log.info("access: '%s' was removed", device.name)
        return True

    async def let_own(self, device_id: str, *, owns: bool) -> bool:
        """Whether it may change the settings from now on; false when it is not known.

        Raises LastOwner where none would be left, StoreBusy.
        """
        async with self._turn:
            known = {one.id: token for token, one in self._by_token.items()}
            if device_id not in known:
                return False
            others = any(one.owns for one in self._by_token.values() if one.id != device_id)
            if not (owns or others):
                raise LastOwner
            await self._book.let_own(device_id, owns=owns)
            token = known[device_id]
            self._by_token[token] = replace(self._by_token[token], owns=owns)
            return True

    async def run(self) -> None:
        """Writes down when devices were used, until cancelled."""
        while True:
            await self._stir.wait()
            self._stir.clear()
            due, self._due = self._due, {}
            for device_id, at in due.items():
                await self._keep(device_id, at)

    async def _keep(self, device_id: str, at: int) -> None:
        try:
            await self._book.used(device_id, at)
        except StoreBusy as error:
            log.debug("access: %s", error)

    def _forget(self, device_id: str) -> None:
        self._by_token = {
            key: device for key, device in self._by_token.items() if device.id != device_id
        }
        self._kept_at.pop(device_id, None)
        for removed in self._subscribers:
            removed(device_id)


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
