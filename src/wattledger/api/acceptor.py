"""Takes connections in: whoever is one too many is told so and gone before anything is read.

asyncio's own would make a transport, and begin to encrypt, before anybody could say no; and where
the system gives no more descriptors it logs a thousand tracebacks a second.
"""

import asyncio
import logging
import socket
import ssl
import traceback
from asyncio.sslproto import SSLProtocol
from collections.abc import Callable, Sequence
from contextlib import suppress

from wattledger.api import problems
from wattledger.api.connection_limits import ConnectionLimits
from wattledger.api.http_protocol import Protocol
from wattledger.api.security_headers import with_carried

TLS_GOODBYE_S = 2.0
TLS_BUFFER_BYTES = 16_384
"""Of each connection, as long as a record of TLS; asyncio's 256 KiB would be 128 MB of 512."""
AT_ONCE = 256
"""Connections taken in, or mostly refused, before others have their turn: some 10 ms."""
PAUSE_S = 1.0
"""After the system gave no descriptor."""


ProtocolOf = Callable[[Callable[[], None]], Protocol]
"""Makes the protocol of a connection, which tells when that is gone."""


class Arrival:
    """A connection: on its way in, then its protocol's, then gone."""

    def __init__(self, connection: socket.socket, connections: ConnectionLimits) -> None:
        self._connection = connection
        self._connections = connections
        self._protocol: Protocol | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        return self._protocol is None or self._protocol.is_idle

    def dismiss(self) -> None:
        is_on_its_way = self._task is not None and self._task.cancel()
        if self._protocol is not None and not is_on_its_way:
            self._protocol.dismiss()

    def welcome(
        self, protocol_of: ProtocolOf, tls: ssl.SSLContext | None, handshake_s: float
    ) -> asyncio.Task[None]:
        """Until it can speak; from then on its protocol says when it leaves."""
        self._protocol = protocol_of(self._leave)
        welcome = self._welcome(self._protocol, tls, handshake_s)
        self._task = asyncio.get_running_loop().create_task(welcome)
        return self._task

    async def _welcome(
        self, protocol: Protocol, tls: ssl.SSLContext | None, handshake_s: float
    ) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: protocol,
                self._connection,
                ssl=tls,
                ssl_handshake_timeout=None if tls is None else handshake_s,
                ssl_shutdown_timeout=None if tls is None else TLS_GOODBYE_S,
            )
        except BaseException as error:
            self._connection.close()
            self._leave()
            _let_go(error)
            if not isinstance(error, OSError):
                raise

    def _leave(self) -> None:
        """Nothing holds on to its protocol any more, which holds on to this."""
        self._connections.leave(self)
        self._protocol = None


class Acceptor:
    """The open door of one server: uvicorn sees it as one of its listening servers."""

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        connections: ConnectionLimits,
        protocol_of: ProtocolOf,
        tls: ssl.SSLContext | None,
        log: logging.Logger,
        handshake_s: float,
    ) -> None:
        """`handshake_s` is for TLS to begin."""
        self._listeners = listeners
        self._connections = connections
        self._protocol_of = protocol_of
        self._tls = tls
        self._log = log
        self._handshake_s = handshake_s
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[None]] = set()
        self._pauses: set[asyncio.TimerHandle] = set()
        self._is_closed = False
        self._full = _one_too_many()
        if tls is not None:
            SSLProtocol.max_size = TLS_BUFFER_BYTES
        for listener in listeners:
            self._open(listener)

    def close(self) -> None:
        """Takes in nobody any more; who has not begun to ask is sent away."""
        self._is_closed = True
        for listener in self._listeners:
            if listener.fileno() >= 0:
                self._loop.remove_reader(listener)
        for pause in self._pauses:
            pause.cancel()
        for task in self._arriving:
            task.cancel()

    async def wait_closed(self) -> None:
        """Until those who were sent away have gone."""
        if self._arriving:
            await asyncio.wait(self._arriving)

    def _open(self, listener: socket.socket) -> None:
        if not self._is_closed:
            self._loop.add_reader(listener, self._arrivals, listener)

    def _arrivals(self, listener: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, address = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._pause(listener, error)
                return
            connection.setblocking(False)
            self._meet(connection, str(address[0]) if address else "")

    def _pause(self, listener: socket.socket, error: OSError) -> None:
        """Else the loop would be asked again at once, and so without end."""
        self._connections.out_of_descriptors()
        self._log.warning("connections can't be taken in: %s", error.strerror)
        self._loop.remove_reader(listener)
        self._pauses = {pause for pause in self._pauses if not pause.cancelled()}
        self._pauses.add(self._loop.call_later(PAUSE_S, self._open, listener))

    def _meet(self, connection: socket.socket, host: str) -> None:
        arrival = Arrival(connection, self._connections)
        if not self._connections.enter(host, arrival):
            self._log.warning("a connection of %s is refused: too many are open", host)
            self._refuse(connection)
            return
        task = arrival.welcome(self._protocol_of, self._tls, self._handshake_s)
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    def _refuse(self, connection: socket.socket) -> None:
        """Without TLS a line says why; nobody waits for it to be taken."""
        with connection:
            if self._tls is None:
                with suppress(OSError):
                    connection.send(self._full)
                    connection.shutdown(socket.SHUT_WR)


def _let_go(error: BaseException) -> None:
    """What was made for a connection that has failed hangs together through the error, and would
    be kept, 100 kB each, until somebody collects the garbage.
    """
    traceback.clear_frames(error.__traceback__)


def _one_too_many() -> bytes:
    answer = problems.busy("As many connections are open as this server keeps")
    headers = [*with_carried(answer.raw_headers), (b"connection", b"close")]
    lines = [b"HTTP/1.1 503 Service Unavailable", *(b": ".join(pair) for pair in headers)]
    return b"\r\n".join([*lines, b"", bytes(answer.body)])
