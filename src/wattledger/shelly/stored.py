"""What a meter still has in its memory: contiguous blocks of records."""

from collections.abc import AsyncIterator, Iterator

from wattledger.energy.errors import MeterBabble
from wattledger.energy.plausible import whole_or_none
from wattledger.energy.record import EARLIEST_S, LATEST_S
from wattledger.energy.spans import Span, merged, without
from wattledger.shelly.connection import Connection
from wattledger.shelly.decode_records import Row
from wattledger.shelly.frame import Declined
from wattledger.shelly.payload import Fields, fields_or_none
from wattledger.shelly.profile import Acquaintance
from wattledger.shelly.timing import Timing

_MOST_PAGES = 10_000


async def listed_spans(
    link: Connection, known: Acquaintance, channel: int, timing: Timing
) -> list[Span] | None:
    """By GetRecords, sorted; None where the firmware has no such method. Raises MeterError."""
    if not known.knows(f"{known.words.energy}.GetRecords"):
        return None
    try:
        blocks = [block async for block in _blocks(link, known, channel, timing)]
    except Declined as declined:
        if declined.is_unknown:
            return None
        raise
    return merged(b for b in blocks if b.start >= EARLIEST_S and b.end <= LATEST_S)


async def _blocks(
    link: Connection, known: Acquaintance, channel: int, timing: Timing
) -> AsyncIterator[Span]:
    """All pages: a later ts asks for the next one, as long as that gets ahead."""
    cursor = 0
    for _ in range(_MOST_PAGES):
        answer = await link.call(
            f"{known.words.energy}.GetRecords",
            {"id": channel, "ts": cursor},
            timeout_s=timing.page_s,
        )
        furthest = cursor
        for block in _blocks_of(answer.result):
            furthest = max(furthest, block.end)
            yield block
        if furthest == cursor:
            return
        cursor = furthest


def _blocks_of(answer: Fields) -> Iterator[Span]:
    """Without those from a far future; those from before 2020-09 only lead to the next page."""
    blocks = answer.get("data_blocks")
    if not isinstance(blocks, list):
        raise MeterBabble("stored blocks that are no list")
    for block in blocks:
        fields = fields_or_none(block) or {}
        start = whole_or_none(fields.get("ts"))
        period_s = whole_or_none(fields.get("period"))
        count = whole_or_none(fields.get("records"))
        if start is None or period_s is None or count is None:
            raise MeterBabble("a stored block without time, period or number")
        span = Span(start, start + period_s * count)
        if period_s > 0 and count > 0 and span.end <= LATEST_S:
            yield span


def guessed_span(first_page: list[Row], device_s: float | None, period_s: int) -> list[Span]:
    """Firmware without GetRecords: from the oldest record that GetData shows until now."""
    rows = [row for row in first_page if EARLIEST_S <= row.start <= LATEST_S]
    if not rows:
        return []
    end = int(device_s) if device_s is not None else max(row.start + row.period_s for row in rows)
    return merged([Span(min(row.start for row in rows), end - end % period_s)])


def common(some: list[Span], others: list[Span]) -> list[Span]:
    """What is in both; all of them sorted and apart."""
    return without(some, without(some, others))
