"""The meter's own clock, kept as its distance to our monotonic one, which never steps."""

from wattledger.energy.clock import was_set

NO_TIME = "the meter has no time yet"
_FRAMES_SUFFICE_S = 60.0


class MeterClock:
    """Learns from the stamps of frames, and where there are none from Sys.GetStatus.

    A stamp before 2020-09 is an uptime: the meter has not found a time server since its boot.
    """

    def __init__(self) -> None:
        self._ahead_s: float | None = None
        self._stamped_s: float | None = None
        self.has_no_time = False

    def stamped(self, device_s: float | None, received_s: float) -> None:
        """A frame said it was sent at `device_s`."""
        if device_s is None:
            return
        if not was_set(device_s):
            self._lose()
            return
        self._ahead_s = device_s - received_s
        self._stamped_s = received_s
        self.has_no_time = False

    def told(self, unixtime_s: float | None, received_s: float) -> None:
        """Sys.GetStatus: whole seconds, or null; frames are finer while they come."""
        if unixtime_s is None or not was_set(unixtime_s):
            self._lose()
        elif self._stamped_s is None or received_s - self._stamped_s > _FRAMES_SUFFICE_S:
            self._ahead_s = unixtime_s - received_s
            self.has_no_time = False

    def now_s(self, monotonic_s: float) -> float | None:
        """What it shows, UTC epoch seconds; None while it shows none or is not known."""
        return None if self._ahead_s is None else self._ahead_s + monotonic_s

    def _lose(self) -> None:
        self._ahead_s = None
        self._stamped_s = None
        self.has_no_time = True
