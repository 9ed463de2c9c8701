"""One role's records over a span as columns: what every sum is made of.

No netting tells the phases apart, so here they are added. A day of two meters is 2,880 records;
as columns they need no object each, and sums of them run in C.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wattledger.energy.meter import Production
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

    def oriented(self, production: Production) -> "Series":
        """A solar meter's series with `imported` meaning produced."""
        if production is Production.POSITIVE:
            return self
        starts, periods_s, imported, exported = self
        return Series(starts, periods_s, exported, imported)


def series_of(records: Iterable[MinuteRecord]) -> Series:
    """Records, sorted and apart, as columns."""
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
