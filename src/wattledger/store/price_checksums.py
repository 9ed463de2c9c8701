"""What a price's row is checked by: a seal that also says whether another has corrected it."""

import sqlite3

from wattledger.energy.bidding_zones import AREAS
from wattledger.energy.price_source import FILE, SOURCES
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice
from wattledger.store.checksum import seal, seal_sql

_SORTED = sorted(AREAS)
_LAST = b""
"""Comes after every text."""
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


def is_damaged(file: sqlite3.Connection, area: str, span: Span) -> bool:
    """Whether a price of the area that begins in the span is damaged."""
    question = f"SELECT 1 FROM prices WHERE area = ? AND start >= ? AND start < ? AND {DAMAGED}"  # noqa: S608
    return file.execute(f"{question} LIMIT 1", (area, *span)).fetchone() is not None


def any_damaged(file: sqlite3.Connection, span: Span) -> bool:
    """The same of all areas; also whether there is one that is none."""
    if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'prices'").fetchone():
        return False  # a store of an older version
    between = "SELECT 1 FROM prices WHERE area >= ? AND area < ? LIMIT 1"
    beside = zip(("", *(f"{area}\0" for area in _SORTED)), (*_SORTED, _LAST), strict=True)
    return any(is_damaged(file, area, span) for area in AREAS) or any(
        file.execute(between, two).fetchone() for two in beside
    )


def drop_damaged(file: sqlite3.Connection) -> None:
    """Takes damaged prices away; one that was corrected does not come back in their place."""
    file.execute(f"DELETE FROM prices WHERE {DAMAGED}")  # noqa: S608
