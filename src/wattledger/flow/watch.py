"""Watches one meter: told of its doings, it tells the board, the tail and the bookkeeper."""

from collections.abc import Callable, Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.entry import Entry
from wattledger.energy.fault import Fault
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.record import Counters
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.live import LiveBoard
from wattledger.flow.ports import Meter
from wattledger.flow.tail import Tail

KEEP_COUNTERS_S = 3_600
"""How often a counter reading is kept for the audit; the newest one is always at hand."""


class MeterWatch:
    """The listener of one meter."""

    def __init__(
        self,
        meter: Meter,
        board: LiveBoard,
        tail: Tail,
        bookkeeper: Bookkeeper,
        clock: Clock,
        identify: Callable[[Meter, MeterIdentity], None],
    ) -> None:
        self.meter = meter
        self.tail = tail
        self.identity: MeterIdentity | None = None
        self.is_connected = False
        self.latest_counters: Counters | None = None
        self._kept_at: int | None = None
        self._board = board
        self._bookkeeper = bookkeeper
        self._clock = clock
        self._identify = identify
        tail.on_counters = self.counted

    def connected(self, identity: MeterIdentity) -> None:
        """Raises WrongMeter when the address leads to a meter known under another name."""
        self._identify(self.meter, identity)
        if self.identity is None or self.identity.meter != identity.meter:
            self.latest_counters = None
        self.identity = identity
        self.is_connected = True
        self._kept_at = None
        self._board.connected(self.meter.label.name)
        self.tail.connected(identity.meter)

    def disconnected(self, reason: str) -> None:
        self.is_connected = False
        self._board.disconnected(self.meter.label.name)
        self.tail.disconnected()

    def pushed(self, entries: Sequence[Entry]) -> None:
        self.tail.pushed(entries)
        self._bookkeeper.offer(entries)

    def counted(self, counters: Counters) -> None:
        """Keeps the first reading of a connection and then one an hour."""
        if self.identity is None or self._is_old(counters):
            return
        self.latest_counters = counters
        kept_hour = None if self._kept_at is None else self._kept_at // KEEP_COUNTERS_S
        if kept_hour != counters.at // KEEP_COUNTERS_S:
            self._kept_at = counters.at
            self.keep_counters()

    def _is_old(self, counters: Counters) -> bool:
        return self.latest_counters is not None and counters.at <= self.latest_counters.at

    def keep_counters(self) -> None:
        """Keeps the newest reading; also on the way out, so that the audit goes on
        where it stood.
        """
        if self.identity is not None and self.latest_counters is not None:
            meter, counters = self.identity.meter, self.latest_counters
            self._bookkeeper.ask(lambda journal: journal.keep_counters(meter, counters))

    @property
    def faults(self) -> Sequence[Fault]:
        """What is wrong with the meter or with fetching from it."""
        trouble = self.tail.trouble
        return [*self.meter.faults, *([trouble] if trouble and self.is_connected else [])]

    def holds(self, meter: MeterId) -> bool:
        """Whether this very meter is on the line now."""
        return self.is_connected and self.identity is not None and self.identity.meter == meter

    def meter_id(self, known: dict[str, MeterId]) -> MeterId | None:
        """The meter's MAC, also while it is away."""
        return self.identity.meter if self.identity else known.get(self.meter.label.name)
