"""What systemd is told of the server (sd_notify): that it is ready, and that it lives."""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping

PINGS_A_PERIOD = 3
"""One that is late must not look like silence."""

log = logging.getLogger(__name__)


class ServiceManager:
    """Whoever started the server and wants to hear of it; nobody, where it was not systemd."""

    def __init__(self, environment: Mapping[str, str], process_id: int) -> None:
        self._place = environment.get("NOTIFY_SOCKET", "")
        is_for_us = environment.get("WATCHDOG_PID", str(process_id)) == str(process_id)
        watchdog_us = environment.get("WATCHDOG_USEC", "")
        is_watched = bool(self._place) and is_for_us and watchdog_us.isdecimal()
        self._period_s = int(watchdog_us) / 1e6 / PINGS_A_PERIOD if is_watched else None

    def tell_ready(self) -> None:
        self._tell("READY=1")

    async def keep_telling(self) -> None:
        """That the event loop turns, until cancelled: else systemd starts the server anew."""
        while self._period_s is not None:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._period_s)

    def _tell(self, word: str) -> None:
        """A server does not fail because nobody listens."""
        if not self._place:
            return
        # An abstract socket's name begins with a null byte, which an environment can't hold.
        place = "\0" + self._place[1:] if self._place.startswith("@") else self._place
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto(word.encode(), place)
        except OSError as error:
            log.debug("systemd was not told %s: %s", word, error)


def service_manager() -> ServiceManager:
    """That of this process."""
    return ServiceManager(os.environ, os.getpid())
