"""What a meter sends by itself each minute: the record it has counted, then its counters."""

from collections.abc import Iterator

from wattledger.energy.entry import Entry
from wattledger.energy.errors import BadRecord
from wattledger.energy.plausible import number_or_none
from wattledger.energy.record import EARLIEST_S, LATEST_S, Counters, Origin
from wattledger.shelly.decode_records import (
    Row,
    monophase_counters,
    rows_of,
    triphase_counters,
)
from wattledger.shelly.join import ChannelJoin
from wattledger.shelly.payload import Fields, fields_or_none
from wattledger.shelly.row_reader import RowReader

_MOST_WAITING = 10
_TOLERANCE_S = 2
"""A push may be stamped a moment before the minute it announces is over."""


class Pushes:
    """Of one connection. Only em:0 comes often, and it is passed over in a look-up."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        words = reader.words
        self._channels = dict(zip(words.components(), words.channels, strict=True))
        self._join = ChannelJoin(words.channels, _MOST_WAITING)
        self._counted: dict[int, Fields] = {}
        self._counted_at = 0

    def entries(self, params: Fields) -> list[Entry]:
        """The records in the `data` events of a NotifyEvent.

        A push names no columns: until GetData has named them it is let go, and fetched later.
        """
        if not self._reader.knows_keys:
            return []
        events = params.get("events")
        if not isinstance(events, list):
            return []
        device_s = number_or_none(params.get("ts"))
        return [
            entry
            for event in events
            if (fields := fields_or_none(event)) is not None and fields.get("event") == "data"
            for entry in self._of_event(fields, device_s)
        ]

    def _of_event(self, event: Fields, device_s: float | None) -> Iterator[Entry]:
        channel = self._channels.get(str(event.get("component")))
        if channel is None:
            return
        try:
            rows = list(rows_of([event.get("data")]))
        except BadRecord as error:
            self._reader.skip(int(device_s or 0), f"a push of {error}")
            return
        for row in rows:
            entry = self._of_row(channel, row, device_s)
            if entry is not None:
                yield entry

    def _of_row(self, channel: int, row: Row, device_s: float | None) -> Entry | None:
        reader = self._reader
        if device_s is not None and row.start + row.period_s > device_s + _TOLERANCE_S:
            reader.skip(row.start, "an end after the meter's own clock")
            return None
        phases = reader.phases(row)
        if phases is None:
            return None
        joined = self._join.add(channel, row.start, row.period_s, phases)
        if joined is None:
            return None
        return reader.entry(row.start, row.period_s, joined, Origin.PUSHED)

    def counters(self, params: Fields) -> Counters | None:
        """Those in a NotifyStatus, once all channels have given theirs for one boundary."""
        found = {
            channel: status
            for component, channel in self._channels.items()
            if (status := fields_or_none(params.get(component))) is not None
        }
        device_s = number_or_none(params.get("ts")) if found else None
        if device_s is None or not EARLIEST_S <= device_s <= LATEST_S:
            return None
        at = int(device_s) - int(device_s) % self._reader.period_s
        if len(self._channels) == 1:
            return triphase_counters(found[0], at)
        return self._of_channels(found, at)

    def _of_channels(self, found: dict[int, Fields], at: int) -> Counters | None:
        if at != self._counted_at:
            self._counted, self._counted_at = {}, at
        self._counted |= found
        if len(self._counted) < len(self._channels):
            return None
        statuses = [self._counted[channel] for channel in self._channels.values()]
        self._counted = {}
        return monophase_counters(statuses, at)
