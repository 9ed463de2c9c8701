"""One role's records over a span as columns: what every sum is made of.

No netting tells the phases apart, so here they are added. A day of two meters is 2,880 records;
as columns they need no object each, and sums of them run in C.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from wattledger.energy.meter import PHASES
from wattledger.energy.record import MinuteRecord, of_one_role

Row = tuple[int, int, int, int]
"""(start, period, imported, exported) of one record."""


class Series(NamedTuple):
    """Records by their start that do not overlap; starts UTC epoch s, energies >= 0 in 0.1 mWh."""

    starts: list[int]
    periods_s: list[int]
    imported_dmwh: list[int]
    exported_dmwh: list[int]

    def part(self, first: int, end: int) -> "Series":
        """The records at the positions [first, end)."""
        return Series(
            self.starts[first:end],
            self.periods_s[first:end],
            self.imported_dmwh[first:end],
            self.exported_dmwh[first:end],
        )

    def turned(self) -> "Series":
        """What was exported as imported, and the reverse."""
        starts, periods_s, imported, exported = self
        return Series(starts, periods_s, exported, imported)

    def between(self, start: int, end: int | None) -> "Series":
        """The records that start in [start, end); None is no end."""
        first = bisect_left(self.starts, start)
        last = len(self.starts) if end is None else bisect_left(self.starts, end)
        return self if (first, last) == (0, len(self.starts)) else self.part(first, last)


def series_of(records: Iterable[MinuteRecord], phases: Sequence[str] = PHASES) -> Series:
    """Records, sorted and apart, as columns; of these phases."""
    if len(phases) < len(PHASES):
        columns = [PHASES.index(phase) for phase in phases]
        return series_from(
            (one[0], one[1], sum(one[2 + c] for c in columns), sum(one[5 + c] for c in columns))
            for one in records
        )
    return series_from(
        (start, period_s, ia + ib + ic, ea + eb + ec)
        for start, period_s, ia, ib, ic, ea, eb, ec in records
    )


def series_from(rows: Iterable[Row]) -> Series:
    """Rows, sorted and apart, as columns."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return Series(*columns) if columns else Series([], [], [], [])


def merged_series(parts: Sequence[Series]) -> Series:
    """Those of meters that measured one role, as `of_one_role` has their records."""
    if len(parts) == 1:
        return parts[0]
    return series_from(of_one_role([list(zip(*part, strict=True)) for part in parts]))


def in_a_row(parts: Sequence[Series]) -> Series:
    """Series of which each ends before the next begins."""
    if len(parts) == 1:
        return parts[0]
    return Series(*(list(chain.from_iterable(column)) for column in zip(*parts, strict=True)))
