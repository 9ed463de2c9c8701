"""What the minutes of a stretch add up to, by meter: added up by the database, one line a meter.

A record that is none is counted too, so that the sums tell of it; its numbers may be anything.
"""

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Tally
from wattledger.mongo.connection import Document
from wattledger.mongo.document_validation import are_whole
from wattledger.mongo.documents import ENERGY_FIELDS, bound

MINUTE_MS = 60_000
_SUMS = ("imported_dmwh", "exported_dmwh")


async def read(
    minutes: AsyncCollection[Document],
    site_id: str,
    span: Span,
    session: AsyncClientSession | None,
) -> dict[MeterId, Tally]:
    cursor = await minutes.aggregate(pipeline(site_id, span), session=session)
    return {MeterId(str(row["_id"])): _tally(row) for row in await cursor.to_list()}


def pipeline(site_id: str, span: Span) -> list[Document]:
    """Of the records that start in the span; text is added as nothing."""
    match = {"meter.site": site_id, "t": {"$gte": bound(span.start), "$lt": bound(span.end)}}
    sums = [{"$sum": [f"${name}" for name in names]} for names in _halves()]
    group = {
        "_id": "$meter.meter",
        "records": {"$sum": 1},
        "starts_ms": {"$sum": {"$toLong": "$t"}},
        "imported_dmwh": {"$sum": sums[0]},
        "exported_dmwh": {"$sum": sums[1]},
    }
    return [{"$match": match}, {"$group": group}]


def _halves() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ENERGY_FIELDS[:3], ENERGY_FIELDS[3:]


def _tally(row: Document) -> Tally:
    """One that no records of ours have, but for their number, where a sum is no whole number."""
    records, *sums = (row[name] for name in ("records", "starts_ms", *_SUMS))
    if not are_whole(sums) or sums[0] % MINUTE_MS:
        return Tally(int(records), -1, 0, 0)
    starts_ms, imported_dmwh, exported_dmwh = map(int, sums)
    return Tally(int(records), starts_ms // MINUTE_MS, imported_dmwh, exported_dmwh)
