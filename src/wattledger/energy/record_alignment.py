"""What several series of records tile together.

Records of different periods meet where their edges do; one that another series covers only in part
belongs to no block, since energy inside a record can't be parted.
"""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from wattledger.energy.netting import MeterSums, meter_sums
from wattledger.energy.record_columns import Series, series_from


class Block(NamedTuple):
    """The shortest span over which all have whole records; usually one minute."""

    start: int
    sums: tuple[MeterSums, ...]


def aligned(series: Sequence[Series]) -> Sequence[Series] | None:
    """Of records of one period, as usual: those of which all series have one; each is a block. None
    where there are several periods.
    """
    first = series[0]
    if all(one[:2] == first[:2] for one in series):
        return series
    if len({period_s for one in series for period_s in one.periods_s}) > 1:
        return None
    common = set(first.starts).intersection(*(one.starts for one in series))
    return [Series(*(list(compress(c, map(common.__contains__, one.starts))) for c in one))
            for one in series]  # fmt: skip


def common_blocks(series: Sequence[Series]) -> Iterator[Block]:
    """Walks all the records side by side and yields what they tile together, in order."""
    at = [0] * len(series)
    lengths = [len(one.starts) for one in series]
    while series and all(place < length for place, length in zip(at, lengths, strict=True)):
        starts = [one.starts[place] for one, place in zip(series, at, strict=True)]
        newest = max(starts)
        if min(starts) < newest:
            at = [place + (start < newest) for place, start in zip(at, starts, strict=True)]
            continue
        ends = _tiling(series, at)
        if ends is None:
            at = [place + 1 for place in at]
            continue
        parts = zip(series, at, ends, strict=True)
        yield Block(newest, tuple([meter_sums(one.part(*part)) for one, *part in parts]))
        at = ends


def _tiling(series: Sequence[Series], at: Sequence[int]) -> list[int] | None:
    """From a common start, how far each must go without a hole until their ends meet."""
    places = [place + 1 for place in at]
    ends = [one.starts[p] + one.periods_s[p] for one, p in zip(series, at, strict=True)]
    while min(ends) < max(ends):
        behind = ends.index(min(ends))
        one, place = series[behind], places[behind]
        if place >= len(one.starts) or one.starts[place] != ends[behind]:
            return None
        places[behind], ends[behind] = place + 1, ends[behind] + one.periods_s[place]
    return places


def together(series: Sequence[Series]) -> Series:
    """Several sources as one: their records added up where all of them have some."""
    if len(series) == 1:
        return series[0]
    side_by_side = aligned(series)
    if side_by_side is not None:
        energies = zip(*(one[2:] for one in side_by_side), strict=True)
        imported, exported = ([*map(sum, zip(*columns, strict=True))] for columns in energies)
        return Series(*side_by_side[0][:2], imported, exported)
    return series_from(
        (
            block.start,
            block.sums[0].covered_s,
            sum(one.imported_dmwh for one in block.sums),
            sum(one.exported_dmwh for one in block.sums),
        )
        for block in common_blocks(series)
    )
