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
from wattledger.store.connection import StoreClosed, transaction, translated

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
    then.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, state: S, at_end: Callable[[], None]
    ) -> None:
        self.state = state
        """As of the last commit; replaced, never changed."""
        self._path = path
        self._connection = connection
        self._at_end = at_end
        self._jobs: queue.Queue[_Job | None] = queue.Queue(QUEUE_LENGTH)
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="books-writer", daemon=True)
        self._thread.start()

    async def write(self, deed: Callable[[sqlite3.Connection, S], T]) -> T:
        """Does the deed in one transaction. Raises StoreError; then nothing of it has happened.

        A caller that is cancelled before its turn takes its deed back; later it happens unwatched.
        """
        if self._closed:
            raise StoreClosed(f"the store {self._path} is closed")
        done: Future[T] = Future()

        def job() -> None:
            if done.set_running_or_notify_cancel():
                self._do(deed, done)

        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise StoreBusy(f"the store {self._path} is behind with its writing") from error
        return await asyncio.wrap_future(done)

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
        draft = self.state.copy()
        try:
            with translated(self._path), transaction(self._connection):
                result = deed(self._connection, draft)
        except BaseException as error:
            done.set_exception(error)
            return
        self.state = draft
        done.set_result(result)
