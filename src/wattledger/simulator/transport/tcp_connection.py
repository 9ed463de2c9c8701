"""One TCP connection to the meter: finds out what the client speaks, and answers."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import h11

from wattledger.simulator.fault_switches import Faults

_CHUNK = 65_536


class TcpConnection:
    """The bytes of one connection, and the faults that strike at bytes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, faults: Faults
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._faults = faults

    async def read(self) -> bytes:
        """What came in; empty at the end of the connection. A hanging meter takes and is silent."""
        while True:
            try:
                data = await self._reader.read(_CHUNK)
            except ConnectionError:
                return b""
            if not (data and self._faults.hanging):
                return data

    def write(self, data: bytes) -> None:
        """Send, or break off in the middle when that was ordered."""
        if self._writer.is_closing() or self._faults.hanging:
            return
        if self._faults.take_half_frame():
            self._writer.write(data[: len(data) // 2])
            self._writer.close()
            return
        self._writer.write(data)

    @property
    def unsent_bytes(self) -> int:
        return self._writer.transport.get_write_buffer_size()

    @property
    def closing(self) -> bool:
        return self._writer.is_closing()

    async def drain(self) -> None:
        with suppress(ConnectionError):
            await self._writer.drain()

    def abort(self) -> None:
        """Cut the connection without a farewell."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Send what is waiting, then close."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


class HttpRequest:
    """A request whose head has been read; `raw` is every byte that came so far."""

    def __init__(self, connection: h11.Connection, head: h11.Request, raw: bytes) -> None:
        self.connection = connection
        self.head = head
        self.raw = raw
        self.method = head.method.decode("ascii")
        self.target = head.target.decode("ascii", "replace")
        self.path = urlsplit(self.target).path

    def header(self, name: bytes) -> str | None:
        for key, value in self.head.headers:
            if key == name:
                return value.decode("latin-1")
        return None

    @property
    def wants_websocket(self) -> bool:
        return (self.header(b"upgrade") or "").lower() == "websocket"

    async def read_body(self, door: TcpConnection) -> bytes:
        body = bytearray()
        while True:
            match self.connection.next_event():
                case h11.Data(data=data):
                    body += data
                case h11.EndOfMessage():
                    return bytes(body)
                case h11.NEED_DATA:
                    self.connection.receive_data(await door.read())
                case _:
                    raise h11.RemoteProtocolError("the body broke off")


async def read_request(door: TcpConnection) -> HttpRequest | None:
    """The next request's head; None when the client left or spoke no HTTP."""
    connection, raw = h11.Connection(h11.SERVER), b""
    try:
        while (event := connection.next_event()) is h11.NEED_DATA:
            data = await door.read()
            raw += data
            connection.receive_data(data)
    except h11.RemoteProtocolError:
        return None
    return HttpRequest(connection, event, raw) if isinstance(event, h11.Request) else None
