"""A server that says what a test dictates, for what no pretend meter would ever send."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.shelly.kit import LABEL, MAC, NOON, QUICK
from wattledger.energy.clock import SystemClock
from wattledger.shelly.meter import ShellyMeter

Say = Callable[[dict[str, Any]], Any]
"""From a call's params to its result, or to a `Raw`."""

DEVICE = {"mac": MAC, "model": "SPEM-003CEBEU", "ver": "1.7.5", "profile": "triphase"}


class Raw:
    """Sent as it is, in place of an answer; `error` makes an error answer."""

    def __init__(self, *texts: str | bytes, error: tuple[int, str] | None = None) -> None:
        self.texts = texts
        self.error = error


class Script:
    """Answers by method; what is not scripted is a sound triphase meter's."""

    def __init__(self, **answers: Say) -> None:
        self.answers = {name.replace("_", "."): say for name, say in answers.items()}
        self.asked: list[dict[str, Any]] = []
        self.sockets: list[ServerConnection] = []
        self.handshake_status: int | None = None

    def result(self, method: str, params: dict[str, Any]) -> Any:
        say = self.answers.get(method)
        if say is not None:
            return say(params)
        return _SOUND[method](params)

    def times_asked(self, method: str) -> int:
        return [call["method"] for call in self.asked].count(method)

    def greet(self, socket: ServerConnection, request: Request) -> Response | None:
        """The answer to the handshake where it is refused."""
        if self.handshake_status is None:
            return None
        return socket.respond(self.handshake_status, request.path)

    async def serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        async for text in socket:
            call = json.loads(text)
            self.asked.append(call)
            result = self.result(call["method"], call.get("params", {}))
            if not isinstance(result, Raw):
                await socket.send(json.dumps({"id": call["id"], "result": result}))
            elif result.error is not None:
                code, message = result.error
                error = {"code": code, "message": message}
                await socket.send(json.dumps({"id": call["id"], "error": error}))
            else:
                for raw in result.texts:
                    await socket.send(raw)

    async def push(self, frame: Any) -> None:
        for socket in self.sockets:
            with suppress(ConnectionClosed):
                await socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))


_SOUND: dict[str, Say] = {
    "Shelly.GetDeviceInfo": lambda _: DEVICE,
    "Shelly.ListMethods": lambda _: {"methods": ["EM.GetStatus", "EMData.GetRecords"]},
    "Shelly.GetStatus": lambda _: {"em:0": {}, "emdata:0": {}, "sys": {"unixtime": 1_750_000_050}},
    "Sys.GetStatus": lambda _: {"unixtime": 1_750_000_050},
    "EM.GetStatus": lambda _: {"id": 0, "total_act_power": 12},
    "EMData.GetStatus": lambda _: {},
    "EMData.GetData": lambda _: {"keys": [], "data": []},
    "EMData.GetRecords": lambda _: {"data_blocks": []},
}


@asynccontextmanager
async def scripted(
    script: Script, password: str | None = None, **timing: Any
) -> AsyncIterator[ShellyMeter]:
    async with serve(script.serve, "127.0.0.1", 0, process_request=script.greet) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        host = f"127.0.0.1:{port}"
        yield ShellyMeter(LABEL, host, password, NoonClock(), replace(QUICK, **timing))


class NoonClock:
    """Goes on from soon after noon of the tests, by the machine's own pace."""

    def __init__(self) -> None:
        self._system = SystemClock()
        self._ahead_s = NOON + 60 - self._system.monotonic_s()

    def now_s(self) -> float:
        return self._ahead_s + self._system.monotonic_s()

    def monotonic_s(self) -> float:
        return self._system.monotonic_s()
