"""What a meter still has in its memory: contiguous blocks of records."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from wattledger.energy.daily_limit import MOST_BLOCKS, MOST_LIST_PAGES, MOST_STORED_S
from wattledger.energy.errors import ProtocolError
from wattledger.energy.plausibility import whole_or_none
from wattledger.energy.record import EARLIEST_S, LATEST_S
from wattledger.energy.spans import Span, merged, within, without
from wattledger.shelly.connection import Connection
from wattledger.shelly.decode_records import Row
from wattledger.shelly.json_values import Fields, fields_or_none
from wattledger.shelly.profile import Acquaintance
from wattledger.shelly.rpc_frame import Declined
from wattledger.shelly.timeouts import Timing


class Listing(NamedTuple):
    """What was listed, and in words what was let go of it, None for nothing."""

    spans: list[Span]
    surplus: str | None


async def listed_spans(
    link: Connection, known: Acquaintance, channel: int, timing: Timing, not_after: float
) -> Listing | None:
    """By GetRecords, sorted, up to an instant; None where the firmware has no such method.

    Raises MeterError.
    """
    plausible = Span(EARLIEST_S, int(not_after))
    if not known.knows(f"{known.words.energy}.GetRecords"):
        return None
    try:
        spans, surplus = await _blocks(link, known, channel, timing, plausible)
    except Declined as declined:
        if declined.is_unknown:
            return None
        raise
    newest = _newest(spans)
    return Listing(newest, surplus or ("more time than it can hold" if newest != spans else None))


async def _blocks(
    link: Connection, known: Acquaintance, channel: int, timing: Timing, plausible: Span
) -> tuple[list[Span], str | None]:
    """All pages: a later ts asks for the next one, as long as that gets ahead.

    Merged as they come, so that neither pages nor blocks without end take memory. What lies before
    the plausible only leads to the next page; what reaches beyond it is the last of it.
    """
    spans: list[Span] = []
    cursor = blocks = 0
    for _ in range(MOST_LIST_PAGES):
        answer = await link.call(
            f"{known.words.energy}.GetRecords",
            {"id": channel, "ts": cursor},
            timeout_s=timing.page_s,
        )
        page = [block for block in _blocks_of(answer.result) if block.start < plausible.end]
        spans = merged([*spans, *within(page, plausible)])
        blocks += len(page)
        furthest = max([cursor, *(block.end for block in page)])
        if furthest == cursor:
            return spans, None
        if blocks > MOST_BLOCKS:
            return spans, f"more than {MOST_BLOCKS} blocks"
        cursor = furthest
        await asyncio.sleep(0)  # a list that comes at once holds up nobody
    return spans, f"more than {MOST_LIST_PAGES} pages"


def _blocks_of(answer: Fields) -> Iterator[Span]:
    blocks = answer.get("data_blocks")
    if not isinstance(blocks, list):
        raise ProtocolError("stored blocks that are no list")
    for block in blocks:
        fields = fields_or_none(block) or {}
        start = whole_or_none(fields.get("ts"))
        period_s = whole_or_none(fields.get("period"))
        count = whole_or_none(fields.get("records"))
        if start is None or period_s is None or count is None:
            raise ProtocolError("a stored block without time, period or number")
        if period_s > 0 and count > 0:
            yield Span(start, start + period_s * count)


def _newest(spans: list[Span]) -> list[Span]:
    """As much of them as a meter can hold, counted back from the newest."""
    kept: list[Span] = []
    left_s = MOST_STORED_S
    for start, end in reversed(spans):
        if left_s <= 0:
            break
        kept.append(Span(max(start, end - left_s), end))
        left_s -= kept[-1].length_s
    return kept[::-1]


def guessed_span(first_page: list[Row], device_s: float | None, period_s: int) -> list[Span]:
    """Firmware without GetRecords: from the oldest record that GetData shows until now, no more
    than a meter can hold.
    """
    rows = [row for row in first_page if EARLIEST_S <= row.start <= LATEST_S]
    if not rows:
        return []
    end = int(device_s) if device_s is not None else max(row.start + row.period_s for row in rows)
    return _newest(merged([Span(min(row.start for row in rows), end - end % period_s)]))


def common(some: list[Span], others: list[Span]) -> list[Span]:
    """What is in both; all of them sorted and apart."""
    return without(some, without(some, others))
