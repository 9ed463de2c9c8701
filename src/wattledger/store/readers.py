"""The readers: a few connections that cannot write, each question in one snapshot of the file.

Two are enough to let a short question pass while a long one runs; SQLite computes without Python's
lock.
"""

import asyncio
import queue
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from wattledger.energy.errors import StoreError
from wattledger.store.connection import StoreClosed, connect_reader, translated

COUNT = 3
INTERRUPT_EVERY_S = 0.01

T = TypeVar("T")


class Readers:
    """Owns its connections and the executor of its questions, threads where none is given, from
    construction to `close`.
    """

    def __init__(self, path: Path, count: int = COUNT, executor: Executor | None = None) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._connections: list[sqlite3.Connection] = []
        try:
            with translated(path):
                for _ in range(count):
                    self._connections.append(connect_reader(path))
        except StoreError:
            self._close_connections()
            raise
        for connection in self._connections:
            self._idle.put(connection)
        self._executor = executor or ThreadPoolExecutor(count, "books-reader")
        self._closed = False

    async def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Asks where there is a connection. Raises StoreError."""
        self._check_open()
        return await asyncio.wrap_future(self._executor.submit(self._ask, question))

    async def close(self) -> None:
        """Breaks off what is still being asked."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._break_off)
        self._close_connections()

    def _break_off(self) -> None:
        """Interrupts until every connection is back: a question not yet begun does not hear it."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        while self._idle.qsize() < len(self._connections):
            for connection in self._connections:
                connection.interrupt()
            time.sleep(INTERRUPT_EVERY_S)
        self._executor.shutdown()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreClosed(f"the store {self._path} is closed")

    def _close_connections(self) -> None:
        for connection in self._connections:
            connection.close()

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._idle.get()
        try:
            self._check_open()
            with translated(self._path):
                connection.execute("BEGIN")
                try:
                    return question(connection)
                finally:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
        finally:
            self._idle.put(connection)
