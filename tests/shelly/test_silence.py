"""When a live connection is taken for dead, in a time that jumps."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Self, cast

import pytest

from tests.fakes.loop import LoopClock, at_once
from wattledger.energy.errors import MeterUnreachable
from wattledger.shelly.connection import Connection
from wattledger.shelly.digest import Login
from wattledger.shelly.rpc_frame import Frame
from wattledger.shelly.timeouts import Timing

TIMING = Timing()
ANSWER = {"id": 1, "result": {}}
PUSH = {"method": "NotifyStatus", "params": {}}


class _Line:
    """Stands for a WebSocket on which frames come, each so long after the one before."""

    def __init__(self, frames: Sequence[dict[str, Any]], every_s: float) -> None:
        self._frames = iter(frames)
        self._every_s = every_s

    async def recv(self) -> str:
        frame = next(self._frames, None)
        if frame is None:
            await asyncio.Event().wait()
        await asyncio.sleep(self._every_s)
        return json.dumps(frame)

    @property
    def transport(self) -> Self:
        return self

    def abort(self) -> None:
        """The connection is given up."""


def _ignore(frame: Frame, received_s: float) -> None:
    pass


def _heard(frames: Sequence[dict[str, Any]], every_s: float) -> float:
    """Seconds until the line is taken for dead."""
    ended_s = 0.0

    async def listen() -> None:
        nonlocal ended_s
        clock = LoopClock()
        line = cast(Any, _Line(frames, every_s))
        connection = Connection(line, Login("", TIMING), _ignore, clock, TIMING)
        with pytest.raises(MeterUnreachable, match="silent for 15 s"):
            await connection.listen()
        ended_s = clock.monotonic_s()

    at_once(listen())
    return ended_s


@pytest.mark.parametrize("frame", [ANSWER, PUSH])
def test_answers_alone_keep_the_link_and_pushes_alone_do(frame: dict[str, Any]) -> None:
    assert _heard([frame] * 10, 14.0) == pytest.approx(140.0 + 15.0)


def test_a_line_without_any_is_dead_after_its_time() -> None:
    assert _heard([], 0.0) == pytest.approx(15.0)


def test_frames_that_come_later_than_that_are_too_late() -> None:
    assert _heard([PUSH] * 10, 16.0) == pytest.approx(15.0)
