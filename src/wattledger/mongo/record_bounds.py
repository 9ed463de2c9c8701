"""The first and the newest record of a meter.

Backwards, a time series is unpacked whole before it is cut, so the newest record is looked for in a
stretch that grows: of a day, of forty, of all. Forwards it ends at the first one.
"""

from collections.abc import Sequence

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from wattledger.energy.meter import MeterId
from wattledger.energy.record import EARLIEST_S
from wattledger.energy.spans import Span
from wattledger.mongo import document_validation
from wattledger.mongo.connection import Document
from wattledger.mongo.documents import bound

DAY_S = 86_400
LOOK_BACK_S = (2 * DAY_S, 40 * DAY_S, 400 * DAY_S)


async def first(
    minutes: AsyncCollection[Document], site_id: str, meter: MeterId, until: int
) -> Span | None:
    """The meter's first record as a span, of those that start before `until`."""
    match = {**_match(site_id, meter), "t": {"$gte": bound(EARLIEST_S), "$lt": bound(until)}}
    return await _one(minutes, match, 1, None)


async def newest(
    minutes: AsyncCollection[Document],
    site_id: str,
    meter: MeterId,
    near: Span,
    session: AsyncClientSession | None = None,
) -> Span | None:
    """The meter's newest record as a span, of those that start before the end of `near`; looked
    for there, and then further and further back.
    """
    for back_s in (*LOOK_BACK_S, near.start):
        span = Span(near.start - back_s, near.end)
        found = await newest_between(minutes, site_id, meter, span, session)
        if found:
            return found
    return None


async def newest_between(
    minutes: AsyncCollection[Document],
    site_id: str,
    meter: MeterId,
    span: Span,
    session: AsyncClientSession | None = None,
) -> Span | None:
    """The newest of those that start in the span, as a span."""
    within = {"$gte": bound(span.start), "$lt": bound(span.end)}
    match = {**_match(site_id, meter), "t": within}
    return await _one(minutes, match, -1, session)


def _match(site_id: str, meter: MeterId) -> Document:
    return {"meter.site": site_id, "meter.meter": meter}


def pipeline(match: Document, direction: int) -> Sequence[Document]:
    """The outermost record as {start_ms, period_s}."""
    return [
        {"$match": match},
        {"$match": document_validation.MINUTE},
        {"$sort": {"t": direction}},
        {"$limit": 1},
        {"$project": {"_id": 0, "start_ms": {"$toLong": "$t"}, "period_s": 1}},
    ]


async def _one(
    minutes: AsyncCollection[Document],
    match: Document,
    direction: int,
    session: AsyncClientSession | None,
) -> Span | None:
    cursor = await minutes.aggregate(pipeline(match, direction), session=session)
    for row in await cursor.to_list():
        start, period_s = int(row["start_ms"]) // 1000, int(row["period_s"])
        return Span(start, start + period_s)
    return None
