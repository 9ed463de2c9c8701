"""What a meter does wrong on command, at the level of bytes and frames."""

from dataclasses import dataclass, field
from typing import Literal

Garbage = Literal["text", "array", "number", "binary"]

GARBAGE: dict[str, str | bytes] = {
    "text": '{"id":1,"src":"shelly',
    "array": "[1,2,3]",
    "number": "42",
    "binary": b"\x00\xff\xfe\x80shelly",
}

ANY_METHOD = "*"


@dataclass(slots=True)
class ErrorReply:
    """An answer `code` to the next calls of `method` (`*`: of any)."""

    code: int
    method: str
    times: int


@dataclass(slots=True)
class Faults:
    """The switches. Counts are how many of the next replies are hit.

    `latency_s`: real seconds before the answer of a method, `*` for all others.
    """

    hanging: bool = False
    pushes_stopped: bool = False
    latency_s: dict[str, float] = field(default_factory=dict)
    half_frames: int = 0
    wrong_ids: int = 0
    garbage: list[Garbage] = field(default_factory=list)
    errors: list[ErrorReply] = field(default_factory=list)

    def clear(self) -> None:
        """Be sound again."""
        self.hanging = self.pushes_stopped = False
        self.half_frames = self.wrong_ids = 0
        self.latency_s.clear()
        self.garbage.clear()
        self.errors.clear()

    def delay_s_of(self, method: str) -> float:
        return self.latency_s.get(method, self.latency_s.get(ANY_METHOD, 0.0))

    def take_error(self, method: str) -> int | None:
        """The code with which this call has to fail, if it has to."""
        for reply in self.errors:
            if reply.method in (ANY_METHOD, method):
                reply.times -= 1
                if reply.times <= 0:
                    self.errors.remove(reply)
                return reply.code
        return None

    def take_garbage(self) -> str | bytes | None:
        return GARBAGE[self.garbage.pop(0)] if self.garbage else None

    def take_half_frame(self) -> bool:
        if self.half_frames <= 0:
            return False
        self.half_frames -= 1
        return True

    def take_wrong_id(self) -> bool:
        if self.wrong_ids <= 0:
            return False
        self.wrong_ids -= 1
        return True
