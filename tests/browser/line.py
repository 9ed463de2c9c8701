"""A line to the server that can fall silent without being cut, as those of phones do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Line:
    """Everything that goes over it waits while it is held."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._open = asyncio.Event()
        self._open.set()
        self._carried: set[asyncio.Task[None]] = set()
        self.asked = asyncio.Event()
        """Set by each new connection."""
        self.url = ""

    def hold(self) -> None:
        """Nothing passes any more, in either direction; new connections are made all the same."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def cut(self) -> None:
        """Ends every connection there is; new ones are carried."""
        self.asked.clear()
        for task in self._carried:
            task.cancel()
        await asyncio.gather(*self._carried, return_exceptions=True)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self.asked.set()
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._carried.add(task)

        def ended(_: asyncio.Task[None]) -> None:
            """Also one that found no server, or was ended before it began."""
            self._carried.discard(task)
            writer.close()

        task.add_done_callback(ended)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, back))
                both.create_task(self._pass_on(there, writer))
        finally:
            back.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    """A line that leads there, on an address of its own."""
    line = Line(url)
    listener = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        listener.close()
        await line.cut()
