"""What is not on a meter's books, and why, as it is told: pure.

The books keep the reason of a gap as long as nothing better is known. What waits to be fetched is
told as that; an outage is what was tried and is not there.
"""

from collections.abc import Sequence

from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, merged, total_s, within, without


def told_gaps(
    booked: Span | None, gaps: Sequence[Gap], to_fetch: Sequence[Span], tried: Sequence[Span]
) -> list[Gap]:
    """The gaps, sorted, and what is to be fetched before, between and after them.

    `tried` is what the meter was asked for, or did not list, at the latest look at its memory: an
    outage that is newer still waits for that. `gaps` may be a little younger than `booked`.
    """
    told = [part for gap in gaps for part in _split(gap, to_fetch, tried)]
    known = merged([*([booked] if booked else []), *(gap.span for gap in gaps)])
    outside = without(merged(to_fetch), known)
    told += [Gap(span, GapReason.BEING_FETCHED) for span in outside]
    return _joined(sorted(told, key=lambda gap: gap.span))


def waiting_minutes(told: Sequence[Gap]) -> int:
    """How many minutes of them are being fetched."""
    waiting = (gap.span for gap in told if gap.reason is GapReason.BEING_FETCHED)
    return total_s(waiting) // MINUTE_S


def _split(gap: Gap, to_fetch: Sequence[Span], tried: Sequence[Span]) -> list[Gap]:
    """Damage stays told as damage until it is mended."""
    if gap.reason is GapReason.DAMAGED:
        return [gap]
    waiting = within(to_fetch, gap.span)
    if gap.reason is GapReason.OUTAGE:
        waiting = merged([*waiting, *without([gap.span], tried)])
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
