"""Day-ahead prices in the file: none is written over, and one that is damaged is not there, nor is
an older one in its place.

A price that another one corrects stays, with a seal that says so: where the newest is lost, it is
not taken for the newest.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from wattledger.energy.price_source import FILE
from wattledger.energy.record import QUARTER_S
from wattledger.energy.spans import Span, merged
from wattledger.energy.spot_price import HOUR_S, SpotPrice
from wattledger.store.connection import connect_reader, translated
from wattledger.store.file_copy import check
from wattledger.store.price_checksums import DAMAGED, STANDS, SUPERSEDED, is_damaged, sealed_row
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory

MOST_CORRECTIONS = 10_000
_OF_ITS_KEY = "area = ? AND start = ? AND period_s = ?"
_DAY_S = 86_400
_QUARTERS_A_DAY = _DAY_S // QUARTER_S


class SqlitePrices:
    """StoredPrices on one SQLite file."""

    def __init__(self, writer: Writer[WriterMemory], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def prices(self, area: str, span: Span) -> list[SpotPrice]:
        noticed = self._writer.state.noticed

        def read(file: sqlite3.Connection) -> list[SpotPrice]:
            if is_damaged(file, area, span):
                noticed.table("prices")
            return _prices(file, area, span)

        return await self._readers.read(read)

    async def corrections(self) -> list[SpotPrice]:
        return await self._readers.read(_corrections)

    async def keep(self, area: str, prices: Sequence[SpotPrice]) -> None:
        await self._writer.write(lambda file, _: _keep(file, area, prices))

    async def lacking(self, area: str) -> list[Span]:
        return await self._readers.read(lambda file: _lacking(file, area))


def _keep(file: sqlite3.Connection, area: str, prices: Sequence[SpotPrice]) -> None:
    keys = [(area, price.start, price.period_s) for price in prices]
    file.executemany(f"DELETE FROM prices WHERE {_OF_ITS_KEY} AND {DAMAGED}", keys)  # noqa: S608
    found = (_placed(file, area, price) for price in prices)
    rows = [sealed_row(area, price) for price in found if price is not None]
    file.executemany("INSERT OR REPLACE INTO prices VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    newest = f"SELECT max(revision) FROM prices WHERE {_OF_ITS_KEY} AND {STANDS}"  # noqa: S608
    file.executemany(
        f"UPDATE prices SET seal = {SUPERSEDED} "  # noqa: S608
        f"WHERE {_OF_ITS_KEY} AND {STANDS} AND revision < ({newest})",
        [(*key, *key) for key in keys],
    )


def _placed(file: sqlite3.Connection, area: str, price: SpotPrice) -> SpotPrice | None:
    """With a revision that no other row of its key has, also where the newest was lost. None where
    somebody else wrote the one that it was to be: who fetches comes again and sees, a person does
    not.
    """
    highest = file.execute(
        f"SELECT revision, {STANDS} FROM prices WHERE {_OF_ITS_KEY} "  # noqa: S608
        "ORDER BY revision DESC LIMIT 1",
        (area, price.start, price.period_s),
    ).fetchone()
    if highest is None or highest[0] < price.revision:
        return price
    revision, stands = highest
    return None if stands and price.source != FILE else price._replace(revision=revision + 1)


def _prices(file: sqlite3.Connection, area: str, span: Span) -> list[SpotPrice]:
    rows = file.execute(
        "SELECT start, period_s, price, source, fetched_at, revision FROM prices "  # noqa: S608
        f"WHERE area = ? AND start > ? AND start < ? AND start + period_s > ? AND {STANDS} "
        "ORDER BY start, period_s, revision",
        (area, span.start - HOUR_S, span.end, span.start),
    )
    newest = {(row[0], row[1]): SpotPrice(*row) for row in rows}
    return list(newest.values())


def _lacking(file: sqlite3.Connection, area: str) -> list[Span]:
    """An hour's price is one of its four quarters too."""
    rows = file.execute(
        "WITH four(value) AS (VALUES (0), (1), (2), (3)) "  # noqa: S608
        f"SELECT quarter / {_QUARTERS_A_DAY}, count(*) FROM ("
        f"SELECT start / {QUARTER_S} AS quarter FROM prices "
        f"WHERE area = :area AND period_s = {QUARTER_S} AND {STANDS} "
        f"UNION SELECT start / {QUARTER_S} + value FROM prices, four "
        f"WHERE area = :area AND period_s = {HOUR_S} AND {STANDS}) GROUP BY 1 ORDER BY 1",
        {"area": area},
    ).fetchall()
    if not rows:
        return []
    whole = {day for day, quarters in rows if quarters == _QUARTERS_A_DAY}
    lacking = (day for day in range(rows[0][0] + 1, rows[-1][0]) if day not in whole)
    return merged(Span(day * _DAY_S, (day + 1) * _DAY_S) for day in lacking)


def _corrections(file: sqlite3.Connection) -> list[SpotPrice]:
    rows = file.execute(
        "SELECT start, period_s, price, source, fetched_at, revision FROM prices "  # noqa: S608
        f"WHERE revision > 1 AND NOT {DAMAGED} ORDER BY fetched_at DESC LIMIT {MOST_CORRECTIONS}"
    )
    return [SpotPrice(*row) for row in rows]


def read_prices(store: Path, area: str, span: Span) -> list[SpotPrice]:
    """The same of a store that a server may have open. Raises StoreError."""
    check(store)
    with translated(store), closing(connect_reader(store)) as file:
        there = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'prices'").fetchone()
        return _prices(file, area, span) if there else []
