"""Connections that come in numbers, or take their time, and what others notice of it: nothing."""

import asyncio
import gc
import json
import logging
import resource
import socket
import ssl
import tracemalloc
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from tests.api.certificates import made_in
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.file_descriptors import FEWEST, RESERVED, raise_limit, room_for_connections
from wattledger.api.http_protocol import Patience
from wattledger.api.listening_sockets import Listeners
from wattledger.api.server import ApiServer, Tls
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.api.stream import StreamLimits
from wattledger.energy.clock import SystemClock

ASK = b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SHORT = Patience(head_s=0.2, keep_alive_s=10, unread_s=0.3, linger_s=0.1, goodbye_s=0.3)


@asynccontextmanager
async def serving(
    home: MemoryHome,
    *,
    most: int = 20,
    most_of_one: int = 5,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    strangers: StrangerLimits | None = None,
    tls: Tls | None = None,
) -> AsyncIterator[ApiServer]:
    strangers = strangers or StrangerLimits(SystemClock(), most=most, most_of_one=most_of_one)
    limits = StreamLimits(comment_every_s=0.5)
    api = create_api(home.app_state, Access.open(), limits=limits, strangers=strangers)
    server = ApiServer(api, Listeners("127.0.0.1", 0), tls, strangers=strangers, patience=patience)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        yield server
        server.stop()


@asynccontextmanager
async def opened(
    server: ApiServer, source: str = "127.0.0.1", trusting: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", server.port, local_addr=(source, 0), ssl=trusting
    )
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def answer_to(server: ApiServer, source: str, request: bytes = ASK) -> tuple[int, object]:
    """(status, document)."""
    async with opened(server, source) as (reader, writer):
        writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        head, _, body = (await ended(reader)).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


