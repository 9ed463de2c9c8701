"""What strangers make the server say: a line a minute and kind, and how many were left out.

Whoever reaches the port can make a line be logged as often as the network carries it; the log, and
the SD card under it, must not grow by that.
"""

import logging
from dataclasses import dataclass

from wattledger.energy.clock import Clock

QUIET_S = 60.0


@dataclass(slots=True)
class _Kind:
    """What was said last of a kind, until when nothing more is, and what waits to be counted."""

    until_s: float
    left_out: int = 0
    last: str = ""


class RateLimitedLog:
    """One server's. A kind is a message before its arguments are put in, so that there are few."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kinds: dict[str, _Kind] = {}
        self._aloud = logging.getLogger("wattledger.api")
        # Not from the registry: its filter is this server's own.
        self.logger = logging.Logger("wattledger.api.stranger_limits", logging.WARNING)  # noqa: LOG001
        self.logger.parent = self._aloud
        self.logger.addFilter(self._is_said)

    def sum_up(self) -> None:
        """Says how many were left out, of each kind whose minute is over."""
        now_s = self._clock.monotonic_s()
        for name, kind in [*self._kinds.items()]:
            if now_s < kind.until_s:
                continue
            if not kind.left_out:
                del self._kinds[name]
                continue
            self._kinds[name] = _Kind(now_s + QUIET_S)
            words = f"{kind.last} ({kind.left_out} times within the last minute)"
            self._aloud.warning("%s", words)

    def _is_said(self, record: logging.LogRecord) -> bool:
        kind = self._kinds.get(str(record.msg))
        if kind is None:
            self._kinds[str(record.msg)] = _Kind(self._clock.monotonic_s() + QUIET_S)
            return True
        kind.left_out += 1
        kind.last = record.getMessage()
        return False
