"""Day-ahead prices in the file: none is written over, and one that is damaged is not there."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from wattledger.energy.bidding_zones import AREAS
from wattledger.energy.price_source import FILE, SOURCES
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import HOUR_S, SpotPrice
from wattledger.store.checksum import seal, seal_sql
from wattledger.store.connection import connect_reader, translated
from wattledger.store.file_copy import check
from wattledger.store.ledger import Ledger
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer

MOST_CORRECTIONS = 10_000
_AREAS = f"|{'|'.join(AREAS)}|"
_SOURCES = f"|{'|'.join((FILE, *SOURCES))}|"
"""A text's place in these stands for it in the seal: what is added comes at the end."""
_NUMBERS = ("start", "period_s", "revision", "price", "fetched_at")
_PLACES = (f"instr('{_AREAS}', '|' || area || '|')", f"instr('{_SOURCES}', '|' || source || '|')")
STANDS = f"seal = {seal_sql((*_NUMBERS, *_PLACES))}"
"""Whether a row is as it was written, in SQL."""


class SqlitePrices:
    """StoredPrices on one SQLite file."""

    def __init__(self, writer: Writer[Ledger], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def prices(self, area: str, span: Span) -> list[SpotPrice]:
        return await self._readers.read(lambda file: _prices(file, area, span))

    async def corrections(self) -> list[SpotPrice]:
        return await self._readers.read(_corrections)

    async def keep(self, area: str, prices: Sequence[SpotPrice]) -> None:
        rows = [_row(area, price) for price in prices]

        def deed(file: sqlite3.Connection, _: Ledger) -> None:
            file.executemany("INSERT OR REPLACE INTO prices VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

        await self._writer.write(deed)


def _prices(file: sqlite3.Connection, area: str, span: Span) -> list[SpotPrice]:
    rows = file.execute(
        "SELECT start, period_s, price, source, fetched_at, revision FROM prices "  # noqa: S608
        f"WHERE area = ? AND start > ? AND start < ? AND start + period_s > ? AND {STANDS} "
        "ORDER BY start, period_s, revision",
        (area, span.start - HOUR_S, span.end, span.start),
    )
    newest = {(row[0], row[1]): SpotPrice(*row) for row in rows}
    return list(newest.values())


def _corrections(file: sqlite3.Connection) -> list[SpotPrice]:
    rows = file.execute(
        "SELECT start, period_s, price, source, fetched_at, revision FROM prices "  # noqa: S608
        f"WHERE revision > 1 AND {STANDS} ORDER BY fetched_at DESC LIMIT {MOST_CORRECTIONS}"
    )
    return [SpotPrice(*row) for row in rows]


def read_prices(store: Path, area: str, span: Span) -> list[SpotPrice]:
    """The same of a store that a server may have open. Raises StoreError."""
    check(store)
    with translated(store), closing(connect_reader(store)) as file:
        there = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'prices'").fetchone()
        return _prices(file, area, span) if there else []


def _row(area: str, price: SpotPrice) -> tuple[int | str, ...]:
    start, period_s, price_e7, source, fetched_at, revision = price
    places = _AREAS.find(f"|{area}|") + 1, _SOURCES.find(f"|{source}|") + 1
    sealed = seal((start, period_s, revision, price_e7, fetched_at, *places))
    return area, start, period_s, revision, price_e7, source, fetched_at, sealed
