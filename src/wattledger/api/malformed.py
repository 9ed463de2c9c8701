"""What no route ever sees is told as a problem too: uvicorn would answer in plain text."""

import asyncio
import logging

from h11 import Data, EndOfMessage, Event, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from wattledger.api import problems
from wattledger.api.policy import with_carried

logger = logging.getLogger(__name__)


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1 with our answers to what can't be read, and to one connection too many.

    After either it closes the line.
    """

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        most, self.limit_concurrency = self.limit_concurrency, None
        if most is not None and len(self.connections) > most:
            logger.warning("more than %d connections are open", most)
            self.app = _one_too_many

    @override
    def send_400_response(self, msg: str) -> None:
        answer = problems.malformed()
        headers = [*with_carried(answer.raw_headers), (b"connection", b"close")]
        events: tuple[Event, ...] = (
            Response(status_code=answer.status_code, headers=headers, reason=b"Bad Request"),
            Data(data=bytes(answer.body)),
            EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


async def _one_too_many(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problems.busy("As many connections are open as this server keeps")
    answer.raw_headers = [*with_carried(answer.raw_headers), (b"connection", b"close")]
    await answer(scope, receive, send)
