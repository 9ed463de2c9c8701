"""The paired devices, in the same file as the books."""

import sqlite3

from wattledger.flow.pairing_ports import Device
from wattledger.store import mirrored_tables
from wattledger.store.ledger import Ledger
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer


class SqliteDevices:
    """DeviceBook on one SQLite file."""

    def __init__(self, writer: Writer[Ledger], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def devices(self) -> dict[bytes, Device]:
        return await self._readers.read(_devices)

    async def add(self, token_sha256: bytes, device: Device, instead_of: str | None) -> None:
        def deed(file: sqlite3.Connection, _: Ledger) -> None:
            file.execute("DELETE FROM devices WHERE id = ?", (instead_of,))
            file.execute(
                "INSERT INTO devices VALUES (?, ?, ?, ?, ?)",
                (device.id, device.name, token_sha256, device.paired_at, device.last_used_at),
            )
            mirrored_tables.keep(file, "devices")

        await self._writer.write(deed)

    async def remove(self, device_id: str) -> None:
        def deed(file: sqlite3.Connection, _: Ledger) -> None:
            file.execute("DELETE FROM devices WHERE id = ?", (device_id,))
            mirrored_tables.keep(file, "devices")

        await self._writer.write(deed)

    async def used(self, device_id: str, at: int) -> None:
        def deed(file: sqlite3.Connection, _: Ledger) -> None:
            file.execute("UPDATE devices SET last_used_at = ? WHERE id = ?", (at, device_id))

        await self._writer.write(deed)


def _devices(file: sqlite3.Connection) -> dict[bytes, Device]:
    rows = file.execute("SELECT token_sha256, id, name, paired_at, last_used_at FROM devices")
    return {token_sha256: Device(*device) for token_sha256, *device in rows}
