"""The books' write side: what flow asks as deeds for the writer."""

import sqlite3
from collections.abc import Sequence

from wattledger.energy.booking_entry import Booked, Entry, GapReason
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.record import AHEAD_S, Counters
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span
from wattledger.store import (
    booking,
    codec,
    gaps,
    maintenance,
    misdated,
    outbox,
    redundant_tables,
    rollup_signature,
    rollups,
)
from wattledger.store.outbox_service import SqliteOutbox
from wattledger.store.row_checksums import counters_seal
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory


class SqliteJournal:
    """Journal on one SQLite file; every call is one commit."""

    def __init__(self, writer: Writer[WriterMemory], box: SqliteOutbox) -> None:
        self._writer = writer
        self._box = box

    async def book(self, entries: Sequence[Entry], now: float) -> Booked:
        """As the port says. Raises BadRecord too, before anything is written."""
        acknowledged = self._box.acknowledged

        def deed(connection: sqlite3.Connection, memory: WriterMemory) -> Booked:
            booked = booking.book(connection, memory, entries, now)
            misdated.put_aside(connection, memory, entries, now)
            rollups.settle_few(connection, memory, now)
            outbox.forget(connection, memory, acknowledged)
            return booked

        booked = await self._writer.write(deed)
        self._box.forgotten(acknowledged)
        return booked

    async def maintain(self, now: float) -> bool:
        return await self._writer.write(
            lambda connection, memory: maintenance.maintain(connection, memory, now)
        )

    async def keep_counters(self, meter: MeterId, counters: Counters, now: float) -> None:
        def deed(connection: sqlite3.Connection, memory: WriterMemory) -> None:
            number = booking.number_of(connection, memory, meter)
            at, epoch, values = counters.at, counters.epoch, counters.values_dmwh
            connection.execute(
                "DELETE FROM counters WHERE meter = ? AND at > ? AND epoch < ?",
                (number, max(at, int(now) + AHEAD_S), epoch),
            )
            connection.execute(
                "INSERT OR REPLACE INTO counters SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT "
                "EXISTS (SELECT 1 FROM counters WHERE meter = ? AND at = ? AND epoch < ?)",
                (
                    *(number, at, *values, epoch, counters_seal(number, at, epoch, values)),
                    *(number, at, epoch),
                ),
            )

        await self._writer.write(deed)

    async def keep_identity(self, identity: MeterIdentity, bindings: Sequence[Binding]) -> None:
        def deed(connection: sqlite3.Connection, memory: WriterMemory) -> None:
            booking.forget_empty(connection, memory, {one.meter for one in bindings})
            number = booking.number_of(connection, memory, identity.meter)
            connection.execute(
                "UPDATE meters SET model = ?, firmware = ?, profile = ?, name = ?, phases = ? "
                "WHERE number = ?",
                (*codec.identity_row(identity), number),
            )
            connection.execute("DELETE FROM bindings")
            connection.executemany(
                "INSERT INTO bindings VALUES (?, ?, ?, ?)",
                [(at, one.name, one.host, one.meter) for at, one in enumerate(bindings)],
            )
            redundant_tables.keep(connection, "bindings")

        await self._writer.write(deed)

    async def assign(self, assignment: Assignment) -> None:
        if assignment == self._writer.state.assignment:
            return
        await self._writer.write(
            lambda connection, memory: rollup_signature.assign(connection, memory, assignment)
        )

    async def explain(self, meter: MeterId, span: Span, reason: GapReason) -> None:
        def deed(connection: sqlite3.Connection, memory: WriterMemory) -> None:
            if meter in memory.numbers:
                gaps.explain(connection, memory.numbers[meter], span, reason)

        await self._writer.write(deed)
