"""One WebSocket connection to a meter: requests by number, deadlines of our own.

Nothing outlives its connection: whoever waits for an answer is told when it closes, and nothing is
read from it afterwards. Answers are taken either by `listen`, which a live link runs all the time,
or, without it, by the one call that is waiting.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from typing import NamedTuple, NoReturn

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from wattledger.energy.clock import Clock
from wattledger.energy.errors import MeterError, MeterUnreachable, ProtocolError
from wattledger.energy.plausibility import whole_or_none
from wattledger.shelly.digest import Challenge, Login, challenge_from
from wattledger.shelly.rpc_frame import (
    BUSY,
    MOST_PUSHED,
    TOO_MANY_TRIES,
    UNAUTHORIZED,
    Busy,
    Declined,
    Frame,
    error_of,
    frame_from,
    object_of,
)
from wattledger.shelly.timeouts import Timing

FrameHandler = Callable[[Frame, float], None]
"""Told each frame that is no answer, with the monotonic time of its receipt; returns at once."""

_OPEN_METHODS = frozenset({"Shelly.GetDeviceInfo"})
"""Answered to everybody, also on a protected meter."""


class Answer(NamedTuple):
    """What a call gave, and when it came, on the monotonic clock."""

    result: Frame
    received_s: float


class _Reply(NamedTuple):
    frame: Frame
    received_s: float


class Connection:
    """Made and closed by `opened` only."""

    def __init__(
        self,
        websocket: ClientConnection,
        login: Login,
        on_frame: FrameHandler,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._socket = websocket
        self._login = login
        self._on_frame = on_frame
        self._clock = clock
        self._timing = timing
        self._src = f"wattledger-{secrets.token_hex(4)}"
        self._number = 0
        self._waiting: dict[int, asyncio.Future[_Reply]] = {}
        self._listening = False
        self._unanswered_since_s: float | None = None
        self._given_up: MeterError | None = None

    async def listen(self) -> NoReturn:
        """Takes frames until the connection ends, fails or falls silent; then raises why."""
        self._listening = True
        while True:
            try:
                async with asyncio.timeout(self._timing.silence_s):
                    await self._take_frame()
                self._check_mute()
            except TimeoutError:
                silence = MeterUnreachable(f"silent for {self._timing.silence_s:g} s")
                self.give_up(silence)
                raise silence from None

    def _check_mute(self) -> None:
        since_s, mute_s = self._unanswered_since_s, self._timing.mute_s
        if since_s is not None and _loop_s() - since_s >= mute_s:
            muteness = MeterUnreachable(f"no answers for {mute_s:g} s")
            self.give_up(muteness)
            raise muteness

    async def call(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """The answer to this very call. Raises MeterError; a late answer is dropped."""
        limit_s = self._timing.call_s if timeout_s is None else timeout_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._call(method, params)
        except TimeoutError:
            raise MeterUnreachable(f"no answer to {method} within {limit_s:g} s") from None
        except ProtocolError as error:
            self.give_up(error)
            raise

    async def _call(self, method: str, params: Mapping[str, object] | None) -> Answer:
        login = self._login
        if login.must_ask and method not in _OPEN_METHODS:
            async with login.gate:
                return await self._call_logged_in(method, params)
        return await self._call_logged_in(method, params)

    async def _call_logged_in(self, method: str, params: Mapping[str, object] | None) -> Answer:
        login = self._login
        login.check_open(self._clock.monotonic_s())
        used = None if method in _OPEN_METHODS else login.challenge
        reply = await self._exchange(method, params, used)
        error = error_of(reply.frame)
        if error is not None and error[0] == UNAUTHORIZED:
            used = self._new_challenge(error[1])
            reply = await self._exchange(method, params, used)
            error = error_of(reply.frame)
        if error is not None:
            raise self._refusal(method, *error)
        if used is not None:
            login.accepted()
        return Answer(object_of(method, reply.frame.get("result")), reply.received_s)

    def _new_challenge(self, message: str) -> Challenge:
        """The one in a 401, in use from now on."""
        login = self._login
        offered = challenge_from(message)
        if offered is None or not login.has_password:
            raise login.wrong_password(self._clock.monotonic_s())
        return login.take(offered[0])

    def _refusal(self, method: str, code: int, message: str) -> MeterError:
        now_s = self._clock.monotonic_s()
        if code == UNAUTHORIZED:
            offered = challenge_from(message)
            stale = offered is not None and offered[1]
            return self._login.throttled(now_s) if stale else self._login.wrong_password(now_s)
        if code == TOO_MANY_TRIES:
            return self._login.throttled(now_s)
        return Busy(method, code, message) if code in BUSY else Declined(method, code, message)

    async def _exchange(
        self, method: str, params: Mapping[str, object] | None, challenge: Challenge | None
    ) -> _Reply:
        self._number += 1
        number = self._number
        request: Frame = {"id": number, "src": self._src, "method": method}
        if params is not None:
            request["params"] = params
        if challenge is not None:
            request["auth"] = self._login.answer(challenge)
        reply: asyncio.Future[_Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        self._unanswered_since_s = self._unanswered_since_s or _loop_s()
        try:
            await self._socket.send(json.dumps(request, separators=(",", ":")))
            while not self._listening and not reply.done():
                await self._take_frame()
            return await reply
        except ConnectionClosed as error:
            raise self._ended(error) from None
        finally:
            self._waiting.pop(number, None)

    async def _take_frame(self) -> None:
        try:
            text = await self._socket.recv()
        except ConnectionClosed as error:
            raise self._failed(self._ended(error)) from None
        try:
            frame = frame_from(text)
        except ProtocolError as error:
            self.give_up(error)
            raise
        received_s = self._clock.monotonic_s()
        if "method" not in frame:
            self._give(frame, received_s)
        elif len(text) <= MOST_PUSHED:
            self._on_frame(frame, received_s)

    def _give(self, frame: Frame, received_s: float) -> None:
        self._unanswered_since_s = None
        number = whole_or_none(frame.get("id"))
        waiting = None if number is None else self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(_Reply(frame, received_s))

    def _failed(self, error: MeterError) -> MeterError:
        """Tells all who wait."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
                waiting.exception()  # that of a call that gave up meanwhile is not forgotten
        return error

    def _ended(self, error: ConnectionClosed) -> MeterError:
        if self._given_up is not None:
            return self._given_up
        if error.sent is not None and error.rcvd_then_sent is not True:
            return ProtocolError(f"not a WebSocket frame of a meter ({error.sent.code:d})")
        return MeterUnreachable("the connection was closed")

    def give_up(self, reason: MeterError) -> None:
        """Ends it at once for all, without a goodbye the other side may never hear."""
        self._given_up = self._given_up or reason
        self._failed(self._given_up)
        self._socket.transport.abort()

    async def close(self) -> None:
        self._failed(MeterUnreachable("the connection was closed"))
        await self._socket.close()


def _loop_s() -> float:
    return asyncio.get_running_loop().time()
