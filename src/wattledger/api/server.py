"""The server: uvicorn inside our own loop. Signals are the application's; a stop is an event."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override
from uvicorn import Config, Server

from wattledger.api.front import Answering
from wattledger.api.malformed import Protocol
from wattledger.energy.errors import WattledgerError

UNSENT_BYTES = 16_384
"""What the system may hold for a reader that takes nothing: a dozen events, not thousands."""
GRACE_S = 1
"""An answer that is not sent this long after the stop is cut off."""
LONGEST_HEAD_BYTES = 32_768
MOST_CONNECTIONS = 512


class CannotListen(WattledgerError):
    """The address is not ours to serve, or its port is in use; the text says which."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of a certificate chain and of its key, PEM."""

    certificate: Path
    key: Path


def check_tls(tls: Tls) -> None:
    """Whether a server can use them. Raises CannotListen, which names the file and what to do."""
    _, key = (_content(file) for file in (tls.certificate, tls.key))
    if b"ENCRYPTED" in key:  # else OpenSSL asks for it on the terminal
        raise _no_tls(f"{tls.key} has a password, which nobody could type at a start")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key)
    except (OSError, ValueError) as error:
        if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
            raise _no_tls(f"{tls.key} is not the key of {tls.certificate}") from error
        raise _no_tls(
            f"{tls.certificate} and {tls.key} are not a chain of certificates and its key, as PEM"
        ) from error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _no_tls(f"{file} can't be read: {error.strerror}") from error


def _no_tls(words: str) -> CannotListen:
    return CannotListen(f"no HTTPS: {words}. `wattledger certificate` makes both (docs/https.md)")


class ApiServer:
    """One API on one address."""

    def __init__(
        self,
        api: Answering,
        host: str,
        port: int,
        tls: Tls | None = None,
        *,
        most_connections: int = MOST_CONNECTIONS,
    ) -> None:
        """Port 0 takes a free one."""
        self._api = api
        self._host = host
        self._port = port
        self._scheme = "https" if tls else "http"
        self.sockets: list[socket.socket] = []
        self._server = _QuietServer(_config(api, tls, most_connections))
        self.listening = self._server.listening

    @property
    def port(self) -> int:
        """The port asked for; once bound, the one that was given."""
        return self._port

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def bind(self) -> None:
        """Takes the address, so that a port in use is known early. Raises CannotListen."""
        self.sockets = _listeners(self._host, self._port)
        self._port = int(self.sockets[0].getsockname()[1])

    async def run(self) -> None:
        """Serves until `stop` is called or the task is cancelled. Raises CannotListen."""
        if not self.sockets:
            self.bind()
        try:
            await self._server.serve(self.sockets)
        except asyncio.CancelledError:
            self.stop()
            await self._server.shutdown(self.sockets)
            raise
        finally:
            for listener in self.sockets:
                listener.close()

    def stop(self) -> None:
        """Ends the streams at once, lets answers under way finish, and then `run` returns."""
        self._api.close_streams()
        self._server.stop()


class _QuietServer(Server):
    """uvicorn without its signal handlers, told to stop by an event."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stopping.set()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @override
    async def main_loop(self) -> None:
        """Keeps the Date header right; uvicorn would wake ten times a second."""
        while not await self.on_tick(0):
            try:
                async with asyncio.timeout(1):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(api: Answering, tls: Tls | None, most_connections: int) -> Config:
    if tls is not None:
        check_tls(tls)
    config = Config(
        api,
        http=Protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=most_connections,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=LONGEST_HEAD_BYTES,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    config.load()
    return config


def _listeners(host: str, port: int) -> list[socket.socket]:
    """A listening socket on every address of the host. Raises CannotListen."""
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"'{host}' is no address of this machine: {error}") from error
    listeners: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            if listeners and port == 0:
                break
            listeners.append(_listener(family, address))
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise CannotListen(_why(host, port, error)) from error
    return listeners


def _listener(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        # Connections inherit both; asyncio sees to the first where a socket names its protocol.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if (option := getattr(socket, "TCP_NOTSENT_LOWAT", None)) is not None:
            listener.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)
        listener.setblocking(False)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host or 'all addresses'} is in use; set another under [server]"
    if error.errno == errno.EACCES:
        return f"port {port} may not be taken by this user; ports above 1023 may"
    return f"can't listen on {host or 'all addresses'} port {port}: {error.strerror or error}"
