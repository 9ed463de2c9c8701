"""The one writer: a thread that takes deeds from a queue, each in a transaction of its own.

A deed is a function of the connection and of a copy of what the writer knows by heart; when the
commit is on the disk, the copy counts. Closing lets what is queued drain, with a deadline.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from wattledger.energy.errors import StoreBusy
from wattledger.store import structure
from wattledger.store.connection import StoreClosed, StoreDamaged, transaction, translated

QUEUE_LENGTH = 64
"""Callers wait for their deed, so that more than a few means a disk that hangs: then StoreBusy."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Copyable(Protocol):
    def copy(self: T) -> T: ...


S = TypeVar("S", bound=Copyable)
_Job = Callable[[], None]


class Writer(Generic[S]):
    """Owns the connection and its thread from construction to `close`.

    `at_end` is called when the connection is closed, however late: the lock on the file lives until
    then. `after_rebuild` makes the state follow a file of which something was lost.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        state: S,
        at_end: Callable[[], None],
        after_rebuild: Callable[[sqlite3.Connection, S], None],
    ) -> None:
        self.state = state
        """As of the last commit; replaced, never changed."""
        self._path = path
        self._connection = connection
        self._at_end = at_end
        self._after_rebuild = after_rebuild
        self._jobs: queue.Queue[_Job | None] = queue.Queue(QUEUE_LENGTH)
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="books-writer", daemon=True)
        self._thread.start()

    async def write(self, deed: Callable[[sqlite3.Connection, S], T]) -> T:
        """Does the deed in one transaction. Raises StoreError; then nothing of it has happened.

        A caller that is cancelled before its turn takes its deed back; later it happens unwatched.
        """
        done: Future[T] = Future()
        return await self._queued(lambda: self._do(deed, done), done)

    async def _asked(self, ask: Callable[[], T]) -> T:
        done: Future[T] = Future()

        def job() -> None:
            try:
                with translated(self._path):
                    done.set_result(ask())
            except BaseException as error:
                done.set_exception(error)

        return await self._queued(job, done)

    async def _queued(self, work: _Job, done: "Future[T]") -> T:
        if self._closed:
            raise StoreClosed(f"the store {self._path} is closed")

        def job() -> None:
            if done.set_running_or_notify_cancel():
                work()

        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise StoreBusy(f"the store {self._path} is behind with its writing") from error
        return await asyncio.wrap_future(done)

    async def rebuild(self) -> list[str]:
        """Builds anew what has a page that can't be read: the names of those tables."""
        return await self._asked(self._rebuild)

    async def forget(self) -> None:
        """Lets go of the pages that it holds in memory: what counts is what lies on the disk."""
        await self._asked(lambda: self._connection.execute("PRAGMA shrink_memory").fetchall())

    async def checkpoint(self) -> None:
        """Brings what is in the log into the file."""
        question = "PRAGMA wal_checkpoint(PASSIVE)"
        await self._asked(lambda: self._connection.execute(question).fetchone())

    async def close(self, deadline_s: float) -> None:
        """Lets the queue drain and closes the connection; says so when the deadline is missed."""
        self._closed = True
        if not await asyncio.to_thread(self._finish, deadline_s):
            log.error("the store %s was still writing after %.0f s", self._path, deadline_s)

    def _finish(self, deadline_s: float) -> bool:
        with suppress(queue.Full):
            self._jobs.put(None, timeout=deadline_s)
            self._thread.join(deadline_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                job()
            self._connection.close()
        finally:
            self._at_end()

    def _do(self, deed: Callable[[sqlite3.Connection, S], T], done: "Future[T]") -> None:
        try:
            try:
                result = self._attempt(deed)
            except StoreDamaged:
                self._rebuild()
                result = self._attempt(deed)
        except BaseException as error:
            done.set_exception(error)
            return
        done.set_result(result)

    def _attempt(self, deed: Callable[[sqlite3.Connection, S], T]) -> T:
        draft = self.state.copy()
        with translated(self._path), transaction(self._connection):
            result = deed(self._connection, draft)
        self.state = draft
        return result

    def _rebuild(self) -> list[str]:
        """Around pages that can't be read; what the writer knows by heart then follows the file."""
        with translated(self._path):
            tables = structure.mend(self._connection, self._path)
        self._attempt(self._after_rebuild)
        return tables
