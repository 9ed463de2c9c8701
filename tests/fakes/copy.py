"""An online copy in memory, behind flow's `ReplicaWriter` and `HomeStateReader`; and an outbox."""

import asyncio
from collections.abc import Callable, Sequence
from copy import copy
from operator import add
from zoneinfo import ZoneInfo

from wattledger.energy.errors import ReplicaError, ReplicaTaken, StoreBusy
from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.power import MeterNow
from wattledger.energy.record import LATEST_S, MinuteRecord
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Claim, HomePower, SiteManifest, Tally, Usage

MB = 1 << 20
HELSINKI = Calendar(ZoneInfo("Europe/Helsinki"))


def tallies_of(records: Sequence[tuple[MeterId, MinuteRecord]], span: Span) -> dict[MeterId, Tally]:
    found: dict[MeterId, Tally] = {}
    for meter, one in records:
        if span.start <= one.start < span.end:
            sums = (1, one.start // 60, sum(one[2:5]), sum(one[5:8]))
            before = found.get(meter, (0, 0, 0, 0))
            found[meter] = Tally(*map(add, before, sums))
    return found


class MemoryCopy:
    """Has what was sent; each error in `failures` is raised once, by the next call of that name,
    and each in `refusals` by every one.
    """

    def __init__(self) -> None:
        self.records: list[tuple[MeterId, MinuteRecord]] = []
        self.day_sums: list[DaySums] = []
        self.manifests: list[SiteManifest] = []
        self.powers: list[Sequence[MeterNow]] = []
        self.failures: dict[str, ReplicaError] = {}
        self.refusals: dict[str, ReplicaError] = {}
        self.tallying: Callable[[], None] = lambda: None
        """What happens while it adds up."""
        self.looking_up: Callable[[], None] = lambda: None
        """What happens while it looks which minutes are stored."""
        self.calls: list[str] = []
        self.used_bytes = 1 * MB
        self.heard: HomePower | None = None
        """What is told of the power instead of what was put."""
        self.epoch = 0
        self.holds = False
        """Whether it is the one writer."""
        self.other: MemoryCopy | None = None

    def another(self) -> "MemoryCopy":
        """Another server's writer on the same copy."""
        self.other = copy(self)
        self.other.other = self
        return self.other

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.refusals:
            raise self.refusals[name]
        if name in self.failures:
            raise self.failures.pop(name)

    async def take(self) -> Claim:
        self._call("take")
        if self.other is not None and self.other.holds:
            raise ReplicaTaken("another server posts")
        self.epoch = max(self.epoch, self.other.epoch if self.other else 0) + 1
        self.holds = True
        return Claim("copy", self.epoch)

    async def keep(self) -> int:
        self._call("keep")
        if not self.holds:
            raise ReplicaTaken("another server has posted")
        return self.epoch

    async def release(self) -> None:
        self._call("release")
        self.holds = False

    async def newest(self, meter: MeterId, before: int = LATEST_S) -> int | None:
        self._call("newest")
        starts = (r.start for m, r in self.records if m == meter and r.start < before)
        return max(starts, default=None)

    async def stored(self, meter: MeterId, span: Span) -> set[int]:
        self._call("stored")
        self.looking_up()
        return {r.start for m, r in self.records if m == meter and span.start <= r.start < span.end}

    async def append(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        if "half" in self.failures:
            self.records += [(meter, record) for record in records[: len(records) // 2]]
            raise self.failures.pop("half")
        self._call("append")
        self.records += [(meter, record) for record in records]

    async def tallies(self, span: Span) -> dict[MeterId, Tally]:
        self._call("tallies")
        self.tallying()
        return tallies_of(self.records, span)

    async def days(self, first: int, end: int) -> list[DaySums]:
        self._call("days")
        return [day for day in self.day_sums if first <= day.ordinal < end]

    async def put_days(self, days: Sequence[DaySums], *, over_more: bool = False) -> None:
        self._call("put_days over more" if over_more else "put_days")
        kept = {day.ordinal: day for day in self.day_sums}
        for day in days:
            before = kept.get(day.ordinal)
            if before is None or over_more or not _has_more(before, day):
                kept[day.ordinal] = day
        self.day_sums[:] = kept.values()

    async def put_home(self, manifest: SiteManifest) -> None:
        self._call("put_home")
        self.manifests.append(manifest)

    async def put_power(self, meters: Sequence[MeterNow]) -> None:
        self._call("put_power")
        self.powers.append(meters)

    async def usage(self) -> Usage:
        self._call("usage")
        return Usage(self.used_bytes, 512 * MB)

    async def home(self) -> SiteManifest | None:
        self._call("home")
        return self.manifests[-1] if self.manifests else None

    async def power(self, manifest: SiteManifest) -> HomePower | None:
        self._call("power")
        if self.heard is None and self.powers:
            return HomePower(0.0, 0.0, tuple(self.powers[-1]))
        return self.heard


def _has_more(one: DaySums, other: DaySums) -> bool:
    """Whether it is of more minutes of a meter."""
    return any(
        sums.covered_s[0] > other.energies[netting].covered_s[0]
        or sums.covered_s[1] > other.energies[netting].covered_s[1]
        for netting, sums in one.energies.items()
    )


class MemoryOutbox:
    """What is put in waits for the copy that it is aimed at; what was put in for another one, and
    `older` records, enter by `fill`, one at a time.
    """

    def __init__(self, copy_id: str | None = "copy", calendar: Calendar = HELSINKI) -> None:
        self.booked: dict[MeterId, dict[int, MinuteRecord]] = {}
        self.kept: dict[MeterId, dict[int, MinuteRecord]] = {}
        self.older: list[tuple[MeterId, MinuteRecord]] = []
        self.kept_days: list[DaySums] = []
        self.copy_id = copy_id
        self._calendar = calendar
        self.epoch = 0
        self.notes: list[int] = []
        self.full = False
        self.aims: list[str | None] = []
        self.may_aim = asyncio.Event()
        self.may_aim.set()
        self.emptied = asyncio.Event()
        self.ghosts: dict[MeterId, int] = {}
        """So many wait by the count, and are no records: `count_anew` finds out."""

    def put(self, meter: MeterId, *records: MinuteRecord) -> None:
        self.emptied.clear()
        for record in records:
            self.booked.setdefault(meter, {})[record.start] = record
            if self.copy_id is not None:
                self.kept.setdefault(meter, {})[record.start] = record

    async def aim(self, copy_id: str | None) -> None:
        self.aims.append(copy_id)
        await self.may_aim.wait()
        if copy_id == self.copy_id:
            return
        self.copy_id, self.epoch = copy_id, 0
        self.kept.clear()
        self.kept_days = []
        booked = [(meter, one) for meter, own in self.booked.items() for one in own.values()]
        self.older = booked if copy_id else []

    async def note(self, epoch: int) -> None:
        if self.full:
            raise StoreBusy("the disk is full")
        self.notes.append(epoch)
        self.epoch = epoch

    async def fill(self) -> bool:
        if self.older:
            meter, record = self.older.pop()
            self.put(meter, record)
        return bool(self.older)

    async def newest_posted(self) -> dict[MeterId, int]:
        posted = {
            meter: set(own) - set(self.kept.get(meter, {})) for meter, own in self.booked.items()
        }
        return {meter: max(starts) for meter, starts in posted.items() if starts}

    def waiting(self) -> dict[MeterId, int]:
        counts = {meter: len(own) for meter, own in self.kept.items() if own}
        return {m: counts.get(m, 0) + self.ghosts.get(m, 0) for m in counts | self.ghosts}

    async def count_anew(self) -> bool:
        ghosts, self.ghosts = self.ghosts, {}
        return bool(ghosts)

    async def records(self, meter: MeterId, span: Span, limit: int) -> list[MinuteRecord]:
        own = self.kept.get(meter, {})
        return [own[s] for s in sorted(own) if span.start <= s < span.end][:limit]

    async def count(self, meter: MeterId, span: Span) -> int:
        return sum(span.start <= start < span.end for start in self.kept.get(meter, {}))

    async def acknowledge(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        for record in records:
            self.kept[meter].pop(record.start, None)
        if not self.waiting():
            self.emptied.set()

    async def again(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        self.put(meter, *records)

    async def tallies(self, span: Span) -> dict[MeterId, Tally] | None:
        if self.copy_id is None or self.older or self._any_minute(span):
            return None
        records = [(meter, one) for meter, own in self.booked.items() for one in own.values()]
        return tallies_of(records, span)

    async def days(self, limit: int) -> list[DaySums]:
        return self.kept_days[:limit]

    async def acknowledge_days(self, days: Sequence[DaySums]) -> None:
        self.kept_days = [day for day in self.kept_days if day not in days]

    async def holds(self, span: Span) -> bool:
        if self.copy_id is None or self.older or self._any_minute(span):
            return True
        first, last = (self._calendar.day_of(at).toordinal() for at in (span.start, span.end - 1))
        return any(first <= day.ordinal <= last for day in self.kept_days)

    def _any_minute(self, span: Span) -> bool:
        return any(span.start <= start < span.end for own in self.kept.values() for start in own)
