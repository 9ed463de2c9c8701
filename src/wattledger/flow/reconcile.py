"""The local books beside the online copy's: what the copy has and this store has not.

A store that is newer than its copy (a lost card, another machine) knows only what its meters still
remember. A day of which it has a part must not stand for the whole in the copy, and its owner is
told how to bring the rest back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import gt

from wattledger.energy.balance import Energies
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.rollup import DaySums, day_sums
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.replica_ports import Turn, no_turn


@dataclass(frozen=True, slots=True)
class MoreThere:
    """Local days of which the copy has more minutes, as far as known, in their order."""

    days: tuple[date, ...]

    @property
    def words(self) -> str:
        count = len(self.days)
        days = "1 day" if count == 1 else f"{count} days"
        return (
            f"it has more of {days} than this store has, from {self.days[0]} on: to bring that "
            "back, stop the server, run 'wattledger mongodb restore', and start it again"
        )


class ReconciledBooks:
    """The same home's books, here and there. Raises StoreBusy, ReplicaError."""

    def __init__(self, site: Site, here: EnergyBooks, there: EnergyBooks) -> None:
        self._site = site
        self._here = here
        self._there = there

    async def more_there(self, turn: Turn = no_turn) -> MoreThere | None:
        """By the days' roll-ups, and by where the minutes begin; None when there is nothing."""
        calendar, there = self._site.calendar, self._there
        booked_here, booked_there = await self._here.booked(), await there.booked()
        if not booked_there:
            return None
        known = self._ordinals(booked_here)
        more: list[int] = []
        for first, end in await self._months_in_doubt(self._ordinals(booked_there)):
            await turn()
            more += await self._days_with_more(first, end, known)
        more += [
            calendar.ordinal_at(span.start)
            for meter, span in booked_there.items()
            if meter not in booked_here or span.start < booked_here[meter].start
        ]
        return MoreThere(tuple(map(date.fromordinal, sorted({*more})))) if more else None

    async def _months_in_doubt(self, days: range) -> list[tuple[int, int]]:
        """Those of which the copy has more; by the day it would be a megabyte for ten years."""
        edges = [day for day in days if day == days.start or date.fromordinal(day).day == 1]
        edges.append(days.stop)
        ours = await self._here.sum_days(edges, Netting.QUARTER)
        theirs = await self._there.sum_days(edges, Netting.QUARTER)
        return [
            month
            for month, (_, there), (_, here) in zip(pairwise(edges), theirs, ours, strict=True)
            if _has_more(there, here)
        ]

    async def _days_with_more(self, first: int, end: int, known: range) -> list[int]:
        """A day that may have a roll-up here and has none yet is not one of them."""
        ours = dict(await self._here.days(first, end, Netting.QUARTER))
        return [
            ordinal
            for ordinal, theirs in await self._there.days(first, end, Netting.QUARTER)
            if (_has_more(theirs, ours[ordinal]) if ordinal in ours else ordinal not in known)
        ]

    async def whole(self, days: Sequence[DaySums], turn: Turn) -> list[DaySums]:
        """Each day as it is there, where the copy has more of it."""
        found: list[DaySums] = []
        for day in days:
            await turn()
            found.append(await self._whole(day))
        return found

    async def _whole(self, day: DaySums) -> DaySums:
        """The day from the copy's own minutes, where those are more than this store's."""
        calendar = self._site.calendar
        start, end = map(calendar.start_of_ordinal, (day.ordinal, day.ordinal + 1))
        quarters = await self._there.quarters(Span(start, end))
        theirs = day_sums(day.ordinal, quarters, start, self._site.roles)
        more = _has_more(theirs.energies[Netting.MINUTE], day.energies[Netting.MINUTE])
        return theirs if more else day

    def _ordinals(self, booked: dict[MeterId, Span]) -> range:
        """The days that may have a roll-up here, sooner or later."""
        if not booked:
            return range(0)
        span, calendar = _whole(booked.values()), self._site.calendar
        first, last = map(calendar.ordinal_at, (span.start, span.end))
        return range(first, last + 1)


def _whole(spans: Collection[Span]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _has_more(theirs: Energies, ours: Energies) -> bool:
    return any(map(gt, theirs.covered_s, ours.covered_s))
