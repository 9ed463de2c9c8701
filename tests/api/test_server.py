"""The server: its address, its stop, what it survives."""

import asyncio
import json
import signal
import socket
import ssl
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tests.api.certificates import made_in
from tests.api.test_stream import served
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.listening_sockets import CannotListen, Listeners
from wattledger.api.server import ApiServer, Tls, check_tls
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.energy.clock import SystemClock


def server_of(home: MemoryHome) -> ApiServer:
    return ApiServer(create_api(home.app_state, Access.open()), Listeners("127.0.0.1", 0))


async def test_a_port_in_use_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"port {port} on 127.0.0.1 is in use"):
            Listeners("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "x" * 300, "\udcff"])
async def test_an_address_that_is_not_ours_is_said_so(host: str) -> None:
    with pytest.raises(CannotListen, match=r"address|listen"):
        Listeners(host, 0)


def _wrong(tls: Tls, folder: Path, what: str) -> Path:
    """Spoils one of the two files: which."""
    if what == "another key":
        (folder / "other").mkdir()
        tls.key.write_bytes(made_in(folder / "other").key.read_bytes())
        return tls.key
    if what == "a key with a password":
        key = load_pem_private_key(tls.key.read_bytes(), None)
        hidden = BestAvailableEncryption(b"secret")
        tls.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))
        return tls.key
    if what == "no key":
        tls.key.unlink()
        return tls.key
    tls.certificate.write_bytes(b"" if what == "empty" else tls.certificate.read_bytes()[:300])
    return tls.certificate


@pytest.mark.parametrize("what", ["empty", "cut", "no key", "another key", "a key with a password"])
async def test_what_is_wrong_with_a_certificate_is_said_with_the_file_and_what_to_do(
    tmp_path: Path, what: str
) -> None:
    """At once: nobody is asked for the password of a key."""
    tls = made_in(tmp_path)
    file = _wrong(tls, tmp_path, what)
    with pytest.raises(CannotListen) as told:
        check_tls(tls)
    assert str(file) in str(told.value)
    assert "wattledger certificate" in str(told.value)


async def test_https(home: MemoryHome, tmp_path: Path) -> None:
    tls = made_in(tmp_path)
    server = ApiServer(create_api(home.app_state, Access.open()), Listeners("127.0.0.1", 0), tls)
    trusting = ssl.create_default_context(cafile=tls.certificate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        assert server.url == f"https://127.0.0.1:{server.port}"
        async with httpx.AsyncClient(timeout=300, base_url=server.url, verify=trusting) as client:
            assert (await client.get("/api/v1/health")).status_code == 200
        server.stop()


@pytest.mark.parametrize(
    ("host", "url"), [("0.0.0.0", "http://127.0.0.1"), ("::1", "http://[::1]")]
)
async def test_where_a_browser_finds_it(home: MemoryHome, host: str, url: str) -> None:
    with closing(Listeners("127.0.0.1", 0)) as taken:
        listeners = Listeners(host, 0, taken.sockets)
        server = ApiServer(create_api(home.app_state, Access.open()), listeners)
        assert server.url == f"{url}:{taken.port}"


async def test_it_answers_and_leaves_the_signals_alone(home: MemoryHome) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    async with (
        served(home) as server,
        httpx.AsyncClient(timeout=300, base_url=server.url) as client,
    ):
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before
        answer = await client.get("/api/v1/health")
        assert answer.status_code == 200
        assert "date" in answer.headers
        assert "server" not in answer.headers
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", server.port))


async def test_an_answer_goes_out_at_once_in_all_its_parts() -> None:
    """Else the body waits for the head to be acknowledged, 40 ms on most systems."""
    listeners = Listeners("127.0.0.1", 0)
    (listener,) = listeners.sockets
    with listener, socket.create_connection(("127.0.0.1", listeners.port)):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_cancelled_server_frees_its_port(home: MemoryHome) -> None:
    server = server_of(home)
    port = server.port
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.run())
        await server.listening.wait()
        running.cancel()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_what_a_stop_cuts_off_is_told_to_come_again(
    home: MemoryHome, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of ours has failed, and no log says so."""
    async with served(home) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(
            b"POST /api/v1/access/pair HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n"
        )
        async with asyncio.timeout(300):
            assert b"100 Continue" in await reader.readline()
            server.stop()
            answer = (await reader.read()).decode()
        writer.close()
    assert "503 Service Unavailable" in answer
    assert "The server is stopping" in answer
    assert "retry-after" in answer
    assert not [entry for entry in caplog.records if entry.exc_info]


async def raw(server: ApiServer, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request)
    async with asyncio.timeout(300):
        head = await reader.read(4096)
    writer.close()
    await writer.wait_closed()
    return head


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/api/v1/energy/%00", 422),
        (b"/api/v1/energy/%ff%fe", 422),
        (b"/api/v1/energy/" + b"9" * 5000, 422),
        (b"/api/v1/energy/2026?netting=%ff%00", 422),
        (b"/api/v1/energy/2026?\xff\xfe=\xff", 400),
        (b"/api/v1/" + b"x" * 30_000, 404),
        (b"/api/v1/" + b"x" * 40_000, 400),
        (b"//api/v1/power", 200),
        (b"*", 404),
        (b"/../../etc/passwd", 200),
    ],
)
async def test_hostile_targets(home: MemoryHome, target: bytes, status: int) -> None:
    async with served(home) as server:
        request = b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        head = await raw(server, request)
        assert b"root:" not in head
        assert b"grid_w" not in head
        assert int(head.split()[1]) == status
        assert b" 200 " in await raw(server, b"HEAD /api/v1/power HTTP/1.1\r\nHost: [::1]\r\n\r\n")


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
        b"GET /api/v1/power HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000,
    ],
)
async def test_what_is_no_http_is_told_as_a_problem(home: MemoryHome, request_: bytes) -> None:
    async with served(home) as server:
        head, _, body = (await raw(server, request_)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json\r\n" in head.lower() + b"\r\n"
    assert b"connection: close" in head.lower()
    assert b"x-content-type-options: nosniff" in head.lower()
    assert json.loads(body)["type"] == "/problems/malformed"


async def test_one_connection_too_many_is_told_to_come_again(home: MemoryHome) -> None:
    """And who was there before is answered as ever."""
    api = create_api(home.app_state, Access.open())
    strangers = StrangerLimits(SystemClock(), most=1)
    server = ApiServer(api, Listeners("127.0.0.1", 0), strangers=strangers)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        async with httpx.AsyncClient(timeout=300, base_url=server.url) as first:
            usual = (await first.get("/api/v1/power")).headers
            async with httpx.AsyncClient(timeout=300, base_url=server.url) as second:
                answer = await second.get("/api/v1/power")
            assert (await first.get("/api/v1/power")).status_code == 200
        server.stop()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/busy"
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["connection"] == "close"
    assert answer.headers["cache-control"] == "no-store"
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy"):
        assert answer.headers[name] == usual[name]


async def test_a_request_to_change_protocols_is_not_followed(home: MemoryHome) -> None:
    async with served(home) as server:
        head = await raw(
            server,
            b"GET /api/v1/power HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        )
    assert b"101" not in head.split(b"\r\n")[0]
