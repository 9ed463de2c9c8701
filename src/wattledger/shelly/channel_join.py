"""Monophase channels to one record: all that there are are needed, in whatever order they come."""

from wattledger.shelly.decode_records import PhaseRow


class ChannelJoin:
    """Keeps what waits for its companions, by start; the oldest is forgotten when too many wait."""

    def __init__(self, channels: tuple[int, ...], most_waiting: int) -> None:
        self._channels = channels
        self._most = most_waiting
        self._waiting: dict[tuple[int, int], dict[int, list[PhaseRow]]] = {}

    def add(
        self, channel: int, start: int, period_s: int, phases: list[PhaseRow]
    ) -> dict[int, list[PhaseRow]] | None:
        """What each of the channels counted, once all are there."""
        if len(self._channels) == 1:
            return {channel: phases}
        parts = self._waiting.setdefault((start, period_s), {})
        parts[channel] = phases
        if len(parts) < len(self._channels):
            if len(self._waiting) > self._most:
                del self._waiting[min(self._waiting)]
            return None
        del self._waiting[start, period_s]
        return parts
