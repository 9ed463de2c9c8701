"""One address, whatever answers behind it: a server goes on listening while that changes."""

from typing import Protocol

from starlette.types import Receive, Scope, Send


class Answering(Protocol):
    """An ASGI application whose streams can be ended."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def close_streams(self) -> None:
        """Ends every stream at once, and each one that comes later."""
        ...


class SwappableApp:
    """Passes each request to what answers just then."""

    def __init__(self, api: Answering) -> None:
        self._api = api

    def show(self, api: Answering) -> None:
        """From now on this one answers; the streams of the one before end, and so come anew."""
        before, self._api = self._api, api
        before.close_streams()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._api(scope, receive, send)

    def close_streams(self) -> None:
        self._api.close_streams()
