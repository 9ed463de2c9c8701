"""The meters' own counters: the newest reading at hand, one an hour kept for the audit, each with
the epoch that it belongs to.

Between two readings of one epoch the books must show what the counters moved by. A new epoch begins
whenever that can't be said: another profile has counters of its own, another firmware may have
begun anew, a counter that fell, or moved faster than a meter of its model can, was set, and so was
the clock of one whose stamps go back, or forward by more than the time that passed.
"""

from dataclasses import replace
from math import inf

from wattledger.energy.clock import Clock
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.plausibility import limits_of
from wattledger.energy.record import AHEAD_S, Counters, goes_on
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.ports import Books

KEEP_EVERY_S = 3_600
"""How often a reading is kept; the newest one is always at hand."""
MOST_AHEAD_S = 86_400
"""A reading that is stamped so much later than our clock says is none."""


class Epochs:
    """In which epoch the counters of each meter are: of all meters, as names may move."""

    def __init__(self) -> None:
        self._newest: dict[MeterId, Counters] = {}
        self._identities: dict[MeterId, MeterIdentity] = {}
        self._ended: set[MeterId] = set()
        self._came_s: dict[MeterId, float] = {}
        """When the newest reading came, by the monotonic clock."""

    async def open(self, books: Books) -> None:
        """Goes on where the books stand. Raises StoreBusy."""
        self._newest = await books.newest_counters()
        self._identities = await books.identities()

    def identified(self, identity: MeterIdentity) -> bool:
        """The meter says what it is. Whether that ends its epoch."""
        before = self._identities.get(identity.meter)
        self._identities[identity.meter] = identity
        ends = before is not None and _kind(before) != _kind(identity)
        if ends:
            self._ended.add(identity.meter)
        return ends

    def placed(self, meter: MeterId, counters: Counters, came_s: float) -> Counters:
        """The reading, which came at `came_s` by the monotonic clock, with its epoch."""
        before = self._newest.get(meter)
        epoch = before.epoch if before else 0
        identity = self._identities.get(meter)
        limit_w = limits_of(identity.model if identity else "").power_w
        if before and counters.at - before.at > self._passed_s(meter, came_s) + AHEAD_S:
            self._ended.add(meter)
        if before and (meter in self._ended or not goes_on(before, counters, limit_w)):
            epoch += 1
        self._ended.discard(meter)
        self._came_s[meter] = came_s
        self._newest[meter] = replace(counters, epoch=epoch)
        return self._newest[meter]

    def _passed_s(self, meter: MeterId, came_s: float) -> float:
        """Since its newest reading; without end where that came before a restart."""
        return came_s - self._came_s.get(meter, -inf)


def _kind(identity: MeterIdentity) -> tuple[str, str, str]:
    return identity.model, identity.firmware, identity.profile


class CounterKeeper:
    """The readings of the meter that answers for one name."""

    def __init__(self, bookkeeper: Bookkeeper, epochs: Epochs, clock: Clock) -> None:
        self._bookkeeper = bookkeeper
        self._epochs = epochs
        self._clock = clock
        self._meter: MeterId | None = None
        self._kept: Counters | None = None
        self.newest: Counters | None = None

    def identified(self, identity: MeterIdentity) -> None:
        """A meter answers; the first reading of each connection is kept."""
        if self._epochs.identified(identity):
            self.keep()  # the last one of an epoch ends what can be compared in it
        if identity.meter != self._meter:
            self.newest = None
        self._meter = identity.meter
        self._kept = None

    def counted(self, counters: Counters) -> None:
        """A reading came; one that is not newer than the last is let go, unless it is so much
        older that the meter's clock must have been set back.
        """
        if self._meter is None or counters.at > self._clock.now_s() + MOST_AHEAD_S:
            return
        if self.newest and 0 <= self.newest.at - counters.at <= AHEAD_S:
            return
        placed = self._epochs.placed(self._meter, counters, self._clock.monotonic_s())
        before, self.newest = self.newest, placed
        if before and before.epoch != self.newest.epoch:
            self._keep(self._meter, before)
        if self._is_due(self.newest):
            self.keep()

    def _is_due(self, counters: Counters) -> bool:
        kept = self._kept
        if kept is None or kept.epoch != counters.epoch:
            return True
        return kept.at // KEEP_EVERY_S != counters.at // KEEP_EVERY_S

    def keep(self) -> None:
        """Keeps the newest reading; also on the way out, so that the audit goes on where it
        stood.
        """
        if self._meter is not None and self.newest is not None:
            self._keep(self._meter, self.newest)

    def _keep(self, meter: MeterId, counters: Counters) -> None:
        now = self._clock.now_s()
        if self._bookkeeper.ask(lambda journal: journal.keep_counters(meter, counters, now)):
            self._kept = counters
