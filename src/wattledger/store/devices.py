"""The paired devices, in the same file as the books."""

import sqlite3
from dataclasses import replace

from wattledger.flow.pairing_ports import Device
from wattledger.store import redundant_tables
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory

_LOOKERS = "devices_that_look"
"""In `meta`, the ids of devices that own nothing, parted by spaces."""


class SqliteDevices:
    """DeviceBook on one SQLite file."""

    def __init__(self, writer: Writer[WriterMemory], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def devices(self) -> dict[bytes, Device]:
        return await self._readers.read(_devices)

    async def add(self, token_sha256: bytes, device: Device, instead_of: str | None) -> None:
        def deed(file: sqlite3.Connection, _: WriterMemory) -> None:
            file.execute("DELETE FROM devices WHERE id = ?", (instead_of,))
            file.execute(
                "INSERT INTO devices VALUES (?, ?, ?, ?, ?)",
                (device.id, device.name, token_sha256, device.paired_at, device.last_used_at),
            )
            redundant_tables.keep(file, "devices")
            kept = _lookers(file) - {instead_of or ""}
            _keep_lookers(file, kept if device.owns else kept | {device.id})

        await self._writer.write(deed)

    async def remove(self, device_id: str) -> None:
        def deed(file: sqlite3.Connection, _: WriterMemory) -> None:
            file.execute("DELETE FROM devices WHERE id = ?", (device_id,))
            redundant_tables.keep(file, "devices")
            _keep_lookers(file, _lookers(file) - {device_id})

        await self._writer.write(deed)

    async def let_own(self, device_id: str, *, owns: bool) -> None:
        def deed(file: sqlite3.Connection, _: WriterMemory) -> None:
            lookers = _lookers(file)
            _keep_lookers(file, lookers - {device_id} if owns else lookers | {device_id})

        await self._writer.write(deed)

    async def used(self, device_id: str, at: int) -> None:
        def deed(file: sqlite3.Connection, _: WriterMemory) -> None:
            file.execute("UPDATE devices SET last_used_at = ? WHERE id = ?", (at, device_id))

        await self._writer.write(deed)


def _devices(file: sqlite3.Connection) -> dict[bytes, Device]:
    rows = file.execute("SELECT token_sha256, id, name, paired_at, last_used_at FROM devices")
    lookers = _lookers(file)
    found = {token_sha256: Device(*device) for token_sha256, *device in rows}
    return {token: replace(one, owns=one.id not in lookers) for token, one in found.items()}


def _lookers(file: sqlite3.Connection) -> set[str]:
    rows = file.execute("SELECT value FROM meta WHERE name = ?", (_LOOKERS,)).fetchall()
    return set(rows[0][0].split()) if rows else set()


def _keep_lookers(file: sqlite3.Connection, ids: set[str]) -> None:
    if ids == _lookers(file):
        return
    file.execute("DELETE FROM meta WHERE name = ?", (_LOOKERS,))
    if ids:
        file.execute("INSERT INTO meta VALUES (?, ?)", (_LOOKERS, " ".join(sorted(ids))))
    redundant_tables.keep(file, "meta")
