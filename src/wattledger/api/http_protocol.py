"""One connection: how long it may take over what, and what is told to a client that no route sees.

uvicorn would wait for a head without end, answer in plain text, and log every stranger's mistake.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import h11
from h11 import Data, EndOfMessage, Event
from starlette.responses import Response
from typing_extensions import override
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from wattledger.api import problems
from wattledger.api.request_framing import StrictConnection
from wattledger.api.security_headers import with_carried


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server waits for a client, in seconds."""

    head_s: float = 10.0
    """For the head of a request, from when it may come, or has begun to; for TLS to begin, too."""
    keep_alive_s: int = 10
    """For the next request, between two."""
    unread_s: float = 60.0
    """For one that takes nothing of what was sent."""
    linger_s: float = 1.0
    """For one that still sends, to hear why nobody listens."""
    goodbye_s: float = 10.0
    """For the last answer to be taken, once the connection is to end."""


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, with deadlines and strict about where a request ends."""

    def __init__(
        self,
        config: Config,
        state: ServerState,
        gone: Callable[[], None],
        log: logging.Logger,
        patience: Patience,
    ) -> None:
        """`gone` is told when the connection is."""
        super().__init__(config, state, {}, None)
        self.logger = log
        self.limit_concurrency = None  # ConnectionLimits has counted
        self.conn = StrictConnection()
        self._gone = gone
        self.is_idle = True
        self._patience = patience
        self.timeout_keep_alive = patience.keep_alive_s
        self._head: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._goodbye: asyncio.TimerHandle | None = None
        self._is_over = False
        """What comes now is not read any more."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect_head()

    def dismiss(self) -> None:
        """Closes the connection at once."""
        self.transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._gone()
        self._unset_keepalive_if_required()
        for timer in (self._head, self._unread, self._goodbye):
            if timer is not None:
                timer.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        if self._head is None and not self._answers():
            self._expect_head()
        super().data_received(data)

    @override
    def handle_events(self) -> None:
        super().handle_events()
        if self._answers():
            self.is_idle = self._waits_for_client()
            self._expect_no_head()
            if any(name == b"transfer-encoding" for name, _ in self.headers):
                self.cycle.keep_alive = False  # where its body ends has been read in two ways

    @override
    def on_response_complete(self) -> None:
        self.is_idle = True
        super().on_response_complete()
        if self.transport.is_closing():
            self._end_soon()
        elif self.conn.their_state is not h11.IDLE and not self._answers():
            self._expect_head()  # of the next request, once the rest of this one has come

    @override
    def send_400_response(self, msg: str) -> None:
        self._send_at_once(problems.malformed(), b"Bad Request")

    @override
    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._end_soon()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self.is_idle = True
        self._unread = self.loop.call_later(self._patience.unread_s, self.transport.abort)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self.is_idle = not self._answers() or self._waits_for_client()
        if self._unread is not None:
            self._unread.cancel()

    @override
    def _unsupported_upgrade_warning(self) -> None:
        """A wish that is not granted is nothing to log."""

    def _answers(self) -> bool:
        """Whether a request has come whose answer is not sent."""
        return self.cycle is not None and not self.cycle.response_complete

    def _waits_for_client(self) -> bool:
        """Whether the rest of its question is still to come, or it takes no answers, or asks ahead
        of them without end.
        """
        is_whole = self.conn.their_state is not h11.SEND_BODY
        return not is_whole or self.flow.write_paused or bool(self.conn.trailing_data[0])

    def _expect_head(self) -> None:
        self._expect_no_head()
        self._head = self.loop.call_later(self._patience.head_s, self._waited_enough)

    def _expect_no_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _waited_enough(self) -> None:
        self._head = None
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._send_at_once(problems.too_slow(), b"Request Timeout")
        else:
            self.transport.close()
            self._end_soon()

    def _send_at_once(self, answer: Response, reason: bytes) -> None:
        """To a request that no route sees; then the connection ends."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            headers = [*with_carried(answer.raw_headers), (b"connection", b"close")]
            events: tuple[Event, ...] = (
                h11.Response(status_code=answer.status_code, headers=headers, reason=reason),
                Data(data=bytes(answer.body)),
                EndOfMessage(),
            )
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        if self._answers():  # what is on its way has nobody to go to
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._expect_no_head()
        self._is_over = True
        if self.transport.can_write_eof():
            # Closed at once, what it still sends would make the system throw our answer away.
            with suppress(OSError):  # it has gone meanwhile
                self.transport.write_eof()
            self.loop.call_later(self._patience.linger_s, self.transport.close)
        else:
            self.transport.close()
        self._end_soon()

    def _end_soon(self) -> None:
        if self._goodbye is None:
            self._goodbye = self.loop.call_later(self._patience.goodbye_s, self.transport.abort)
