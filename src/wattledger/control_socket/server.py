"""The server's side: an ASGI application that answers the command line alone.

    POST /pair?owns=yes   a line of JSON, {"code": ..., "holds_s": ..., "scheme": ..., "host": ...,
                          "port": ...}, and later another:
                          {"paired": {"id": ..., "device": ..., "owns": ...}} or {"void": "why"}
    PUT /prices           {"area": ..., "prices": [...]} as in price_rows.py: {"kept": ...}
    GET /devices          {"devices": [...]}
    DELETE /devices/{id}  {"removed": true or false}
    whatever goes wrong   {"detail": "in words"}

With `owns=no` the code is for a device that only looks. A code lives as long as its answer: who
stops waiting for a phone takes the code back.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from wattledger.control_socket.price_rows import told_prices
from wattledger.energy.errors import StoreBusy
from wattledger.flow.one_time_codes import Ticket
from wattledger.flow.pairing import Pairing
from wattledger.flow.price_ports import PriceBook


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: the name in its certificate, or what its settings say."""

    scheme: str
    host: str
    port: int


class ControlApi:
    """Codes for phones, the paired devices, and prices that a person brings; `refusal` says why no
    phone can be paired.
    """

    def __init__(
        self, pairing: Pairing, prices: PriceBook, address: Address, refusal: str | None = None
    ) -> None:
        self._prices = prices
        self._pairing = pairing
        self._address = address
        self._refusal = refusal
        self._waiting: set[Ticket] = set()
        self._is_closing = False
        self._app = Starlette(
            routes=[
                Route("/pair", self._pair, methods=["POST"]),
                Route("/prices", self._keep_prices, methods=["PUT"]),
                Route("/devices", self._devices),
                Route("/devices/{id:path}", self._remove, methods=["DELETE"]),
            ],
            exception_handlers={StoreBusy: _busy},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def close_streams(self) -> None:
        """Whoever waits for a phone hears no more."""
        self._is_closing = True
        for ticket in [*self._waiting]:
            self._pairing.codes.withdraw(ticket)

    async def _pair(self, request: Request) -> Response:
        if self._refusal is not None:
            return JSONResponse({"detail": self._refusal}, 409)
        owns = request.query_params.get("owns") != "no"
        return StreamingResponse(self._offer(owns=owns), media_type="application/x-ndjson")

    async def _keep_prices(self, request: Request) -> Response:
        try:
            area, prices = told_prices(await request.json())
        except ValueError as error:
            return JSONResponse({"detail": f"these prices can't be kept: {error}"}, 400)
        await self._prices.keep(area, prices)
        return JSONResponse({"kept": len(prices)})

    async def _devices(self, _: Request) -> Response:
        return JSONResponse({"devices": [asdict(one) for one in self._pairing.devices()]})

    async def _remove(self, request: Request) -> Response:
        removed = await self._pairing.remove(request.path_params["id"])
        return JSONResponse({"removed": removed})

    async def _offer(self, *, owns: bool) -> AsyncIterator[bytes]:
        """A code, and what became of it."""
        codes = self._pairing.codes
        code, ticket = codes.make(owns=owns)
        self._waiting.add(ticket)
        try:
            yield _line({"code": code, "holds_s": codes.holds_s, **asdict(self._address)})
            with suppress(TimeoutError):
                async with asyncio.timeout(codes.holds_s):
                    await ticket.over.wait()
            if not self._is_closing:
                yield _line(self._what_became_of(ticket))
        finally:
            self._waiting.discard(ticket)
            codes.withdraw(ticket)

    def _what_became_of(self, ticket: Ticket) -> dict[str, object]:
        for device in self._pairing.devices():
            if device.id == ticket.paired_with:
                return {"paired": {"id": device.id, "device": device.name, "owns": device.owns}}
        if ticket.over.is_set():
            return {"void": "too many wrong codes were tried, or too many codes were made"}
        return {"void": "the code has expired"}


def _line(told: dict[str, object]) -> bytes:
    return json.dumps(told).encode() + b"\n"


async def _busy(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 503)
