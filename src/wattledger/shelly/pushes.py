"""What a meter sends by itself each minute: the record it has counted, then its counters."""

from collections import deque
from collections.abc import Iterable, Iterator

from wattledger.energy.booking_entry import Entry
from wattledger.energy.clock import Clock, was_set
from wattledger.energy.errors import BadRecord
from wattledger.energy.plausibility import number_or_none
from wattledger.energy.record import MINUTE_S, Counters, Origin
from wattledger.shelly.channel_join import ChannelJoin
from wattledger.shelly.decode_records import Row, monophase_counters, triphase_counters
from wattledger.shelly.json_values import Fields, fields_or_none
from wattledger.shelly.row_reader import RowReader

_MOST_WAITING = 10
_MOST_HELD = 10
"""Frames that wait until the columns are named; what goes beyond is fetched."""
_TOLERANCE_S = 2
"""A push may be stamped a moment before the minute it announces is over."""
OLDEST_PUSHED_S = 3_600
"""A meter pushes what it has just counted: what ended longer ago is fetched, and not believed."""


class Pushes:
    """Of one connection. Only em:0 comes often, and it is passed over in a look-up."""

    def __init__(self, reader: RowReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        words = reader.words
        self._channels = dict(zip(words.components(), words.channels, strict=True))
        self._join = ChannelJoin(words.channels, _MOST_WAITING)
        self._held: deque[Fields] = deque(maxlen=_MOST_HELD)
        self._counted: dict[int, Fields] = {}
        self._counted_at = 0

    @property
    def waits(self) -> bool:
        """Whether something is held until the columns are named."""
        return bool(self._held)

    def entries(self, params: Fields) -> list[Entry]:
        """The records in the `data` events of a NotifyEvent.

        A push names no columns: until GetData has named them, or named them anew where the rows are
        of another length, it is held.
        """
        rows = list(self._rows(params))
        if rows and not (self._reader.knows_keys and self._fit(rows)):
            self._held.append(params)
            return []
        return self._entries(rows, params)

    def released(self) -> list[Entry]:
        """Those of what was held, once the columns are named."""
        if not self._reader.knows_keys:
            return []
        held, self._held = self._held, deque(maxlen=_MOST_HELD)
        return [entry for params in held for entry in self._entries(self._rows(params), params)]

    def _fit(self, rows: list[tuple[int, Row]]) -> bool:
        return all(row.columns.fits(row.values) for _, row in rows)

    def _rows(self, params: Fields) -> Iterator[tuple[int, Row]]:
        """With the channel of each."""
        events = params.get("events")
        for event in events if isinstance(events, list) else ():
            fields = fields_or_none(event)
            if fields is None or fields.get("event") != "data":
                continue
            channel = self._channels.get(str(fields.get("component")))
            if channel is None:
                continue
            try:
                rows = self._reader.pushed(fields.get("data"), channel)
            except BadRecord as error:
                device_s = number_or_none(params.get("ts"))
                self._reader.skip(int(device_s or 0), f"a push of {error}")
                continue
            yield from ((channel, row) for row in rows)

    def _entries(self, rows: Iterable[tuple[int, Row]], params: Fields) -> list[Entry]:
        device_s = number_or_none(params.get("ts"))
        found = (self._of_row(channel, row, device_s) for channel, row in rows)
        return [entry for entry in found if entry is not None]

    def _of_row(self, channel: int, row: Row, device_s: float | None) -> Entry | None:
        reader = self._reader
        if device_s is not None and row.start + row.period_s > device_s + _TOLERANCE_S:
            reader.skip(row.start, "an end after the meter's own clock")
            return None
        if row.start + row.period_s < self._clock.now_s() - OLDEST_PUSHED_S:
            return None
        phases = reader.phases(row, channel)
        if phases is None:
            return None
        joined = self._join.add(channel, row.start, row.period_s, phases)
        if joined is None:
            return None
        return reader.entry(row.start, row.period_s, joined, Origin.PUSHED)

    def counters(self, params: Fields) -> Counters | None:
        """Those in a NotifyStatus, once all channels have given theirs for one boundary.

        Raises BadRecord for what no meter can have counted.
        """
        found = {
            channel: status
            for component, channel in self._channels.items()
            if (status := fields_or_none(params.get(component))) is not None
        }
        device_s = number_or_none(params.get("ts")) if found else None
        if device_s is None or not was_set(device_s):
            return None
        reader = self._reader
        at = int(device_s) - int(device_s) % reader.period_s
        if device_s - at >= MINUTE_S:
            return None  # in the middle of a longer record they may have moved on
        if reader.words.of_one_channel:
            return triphase_counters(found[0], at, reader.limits, reader.measured_phases.absent)
        return self._of_channels(found, at)

    def _of_channels(self, found: dict[int, Fields], at: int) -> Counters | None:
        if at != self._counted_at:
            self._counted, self._counted_at = {}, at
        self._counted |= found
        if len(self._counted) < len(self._channels):
            return None
        counted, self._counted = self._counted, {}
        reader = self._reader
        return monophase_counters(counted, at, reader.limits, reader.measured_phases.absent)
