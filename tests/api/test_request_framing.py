"""Requests that two programs might read in two ways: one answer, and the connection ends."""

import asyncio
import json
import logging

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.test_stream import served
from tests.fakes.home import MemoryHome
from wattledger.api.request_framing import LONGEST_HEAD_BYTES, StrictConnection

GET = b"GET /api/v1/health HTTP/1.1\r\n"
POST = b"POST /api/v1/access/pair HTTP/1.1\r\n"
HOST = b"Host: localhost\r\n"
NEXT = GET + HOST + b"\r\n"
DOUBTFUL = {
    "both lengths": POST
    + HOST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, the other way": POST
    + HOST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": POST + HOST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "the same length twice": POST + HOST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": POST + HOST + b"Content-Length: 2, 2\r\n\r\n{}",
    "a signed length": POST + HOST + b"Content-Length: +2\r\n\r\n{}",
    "a negative length": POST + HOST + b"Content-Length: -2\r\n\r\n{}",
    "a length in hex": POST + HOST + b"Content-Length: 0x2\r\n\r\n{}",
    "an endless length": POST + HOST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}",
    "an empty length": POST + HOST + b"Content-Length:\r\n\r\n",
    "a space before the colon": POST + HOST + b"Content-Length : 2\r\n\r\n{}",
    "another coding": POST + HOST + b"Transfer-Encoding: gzip\r\n\r\n",
    "two codings": POST + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "two lines of codings": POST
    + HOST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a coding like chunked": POST + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding with a vertical tab": POST
    + HOST
    + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a coding in HTTP/1.0": b"POST /api/v1/access/pair HTTP/1.0\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bare LF": GET.replace(b"\r", b"") + HOST.replace(b"\r", b"") + b"\n",
    "bare LF at one line": GET + b"Host: localhost\nX: y\r\n\r\n",
    "bare CR in a value": GET + HOST + b"X: a\rContent-Length: 5\r\n\r\n",
    "a NUL": GET + HOST + b"X: a\0b\r\n\r\n",
    "a folded line": GET + HOST + b"X: a\r\n b\r\n\r\n",
    "a folded line with a tab": GET + HOST + b"X: a\r\n\tb\r\n\r\n",
    "a space before the first field": GET + b" " + HOST + b"\r\n",
    "no host": GET + b"\r\n",
    "two hosts": GET + HOST + HOST + b"\r\n",
    "two different hosts": GET + HOST + b"Host: evil.example\r\n\r\n",
    "a host that is none": GET + b"Host: local host\r\n\r\n",
    "a host with a user": GET + b"Host: me@localhost\r\n\r\n",
    "a host with a path": GET + b"Host: localhost/x\r\n\r\n",
    "an address of another host": b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "HTTP/2.0": b"GET / HTTP/2.0\r\n" + HOST + b"\r\n",
    "HTTP/1.2": b"GET / HTTP/1.2\r\n" + HOST + b"\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/1.01": b"GET / HTTP/1.01\r\n" + HOST + b"\r\n",
    "http/1.1": b"GET / http/1.1\r\n" + HOST + b"\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tab": b"GET\t/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method that is none": b"G@T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "no field name": GET + HOST + b": x\r\n\r\n",
    "an endless head": GET + HOST + b"X: " + b"y" * LONGEST_HEAD_BYTES + b"\r\n\r\n",
    "endless fields": GET + HOST + b"X: y\r\n" * 6_000 + b"\r\n",
    "a chunk that is no number": POST + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
    "a chunk below zero": POST + HOST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a chunk in 0x": POST + HOST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": POST
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "a chunk that ends otherwise": POST
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
}


async def told(port: int, request: bytes) -> bytes:
    """All that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(300):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("what", DOUBTFUL)
async def test_a_doubtful_request_is_400_and_the_end_of_its_connection(
    home: MemoryHome, what: str
) -> None:
    """What follows it, which a proxy may have let through as a part of it, is not answered."""
    async with served(home) as server:
        answer = await told(server.port, DOUBTFUL[what] + NEXT)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in head.lower()
    assert json.loads(body)["type"] == "/problems/malformed"


@pytest.mark.parametrize("what", ["both lengths", "bare LF", "two hosts", "a folded line"])
async def test_also_as_it_trickles_in_and_after_others(home: MemoryHome, what: str) -> None:
    async with served(home) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(NEXT)
        assert b" 200 " in await reader.readuntil(b"\r\n")
        for start in range(0, len(DOUBTFUL[what]), 3):
            writer.write(DOUBTFUL[what][start : start + 3])
            await asyncio.sleep(0)
        async with asyncio.timeout(300):
            assert b"HTTP/1.1 400 " in await reader.read()
        writer.close()


async def test_after_a_chunked_body_the_connection_ends(home: MemoryHome) -> None:
    body = b'{"code": "7K2M-9QXD", "device": "x"}'
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    head = POST + HOST + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with served(home) as server:
        answer = await told(server.port, head + chunked + NEXT)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://localhost/api/v1/health", b"200"),
        (b"HTTP://LOCALHOST/api/v1/health?", b"200"),
        (b"http://localhost", b"200"),
        (b"http://localhost?x", b"200"),
        (b"ftp://localhost/", b"404"),
    ],
)
async def test_a_whole_address_is_read_as_its_path(
    home: MemoryHome, target: bytes, status: bytes
) -> None:
    request = b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    async with served(home) as server:
        assert (await told(server.port, request)).split()[1] == status


async def test_many_mistakes_are_few_lines_in_the_log(
    home: MemoryHome, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with served(home) as server:
            for _ in range(30):
                for what in ("both lengths", "bare LF", "HTTP/2.0"):
                    await told(server.port, DOUBTFUL[what])
    lines = [record for record in caplog.records if record.name.startswith("wattledger")]
    assert len(lines) <= 2
    assert not [record for record in caplog.records if record.exc_info]


@given(st.lists(st.sampled_from([*GET, *HOST, *b"\r\n\0 :,;/", 0x80]), max_size=60).map(bytes))
def test_whatever_comes_is_a_request_or_refused(junk: bytes) -> None:
    """However it is cut, the same is said of it."""
    for size in (1, len(junk) + 1):
        connection = StrictConnection()
        try:
            for start in range(0, len(GET + junk), size):
                connection.receive_data((GET + junk)[start : start + size])
                connection.next_event()
        except h11.RemoteProtocolError as error:
            assert error.error_status_hint >= 400  # noqa: PT017 - either is right