async def ended(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the end."""
    async with asyncio.timeout(300):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def test_idle_ones_of_one_address_leave_room_for_others(
    home: MemoryHome, caplog: pytest.LogCaptureFixture
) -> None:
    """The surplus is told so at once; it is one line in the log, and a fault."""
    async with serving(home) as server, AsyncExitStack() as stack:
        idle = [await stack.enter_async_context(opened(server, "127.0.0.2")) for _ in range(60)]
        for reader, _ in idle[5:]:
            assert (await ended(reader)).startswith(b"HTTP/1.1 503 ")
        status, health = await answer_to(server, "127.0.0.3")
        assert status == 200
        assert isinstance(health, dict)
        assert [fault["kind"] for fault in health["faults"]] == ["too_many_connections"]
        assert not health["ok"]
    refused = [record for record in caplog.records if "refused" in record.getMessage()]
    assert len(refused) == 1
    assert "127.0.0.2" in refused[0].getMessage()


async def test_many_addresses_that_fill_the_house_make_room_for_another(home: MemoryHome) -> None:
    async with serving(home, most=10) as server, AsyncExitStack() as stack:
        for number in range(10):
            await stack.enter_async_context(opened(server, f"127.0.0.{2 + number // 5}"))
        assert (await answer_to(server, "127.0.0.9"))[0] == 200


PAIR = b"POST /api/v1/access/pair HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
STREAM = ASK.replace(b"health", b"power/stream")


@pytest.mark.parametrize(
    "sent",
    [
        PAIR + b"Content-Length: 50\r\n\r\n{",
        PAIR + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{",
        STREAM + ASK,
        STREAM + b"GET /",
    ],
    ids=["half a body", "half a chunked body", "a stream and more", "a stream and half a head"],
)
async def test_nor_do_those_keep_others_out_for_whom_the_server_waits(
    home: MemoryHome, sent: bytes
) -> None:
    """Also in the middle of a question, and when they ask ahead of their answers."""
    async with serving(home, most=10) as server, AsyncExitStack() as stack:
        for number in range(10):
            source = f"127.0.0.{2 + number // 5}"
            reader, writer = await stack.enter_async_context(opened(server, source))
            writer.write(sent)
            async with asyncio.timeout(300):
                await reader.readuntil(b"\r\n")
        assert (await answer_to(server, "127.0.0.9"))[0] == 200


class AnsweringOneThatGoes:
    """Closes its client's side in the middle of the answer."""

    def __init__(self) -> None:
        self.client = socket.socket()
        self.answered = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = [(b"content-length", b"0")]
        try:
            await send({"type": "http.response.start", "status": 405, "headers": length})
            self.client.close()
            await send({"type": "http.response.body"})
        finally:
            self.answered.set()

    def close_streams(self) -> None:
        """There are none."""


async def test_who_goes_while_its_mistake_is_told_is_none_of_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Behind a request came what is none, and at the end of the answer its sender is gone."""
    api = AnsweringOneThatGoes()
    server = ApiServer(api, Listeners("127.0.0.1", 0))
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        api.client.connect(("127.0.0.1", server.port))
        api.client.send(ASK + b"no request\r\n\r\n")
        await api.answered.wait()
        server.stop()
    assert "Traceback" not in caplog.text


async def test_who_says_nothing_is_gone_after_the_deadline(home: MemoryHome) -> None:
    async with serving(home, patience=SHORT) as server, opened(server) as (reader, _):
        assert await ended(reader) == b""


@asynccontextmanager
async def trickling(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """A byte now and then."""

    async def trickle() -> None:
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.02)

    task = asyncio.create_task(trickle())
    yield
    task.cancel()


async def test_bytes_that_trickle_do_not_hold_a_connection(home: MemoryHome) -> None:
    async with serving(home, patience=SHORT) as server, opened(server) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        async with trickling(writer), asyncio.timeout(300):
            head = await reader.readuntil(b"\r\n\r\n")
            document = json.loads(await reader.readuntil(b"}"))
    assert head.startswith(b"HTTP/1.1 408 Request Timeout")
    assert document["type"] == "/problems/too-slow"


@pytest.mark.parametrize(
    "first", [ASK, ASK.replace(b"\r\n\r\n", b"\r\nContent-Length: 1000000\r\n\r\n")]
)
async def test_nor_between_two_requests(home: MemoryHome, first: bytes) -> None:
    """Also in the body of one that was answered without being read."""
    async with serving(home, patience=SHORT) as server, opened(server) as (reader, writer):
        writer.write(first)
        assert b" 200 " in await reader.readuntil(b"\r\n")
        async with trickling(writer):
            await ended(reader)


async def test_a_stream_outlives_the_deadlines(home: MemoryHome) -> None:
    async with serving(home, patience=SHORT) as server, opened(server) as (reader, writer):
        writer.write(ASK.replace(b"health", b"power/stream"))
        for _ in range(2):
            async with asyncio.timeout(300):
                await reader.readuntil(b": still here")


async def test_who_takes_nothing_is_cut_off(home: MemoryHome) -> None:
    """An answer that nobody reads is not kept for ever."""
    strangers = StrangerLimits(SystemClock())
    month = b"GET /api/v1/energy?from=2025-01-01&to=2025-02-01&resolution=quarter HTTP/1.1\r\n"
    async with serving(home, patience=SHORT, strangers=strangers) as server:
        with socket.socket() as quiet:
            quiet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
            quiet.setblocking(False)
            await asyncio.get_running_loop().sock_connect(quiet, ("127.0.0.1", server.port))
            quiet.send((month + b"Host: 127.0.0.1\r\n\r\n") * 20)
            async with asyncio.timeout(300):
                while not len(strangers.connections):
                    await asyncio.sleep(0.01)
                while len(strangers.connections):
                    await asyncio.sleep(0.01)


async def test_tls_that_never_begins_is_counted_and_ends(home: MemoryHome, tmp_path: Path) -> None:
    tls = made_in(tmp_path)
    trusting = ssl.create_default_context(cafile=tls.certificate)
    async with (
        serving(home, patience=Patience(head_s=1.0), tls=tls) as server,
        AsyncExitStack() as stack,
    ):
        mute = [await stack.enter_async_context(opened(server, "127.0.0.2")) for _ in range(5)]
        async with opened(server, "127.0.0.2") as (surplus, _):
            assert await ended(surplus) == b""
        for waiting, _ in mute:
            assert await ended(waiting) == b""
        async with opened(server, "127.0.0.2", trusting) as (reader, writer):
            writer.write(ASK)
            assert b" 200 " in await reader.readuntil(b"\r\n")


async def test_tls_that_never_begins_takes_little_memory_and_leaves_none(
    home: MemoryHome, tmp_path: Path
) -> None:
    tls, strangers = made_in(tmp_path), StrangerLimits(SystemClock())
    async with serving(home, strangers=strangers, tls=tls) as server, without_collector():
        before = tracemalloc.get_traced_memory()[0]
        async with AsyncExitStack() as stack:
            for _ in range(40):
                _, writer = await stack.enter_async_context(opened(server))
                writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            await until(lambda: len(strangers.connections) == 40)
            assert tracemalloc.get_traced_memory()[0] - before < 40 * 100_000
        await until(lambda: not len(strangers.connections))
        assert not [one for one in gc.get_objects() if isinstance(one, SSLProtocol)]


@asynccontextmanager
async def without_collector() -> AsyncIterator[None]:
    """What hangs together stays, and all memory is counted."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.enable()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(300):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_stop_does_not_wait_for_tls_that_never_begins(
    home: MemoryHome, tmp_path: Path
) -> None:
    patience, tls = Patience(head_s=1_000), made_in(tmp_path)
    async with (
        asyncio.timeout(300),
        AsyncExitStack() as stack,
        serving(home, patience=patience, tls=tls) as server,
    ):
        await stack.enter_async_context(opened(server))


