"""What is no HTTP is told so as a problem too: uvicorn would answer in plain text."""

from h11 import Data, EndOfMessage, Event, Response
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from wattledger.api import problems


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1 with our answer to a request that can't be read; it closes the line."""

    @override
    def send_400_response(self, msg: str) -> None:
        answer = problems.malformed()
        headers = [*answer.raw_headers, (b"connection", b"close")]
        events: tuple[Event, ...] = (
            Response(status_code=answer.status_code, headers=headers, reason=b"Bad Request"),
            Data(data=bytes(answer.body)),
            EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
