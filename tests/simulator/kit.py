"""A client's side of the wire, as small as can be."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.asking import new_client
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.meter import PretendMeter

FIXTURES = Path(__file__).parent.parent / "fixtures" / "shelly"
NOON = 1_750_000_020
"""A full minute, on which the tests begin."""
DAY_S = 86_400
MAC = "A0DD6CA0C27C"


def standing_clock(at: float = NOON) -> SimClock:
    """A clock that moves when it is told to, and not otherwise."""
    return SimClock(at, rate=0.0)


def meter(clock: SimClock | None = None, **options: Any) -> PretendMeter:
    options.setdefault("feed", SineFeed())
    options.setdefault("mac", MAC)
    return PretendMeter(clock=clock or standing_clock(), **options)


def captured(path: str) -> Any:
    return json.loads((FIXTURES / path).read_text())


async def get(device: PretendMeter, path: str, **options: Any) -> httpx.Response:
    async with new_client(**options) as client:
        return await client.get(f"http://{device.address}{path}")


async def post(device: PretendMeter, path: str, body: object, **options: Any) -> httpx.Response:
    async with new_client(**options) as client:
        return await client.post(f"http://{device.address}{path}", json=body)


async def result(device: PretendMeter, method: str, **params: Any) -> Any:
    """The bare result of a call over HTTP."""
    response = await post(device, f"/rpc/{method}", params)
    assert response.status_code == 200, response.text
    return response.json()


class Socket:
    """A WebSocket to the meter; answers are told from notifications by their id."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.notifications: list[Any] = []
        self._number = 0

    async def send(self, method: str, **params: Any) -> int:
        return await self.send_frame({"method": method, "src": "test", "params": params})

    async def send_frame(self, frame: dict[str, Any]) -> int:
        self._number += 1
        await self.connection.send(json.dumps({"id": self._number} | frame))
        return self._number

    async def receive(self) -> Any:
        return json.loads(await self.connection.recv())

    async def answer(self, number: int) -> Any:
        while (frame := await self.receive()).get("id") != number:
            self.notifications.append(frame)
        return frame

    async def ask(self, method: str, **params: Any) -> Any:
        """The whole reply frame."""
        return await self.answer(await self.send(method, **params))

    async def call(self, method: str, **params: Any) -> Any:
        return (await self.ask(method, **params))["result"]

    async def notification(self, component: str) -> Any:
        """The next NotifyStatus or NotifyEvent about a component."""
        while True:
            frame = self.notifications.pop(0) if self.notifications else await self.receive()
            if component in _components_of(frame):
                return frame


def _components_of(frame: Any) -> set[str]:
    params = frame.get("params", {})
    return {*params, *(event["component"] for event in params.get("events", []))}


@asynccontextmanager
async def socket_to(device: PretendMeter) -> AsyncIterator[Socket]:
    async with connect(f"ws://{device.address}/rpc", proxy=None) as connection:
        yield Socket(connection)
