"""Where a running server listens to the command line, until it is cancelled."""

import logging
from pathlib import Path

from wattledger.api.http_protocol import Patience
from wattledger.api.listening_sockets import Listeners
from wattledger.api.server import ApiServer
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.control_socket.server import ControlApi
from wattledger.control_socket.unix_socket import listener_at, place_of
from wattledger.energy.clock import SystemClock

MOST = 8

log = logging.getLogger(__name__)


class ControlListener:
    """One application on a Unix socket beside a store."""

    def __init__(self, store: Path, api: ControlApi, patience: Patience | None = None) -> None:
        self._place = place_of(store)
        self._api = api
        self._patience = patience or Patience()

    async def run(self) -> None:
        """A file system without sockets is told, and nothing else suffers from it."""
        try:
            listener = listener_at(self._place)
        except OSError as error:
            reason = error.strerror or error
            log.warning("access: phones can't be paired: %s: %s", self._place, reason)
            return
        limits = StrangerLimits(SystemClock(), most=MOST, most_of_one=MOST)
        listeners = Listeners(str(self._place), 0, [listener])
        try:
            await ApiServer(self._api, listeners, strangers=limits, patience=self._patience).run()
        finally:
            self._place.unlink(missing_ok=True)
