"""Brings what the copy has into the local books: they keep what they have, and gain the rest."""

from collections.abc import AsyncIterator, Sequence

from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.meter import MeterId
from wattledger.energy.record import Origin
from wattledger.energy.spans import Span
from wattledger.flow.ports import Journal
from wattledger.mongo.books import MongoBooks

STRETCH_S = 10 * 86_400


async def restore(
    there: MongoBooks, journal: Journal, meters: Sequence[MeterId], now: float
) -> AsyncIterator[tuple[float, Booked]]:
    """(how far it has come, 0 to 1; what became of this stretch), oldest first.

    Doing it twice changes nothing the second time. Raises ReplicaError, StoreBusy.
    """
    spans = {meter: span for meter, span in (await there.booked()).items() if meter in meters}
    if not spans:
        return
    whole = Span(min(one.start for one in spans.values()), max(one.end for one in spans.values()))
    for start in range(whole.start, whole.end, STRETCH_S):
        part = Span(start, min(start + STRETCH_S, whole.end))
        entries = [
            Entry(meter, record, Origin.IMPORTED)
            for meter in spans
            for record in await there.minutes([meter], part)
        ]
        entries.sort(key=lambda entry: entry.record.start)
        booked = await journal.book(entries, now) if entries else Booked()
        yield (part.end - whole.start) / max(1, whole.end - whole.start), booked
