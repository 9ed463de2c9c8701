"""A reverse proxy before the server: it takes off a prefix, or changes the Host."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_OF_PLACE = ("host:", "sec-fetch-site:")


@dataclass
class Proxy:
    """One request a connection; whatever does not stand under the prefix is not found."""

    to: str
    prefix: str = ""
    host: str | None = None
    """What it writes for Host; None leaves it as the browser sent it.

    Over plain HTTP browsers do not say from which site a request comes; on this very machine
    they do, so that it is taken out where Host is rewritten.
    """
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The paths as the browser asked for them."""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = self._rewritten(await reader.readuntil(_HEAD_END))
            if head is None:
                writer.write(_NOT_FOUND)
            else:
                await self._exchange(head, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            await _closed(writer)

    def _rewritten(self, head: bytes) -> bytes | None:
        line, *headers = head.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
        method, path, version = line.split(" ")
        self.asked.append(path)
        if not path.startswith(f"{self.prefix}/"):
            return None
        kept = [each for each in headers if not each.lower().startswith("connection:")]
        if self.host is not None:
            kept = [each for each in kept if not each.lower().startswith(_OF_PLACE)]
            kept.append(f"Host: {self.host}")
        first = f"{method} {path.removeprefix(self.prefix)} {version}"
        return "\r\n".join([first, *kept, "Connection: close", "", ""]).encode("latin-1")

    async def _exchange(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        to = urlsplit(self.to)
        there, back = await asyncio.open_connection(to.hostname, to.port)
        back.write(head)
        try:
            async with asyncio.TaskGroup() as both:
                up = both.create_task(_pass_on(reader, back))
                await _pass_on(there, writer)
                up.cancel()
        finally:
            await _closed(back)


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Shielded, since all who wait wait for one future: one that is cancelled would cancel it."""
    writer.close()
    with suppress(ConnectionError):
        await asyncio.shield(writer.wait_closed())


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def proxy_to(url: str, *, prefix: str = "", host: str | None = None) -> AsyncIterator[Proxy]:
    """A proxy on an address of its own; its `url` has no prefix."""
    proxy = Proxy(url, prefix, host)
    carried: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(proxy.carry(reader, writer))
        carried[task] = writer
        task.add_done_callback(lambda done: carried.pop(done, None))

    listener = await asyncio.start_server(carry, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        listener.close()
        left = dict(carried)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        # One that had not begun yet closes nothing by itself.
        for writer in left.values():
            await _closed(writer)
