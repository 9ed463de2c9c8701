"""The server: uvicorn inside our own loop. Signals are the application's; a stop is an event."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp
from typing_extensions import override
from uvicorn import Config, Server

from wattledger.api.acceptor import Acceptor
from wattledger.api.client_address_middleware import ClientMiddleware
from wattledger.api.http_protocol import Patience, Protocol
from wattledger.api.listening_sockets import CannotListen, Listeners
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.api.swappable_app import Answering
from wattledger.disk import read_small
from wattledger.energy.clock import SystemClock

GRACE_S = 1
"""An answer that is not sent this long after the stop is cut off."""
MOST_PEM_BYTES = 1 << 20
"""Of a file of certificates, or of a key: a chain has some thousands."""


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
        return read_small(file, MOST_PEM_BYTES)
    except OSError as error:
        raise _no_tls(f"{file} can't be read: {error.strerror}") from error


def _no_tls(words: str) -> CannotListen:
    return CannotListen(f"no HTTPS: {words}. `wattledger certificate` makes both (docs/https.md)")


class ApiServer:
    """One API on one address."""

    def __init__(
        self,
        api: Answering,
        listeners: Listeners,
        tls: Tls | None = None,
        *,
        strangers: StrangerLimits | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
    ) -> None:
        """It closes the listeners when it ends."""
        strangers = strangers or StrangerLimits(SystemClock())
        self._api = api
        self._listeners = listeners
        self._scheme = "https" if tls else "http"
        config = _config(ClientMiddleware(api, strangers), tls)
        self._tls, self._tls_context = tls, config.ssl
        self._server = _QuietServer(config, strangers, patience)
        self.listening = self._server.listening

    @property
    def port(self) -> int:
        return self._listeners.port

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = self._listeners.host
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def run(self) -> None:
        """Serves until `stop` is called or the task is cancelled."""
        sockets = self._listeners.sockets
        try:
            await self._server.serve(sockets)
        except asyncio.CancelledError:
            self.stop()
            await self._server.shutdown(sockets)
            raise
        finally:
            self._listeners.close()

    def take_certificate(self) -> None:
        """Shows the certificate that its files hold by now to whoever connects from now on; streams
        go on. Raises OSError; `check_tls` says before whether they can be used.
        """
        if self._tls is not None and self._tls_context is not None:
            self._tls_context.load_cert_chain(self._tls.certificate, self._tls.key)

    def stop(self) -> None:
        """Takes in nobody any more, ends the streams at once, lets answers under way finish, and
        then `run` returns. In this order: a phone whose stream has ended comes again at once, and
        waits for whoever listens next.
        """
        self._server.stop()
        self._api.close_streams()


class _QuietServer(Server):
    """uvicorn without its signal handlers, told to stop by an event; who comes in, we decide."""

    def __init__(self, config: Config, strangers: StrangerLimits, patience: Patience) -> None:
        super().__init__(config)
        self._patience = patience
        self._strangers = strangers
        self.listening = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        for server in self.servers:
            server.close()
        self.should_exit = True
        self._stopping.set()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        assert sockets is not None  # noqa: S101 - ApiServer has bound them
        await self.lifespan.startup()
        log, connections, patience = (
            self._strangers.log.logger,
            self._strangers.connections,
            self._patience,
        )

        def protocol_of(gone: Callable[[], None]) -> Protocol:
            return Protocol(self.config, self.server_state, gone, log, patience)

        acceptor = Acceptor(
            sockets, connections, protocol_of, self.config.ssl, log, patience.head_s
        )
        self.servers = [acceptor]  # type: ignore[list-item]  # what uvicorn closes at the end
        self.started = True
        self.listening.set()

    @override
    async def main_loop(self) -> None:
        """Keeps the Date header right; uvicorn would wake ten times a second."""
        while not await self.on_tick(0):
            self._strangers.log.sum_up()
            try:
                async with asyncio.timeout(1):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(api: ASGIApp, tls: Tls | None) -> Config:
    config = Config(
        api,
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    config.load()
    return config
