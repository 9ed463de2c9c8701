"""The one writer: takes deeds from a queue, each in a transaction of its own.

A deed is a function of the connection and of a copy of what the writer knows by heart; when the
commit is on the disk, the copy counts. Closing lets what is queued drain, with a deadline.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from wattledger.energy.errors import StoreBusy, StoreError
from wattledger.store import table_rebuild
from wattledger.store.connection import StoreClosed, StoreDamaged, transaction, translated
from wattledger.store.rebuild_pauses import RebuildPauses
from wattledger.store.single_thread_executor import SingleThreadExecutor

QUEUE_LENGTH = 64
"""Callers wait for their deed, so that more than a few means a disk that hangs: then StoreBusy."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Copyable(Protocol):
    def copy(self: T) -> T: ...


S = TypeVar("S", bound=Copyable)


@dataclass(frozen=True, slots=True)
class Rebuilding(Generic[S]):
    """`follow` makes the state follow a file of which some tables have lost something."""

    follow: Callable[[sqlite3.Connection, S, Sequence[str]], None]
    pauses: RebuildPauses


class Writer(Generic[S]):
    """Owns the connection, and the executor of its deeds, from construction to `close`.

    `at_end` is called when the connection is closed, however late: the lock on the file lives until
    then. The executor does one deed at a time, in order; it is a thread where none is given.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        state: S,
        at_end: Callable[[], None],
        rebuilding: Rebuilding[S],
        executor: Executor | None = None,
    ) -> None:
        self.state = state
        """As of the last commit; replaced, never changed."""
        self._path = path
        self._connection = connection
        self._at_end = at_end
        self._follow = rebuilding.follow
        self._pauses = rebuilding.pauses
        self._has_pages_left = False
        self._room = threading.Semaphore(QUEUE_LENGTH + 1)  # one of them is under way
        self._closed: Future[None] | None = None
        self._executor = executor or SingleThreadExecutor("books-writer")

    async def write(self, deed: Callable[[sqlite3.Connection, S], T]) -> T:
        """Does the deed in one transaction. Raises StoreError; then nothing of it has happened.

        A caller that is cancelled before its turn takes its deed back; later it happens unwatched.
        """
        return await self._asked(lambda: self._do(deed))

    async def _asked(self, ask: Callable[[], T]) -> T:
        if self._closed is not None:
            raise StoreClosed(f"the store {self._path} is closed")
        if not self._room.acquire(blocking=False):
            raise StoreBusy(f"the store {self._path} is behind with its writing")
        done = self._executor.submit(self._asked_in_turn, ask)
        done.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(done)

    def _asked_in_turn(self, ask: Callable[[], T]) -> T:
        with translated(self._path):
            return ask()

    @property
    def needs_no_look(self) -> bool:
        """Whether it is known that pages can't be read."""
        return self._has_pages_left or not self._pauses.may_look

    async def rebuild(self) -> None:
        """Builds anew what has a page that can't be read. Raises StoreBusy where that was in vain
        just now; until it helps it is tried after growing pauses.
        """
        await self._asked(self._rebuild)

    async def forget(self) -> None:
        """Lets go of the pages that it holds in memory: what counts is what lies on the disk."""
        await self._asked(lambda: self._connection.execute("PRAGMA shrink_memory").fetchall())

    async def checkpoint(self) -> None:
        """Brings what is in the log into the file."""
        question = "PRAGMA wal_checkpoint(PASSIVE)"
        await self._asked(lambda: self._connection.execute(question).fetchone())

    async def close(
        self, deadline_s: float, last: Callable[[sqlite3.Connection, S], None] = lambda *_: None
    ) -> None:
        """Lets the queue drain, does a last deed if it can be done, and closes the connection; says
        so when the deadline is missed.
        """
        if self._closed is None:
            self._closed = self._executor.submit(self._end, last)
            self._executor.shutdown(wait=False)
        if (await asyncio.to_thread(wait, [self._closed], deadline_s)).not_done:
            log.error("the store %s was still writing after %.0f s", self._path, deadline_s)

    def _end(self, last: Callable[[sqlite3.Connection, S], None]) -> None:
        try:
            with suppress(StoreError):
                self._attempt(last)
            self._connection.close()
        finally:
            self._at_end()

    def _do(self, deed: Callable[[sqlite3.Connection, S], T]) -> T:
        try:
            return self._attempt(deed)
        except StoreDamaged:
            self._rebuild()
            return self._attempt(deed)

    def _attempt(self, deed: Callable[[sqlite3.Connection, S], T]) -> T:
        draft = self.state.copy()
        with translated(self._path), transaction(self._connection):
            result = deed(self._connection, draft)
        self.state = draft
        return result

    def _rebuild(self) -> None:
        """Around pages that can't be read, in one transaction with what is known by heart of it."""
        with translated(self._path):
            if not self._pauses.may_look or not self._pauses.may_try(
                broken := table_rebuild.broken_in(self._path)
            ):
                raise StoreBusy(
                    f"pages of the store {self._path} can't be read, and were built anew in vain; "
                    "tried again after a pause. Is there room on the disk?"
                )
            self._attempt(lambda file, state: self._build_anew(file, state, broken))
            table_rebuild.leave_out(self._connection)
        self._has_pages_left = False

    def _build_anew(self, file: sqlite3.Connection, state: S, broken: Sequence[str]) -> None:
        table_rebuild.build_anew(file, self._path, broken)
        self._follow(file, state, broken)
        self._has_pages_left = True
