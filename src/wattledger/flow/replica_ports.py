"""The ports between the books and their online copy, and who stands behind each.

Outbox       store   what the copy has not acknowledged
ReplicaWriter   mongo   the copy's write side: one writer a home
HomeStateReader     mongo   what a server elsewhere hears of the home
CostPoster   flow    what posts the costs of days beside their energies
CopyOfCosts  mongo   the copy's costs of days
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from wattledger.energy.day_cost import DayCost
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.netting import Netting
from wattledger.energy.power import MeterNow
from wattledger.energy.record import LATEST_S, MinuteRecord
from wattledger.energy.rollup import DaySums
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span
from wattledger.energy.tariff_text import TariffText

Turn = Callable[[], Awaitable[None]]
"""Awaited between two questions of what takes long: who posts tells that it moves, and keeps his
lease. Raises ReplicaError.
"""


async def no_turn() -> None:
    """Of who has no lease."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of its space the copy uses, bytes."""

    used_bytes: int
    quota_bytes: int

    @property
    def used_pct(self) -> float:
        return 100 * self.used_bytes / self.quota_bytes


@dataclass(frozen=True, slots=True)
class SiteManifest:
    """The home as a server elsewhere needs to know it, besides the settings' own words."""

    site: Site
    assignment: Assignment
    identities: Mapping[MeterId, MeterIdentity]
    names: Mapping[str, MeterId]
    """Which meter answers for each name now."""
    is_newer: bool = False
    """Whether a newer version wrote it, which may mean more than is understood here."""
    tariffs: tuple[TariffText, ...] = ()
    """What it pays and earns, its own table first."""


class Claim(NamedTuple):
    """To be the one writer of a copy: its id, and the lease epoch, which each claim raises."""

    copy_id: str
    epoch: int


class Tally(NamedTuple):
    """What a meter's records of a stretch add up to: the same records have the same."""

    records: int
    starts_minutes: int
    imported_dmwh: int
    exported_dmwh: int


class Outbox(Protocol):
    """Minutes and days that the copy has not acknowledged. Raises StoreBusy."""

    @property
    def epoch(self) -> int:
        """The newest lease epoch of the copy that was noted; 0 when none was."""
        ...

    async def note(self, epoch: int) -> None:
        """Notes a lease epoch, in a commit of its own."""
        ...

    async def aim(self, copy_id: str | None) -> None:
        """Names the copy; if it is another one than before, everything booked is for it."""
        ...

    async def fill(self) -> bool:
        """Enters a stretch of what was booked before the copy was named; True if more is left."""
        ...

    def waiting(self) -> dict[MeterId, int]:
        """How many records of each meter wait; none of those with none."""
        ...

    async def newest_posted(self) -> dict[MeterId, int]:
        """Of each meter the start of the newest booked record that does not wait, where any does
        not.
        """
        ...

    async def records(self, meter: MeterId, span: Span, limit: int) -> list[MinuteRecord]:
        """The oldest waiting records of a meter that start in the span."""
        ...

    async def count(self, meter: MeterId, span: Span) -> int: ...

    async def count_anew(self) -> bool:
        """Counts what waits, leaving out what is no record any more; whether that is another count
        than was thought.
        """
        ...

    async def acknowledge(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        """The copy has them: they leave with the next commit of the books."""
        ...

    async def again(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        """Booked records that the copy has lost wait once more, and the days that they touch."""
        ...

    async def tallies(self, span: Span) -> dict[MeterId, Tally] | None:
        """Of the records that start in the span, of each meter that has any; None while one of
        them waits or is damaged.
        """
        ...

    async def days(self, limit: int) -> list[DaySums]:
        """The oldest waiting days whose roll-up stands."""
        ...

    async def acknowledge_days(self, days: Sequence[DaySums]) -> None: ...

    async def holds(self, span: Span) -> bool:
        """Whether a minute that starts in the span, or a day that touches it, waits."""
        ...


class ReplicaWriter(Protocol):
    """The copy's write side, for the one server that posts for the home. Raises ReplicaError."""

    async def take(self) -> Claim:
        """Becomes, or stays, the one writer, by a write that a majority has.

        From then on `stored` sees whatever was written before. Raises ReplicaTaken.
        """
        ...

    async def keep(self) -> int:
        """Stays the writer, asking for more time when little is left: the lease epoch.

        Raises ReplicaTaken, ReplicaUnreachable, ReplicaRestored.
        """
        ...

    async def release(self) -> None:
        """Lets another server take over at once."""
        ...

    async def newest(self, meter: MeterId, before: int = LATEST_S) -> int | None:
        """The start of the meter's newest record that starts before that; None when it has none."""
        ...

    async def stored(self, meter: MeterId, span: Span) -> set[int]:
        """The starts of the meter's records in the span."""
        ...

    async def append(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        """Stores records that it does not have, in order. After an error some may be stored."""
        ...

    async def tallies(self, span: Span) -> dict[MeterId, Tally]:
        """What the records add up to that are there now and start in the span."""
        ...

    async def days(self, first: int, end: int) -> list[DaySums]:
        """The local days of [first, end) that are there, by their ordinals."""
        ...

    async def put_days(self, days: Sequence[DaySums], *, over_more: bool = False) -> None:
        """Stores roll-ups; one that is of fewer minutes than the stored one changes nothing, but
        `over_more`.
        """
        ...

    async def put_home(self, manifest: SiteManifest) -> None: ...

    async def put_power(self, meters: Sequence[MeterNow]) -> None:
        """Replaces the power now; the copy stamps it with its own time."""
        ...

    async def usage(self) -> Usage: ...


@dataclass(frozen=True, slots=True)
class HomePower:
    """What the home last told of its power: how long ago by the copy's clock, s, and each meter.

    `now_s` is the copy's own time when it was asked, UTC epoch seconds.
    """

    now_s: float
    age_s: float
    meters: tuple[MeterNow, ...]


class HomeStateReader(Protocol):
    """What a server without meters hears of the home. Raises ReplicaError."""

    async def home(self) -> SiteManifest | None:
        """None while nothing has ever been posted for it."""
        ...

    async def power(self, manifest: SiteManifest) -> HomePower | None: ...

    async def usage(self) -> Usage: ...


class PostedCost(NamedTuple):
    """The cost of a local day as it lies in the copy.

    `made_of` tells what it was computed from: while that is the same, so is the cost.
    """

    ordinal: int
    made_of: str
    cost: DayCost


class CopyOfCosts(Protocol):
    """Costs of days under tables and each netting. Raises ReplicaError."""

    async def made_of(self, table: TariffText, netting: Netting, days: range) -> dict[int, str]:
        """What each day that is there was computed from."""
        ...

    async def put(
        self, table: TariffText, netting: Netting, days: Sequence[PostedCost]
    ) -> None: ...

    async def read(self, table: TariffText, netting: Netting, days: range) -> dict[int, DayCost]:
        """Those that are of this very table and netting."""
        ...


class CostPoster(Protocol):
    """What is told of the copy by whoever posts to it, and posts the costs of days."""

    def begin(self) -> None:
        """What the copy has is not known."""
        ...

    def touch(self, days: Iterable[int]) -> None:
        """The energies of these local days (by ordinals) have changed."""
        ...

    async def step(self, turn: Turn = no_turn) -> bool:
        """Posts some of what is due; False where nothing was. Raises ReplicaError, StoreBusy."""
        ...
