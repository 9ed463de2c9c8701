"""WebSocket `/rpc`: calls and their replies, and what the meter announces by itself."""

import json

from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.transport.json_text import JsonWriter
from wattledger.simulator.transport.rpc import Rpc
from wattledger.simulator.transport.tasks import OwnedTasks
from wattledger.simulator.transport.tcp_connection import HttpRequest, TcpConnection

_UNSENT_LIMIT_BYTES = 2_000_000


class WsSession:
    """One WebSocket. Silent until the client has sent a request with a `src`; `listener` is it."""

    def __init__(
        self, door: TcpConnection, rpc: Rpc, writer: JsonWriter, faults: Faults, tasks: OwnedTasks
    ) -> None:
        self._door = door
        self._rpc = rpc
        self._writer = writer
        self._faults = faults
        self._tasks = tasks
        self._protocol = ServerProtocol(max_size=65_536)
        self._message = bytearray()
        self.listener: str | None = None
        self.pushes_unauthenticated = True

    async def run(self, request: HttpRequest) -> None:
        """Shake hands and serve until either side ends it."""
        data = request.raw
        while True:
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()
            for event in self._protocol.events_received():
                await self._on_event(event)
            self._flush()
            if not data or self._door.closing or self._protocol.close_expected():
                return
            data = await self._door.read()

    def push(self, method: str, params: JsonObject) -> None:
        """Send a notification, if the client has made itself known."""
        if self.listener is None:
            return
        if self._door.unsent_bytes > _UNSENT_LIMIT_BYTES:
            self._door.abort()
            return
        self.send(self._writer.text(self._rpc.notification(self.listener, method, params)))

    def send(self, payload: str | bytes) -> None:
        """Send a text frame, or a binary one for bytes."""
        try:
            if isinstance(payload, str):
                self._protocol.send_text(payload.encode())
            else:
                self._protocol.send_binary(payload)
        except InvalidState:
            return
        self._flush()

    async def _on_event(self, event: object) -> None:
        if isinstance(event, Request):
            self._protocol.send_response(self._protocol.accept(event))
            return
        if not isinstance(event, Frame) or event.opcode not in (Opcode.TEXT, Opcode.CONT):
            return
        self._message += event.data
        if event.fin:
            message, self._message = self._message, bytearray()
            await self._on_message(message)

    async def _on_message(self, message: bytearray) -> None:
        if (frame := _request_of(message)) is None:
            return
        if self._rpc.is_slow(frame):
            self._tasks.start(self._reply(frame))
        else:
            await self._reply(frame)

    async def _reply(self, frame: JsonObject) -> None:
        reply = await self._rpc.answer(frame)
        self._make_known(frame, reply)
        garbage = self._faults.take_garbage()
        self.send(self._writer.text(reply) if garbage is None else garbage)

    def _make_known(self, frame: JsonObject, reply: JsonObject) -> None:
        src = frame.get("src")
        refused = "error" in reply and not self.pushes_unauthenticated
        if isinstance(src, str) and src and not refused:
            self.listener = src

    def _flush(self) -> None:
        if data := b"".join(self._protocol.data_to_send()):
            self._door.write(data)


def _request_of(message: bytearray) -> JsonObject | None:
    """The request in a message; whatever is none gets no answer."""
    try:
        frame = json.loads(message)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) and "method" in frame else None