async def test_behind_a_proxy_each_is_counted_by_its_own_address(home: MemoryHome) -> None:
    """The proxy itself may have as many connections as there are."""

    def by(address: bytes, request: bytes) -> bytes:
        return request.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: " + address + b"\r\n\r\n")

    stream = ASK.replace(b"health", b"power/stream")
    strangers = StrangerLimits(SystemClock(), ["127.0.0.2"], most=20, most_of_one=5)
    async with serving(home, strangers=strangers) as server, AsyncExitStack() as stack:
        heads = []
        for _ in range(6):
            held = AsyncExitStack()
            reader, writer = await held.enter_async_context(opened(server, "127.0.0.2"))
            writer.write(by(b"192.0.2.7", stream))
            heads.append(await reader.readuntil(b"\r\n"))
            stack.push_async_exit(held)
        assert [b" 200 " in head for head in heads] == [True] * 5 + [False]
        assert (await answer_to(server, "127.0.0.2", by(b"192.0.2.8", ASK)))[0] == 200
        assert (await answer_to(server, "127.0.0.2", by(b"192.0.2.7", ASK)))[0] == 503
        await stack.aclose()
        async with asyncio.timeout(300):
            while (await answer_to(server, "127.0.0.2", by(b"192.0.2.7", ASK)))[0] == 503:
                await asyncio.sleep(0.01)


@contextmanager
def few_descriptors() -> Iterator[None]:
    """As many as there are just now, and none to come."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        probe = stack.enter_context(socket.socket())
        resource.setrlimit(resource.RLIMIT_NOFILE, (probe.fileno() + 1, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_without_descriptors_it_waits_and_says_so_once(
    home: MemoryHome, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(home) as server:
        with ExitStack() as stack:
            waiting = [stack.enter_context(socket.socket()) for _ in range(4)]
            taken = [stack.enter_context(socket.socket()) for _ in range(40)]
            stack.enter_context(few_descriptors())
            for connection in waiting:
                connection.setblocking(False)
                await asyncio.get_running_loop().sock_connect(
                    connection, ("127.0.0.1", server.port)
                )
            async with asyncio.timeout(300):
                while not caplog.records:
                    await asyncio.sleep(0.01)
            for connection in taken:
                connection.close()
            assert (await answer_to(server, "127.0.0.1"))[0] == 200
    assert len([one for one in caplog.records if "Too many open files" in one.getMessage()]) == 1
    assert not [record for record in caplog.records if record.exc_info]
    assert len([one for one in caplog.records if one.levelno >= logging.WARNING]) == 1


def test_some_descriptors_are_never_for_clients() -> None:
    assert room_for_connections(4_096, 512) == 512
    assert room_for_connections(512, 512) == 512 - RESERVED
    assert room_for_connections(64, 512) == FEWEST


def test_more_descriptors_are_taken_where_the_system_lets_us() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        assert raise_limit() == min(4_096, before[1])
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(4_096, before[1])
        assert raise_limit() == min(4_096, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
