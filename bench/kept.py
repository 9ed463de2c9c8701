"""Questions over a kept connection, as a phone asks them."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.listening_sockets import Listeners
from wattledger.api.server import ApiServer
from wattledger.flow.app_state import AppState

Ask = Callable[[str], Awaitable[float]]


def request(target: str) -> bytes:
    return f"GET /api/v1/{target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


@asynccontextmanager
async def kept(port: int) -> AsyncIterator[Ask]:
    """Asks for what is below /api/v1/: seconds from the request to the answer's last byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def ask(target: str) -> float:
        begin = time.perf_counter()
        writer.write(request(target))
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise RuntimeError(f"{target}: {head.decode()}")
        length = re.search(rb"content-length: (\d+)", head.lower())
        assert length is not None
        await reader.readexactly(int(length[1]))
        return time.perf_counter() - begin

    try:
        yield ask
    finally:
        writer.close()


@asynccontextmanager
async def serving(app_state: AppState) -> AsyncIterator[Ask]:
    """The house behind a server of its own, asked over one connection."""
    server = ApiServer(create_api(app_state, Access.open()), Listeners("127.0.0.1", 0))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        async with kept(server.port) as ask:
            yield ask
        server.stop()
