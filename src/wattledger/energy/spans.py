"""Sets of half-open spans [start, end) of whole seconds, kept sorted and apart.

Gaps are such a set: what is missing between the first and the last minute of a meter.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    start: int
    end: int

    @property
    def length_s(self) -> int:
        return self.end - self.start


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, with touching and overlapping spans joined, empty ones dropped."""
    result: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(Span(*span))
    return result


def tiled(starts: Sequence[int], length_s: int) -> list[Span]:
    """What is covered from each of these on, all of one length; they are in order."""
    ends = [start + length_s for start in starts]
    breaks = [
        at for at, (start, end) in enumerate(zip(starts[1:], ends, strict=False), 1) if start != end
    ]
    edges = [0, *breaks, len(starts)]
    return [Span(starts[first], ends[end - 1]) for first, end in pairwise(edges) if end > first]


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What of `spans` is not in `taken`; both sorted and apart, as `merged` gives them."""
    result: list[Span] = []
    index = 0
    for start, end in spans:
        cursor = start
        while index < len(taken) and taken[index].end <= start:
            index += 1
        # What reaches beyond this one may reach into the next.
        for at in range(index, len(taken)):
            if taken[at].start >= end:
                break
            if taken[at].start > cursor:
                result.append(Span(cursor, taken[at].start))
            cursor = taken[at].end
        if cursor < end:
            result.append(Span(cursor, end))
    return result


def within(spans: Sequence[Span], bounds: Span) -> list[Span]:
    """What of `spans` lies inside `bounds`."""
    return [
        Span(max(start, bounds.start), min(end, bounds.end))
        for start, end in spans
        if max(start, bounds.start) < min(end, bounds.end)
    ]


def common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What is in both; all of them sorted and apart."""
    return without(some, without(some, others))


def total_s(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)


def common_end(ends: Sequence[int | None], gaps: Sequence[Span] = ()) -> int | None:
    """The end of the newest minute that all have; None while one has none.

    `ends` are those of each one's newest minute, `gaps` what any of them lacks before it.
    """
    if not ends or None in ends:
        return None
    end = min(one for one in ends if one is not None)
    while lacking := [gap.start for gap in gaps if gap.start < end <= gap.end]:
        end = lacking[0]
    return end
