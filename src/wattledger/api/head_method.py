"""HEAD is answered as GET is, without the body."""

from starlette.types import Message, Scope, Send

_KEY = "wattledger.head"


def as_get(scope: Scope, send: Send) -> tuple[Scope, Send]:
    """The same request as a GET whose body goes nowhere."""

    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return {**scope, "method": "GET", _KEY: True}, without_body


def is_head(scope: Scope) -> bool:
    """Whether the client wants no body."""
    return bool(scope.get(_KEY))
