"""Answers one question from the books.

They give whole days where they have them, whole quarter-hours where not, and minutes for what is
left: the running quarter, clipped edges, windows whose roll-up is not settled yet. The same numbers
come out whichever way a stretch is computed; only the time differs.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from wattledger.energy.balance import UNKNOWN, Energies, WindowSums, summed, window_energies
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.minutes import Stretch, in_minutes
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar, Resolution
from wattledger.energy.record import QUARTER_S
from wattledger.energy.rollup import netting_windows, quarter_sums
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span, merged
from wattledger.flow.energy_buckets import beside
from wattledger.flow.ports import EnergyBooks

MOST_MINUTE_READS = 8
"""Above so many holes in the roll-ups, one read over all of them is quicker than one each."""
REMEMBERED_DAYS = 4_096


class Days:
    """Local days by their ordinals; a year by day asks for each of them several times."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.start_of = lru_cache(REMEMBERED_DAYS)(self._start_of)
        self.at = lru_cache(REMEMBERED_DAYS)(self._at)

    def _start_of(self, ordinal: int) -> int:
        return self._calendar.start_of(date.fromordinal(ordinal))

    def _at(self, instant: int) -> int:
        return self._calendar.day_of(instant).toordinal()


class EnergyAggregation:
    """Answers one question from the books; outside `bounds` there is nothing on them."""

    def __init__(
        self, site: Site, days: Days, assignment: Assignment, books: EnergyBooks, bounds: Span
    ) -> None:
        self._days = days
        self._roles = site.roles
        self._assignment = assignment
        self._books = books
        self._bounds = bounds
        self.day_records = 0
        """Roll-ups of whole days that an answer was made from."""

    async def energies(
        self, question: EnergyQuery, netting: Netting, buckets_netting: Netting
    ) -> tuple[list[Energies], Energies]:
        """(each bucket's, the whole span's); the whole is netted by `netting` in any case."""
        match question.resolution:
            case Resolution.MINUTE:
                return await self._by_minute(question, netting, buckets_netting)
            case Resolution.QUARTER | Resolution.HOUR:
                return await self._by_window(question, netting, buckets_netting)
            case _:
                parts = await self._by_day(question.edges, netting)
                return parts, summed(parts)

    async def _by_minute(
        self, question: EnergyQuery, netting: Netting, buckets_netting: Netting
    ) -> tuple[list[Energies], Energies]:
        edges = question.edges
        stretch = await self._stretch(Span(question.start, edges[-1]))
        return await beside(len(edges), self._in_minutes, stretch, edges, netting, buckets_netting)

    def _in_minutes(
        self,
        stretch: Stretch,
        edges: Sequence[int],
        netting: Netting,
        buckets_netting: Netting,
    ) -> tuple[list[Energies], Energies]:
        parts = in_minutes(stretch, edges, buckets_netting, self._roles)
        return parts, self._netted(quarter_sums(*stretch), netting)

    async def _by_window(
        self, question: EnergyQuery, netting: Netting, buckets_netting: Netting
    ) -> tuple[list[Energies], Energies]:
        edges = question.edges
        quarters = await self._quarters(Span(question.start, edges[-1]))
        return await beside(len(edges), self._in_windows, quarters, edges, netting, buckets_netting)

    def _in_windows(
        self,
        quarters: Sequence[WindowSums],
        edges: Sequence[int],
        netting: Netting,
        buckets_netting: Netting,
    ) -> tuple[list[Energies], Energies]:
        parts: list[Energies] = []
        index = 0
        for end in edges[1:]:
            first = index
            while index < len(quarters) and quarters[index].start < end:
                index += 1
            parts.append(self._netted(quarters[first:index], buckets_netting))
        whole = summed(parts) if netting is buckets_netting else self._netted(quarters, netting)
        return parts, whole

    def _netted(self, quarters: Sequence[WindowSums], netting: Netting) -> Energies:
        """The energies of quarters in order, in windows of that netting."""
        if netting is not Netting.HOUR:
            return summed(window_energies(quarter, netting, self._roles) for quarter in quarters)
        energies: list[Energies] = []
        for midnight, day in self._by_midnight(quarters):
            windows = netting_windows(day, netting, midnight)
            energies += [window_energies(window, netting, self._roles) for window in windows]
        return summed(energies)

    def _by_midnight(self, quarters: Sequence[WindowSums]) -> list[tuple[int, list[WindowSums]]]:
        days: list[tuple[int, list[WindowSums]]] = []
        next_midnight = -1
        for quarter in quarters:
            if quarter.start >= next_midnight:
                day = self._days.at(quarter.start)
                days.append((self._days.start_of(day), []))
                next_midnight = self._days.start_of(day + 1)
            days[-1][1].append(quarter)
        return days

    async def _by_day(self, edges: Sequence[int], netting: Netting) -> list[Energies]:
        """Buckets of a day and more: whole days from their roll-ups, the rest from quarters."""
        runs = self._whole_days(edges)
        sums = await self._settled(runs, netting)
        parts: list[Energies] = []
        start_of = self._days.start_of
        for (start, end), run, known in zip(pairwise(edges), runs, sums, strict=True):
            whole = start_of(run[0]) == start and start_of(run[1]) == end
            if whole and known[0] == run[1] - run[0]:
                self.day_records += known[0]
                parts.append(known[1])
            else:
                parts.append(await self._part(Span(start, end), run, known, netting))
        return parts

    def _whole_days(self, edges: Sequence[int]) -> list[tuple[int, int]]:
        """For each bucket the ordinals of the local days inside it that can have a roll-up."""
        at, start_of = self._days.at, self._days.start_of
        earliest, latest = at(self._bounds.start), at(self._bounds.end)
        runs: list[tuple[int, int]] = []
        day = at(edges[0])
        for start, end in pairwise(edges):
            first = max(earliest, day + 1 if start_of(day) < start else day)
            day = at(end)
            runs.append((first, max(first, min(latest, day))))
        return runs

    async def _settled(
        self, runs: Sequence[tuple[int, int]], netting: Netting
    ) -> list[tuple[int, Energies]]:
        """For each run of days: how many roll-ups stand, and their sum."""
        edges = sorted({edge for run in runs for edge in run})
        if len(edges) < 2:
            return [(0, UNKNOWN)] * len(runs)
        if all(last - first <= 1 for first, last in runs):
            rows = dict(await self._books.days(edges[0], edges[-1], netting))
            return [
                (1, rows[first]) if last > first and first in rows else (0, UNKNOWN)
                for first, last in runs
            ]
        sums = await self._books.sum_days(edges, netting)
        by_edges = dict(zip(pairwise(edges), sums, strict=True))
        return [by_edges.get(run, (0, UNKNOWN)) for run in runs]

    async def _part(
        self, span: Span, run: tuple[int, int], known: tuple[int, Energies], netting: Netting
    ) -> Energies:
        """A bucket from its days' sum if all stand, else from those that do, and quarters."""
        (first, last), (count, energies) = run, known
        if last > first and count == last - first:
            self.day_records += count
            parts = [energies]
            taken = [Span(self._days.start_of(first), self._days.start_of(last))]
        else:
            rows = await self._books.days(first, last, netting) if last > first else []
            self.day_records += len(rows)
            parts = [row for _, row in rows]
            taken = [
                Span(self._days.start_of(day), self._days.start_of(day + 1)) for day, _ in rows
            ]
        for rest in _outside(span, taken):
            if quarters := await self._quarters(rest):
                parts += [self._netted(quarters, netting)]
        return summed(parts)

    async def _quarters(self, span: Span) -> list[WindowSums]:
        """Every quarter of the span with a record, rolled up or not; edges may cut one."""
        span = Span(max(span.start, self._bounds.start), min(span.end, self._bounds.end))
        if span.end <= span.start:
            return []
        first = -(-span.start // QUARTER_S) * QUARTER_S
        end = span.end // QUARTER_S * QUARTER_S
        standing = await self._books.quarters(Span(first, end)) if end > first else []
        quarters = {window.start: window for window in standing}
        taken = [Span(start, start + QUARTER_S) for start in sorted(quarters)]
        for hole in self._reads(_outside(span, merged(taken))):
            for window in quarter_sums(*await self._stretch(hole)):
                quarters.setdefault(window.start, window)
        return [quarters[start] for start in sorted(quarters)]

    def _reads(self, holes: list[Span]) -> list[Span]:
        if len(holes) <= MOST_MINUTE_READS:
            return holes
        return [Span(holes[0].start, holes[-1].end)]

    async def _stretch(self, span: Span) -> Stretch:
        grid = self._assignment.grid if self._roles.grid else ()
        solar = self._assignment.solar if self._roles.solar else ()
        produced = await self._books.series(solar, span)
        return Stretch(
            await self._books.series(grid, span), produced.oriented(self._assignment.production)
        )


def _outside(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What of `span` no part of `taken` covers; `taken` sorted."""
    holes: list[Span] = []
    cursor = span.start
    for start, end in taken:
        if start > cursor:
            holes.append(Span(cursor, min(start, span.end)))
        cursor = max(cursor, end)
    if cursor < span.end:
        holes.append(Span(cursor, span.end))
    return holes
