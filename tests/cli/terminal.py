"""A verb on a terminal of 80 columns, in a process of its own, spoken with as a person does."""

import asyncio
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fcntl import ioctl
from pathlib import Path

PATIENCE_S = 300


class Terminal:
    """What was shown so far is `shown`; what was not waited for yet comes after `seen`."""

    def __init__(self, verb: subprocess.Popen[bytes], outside: int) -> None:
        self._verb = verb
        self._outside = outside
        self._more = asyncio.Event()
        self._seen = 0
        self.shown = ""

    def take(self) -> None:
        try:
            self.shown += os.read(self._outside, 65_536).decode().replace("\r\n", "\n")
        except OSError:  # the verb has ended, and its side is closed
            asyncio.get_running_loop().remove_reader(self._outside)
        self._more.set()

    async def expect(self, words: str) -> str:
        """What is shown from the last thing waited for up to these words."""
        async with asyncio.timeout(PATIENCE_S):
            while (found := self.shown.find(words, self._seen)) < 0:
                self._more.clear()
                await self._more.wait()
        before, self._seen = self._seen, found + len(words)
        return self.shown[before : self._seen]

    async def answer(self, question: str, typed: str = "") -> str:
        """Types that once the question is asked; what was shown before it."""
        shown = await self.expect(question)
        await self.expect(": ")
        os.write(self._outside, f"{typed}\n".encode())
        return shown

    async def interrupt(self, question: str, number: int) -> None:
        await self.expect(question)
        self._verb.send_signal(number)
        # Python's readline sleeps over a signal that comes just before it does; a key wakes it.
        os.write(self._outside, b"\n")

    async def end(self) -> int:
        """Its exit status."""
        return await asyncio.to_thread(self._verb.wait, PATIENCE_S)


@asynccontextmanager
async def on_terminal(
    folder: Path, *arguments: str | Path, **environment: str
) -> AsyncIterator[Terminal]:
    """`wattledger` with these arguments, begun in that folder; killed at the end if it still runs.

    In a session of its own, so that a hidden question does not go to the terminal of who tests.
    """
    outside, inside = pty.openpty()
    ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    verb = subprocess.Popen(
        [sys.executable, "-m", "wattledger", *map(str, arguments)],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PYTHONIOENCODING": "utf-8", **environment},
        start_new_session=True,
    )
    os.close(inside)
    terminal = Terminal(verb, outside)
    asyncio.get_running_loop().add_reader(outside, terminal.take)
    try:
        yield terminal
    finally:
        asyncio.get_running_loop().remove_reader(outside)
        verb.kill()
        verb.wait()
        os.close(outside)
