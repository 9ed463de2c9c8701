"""Reads what the books have of a query, as coarsely as they have it.

They give whole days where they have them, whole quarter-hours where not, and minutes for what is
left: the running quarter, clipped edges, windows whose roll-up is not settled yet. The same numbers
come out whichever way a stretch is read; only the time differs.
"""

from collections.abc import Sequence
from itertools import pairwise

from wattledger.energy.balance import Energies, summed, unknown
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.energy_result import Found
from wattledger.energy.home_quantities import Quantity
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.record import QUARTER_S
from wattledger.energy.record_columns import Series
from wattledger.energy.rollup import energies_of, quarter_sums
from wattledger.energy.site import quantity_series
from wattledger.energy.spans import Span, merged, tiled, within, without
from wattledger.energy.windows import WindowSums
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.thread_offload import in_thread

MOST_MINUTE_READS = 8
"""Above so many holes in the roll-ups, one read over all of them is quicker than one each."""

Run = tuple[int, int]
"""Local days by their ordinals, [first, end)."""


class EnergyReader:
    """Reads the books of one home at one moment."""

    def __init__(self, books: EnergyBooks, home: BooksSnapshot) -> None:
        self._books = books
        self._site = home.site
        self._calendar = home.site.calendar
        self._assigned = home.assigned
        self._unknown = unknown(home.site.roles)
        self._bounds = home.bounds

    async def read(self, query: EnergyQuery) -> Found:
        match query.resolution:
            case Resolution.MINUTE:
                return Found(minutes=await self._minutes(query.span))
            case Resolution.QUARTER | Resolution.HOUR:
                return Found(quarters=await self._quarters(query.span))
            case _:
                return await self._days(query)

    async def _days(self, query: EnergyQuery) -> Found:
        """Whole days from their roll-ups; the rest is added up from quarters, a bucket at a time,
        since those of ten years are too many to hold.
        """
        runs = self._runs(query.edges)
        sums = await self._settled(runs, query.netting)
        start_of = self._calendar.start_of_ordinal
        found: list[tuple[int, Energies]] = []
        for bucket, run, known in zip(pairwise(query.edges), runs, sums, strict=True):
            days = start_of(run[0]), start_of(run[1])
            if days != bucket or known[0] != run[1] - run[0]:
                found.append(await self._part(Span(*bucket), run, known, query.netting))
            else:
                found.append(known)
        counts, parts = zip(*found, strict=True)
        return Found(parts=parts, day_records=sum(counts))

    def _runs(self, edges: Sequence[int]) -> list[Run]:
        """For each bucket the local days inside it that can have a roll-up."""
        at, start_of = self._calendar.ordinal_at, self._calendar.start_of_ordinal
        earliest, latest = at(self._bounds.start), at(self._bounds.end)
        runs: list[Run] = []
        day = at(edges[0])
        for start, end in pairwise(edges):
            first = max(earliest, day + 1 if start_of(day) < start else day)
            day = at(end)
            runs.append((first, max(first, min(latest, day))))
        return runs

    async def _settled(self, runs: Sequence[Run], netting: Netting) -> list[tuple[int, Energies]]:
        """For each run of days: how many roll-ups stand, and their sum."""
        edges = sorted({edge for run in runs for edge in run})
        if len(edges) < 2:
            return [(0, self._unknown)] * len(runs)
        if all(end - first <= 1 for first, end in runs):
            rows = dict(await self._books.days(edges[0], edges[-1], netting))
            return [
                (1, rows[first]) if end > first and first in rows else (0, self._unknown)
                for first, end in runs
            ]
        sums = await self._books.sum_days(edges, netting)
        by_edges = dict(zip(pairwise(edges), sums, strict=True))
        return [by_edges.get(run, (0, self._unknown)) for run in runs]

    async def _part(
        self, bucket: Span, run: Run, known: tuple[int, Energies], netting: Netting
    ) -> tuple[int, Energies]:
        """A bucket from its days' sum if all stand, else from those that do, and quarters."""
        start_of = self._calendar.start_of_ordinal
        (first, end), (count, energies) = run, known
        if count == end - first:
            days, taken = [energies], [Span(start_of(first), start_of(end))]
        else:
            rows = await self._books.days(first, end, netting)
            count, days = len(rows), [row for _, row in rows]
            taken = [Span(start_of(day), start_of(day + 1)) for day, _ in rows]
        for rest in without([bucket], merged(taken)):
            quarters = await self._quarters(rest)
            days.append(await in_thread(len(quarters), energies_of, quarters, netting, self._site))
        return count, summed(days, self._unknown)

    async def _quarters(self, asked: Span) -> list[WindowSums]:
        """Every quarter of the span with a record, rolled up or not; edges may cut one."""
        quarters: dict[int, WindowSums] = {}
        for span in within([asked], self._bounds):
            first = -(-span.start // QUARTER_S) * QUARTER_S
            end = span.end // QUARTER_S * QUARTER_S
            standing = await self._books.quarters(Span(first, end)) if end > first else []
            quarters = {window.start: window for window in standing}
            for hole in _reads(without([span], tiled(list(quarters), QUARTER_S))):
                minutes = await self._minutes(hole)
                size = max(len(one.starts) for one in minutes)
                for window in await in_thread(size, quarter_sums, minutes, self._site.roles):
                    quarters.setdefault(window.start, window)
        return [quarters[start] for start in sorted(quarters)]

    async def _minutes(self, span: Span) -> list[Series]:
        """The records of each quantity of the home, turned as they give."""
        return [await self._quantity(one, span) for one in self._site.roles.quantities]

    async def _quantity(self, quantity: Quantity, span: Span) -> Series:
        sources = self._assigned.of(quantity)
        parts = [await self._books.series(o.meters, span, o.source.phases) for o in sources]
        return quantity_series(sources, parts)


def _reads(holes: list[Span]) -> list[Span]:
    if len(holes) <= MOST_MINUTE_READS:
        return holes
    return [Span(holes[0].start, holes[-1].end)]
