"""Which minute of a meter is due: what came so far, by its pushes and on the books."""

from collections.abc import Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.fault import FaultKind
from wattledger.energy.period import Calendar
from wattledger.energy.record import AHEAD_S, MINUTE_S, MinuteRecord, is_ahead, newest_end
from wattledger.energy.spans import Span
from wattledger.flow.fault_log import Wait
from wattledger.flow.ports import Meter

SILENT_S = 30
"""Pushes are overdue when the newest record ended so long and one period ago: it is then asked."""
OVERDUE_S = 60.0
"""A minute that is not there so long after it was due is missed, and that is told."""


class OverdueMinutes:
    """Of one meter, by the meter's own clock."""

    def __init__(self, meter: Meter, calendar: Calendar, clock: Clock) -> None:
        self._meter = meter
        self._calendar = calendar
        self._clock = clock
        self._newest: int | None = None
        self._booked_to: int | None = None
        self._period_s = MINUTE_S
        self._connected_s = 0.0

    @property
    def booked_to(self) -> int | None:
        """The end of the newest record that is booked, or pushed and on its way to the books."""
        return self._booked_to

    def connected(self, *, is_other: bool) -> None:
        """The link is up; what came of another meter is forgotten."""
        self._connected_s = self._clock.monotonic_s()
        if is_other:
            self._booked_to = self._newest = None

    def came(self, record: MinuteRecord) -> bool:
        """A record was pushed. Whether it leaves a hole before it."""
        booked_to = self._not_ahead(self._booked_to)
        leaves_hole = booked_to is not None and record.start > booked_to
        self._booked_to = max(record.end, booked_to or 0)
        self._newest = max(record.end, self._not_ahead(self._newest) or 0)
        self._period_s = record.period_s
        return leaves_hole

    def booked(self, booked: Span | None, gaps: Sequence[Span] = ()) -> None:
        """What is on the books at this moment, and what is missing inside of it."""
        now = self.meter_now()
        self._booked_to = newest_end(booked, self._clock.now_s() if now is None else now, gaps)

    def meter_now(self) -> float | None:
        offset_s = self._meter.clock_offset_s
        return None if offset_s is None else self._clock.now_s() + offset_s

    def is_silent(self) -> bool:
        """Whether the meter is to be asked, since it should have pushed by now."""
        late_s = self._late_s(self._booked_to and self._last_end)
        return late_s is not None and late_s > SILENT_S

    def wait(self, moved_s: float) -> Wait | None:
        """For the next minute, while it is due; `moved_s` is when fetching got on the last time."""
        newest = self._last_end
        late_s = self._late_s(newest)
        if late_s is None or late_s <= 0:
            return None
        now_s = self._clock.monotonic_s()
        since_s = max(now_s - late_s, moved_s, self._connected_s + self._period_s)
        return Wait(FaultKind.MINUTES_OVERDUE, self._words(newest), since_s, OVERDUE_S)

    @property
    def _last_end(self) -> int:
        """Of the newest record, booked or pushed; 0 where none came."""
        return max(self._not_ahead(self._booked_to) or 0, self._not_ahead(self._newest) or 0)

    def _not_ahead(self, end: int | None) -> int | None:
        """None for what the meter dated by a clock that was set back since."""
        now = self.meter_now()
        return None if end is None or (now is not None and is_ahead(end, now)) else end

    def _words(self, newest: int) -> str:
        last = f"since that of {self._calendar.text(newest)}" if newest else "yet"
        meter_now = self.meter_now() or 0.0
        if meter_now > self._clock.now_s() + AHEAD_S:
            return f"no minute came {last}: what it has waits until the server's clock is right"
        return f"no minute came {last}: it sends none, and gives none when it is asked"

    def _late_s(self, newest: int | None) -> float | None:
        """How long ago the record after the newest one should have come."""
        meter_now = self.meter_now()
        if meter_now is None or newest is None:
            return None
        return meter_now - newest - self._period_s
