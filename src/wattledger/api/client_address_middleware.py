"""Who asks, told to what answers: through a proxy of the home it is not the peer."""

from starlette.types import ASGIApp, Receive, Scope, Send

from wattledger.api import problems
from wattledger.api.client_address import note_client
from wattledger.api.security_headers import with_carried
from wattledger.api.stranger_limits import StrangerLimits


class ClientMiddleware:
    """ASGI middleware, around the application that answers."""

    def __init__(self, answering: ASGIApp, strangers: StrangerLimits) -> None:
        self._answering = answering
        self._strangers = strangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = self._strangers.proxies.client_of(scope)
        note_client(scope, client)
        if client.scheme is not None:
            scope["scheme"] = client.scheme
        with self._strangers.connections.asking(client) as is_let_in:
            if is_let_in:
                await self._answering(scope, receive, send)
            else:
                answer = problems.busy("As many questions of one address are open as may be")
                answer.raw_headers = with_carried(answer.raw_headers)
                await answer(scope, receive, send)
