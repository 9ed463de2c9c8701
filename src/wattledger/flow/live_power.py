"""Live power: the latest reading of each meter, and who wants to hear of it.

Step 3 of a reading's way. Subscribers are bounded: each holds the newest event of a kind only, so a
slow reader loses old values, never new ones, and costs nobody else anything.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wattledger.energy.clock import Clock
from wattledger.energy.meter import MeterLabel
from wattledger.energy.power import MeterNow, PowerNow, meter_state, power_now
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.role import Role

RECENT_S = 3_600
FIRST_READINGS_S = 3.0
"""So long after the start a meter that was not heard yet is not silent: it is being asked."""


class MinuteBooked(NamedTuple):
    """Minutes were booked; `booked_to` is the end of the newest one that all meters have, UTC epoch
    seconds, None while one of them has none.
    """

    booked_to: int | None


class RecentPoint(NamedTuple):
    """The home at one tick, W."""

    at: float
    roles_w: Mapping[Role, float | None]
    home_w: float | None


class Subscription:
    """One reader's mailbox: the newest power and the newest minute that it has not read."""

    def __init__(self) -> None:
        self._power: PowerNow | None = None
        self._minute: MinuteBooked | None = None
        self._filled = asyncio.Event()

    def put(self, event: PowerNow | MinuteBooked) -> None:
        """Replaces what of this kind was not read yet."""
        if isinstance(event, MinuteBooked):
            self._minute = event
        else:
            self._power = event
        self._filled.set()

    async def next(self) -> Sequence[PowerNow | MinuteBooked]:
        """What came since the last call, waiting for the first; power before minute."""
        await self._filled.wait()
        self._filled.clear()
        events = [event for event in (self._power, self._minute) if event is not None]
        self._power = self._minute = None
        return events


class _Slot:
    """What is known of one meter."""

    def __init__(self, label: MeterLabel) -> None:
        self.label = label
        self.connected = False
        self.reading: PowerReading | None = None


class LiveBoard:
    """Latest readings by meter name; publishes a `PowerNow` at each tick and each
    change of state.
    """

    def __init__(
        self,
        labels: Sequence[MeterLabel],
        clock: Clock,
        interval_s: float,
        *,
        is_known: bool = True,
        first_readings_s: float = FIRST_READINGS_S,
    ) -> None:
        """`is_known`: whether the labels are of all that the home measures."""
        self._clock = clock
        self._is_known = is_known
        self._slots = {label.name: _Slot(label) for label in labels}
        self._subscribers: set[Subscription] = set()
        self._recent: deque[RecentPoint] = deque(maxlen=max(1, round(RECENT_S / interval_s)))
        self._first_readings_to_s = clock.monotonic_s() + first_readings_s
        self._all_read = asyncio.Event()
        self._note_whether_all_read()

    def connected(self, name: str) -> None:
        """The meter's link is up; it becomes live with its first reading."""
        self._slots[name].connected = True

    def disconnected(self, name: str) -> None:
        """The meter's link is down: it is offline from this moment, and readers are
        told at once.
        """
        if self._slots[name].connected:
            self._slots[name].connected = False
            self._publish(self.now())

    def connected_meters(self) -> int:
        """How many meters have a link now."""
        return sum(slot.connected for slot in self._slots.values())

    def put(self, name: str, reading: PowerReading) -> None:
        """Keeps a reading that has a value; one without does not make an old value younger."""
        if reading.active_power_w is not None:
            self._slots[name].reading = reading
            self._note_whether_all_read()

    async def begun(self) -> None:
        """Returns once every meter was read, at the latest `first_readings_s` after the start."""
        left_s = self._first_readings_to_s - self._clock.monotonic_s()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left_s):
                await self._all_read.wait()

    def tick(self) -> None:
        """Publishes the power now, once every meter of the tick has answered or was waited for."""
        now = self.now()
        self._recent.append(RecentPoint(now.at, now.roles_w, now.home_w))
        self._publish(now)

    def reading(self, name: str) -> PowerReading | None:
        """The latest reading of a meter that had a value, however old."""
        return self._slots[name].reading

    def booked(self, booked_to: int | None) -> None:
        """Tells readers that minutes were booked."""
        self._publish(MinuteBooked(booked_to))

    def now(self) -> PowerNow:
        """The home's power as of this moment."""
        monotonic_s = self._clock.monotonic_s()
        meters = [_meter_now(slot, monotonic_s) for slot in self._slots.values()]
        return power_now(self._clock.now_s(), meters, is_known=self._is_known)

    def recent(self, seconds: float) -> list[RecentPoint]:
        """The ticks of the last `seconds`, oldest first; at most an hour is kept."""
        now_s = self._clock.now_s()  # one that was set back leaves points of a time to come
        return [point for point in self._recent if now_s - seconds <= point.at <= now_s]

    @contextlib.contextmanager
    def subscribed(self) -> Iterator[Subscription]:
        """A mailbox for as long as the context lasts."""
        subscription = Subscription()
        self._subscribers.add(subscription)
        try:
            yield subscription
        finally:
            self._subscribers.discard(subscription)

    def _note_whether_all_read(self) -> None:
        if all(slot.reading is not None for slot in self._slots.values()):
            self._all_read.set()

    def _publish(self, event: PowerNow | MinuteBooked) -> None:
        for subscription in self._subscribers:
            subscription.put(event)


def _meter_now(slot: _Slot, monotonic_s: float) -> MeterNow:
    age_s = None if slot.reading is None else max(0.0, monotonic_s - slot.reading.received_s)
    state = meter_state(connected=slot.connected, age_s=age_s)
    return MeterNow(slot.label, state, age_s, slot.reading)
