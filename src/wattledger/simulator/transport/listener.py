"""The meter's port: who may come in, and how they are thrown out."""

import asyncio
from collections.abc import Callable

from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.transport.http import HttpFace
from wattledger.simulator.transport.tasks import OwnedTasks
from wattledger.simulator.transport.tcp_connection import HttpRequest, TcpConnection, read_request
from wattledger.simulator.transport.ws import WsSession


class Listener:
    """Accepts connections on one port; a port once taken is kept over a pause of listening."""

    def __init__(
        self,
        http: HttpFace,
        new_session: Callable[[TcpConnection], WsSession],
        faults: Faults,
        tasks: OwnedTasks,
        max_channels: int,
    ) -> None:
        self._http = http
        self._new_session = new_session
        self._faults = faults
        self._tasks = tasks
        self._max_channels = max_channels
        self._doors: set[TcpConnection] = set()
        self._sessions: set[WsSession] = set()
        self._calls = 0
        self._server: asyncio.Server | None = None
        self.host, self.port = "127.0.0.1", 0

    @property
    def sessions(self) -> tuple[WsSession, ...]:
        return tuple(self._sessions)

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def open(self) -> None:
        """Listen on `host` and `port`; port 0 becomes a free one. Nothing happens when open."""
        if self._server is None:
            self._server = await asyncio.start_server(self._on_connection, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse whoever comes, and cut off whoever is there."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.drop_all()
        if server is not None:
            await server.wait_closed()

    def drop_all(self) -> None:
        """Cut every connection without a farewell."""
        for door in [*self._doors]:
            door.abort()

    def push(self, method: str, params: JsonObject) -> None:
        for session in self.sessions:
            session.push(method, params)

    def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        door = TcpConnection(reader, writer, self._faults)
        self._doors.add(door)
        self._tasks.start(self._serve(door))

    async def _serve(self, door: TcpConnection) -> None:
        try:
            request = await read_request(door)
            if request is None:
                return
            if request.wants_websocket and request.path == "/rpc":
                await self._serve_websocket(door, request)
            else:
                await self._serve_call(door, request)
        finally:
            self._doors.discard(door)
            await door.close()

    async def _serve_websocket(self, door: TcpConnection, request: HttpRequest) -> None:
        session = self._new_session(door)
        self._sessions.add(session)
        try:
            await session.run(request)
        finally:
            self._sessions.discard(session)

    async def _serve_call(self, door: TcpConnection, request: HttpRequest) -> None:
        if self._calls >= self._max_channels:
            self._http.refuse(door)
            return
        self._calls += 1
        try:
            await self._http.respond(door, request)
        finally:
            self._calls -= 1
