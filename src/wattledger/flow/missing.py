"""What is not on a meter's books, and why, as it is told: pure.

The books keep the reason of a gap as long as nothing better is known. What waits to be fetched is
told as that; an outage is what was tried and is not there.
"""

from collections.abc import Sequence

from wattledger.energy.entry import Gap, GapReason
from wattledger.energy.spans import Span, merged, within, without


def told_gaps(
    booked: Span | None, gaps: Sequence[Gap], to_fetch: Sequence[Span] | None
) -> list[Gap]:
    """The gaps, sorted, and what is to be fetched before, between and after them.

    `to_fetch` is None while the meter was not asked yet for what it has: then every outage still
    waits for that.
    """
    if to_fetch is None:
        return [_waiting(gap) if gap.reason is GapReason.OUTAGE else gap for gap in gaps]
    told = [part for gap in gaps for part in _split(gap, to_fetch)]
    outside = without(merged(to_fetch), [booked] if booked else [])
    told += [Gap(span, GapReason.BEING_FETCHED) for span in outside]
    return _joined(sorted(told, key=lambda gap: gap.span))


def _waiting(gap: Gap) -> Gap:
    return Gap(gap.span, GapReason.BEING_FETCHED)


def _split(gap: Gap, to_fetch: Sequence[Span]) -> list[Gap]:
    """Damage stays told as damage until it is mended."""
    if gap.reason is GapReason.DAMAGED:
        return [gap]
    waiting = within(to_fetch, gap.span)
    return [
        *(Gap(span, GapReason.BEING_FETCHED) for span in waiting),
        *(Gap(span, gap.reason) for span in without([gap.span], waiting)),
    ]


def _joined(gaps: Sequence[Gap]) -> list[Gap]:
    """Neighbours of one reason become one."""
    joined: list[Gap] = []
    for gap in gaps:
        last = joined[-1] if joined else None
        if last and last.span.end == gap.span.start and last.reason is gap.reason:
            joined[-1] = Gap(Span(last.span.start, gap.span.end), gap.reason)
        else:
            joined.append(gap)
    return joined
