"""Frames: a text of the meter to an object or ProtocolError, an answer to result or error."""

import json
import re
from collections.abc import Mapping

from wattledger.energy.clean_text import clean, clean_all
from wattledger.energy.errors import MeterDeclined, MeterUnreachable, ProtocolError
from wattledger.energy.plausibility import whole_or_none

MAX_FRAME_BYTES = 256 * 1024
"""A Shelly.GetStatus is 3 kB, a page of history 4 kB; what is far larger is no meter's."""

MOST_PUSHED = 16 * 1024
"""Characters of what comes by itself, where a meter's has a thousand: what is longer is let go. A
hundred of them may have to wait, and what two characters say takes fifty bytes of memory.
"""

Frame = dict[str, object]

_NO_NUMBERS = re.compile(
    r'"(?:[^"\\]|\\.)*\\?(?:"|\Z)'  # a text, whole or broken off: none is looked at twice
    r"|(?<![\w.])[-+]?(?:nan(?:\([^()\"]{0,16}\))?|inf(?:inity)?)(?![\w.])",
    re.IGNORECASE | re.DOTALL,
)

UNAUTHORIZED = 401
NO_METHOD = 404
TOO_MANY_TRIES = 429
NOT_FOUND = -105


BUSY = frozenset({-104, -108, -114, 503})
"""Not now: no time, no memory, not ready. Such an answer says nothing about what was asked for."""


class Busy(MeterUnreachable):
    """The meter has no time for a call just now."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(_said(method, code, message))


class Declined(MeterDeclined):
    """The meter answered a call with an error; `code` is the meter's."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(_said(method, code, message))
        self.code = code

    @property
    def is_unknown(self) -> bool:
        """There is no such method or component: another firmware, or another profile by now."""
        return self.code in (NO_METHOD, NOT_FOUND)


def _said(method: str, code: int, message: str) -> str:
    return f"{method}: {clean(message, 100)} ({code})"


def frame_from(text: str | bytes) -> Frame:
    """Raises ProtocolError for whatever is not the text of one JSON object."""
    if not isinstance(text, str):
        raise ProtocolError("a binary frame")
    try:
        frame = json_from(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a frame that is not JSON") from error
    if not isinstance(frame, dict):
        raise ProtocolError("a frame that is no object")
    return frame


def json_from(text: str) -> object:
    """With clean texts, and null for a number that is none; raises ValueError, RecursionError.

    What a meter could not compute it may write as `NaN` or `-inf`, which is not JSON: that is one
    unknown number, and what stands beside it counts.
    """
    try:
        value = json.loads(text, parse_constant=_unknown)
    except ValueError:
        value = json.loads(_NO_NUMBERS.sub(_null, text), parse_constant=_unknown)
    return value if text.isprintable() and "\\" not in text else clean_all(value)


def _unknown(name: str) -> None:
    del name


def _null(found: re.Match[str]) -> str:
    """A text stays as it is, also one that speaks of `nan`."""
    return found[0] if found[0].startswith('"') else "null"


def error_of(frame: Frame) -> tuple[int, str] | None:
    """Code and text of an answer that says no."""
    error = frame.get("error")
    if error is None:
        return None
    if not isinstance(error, Mapping):
        raise ProtocolError("an error that is no object")
    code, message = whole_or_none(error.get("code")), error.get("message")
    return code or 0, message if isinstance(message, str) else ""


def object_of(method: str, result: object) -> Frame:
    """The result as an object; null is an empty one, as some components answer while booting."""
    if result is None:
        return {}
    if not isinstance(result, dict):
        raise ProtocolError(f"{method}: the answer is no object")
    return result
