"""The online copy as it lies in the cloud, and one server's connection to it."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import add
from typing import Protocol

from tests.simulation.world import World
from tests.simulation.wrong_documents import Forged, Odd
from wattledger.energy.balance import Energies, summed
from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaFull, ReplicaRestored, ReplicaTaken, ReplicaUnreachable
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import PHASES, MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.power import MeterNow
from wattledger.energy.record import LATEST_S, MinuteRecord, apart, of_one_role
from wattledger.energy.record_columns import Series, series_of
from wattledger.energy.rollup import DaySums, quarter_sums
from wattledger.energy.site import Assignment, quantity_series
from wattledger.energy.spans import Span
from wattledger.energy.windows import WindowSums
from wattledger.flow.replica_ports import Claim, SiteManifest, Tally, Usage

LEASE_S, RENEW_AFTER_S = 90.0, 30.0


class Met(Protocol):
    """Whoever is told whether what was read is in order."""

    def __call__(self, meters: Sequence[MeterId], span: Span, *, is_sound: bool) -> None: ...


@dataclass
class State:
    """All that is stored; records in the order in which they came, also twice."""

    copy_id: str = "copy-1"
    owner: str = ""
    epoch: int = 0
    until: float = 0.0
    records: dict[MeterId, dict[int, list[MinuteRecord]]] = field(default_factory=dict)
    none: Odd = field(default_factory=Odd)
    days: dict[int, DaySums] = field(default_factory=dict)
    manifest: SiteManifest | None = None

    def copied(self) -> "State":
        records = {m: {s: list(r) for s, r in own.items()} for m, own in self.records.items()}
        days, none = dict(self.days), self.none.copied()
        return replace(self, records=records, none=none, days=days)

    def of(self, meter: MeterId, span: Span) -> list[MinuteRecord]:
        own = self.records.get(meter, {})
        if span.end - span.start > 60 * len(own):
            starts = [start for start in sorted(own) if span.start <= start < span.end]
        else:
            starts = [s for s in range(-(-span.start // 60) * 60, span.end, 60) if s in own]
        return [record for start in starts for record in own[start]]


class Cloud:
    """What befalls it is set from outside; `lost` are records that it had once and lost."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.chance("cloud")
        self.state = State()
        self.lost: set[tuple[MeterId, int]] = set()
        self.forged = Forged()
        self.is_away = False
        self.is_full = False
        self.latest_s = 0.1
        self.appends: list[str] = []
        """What befalls the next appends: `half` is stored, or all and the `answer` is lost."""
        self.copies = 1
        self.writers = 0
        self.asked: Counter[int] = Counter()
        """How often in each hour."""

    def put_back(self, snapshot: State) -> None:
        """As when a snapshot is restored."""
        before, self.state = self.state, snapshot.copied()
        self._note_lost(before)

    def _note_lost(self, before: State) -> None:
        for meter, own in before.records.items():
            gone = own.keys() - self.state.records.get(meter, {}).keys()
            self.lost.update((meter, start) for start in gone)

    def lose(self, meter: MeterId, span: Span) -> None:
        before = self.state.copied()
        own = self.state.records.get(meter, {})
        for start in [start for start in own if span.start <= start < span.end]:
            del own[start]
        self._note_lost(before)

    def lose_days(self) -> None:
        self.state.days.clear()

    def is_well(self) -> None:
        self.is_away = self.is_full = False
        self.latest_s = 0.1
        self.appends.clear()

    def remove(self) -> None:
        """As when the database is dropped: the next one that comes makes it anew."""
        self.copies += 1
        before, self.state = self.state, State(copy_id=f"copy-{self.copies}")
        self._note_lost(before)

    def taken_by_another(self) -> None:
        state = self.state
        state.owner, state.epoch, state.until = "another", state.epoch + 1, self.world.now + LEASE_S

    def forge(self, meter: MeterId, start: int, records: Sequence[MinuteRecord]) -> None:
        """Somebody else makes these what is there of a minute; none: a document that is none."""
        before = self.state.copied()
        if records:
            self.state.records.setdefault(meter, {})[start] = list(records)
            self.forged.add(meter, records)
        elif self.state.records.get(meter, {}).pop(start, None):
            self.state.none.add(meter, start)
        self._note_lost(before)


