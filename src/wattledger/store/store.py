"""Opening and closing the store: lock, checks, migration, then the writer and its readers."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from wattledger.energy.balance import Roles
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.flow.copy_ports import Outbox
from wattledger.flow.pairing_ports import DeviceBook
from wattledger.flow.ports import Books, Journal
from wattledger.store import migrate, outbox, ranges, rollups, signature
from wattledger.store.booking import DAY_S
from wattledger.store.books import SqliteBooks
from wattledger.store.codec import first_key
from wattledger.store.connection import (
    StoreDamaged,
    connect_reader,
    connect_writer,
    transaction,
    translated,
)
from wattledger.store.devices import SqliteDevices
from wattledger.store.journal import SqliteJournal
from wattledger.store.ledger import Ledger
from wattledger.store.lock import StoreLock
from wattledger.store.place import check_place, real_path
from wattledger.store.post_box import SqliteOutbox
from wattledger.store.private import make_private
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer

CLOSE_DEADLINE_S = 4.0


@dataclass(frozen=True, slots=True)
class Store:
    """The doors to one open file."""

    journal: Journal
    books: Books
    outbox: Outbox
    devices: DeviceBook


@asynccontextmanager
async def open_store(path: Path, calendar: Calendar, roles: Roles) -> AsyncIterator[Store]:
    """The store at `path`, made when it is not there; closed when the block ends, what was asked
    done.

    Raises StoreUnusable, whose text says what to do.
    """
    path = await asyncio.to_thread(real_path, path)
    writer = await asyncio.to_thread(_writer, path, calendar, roles)
    try:
        readers = await asyncio.to_thread(Readers, path)
        try:
            box = SqliteOutbox(writer, readers)
            journal, books = SqliteJournal(writer, box), SqliteBooks(writer, readers)
            yield Store(journal, books, box, SqliteDevices(writer, readers))
        finally:
            await readers.close()
    finally:
        await writer.close(CLOSE_DEADLINE_S)


def _writer(path: Path, calendar: Calendar, roles: Roles) -> Writer[Ledger]:
    check_place(path)
    lock = StoreLock(path)
    try:
        connection, ledger = _opened(path, calendar, roles)
    except BaseException:
        lock.release()
        raise
    return Writer(path, connection, ledger, at_end=lock.release)


def _opened(path: Path, calendar: Calendar, roles: Roles) -> tuple[sqlite3.Connection, Ledger]:
    try:
        with translated(path):
            sql = migrate.steps()
            _check(path)
            make_private(path)
            connection = connect_writer(path)
            try:
                migrate.migrate(connection, sql)
                migrate.touch_tables(connection)
                with transaction(connection):
                    return connection, _ledger(connection, calendar, roles)
            except BaseException:
                connection.close()
                raise
    except (StoreBusy, OSError) as error:
        raise StoreUnusable(
            f"{error}. Is there room on the disk, and may the server write there?"
        ) from error


def _check(path: Path) -> None:
    """Before anything in it is used, and before anything is written. Raises StoreUnusable."""
    if migrate.check_file(path):
        with closing(connect_reader(path)) as connection:
            if found := ranges.small_fault(connection):
                raise StoreDamaged(path, found)


def _ledger(connection: sqlite3.Connection, calendar: Calendar, roles: Roles) -> Ledger:
    ledger = Ledger(calendar, roles, signature.stored_assignment(connection))
    rows = connection.execute("SELECT number, meter, first_start, last_end FROM meters").fetchall()
    for number, meter, first_start, last_end in rows:
        ledger.numbers[MeterId(meter)] = number
        if first_start is not None:
            ledger.saved[number] = Span(first_start, last_end)
            ledger.bounds[number] = Span(first_start, _last_end(connection, number, last_end))
    outbox.load(connection, ledger)
    rollups.find_pending(connection, ledger)
    signature.keep(connection, ledger)
    return ledger


def _last_end(connection: sqlite3.Connection, number: int, saved_end: int) -> int:
    """The end of the meter's newest record: in the UTC day in which the saved one lies, or at its
    edge.
    """
    day_end = saved_end // DAY_S * DAY_S + DAY_S
    row = connection.execute(
        "SELECT max((key >> 8) * 60 + (kind / 3 + 1) * 60) FROM minutes "
        "WHERE key >= ? AND key < ? AND key & 255 = ?",
        (first_key(saved_end), first_key(day_end), number),
    ).fetchone()
    return saved_end if row[0] is None else int(row[0])
