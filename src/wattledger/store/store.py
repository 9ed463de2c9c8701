"""Opening and closing the store: lock, checks, migration, then the writer and its readers."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.flow.pairing_ports import DeviceBook
from wattledger.flow.ports import Books, Journal
from wattledger.flow.price_ports import StoredPrices
from wattledger.flow.replica_ports import Outbox
from wattledger.flow.store_integrity_ports import IntegrityStore
from wattledger.store import (
    booked_bounds,
    booking,
    migrate,
    outbox,
    rollup_signature,
    rollups,
    row_validation,
    small_table_repair,
    table_rebuild,
)
from wattledger.store.books import SqliteBooks
from wattledger.store.connection import (
    StoreDamaged,
    connect_writer,
    is_damage,
    transaction,
    translated,
)
from wattledger.store.devices import SqliteDevices
from wattledger.store.file_permissions import make_private
from wattledger.store.integrity import SqliteIntegrity
from wattledger.store.journal import SqliteJournal
from wattledger.store.lock import StoreLock
from wattledger.store.outbox_service import SqliteOutbox
from wattledger.store.prices import SqlitePrices
from wattledger.store.readers import Readers
from wattledger.store.rebuild_pauses import RebuildPauses
from wattledger.store.store_path import check_place, real_path
from wattledger.store.writer import Rebuilding, Writer
from wattledger.store.writer_memory import WriterMemory

CLOSE_DEADLINE_S = 4.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """The doors to one open file."""

    journal: Journal
    books: Books
    outbox: Outbox
    devices: DeviceBook
    integrity: IntegrityStore
    prices: StoredPrices


@asynccontextmanager
async def open_store(
    path: Path,
    calendar: Calendar,
    roles: Roles,
    executor: Executor | None = None,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Store]:
    """The store at `path`, made when it is not there; closed when the block ends, what was asked
    done.

    All its work is done by the executor, or by threads of its own where none is given; it waits by
    `monotonic_s`. Raises StoreUnusable, whose text says what to do.
    """
    path = await asyncio.to_thread(real_path, path)
    pauses = RebuildPauses(monotonic_s)
    writer = await asyncio.to_thread(_writer, path, calendar, roles, pauses, executor)
    try:
        readers = await asyncio.to_thread(Readers, path, executor=executor)
        try:
            box = SqliteOutbox(writer, readers)
            journal, books = SqliteJournal(writer, box), SqliteBooks(writer, readers)
            integrity = SqliteIntegrity(path, writer, readers)
            prices = SqlitePrices(writer, readers)
            yield Store(journal, books, box, SqliteDevices(writer, readers), integrity, prices)
        finally:
            await readers.close()
    finally:
        await writer.close(CLOSE_DEADLINE_S, booking.write_details)


def _writer(
    path: Path,
    calendar: Calendar,
    roles: Roles,
    pauses: RebuildPauses,
    executor: Executor | None,
) -> Writer[WriterMemory]:
    check_place(path)
    lock = StoreLock(path)
    try:
        connection, memory = _opened(path, calendar, roles)
    except BaseException:
        lock.release()
        raise
    return Writer(
        path, connection, memory, lock.release, Rebuilding(after_rebuild, pauses), executor
    )


def _opened(
    path: Path, calendar: Calendar, roles: Roles
) -> tuple[sqlite3.Connection, WriterMemory]:
    try:
        with translated(path):
            sql = migrate.steps()
            migrate.check_file(path)
            make_private(path)
            connection = connect_writer(path)
            try:
                migrate.migrate(connection, sql)
                return connection, _read_in(connection, path, calendar, roles)
            except BaseException:
                connection.close()
                raise
    except (StoreBusy, OSError) as error:
        raise StoreUnusable(
            f"{error}. Is there room on the disk, and may the server write there?"
        ) from error


def _read_in(
    connection: sqlite3.Connection, path: Path, calendar: Calendar, roles: Roles
) -> WriterMemory:
    """What is to be known by heart; where a page can't be read, after that table is built anew."""
    try:
        migrate.touch_tables(connection)
        with transaction(connection):
            return _memory(connection, path, calendar, roles)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
    tables = table_rebuild.broken_in(path)
    with transaction(connection):
        table_rebuild.build_anew(connection, path, tables)
        memory = _memory(connection, path, calendar, roles, something_lost=True)
        after_rebuild(connection, memory, tables)
    log.error("store: pages of %s could not be read; built anew", ", ".join(tables) or "no table")
    table_rebuild.leave_out(connection)
    return memory


def after_rebuild(
    connection: sqlite3.Connection, memory: WriterMemory, tables: Sequence[str]
) -> None:
    """Something of any table may be lost: days are made anew, with the quarters that they lack."""
    connection.execute("DELETE FROM days")
    outbox.load(connection, memory)
    rollups.find_pending(connection, memory)
    rollup_signature.keep(connection, memory)
    memory.noticed.rebuilt(tables)
    for number in memory.numbers.values():
        memory.noticed.gaps_of(number)


def _memory(
    connection: sqlite3.Connection,
    path: Path,
    calendar: Calendar,
    roles: Roles,
    *,
    something_lost: bool = False,
) -> WriterMemory:
    healed = small_table_repair.heal(connection)
    if fault := row_validation.small_fault(connection):
        raise StoreDamaged(path, fault)
    memory = WriterMemory(calendar, roles, rollup_signature.stored_assignment(connection, roles))
    for table in healed:
        log.error("store: %s", small_table_repair.WORDS[table])
        memory.noticed.table(table)
    rows = connection.execute("SELECT number, meter, first_start, last_end FROM meters").fetchall()
    found = booked_bounds.find(connection)
    booked_bounds.widen(connection, found)
    for number, meter, first_start, last_end in rows:
        memory.enrol(MeterId(meter), number)
        saved = None if first_start is None or last_end is None else Span(first_start, last_end)
        if saved and something_lost:  # tallies may be what is lost
            known = found.get(number, saved)
            found[number] = Span(min(known.start, saved.start), max(known.end, saved.end))
        if number in found:
            memory.book(number, found[number])
            if saved:
                memory.save(number, saved)
    outbox.load(connection, memory)
    rollups.find_pending(connection, memory)
    rollup_signature.keep(connection, memory)
    return memory