class CloudLink:
    """`ReplicaWriter` and `EnergyBooks` of one process. Once `cut`, nothing arrives any more."""

    def __init__(self, cloud: Cloud, clock: Clock) -> None:
        self._cloud = cloud
        self._clock = clock
        self._chance: random.Random = cloud.chance
        cloud.writers += 1
        self._owner = f"server-{cloud.writers}"
        self._epoch: int | None = None
        self._taken_s = 0.0
        self.is_cut = False

    async def _asked(self) -> State:
        """A round trip. Raises ReplicaUnreachable."""
        self._cloud.asked[int(self._cloud.world.now) // 3_600] += 1
        if not self.is_cut:
            await asyncio.sleep(self._chance.uniform(0.005, self._cloud.latest_s))
        if self.is_cut or self._cloud.is_away:
            raise ReplicaUnreachable("no connection")
        return self._cloud.state

    async def take(self) -> Claim:
        state = await self._asked()
        now = self._cloud.world.now
        if state.owner != self._owner and state.until > now:
            self._epoch = None
            raise ReplicaTaken("another server posts for this home")
        state.owner, state.epoch, state.until = self._owner, state.epoch + 1, now + LEASE_S
        self._epoch, self._taken_s = state.epoch, self._clock.monotonic_s()
        return Claim(state.copy_id, state.epoch)

    async def keep(self) -> int:
        state = await self._asked()
        before = self._epoch
        if before is not None and state.epoch < before:
            raise ReplicaRestored
        is_fresh = self._clock.monotonic_s() - self._taken_s < RENEW_AFTER_S
        if not (is_fresh and state.epoch == before):
            await self.take()
            if before is None or self._epoch != before + 1:
                raise ReplicaTaken("another server has posted for this home in the meantime")
        return self._epoch or 0

    async def release(self) -> None:
        state = await self._asked()
        if state.owner == self._owner:
            state.until = 0.0

    async def newest(self, meter: MeterId, before: int = LATEST_S) -> int | None:
        starts = (await self._asked()).records.get(meter, {})
        return max((start for start in starts if start < before), default=None)

    async def stored(self, meter: MeterId, span: Span) -> set[int]:
        return {record.start for record in (await self._asked()).of(meter, span)}

    async def append(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        state = await self._asked()
        if self._cloud.is_full:
            raise ReplicaFull("its space is used up")
        trouble = self._cloud.appends.pop() if self._cloud.appends else ""
        stored = records[: len(records) // 2] if trouble == "half" else records
        own = state.records.setdefault(meter, {})
        for record in stored:
            own.setdefault(record.start, []).append(record)
        self._cloud.world.note("posted", meter, len(stored), stored[:1], trouble)
        if trouble:
            raise ReplicaUnreachable("no answer in time")

    async def tallies(self, span: Span) -> dict[MeterId, Tally]:
        state = await self._asked()
        found: dict[MeterId, Tally] = {}
        for meter in state.records.keys() | state.none.meters:
            sums = state.none.tally(meter, span)
            for one in state.of(meter, span):
                new = (1, one.start // 60, sum(one[2:5]), sum(one[5:8]))
                a, b, c, d = map(add, sums, new)
                sums = (a, b, c, d)
            if sums[0]:
                found[meter] = Tally(*sums)
        return found

    async def put_days(self, days: Sequence[DaySums], *, over_more: bool = False) -> None:
        state = await self._asked()
        if self._cloud.is_full:
            raise ReplicaFull("its space is used up")
        for day in days:
            before = state.days.get(day.ordinal)
            if before is None or over_more or not _has_more(before, day):
                state.days[day.ordinal] = day
        self._cloud.world.note("days", [day.ordinal for day in days], over_more)

    async def put_home(self, manifest: SiteManifest) -> None:
        (await self._asked()).manifest = manifest

    async def put_power(self, meters: Sequence[MeterNow]) -> None:
        await self._asked()

    async def usage(self) -> Usage:
        await self._asked()
        return Usage(1 << 20, 1 << 29)

    async def days_whole(self, first: int, end: int) -> list[DaySums]:
        days = (await self._asked()).days
        return [days[ordinal] for ordinal in sorted(days) if first <= ordinal < end]


class CloudWriter(CloudLink):
    """Its write side."""

    async def days(self, first: int, end: int) -> list[DaySums]:
        return await self.days_whole(first, end)


class CloudBooks(CloudLink):
    """Its read side, of the home's own meters: one record a meter and minute counts."""

    def __init__(
        self,
        cloud: Cloud,
        clock: Clock,
        assigned: Callable[[], Assignment],
        met: Met | None = None,
    ) -> None:
        super().__init__(cloud, clock)
        self._assigned = assigned
        self._met = met

    async def booked(self) -> dict[MeterId, Span]:
        """Of what has begun by now."""
        state, now_s = await self._asked(), self._clock.now_s()
        found: dict[MeterId, Span] = {}
        for meter in self._assigned().meters:
            starts = list(state.records.get(meter, ()))
            if starts and max(starts) >= now_s:
                starts = [start for start in starts if start < now_s]
            if starts:
                found[meter] = Span(min(starts), max(starts) + 60)
        return found

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        state = await self._asked()
        stored = [state.of(meter, span) for meter in meters]
        kept = [apart(sorted(own)) for own in stored]
        if self._met is not None:
            twice = any(len(one) < len(own) for one, own in zip(kept, stored, strict=True))
            none = any(state.none.tally(meter, span)[0] for meter in meters)
            self._met(meters, span, is_sound=not (twice or none))
        return of_one_role(kept)

    async def series(
        self, meters: Sequence[MeterId], span: Span, phases: Sequence[str] = PHASES
    ) -> Series:
        return series_of(await self.minutes(meters, span), phases)

    async def quarters(self, span: Span) -> list[WindowSums]:
        series = [
            quantity_series([one], [await self.series(one.meters, span)])
            for one in self._assigned().sources
        ]
        return quarter_sums(series, Roles())

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        return [(day.ordinal, day.energies[netting]) for day in await self.days_whole(first, end)]

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        found = await self.days(edges[0], edges[-1], netting)
        parts = [[e for o, e in found if first <= o < end] for first, end in pairwise(edges)]
        return [(len(part), summed(part)) for part in parts]


def _has_more(before: DaySums, day: DaySums) -> bool:
    old, new = before.energies[Netting.MINUTE], day.energies[Netting.MINUTE]
    return old.covered_s[0] > new.covered_s[0] or old.covered_s[1] > new.covered_s[1]
