"""The live stream: server-sent events, one text for all readers, old values lost for slow ones.

The last step of a reading's way. What a reader has not taken waits in its mailbox on the live
board, where a newer value replaces it; only what the connection itself holds is behind that.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from wattledger.api.client_address import client_of
from wattledger.api.device_session import noted_device
from wattledger.api.head_method import is_head
from wattledger.api.json_response import json_bytes
from wattledger.api.power_json import power_bytes
from wattledger.api.problems import TooManyStreams
from wattledger.energy.peak import Peak
from wattledger.energy.period import Calendar
from wattledger.energy.power import PowerNow
from wattledger.flow.live_power import LiveBoard, MinuteBooked, Subscription
from wattledger.flow.monthly_peak import MonthlyPeak

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "close"}
"""A stream ends with its server: who comes again over its connection would find it closed."""
_COMMENT = b": still here\n\n"
_GOODBYE_S = 0.2


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How many streams are served at once, and how often an idle line is kept open."""

    most: int = 64
    comment_every_s: float = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """Of one stream; `gone` ends it."""

    address: str
    device_id: str
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Streams:
    """The open streams of one server."""

    def __init__(
        self,
        board: LiveBoard,
        calendar: Calendar,
        limits: StreamLimits,
        peak: MonthlyPeak | None = None,
    ) -> None:
        self._board = board
        self._calendar = calendar
        self._limits = limits
        self._peak = peak
        self._closing = asyncio.Event()
        self._readers: dict[_Reader, None] = {}
        self._last: tuple[PowerNow, bytes] | None = None

    @property
    def open(self) -> int:
        return len(self._readers)

    def month_peak(self) -> Peak | None:
        """What the power carries of the month's peak."""
        return self._peak.now if self._peak else None

    def close(self) -> None:
        """Ends every stream at once, and each one that comes later."""
        self._closing.set()

    def end_of(self, device_id: str) -> None:
        """Ends the streams of a device that was removed."""
        for reader in self._readers:
            if reader.device_id == device_id:
                reader.gone.set()

    def response(self, request: Request) -> Response:
        """Raises TooManyStreams."""
        head = is_head(request.scope)
        if self.open >= self._limits.most and (head or not self._has_made_room(request.scope)):
            raise TooManyStreams(f"{self._limits.most} streams are open, and that is the most")
        return _StreamResponse(self, head=head)

    def _has_made_room(self, scope: Scope) -> bool:
        """Whether one has ended, of an address that has more than the newcomer's would have."""
        readers_of = Counter(reader.address for reader in self._readers)
        crowded, most = readers_of.most_common(1)[0]
        if most <= readers_of[client_of(scope).address] + 1:
            return False
        oldest = next(reader for reader in self._readers if reader.address == crowded)
        del self._readers[oldest]
        oldest.gone.set()
        return True

    async def talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends events until the reader or the server goes, or the reader may read no more."""
        device = noted_device(scope)
        known = _Reader(client_of(scope).address, device.id if device else "")
        self._readers[known] = None
        try:
            with self._board.subscribed() as mailbox:
                await _until_first(
                    self._write(mailbox, send),
                    _disconnected(receive),
                    self._closing.wait(),
                    known.gone.wait(),
                )
        finally:
            self._readers.pop(known, None)

    async def _write(self, mailbox: Subscription, send: Send) -> None:
        """The state at once, then what comes; a comment in between, at its own pace.

        Where the server has just started the state waits for the first readings, else each start
        would show every meter as silent for a moment.
        """
        await self._board.begun()
        loop = asyncio.get_running_loop()
        comment_at = loop.time() + self._limits.comment_every_s
        await _send(send, self._event(self._board.now()))
        while True:
            try:
                async with asyncio.timeout_at(comment_at):
                    events = await mailbox.next()
            except TimeoutError:
                comment_at = loop.time() + self._limits.comment_every_s
                await _send(send, _COMMENT)
            else:
                await _send(send, b"".join(map(self._shared, events)))

    def _shared(self, event: PowerNow | MinuteBooked) -> bytes:
        """The text of an event, made once for all readers."""
        if isinstance(event, MinuteBooked):
            return self._event(event)
        if self._last is None or self._last[0] is not event:
            self._last = (event, self._event(event))
        return self._last[1]

    def _event(self, event: PowerNow | MinuteBooked) -> bytes:
        if isinstance(event, MinuteBooked):
            to = event.booked_to
            data = json_bytes({"booked_to": self._calendar.text_or_none(to)})
            return b"event: minute\ndata: " + data + b"\n\n"
        return (
            b"event: power\ndata: "
            + power_bytes(event, self._calendar, self.month_peak())
            + b"\n\n"
        )


class _StreamResponse(Response):
    """A response without an end."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, *, head: bool) -> None:
        super().__init__(None, 200, _HEADERS)
        del self.headers["content-length"]
        self._streams = streams
        self._head = head

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if not self._head:
            await self._streams.talk(scope, receive, send)
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return  # the reader takes nothing any more: the server cuts the connection


async def _send(send: Send, body: bytes) -> None:
    """Returns when the connection took it; a reader that takes nothing holds this stream only."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _until_first(*deeds: Coroutine[object, object, object]) -> None:
    """Runs the deeds side by side until the first is done; the others are cancelled."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(deed) for deed in deeds]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
