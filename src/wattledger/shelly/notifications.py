"""What a meter says by itself on one connection, brought to the listener.

Frames that come before the meter is known wait for that. Live values are never taken from here.
"""

import asyncio

from wattledger.energy.booking_entry import Entry
from wattledger.energy.errors import BadRecord
from wattledger.energy.fault import FaultKind
from wattledger.energy.plausibility import number_or_none
from wattledger.flow.ports import MeterListener
from wattledger.shelly.json_values import Fields, fields_or_none
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.meter_faults import MeterFaults
from wattledger.shelly.pushes import Pushes
from wattledger.shelly.rpc_frame import Frame
from wattledger.shelly.stored_records import Known

_MOST_EARLY_FRAMES = 100
_COLUMNS_MAY_CHANGE = ("ota", "config_changed")
"""How the events begin after which the meter may name its columns otherwise."""


class Notifications:
    """Of one connection. `wants_keys` is set while pushes wait for the names of their columns."""

    def __init__(
        self, listener: MeterListener, meter_clock: MeterClock, meter_faults: MeterFaults
    ) -> None:
        self._listener = listener
        self._meter_clock = meter_clock
        self._meter_faults = meter_faults
        self._early: list[tuple[Frame, float]] = []
        self._known: Known | None = None
        self._pushes: Pushes | None = None
        self.wants_keys = asyncio.Event()

    def begin(self, known: Known, pushes: Pushes) -> None:
        """The meter is known from now on."""
        self._known, self._pushes = known, pushes
        for frame, received_s in self._early:
            self.take(frame, received_s)
        self._early = []

    def take(self, frame: Frame, received_s: float) -> None:
        """A frame that is no answer."""
        if self._known is None or self._pushes is None:
            if len(self._early) < _MOST_EARLY_FRAMES:
                self._early.append((frame, received_s))
            return
        params = fields_or_none(frame.get("params"))
        if params is None:
            return
        self._meter_clock.stamped(number_or_none(params.get("ts")), received_s)
        if frame["method"] == "NotifyEvent":
            self._doubt_columns(self._known, params)
            self._tell(self._pushes.entries(params))
            if self._pushes.waits:
                self.wants_keys.set()
        elif frame["method"] == "NotifyStatus":
            self._take_status(self._known, self._pushes, params)

    def keys_are_known(self) -> None:
        """What waited for the names of its columns is told, where they are known by now."""
        if self._pushes is not None:
            self._tell(self._pushes.released())

    def _tell(self, entries: list[Entry]) -> None:
        if entries:
            self._listener.pushed(entries)

    def _doubt_columns(self, known: Known, params: Fields) -> None:
        events = params.get("events")
        for event in events if isinstance(events, list) else ():
            name = (fields_or_none(event) or {}).get("event")
            if isinstance(name, str) and name.startswith(_COLUMNS_MAY_CHANGE):
                known.reader.forget_keys()
                self.wants_keys.set()

    def _take_status(self, known: Known, pushes: Pushes, params: Fields) -> None:
        words = known.meter.words
        for component in (*words.live_components(), *words.components()):
            changes = fields_or_none(params.get(component))
            if changes is not None:
                self._meter_faults.changed(component, changes)
        try:
            counters = pushes.counters(params)
        except BadRecord as error:
            self._meter_faults.note(
                FaultKind.ABSURD_POWER, "counters", f"its counters show {error}"
            )
            return
        if counters is not None:
            self._meter_faults.note(FaultKind.ABSURD_POWER, "counters", None)
            self._listener.counted(counters)
