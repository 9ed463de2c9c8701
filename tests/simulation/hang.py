"""What was asked of a disk that hangs, until it goes on, fails, or whoever asked is gone."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from wattledger.energy.errors import StoreBusy
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer


@dataclass(frozen=True)
class _Held:
    """`begin` does it at once; `is_last` closes the file, and is done however the disk is."""

    done: Future[Any]
    begin: Callable[[], Future[Any]]
    is_last: bool

    def does(self) -> None:
        if self.done.running() or self.done.set_running_or_notify_cancel():
            outcome = self.begin()
            error = outcome.exception()
            if error is None:
                self.done.set_result(outcome.result())
            else:
                self.done.set_exception(error)

    def fails(self) -> None:
        if self.done.running() or self.done.set_running_or_notify_cancel():
            self.done.set_exception(StoreBusy("disk I/O error"))


class Hang:
    """Nobody waits for it but those who have asked: time goes on."""

    def __init__(self) -> None:
        self._held: deque[_Held] = deque()
        self._holds_reads = False
        self._is_over = asyncio.Event()
        self._is_over.set()

    def begin(self, *, reads: bool) -> None:
        """What is in the machine's memory can be read all the same, unless `reads`."""
        self._holds_reads = reads
        self._is_over.clear()

    def holds(self, asked: Callable[..., Any]) -> bool:
        is_read = isinstance(getattr(asked, "__self__", None), Readers)
        return not self._is_over.is_set() and (self._holds_reads or not is_read)

    def hold(self, asked: Callable[..., Any], begin: Callable[[], Future[Any]]) -> Future[Any]:
        """Of the writes the first one is under way, and can't be taken back any more."""
        done: Future[Any] = Future()
        whose = getattr(asked, "__self__", None)
        is_last = isinstance(whose, Writer) and asked.__name__ == "_end"
        if not self._held:
            done.set_running_or_notify_cancel()
        self._held.append(_Held(done, begin, is_last))
        return done

    async def is_over(self) -> None:
        await self._is_over.wait()

    def goes_on(self) -> None:
        """All that was asked is done, in its order."""
        self._is_over.set()
        while self._held:
            self._held.popleft().does()

    def fails(self) -> None:
        """Nothing of it has happened, and who has asked is told, if he is still there."""
        held, self._held = self._held, deque()
        for one in held:
            if one.is_last:
                self._held.append(one)
            else:
                one.fails()
