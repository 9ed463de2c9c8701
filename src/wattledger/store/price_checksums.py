"""What a price's row is checked by: a seal that also says whether another has corrected it."""

import sqlite3
from collections.abc import Iterator

from wattledger.energy.bidding_zones import AREAS
from wattledger.energy.price_source import FILE, SOURCES
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice
from wattledger.store.checksum import seal, seal_sql

_AREAS = f"|{'|'.join(AREAS)}|"
_SOURCES = f"|{'|'.join((FILE, *SOURCES))}|"
"""A text's place in these stands for it in the seal: what is added comes at the end."""
_NUMBERS = ("start", "period_s", "revision", "price", "fetched_at")
_PLACES = (f"instr('{_AREAS}', '|' || area || '|')", f"instr('{_SOURCES}', '|' || source || '|')")
_SEAL = seal_sql((*_NUMBERS, *_PLACES))
SUPERSEDED = f"-1 - {_SEAL}"
"""The seal of a price that another one has corrected, in SQL."""
STANDS = f"seal = {_SEAL}"
"""Whether a row is as it was written, and nothing has corrected it, in SQL."""
DAMAGED = f"(seal IN ({_SEAL}, {SUPERSEDED})) IS NOT 1"
"""Also where a number has become none."""


def sealed_row(area: str, price: SpotPrice) -> tuple[int | str, ...]:
    """As it stands in the table."""
    start, period_s, price_e7, source, fetched_at, revision = price
    places = _AREAS.find(f"|{area}|") + 1, _SOURCES.find(f"|{source}|") + 1
    sealed = seal((start, period_s, revision, price_e7, fetched_at, *places))
    return area, start, period_s, revision, price_e7, source, fetched_at, sealed


def is_damaged(file: sqlite3.Connection, span: Span) -> bool:
    """Whether a price that begins in the span is damaged."""
    if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'prices'").fetchone():
        return False  # a store of an older version
    of_an_area = f"SELECT 1 FROM prices WHERE area = ? AND start >= ? AND start < ? AND {DAMAGED}"  # noqa: S608
    return any(
        file.execute(f"{of_an_area} LIMIT 1", (area, *span)).fetchone() for area in _areas(file)
    )


def _areas(file: sqlite3.Connection) -> Iterator[str]:
    """Those that there are, also such as are none."""
    area = ""
    while True:
        (area,) = file.execute("SELECT min(area) FROM prices WHERE area > ?", (area,)).fetchone()
        if area is None:
            return
        yield area


def drop_damaged(file: sqlite3.Connection) -> int:
    """Takes damaged prices away, with those that they may have corrected; how many rows."""
    return file.execute(
        "DELETE FROM prices WHERE (area, start, period_s) IN "  # noqa: S608
        f"(SELECT area, start, period_s FROM prices WHERE {DAMAGED})"
    ).rowcount
