"""The stream, over a real server on a loopback port."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.fakes.clock import ManualClock
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.listening_sockets import Listeners
from wattledger.api.power_json import Power
from wattledger.api.server import ApiServer
from wattledger.api.stream import StreamLimits, Streams

MINUTE = 1_763_800_000 // 60 * 60


@asynccontextmanager
async def served(home: MemoryHome, limits: StreamLimits | None = None) -> AsyncIterator[ApiServer]:
    api = create_api(home.app_state, Access.open(), limits=limits or StreamLimits())
    server = ApiServer(api, Listeners("127.0.0.1", 0))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        yield server
        server.stop()


class Reader:
    """A client of the stream that reads when it is told to."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> None:
        self._reader = reader
        self._writer = writer
        self.head = head

    @classmethod
    async def connect(
        cls, server: ApiServer, receive_buffer: int | None = None, source: str = "127.0.0.1"
    ) -> "Reader":
        connection = socket.socket()
        connection.bind((source, 0))
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connection, ("127.0.0.1", server.port))
        limit = 2**16 if receive_buffer is None else 1024
        reader, writer = await asyncio.open_connection(sock=connection, limit=limit)
        writer.write(b"GET /api/v1/power/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return cls(reader, writer, await reader.readuntil(b"\r\n\r\n"))

    async def chunk(self) -> bytes | None:
        """The next chunk; None at the end."""
        size = int(await self._reader.readline(), 16)
        body = await self._reader.readexactly(size + 2)
        return body[:-2] if size else None

    async def events(self) -> list[tuple[str, Any]]:
        """The events of the next chunk, in order; a comment is ("", its text)."""
        chunk = await self.chunk()
        assert chunk is not None
        assert chunk.endswith(b"\n\n")
        found: list[tuple[str, Any]] = []
        for block in chunk.decode().strip("\n").split("\n\n"):
            if block.startswith(":"):
                found.append(("", block))
                continue
            kind, data = block.split("\n")
            found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
        return found

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def test_the_state_at_once_then_one_event_a_tick(home: MemoryHome) -> None:
    home.read("mains", 10.0)
    async with served(home) as server:
        reader = await Reader.connect(server)
        assert b"200 OK" in reader.head
        assert b"content-type: text/event-stream; charset=utf-8" in reader.head.lower()
        assert b"no-store" in reader.head
        [(kind, power)] = await reader.events()
        assert kind == "power"
        Power.model_validate(power)
        assert (power["grid_w"], power["solar_w"], power["home_w"]) == (10.0, None, None)
        for grid_w in (20.0, 30.0):
            home.read("mains", grid_w)
            home.read("solar", 1.5)
            home.board.tick()
            [(kind, power)] = await reader.events()
            assert kind == "power"
            assert power["home_w"] == power["grid_w"] + power["solar_w"] == grid_w + 1.5
        await reader.close()


async def test_just_started_it_says_nothing_of_meters_that_it_is_still_asking(
    clock: ManualClock,
) -> None:
    home = MemoryHome(clock, first_readings_s=300)
    async with served(home) as server:
        reader = await Reader.connect(server)
        home.read("mains", 10.0)
        await asyncio.sleep(0)
        home.read("solar", 1.5)
        [(_, power)] = await reader.events()
        assert power["home_w"] == 11.5
        await reader.close()


async def test_minutes_and_changes_of_state_are_told(home: MemoryHome) -> None:
    home.read("mains", 10.0)
    async with served(home) as server:
        reader = await Reader.connect(server)
        await reader.events()
        home.board.booked(MINUTE)
        assert await reader.events() == [("minute", {"booked_to": "2025-11-22T10:26:00+02:00"})]
        home.board.disconnected("mains")
        [(kind, power)] = await reader.events()
        assert (kind, power["meters"][0]["state"], power["grid_w"]) == ("power", "offline", None)
        await reader.close()


async def test_what_comes_together_is_power_before_minute(home: MemoryHome) -> None:
    async with served(home) as server:
        reader = await Reader.connect(server)
        await reader.events()
        home.board.booked(MINUTE)
        home.board.tick()
        assert [kind for kind, _ in await reader.events()] == ["power", "minute"]
        await reader.close()


async def test_a_comment_keeps_the_line_open_also_between_events(home: MemoryHome) -> None:
    async with served(home, StreamLimits(comment_every_s=0.05)) as server:
        reader = await Reader.connect(server)
        await reader.events()
        assert (await reader.events())[0][0] == ""
        comments = 0
        while comments < 2:
            home.board.tick()
            comments += [kind for kind, _ in await reader.events()].count("")
        await reader.close()


async def test_a_slow_reader_loses_old_values_never_the_newest(home: MemoryHome) -> None:
    home.read("mains", 0.0)
    async with served(home) as server:
        slow = await Reader.connect(server, receive_buffer=4096)
        quick = await Reader.connect(server)
        await quick.events()
        last = 3000
        for number in range(1, last + 1):
            home.read("mains", float(number))
            home.board.tick()
            [(_, power)] = await quick.events()
            assert power["grid_w"] == number
        seen: list[float] = []
        while not seen or seen[-1] != last:
            seen += [power["grid_w"] for _, power in await slow.events()]
        assert seen == sorted(seen)
        assert len(seen) < 300
        await slow.close()
        await quick.close()


async def test_the_text_of_a_tick_is_made_once_and_all_get_it(home: MemoryHome) -> None:
    streams = Streams(home.board, home.site.calendar, StreamLimits())
    tick = home.board.now()
    assert streams._shared(tick) is streams._shared(tick)
    assert streams._shared(home.board.now()) is not streams._shared(tick)
    async with served(home) as server:
        readers = [await Reader.connect(server) for _ in range(10)]
        for reader in readers:
            await reader.events()
        home.board.tick()
        assert len({await reader.chunk() for reader in readers}) == 1
        for reader in readers:
            await reader.close()


async def test_there_is_a_most_of_streams_and_a_place_freed_is_given_again(
    home: MemoryHome,
) -> None:
    async with served(home, StreamLimits(most=2)) as server:
        readers = [await Reader.connect(server) for _ in range(2)]
        async with httpx.AsyncClient(timeout=300, base_url=server.url) as client:
            refused = await client.get("/api/v1/power/stream")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
            assert refused.headers["content-type"] == "application/problem+json"
            await readers[0].close()
            async with asyncio.timeout(300):
                while "wattledger_streams 1.0" not in (await client.get("/api/v1/metrics")).text:
                    await asyncio.sleep(0.01)
        again = await Reader.connect(server)
        assert b"200 OK" in again.head
        for reader in (again, readers[1]):
            await reader.close()


async def test_an_address_that_has_many_makes_room_for_another(home: MemoryHome) -> None:
    """Its oldest one ends; it gets none back while others have no more than it."""
    async with served(home, StreamLimits(most=3)) as server:
        first, second, third = [await Reader.connect(server, source="127.0.0.2") for _ in range(3)]
        newcomers = []
        for reader, source in ((first, "127.0.0.3"), (second, "127.0.0.4")):
            newcomers.append(await Reader.connect(server, source=source))
            assert b"200 OK" in newcomers[-1].head
            async with asyncio.timeout(300):
                while await reader.chunk() is not None:
                    pass
        for source in ("127.0.0.2", "127.0.0.5"):
            refused = await Reader.connect(server, source=source)
            assert b" 503 " in refused.head
            await refused.close()
        for reader in (third, *newcomers):
            assert await reader.events()
        for reader in (first, second, third, *newcomers):
            await reader.close()


async def test_streams_end_at_once_when_the_server_stops(home: MemoryHome) -> None:
    loop = asyncio.get_running_loop()
    async with served(home) as server:
        readers = [await Reader.connect(server) for _ in range(5)]
        for reader in readers:
            await reader.events()
        begun = loop.time()
        server.stop()
        for reader in readers:
            assert await reader.chunk() is None
        assert loop.time() - begun < 0.3
        for reader in readers:
            await reader.close()
    assert loop.time() - begun < 1.0


async def test_a_reader_that_takes_nothing_does_not_hold_the_stop(home: MemoryHome) -> None:
    loop = asyncio.get_running_loop()
    async with served(home) as server:
        stuck = await Reader.connect(server, receive_buffer=4096)
        quick = await Reader.connect(server)
        await quick.events()
        for _ in range(300):
            home.board.tick()
            await quick.events()
        begun = loop.time()
    assert loop.time() - begun < 2.0
    await stuck.close()
    await quick.close()
