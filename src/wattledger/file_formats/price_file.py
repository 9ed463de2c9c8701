"""Day-ahead prices as CSV: `start,price` is read, `prices show` writes more about each."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from wattledger.disk import read_small, text_of
from wattledger.energy.clean_text import clean
from wattledger.energy.period import Calendar
from wattledger.energy.price_quotes import Quote
from wattledger.energy.spot_price import HIGHEST_E7, LOWEST_E7, SpotPrice
from wattledger.file_formats.minute_csv_columns import BadFile

MOST_BYTES = 32 << 20
FIRST_S, LAST_S = 946_684_800, 2_145_916_800
"""2000 and 2038."""
UNITS = {"EUR/MWh": 4, "EUR/kWh": 7, "c/kWh": 5}
"""How many decimals of each are left until 1e-7 EUR/kWh."""
COLUMNS = ("start", "period_s", "price", "source", "fetched_at", "revision")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}([.][0-9]{1,15})?", re.ASCII)
_EPOCH = re.compile(r"[0-9]{9,10}", re.ASCII)


def read_prices(path: Path, unit: str, period_s: int) -> list[Quote]:
    """All prices of a file, by start. Raises BadFile with the line of the first fault, OSError."""
    try:
        text = text_of(read_small(path, MOST_BYTES))
        rows = list(csv.reader(text.splitlines(), strict=True))
    except (ValueError, csv.Error) as error:
        raise BadFile(f"{path}:1: {clean(str(error))}") from error
    found: dict[int, Quote] = {}
    for line, quote in _quotes(path, rows, UNITS[unit], period_s):
        if found.setdefault(quote.start, quote) != quote:
            raise BadFile(f"{path}:{line}: another price of this start stands above")
    return [found[start] for start in sorted(found)]


def _quotes(
    path: Path, rows: Sequence[Sequence[str]], decimals: int, period_s: int
) -> Iterator[tuple[int, Quote]]:
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if not {"start", "price"} <= set(header) <= set(COLUMNS) or len(set(header)) < len(header):
        raise BadFile(f"{path}:1: the first line must be start,price")
    start_at, price_at = header.index("start"), header.index("price")
    for line, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) != len(header):
            raise BadFile(f"{path}:{line}: there must be {len(header)} columns")
        try:
            if "period_s" in header:
                _check_period(row[header.index("period_s")].strip(), period_s)
            start = _start(row[start_at].strip(), period_s)
            yield line, Quote(start, period_s, _price(row[price_at].strip(), decimals))
        except BadFile as error:
            raise BadFile(f"{path}:{line}: {error}") from error


def _check_period(text: str, period_s: int) -> None:
    """Of a file that says it of each row, as `price_rows` does."""
    if text != f"{period_s}":
        raise BadFile(f"a period of '{clean(text, 40)}' s, and not the {period_s} s that were said")


def _start(text: str, period_s: int) -> int:
    if _EPOCH.fullmatch(text):
        start: float = int(text)
    else:
        try:
            moment = datetime.fromisoformat(text)
            start = moment.timestamp()
        except (ValueError, OverflowError) as error:
            raise BadFile(f"'{clean(text, 40)}' is no time: 2026-01-15T00:00:00+02:00") from error
        if moment.tzinfo is None:
            raise BadFile(f"'{clean(text, 40)}' lacks its offset: which of two hours in autumn?")
    if not FIRST_S <= start < LAST_S:
        raise BadFile(f"'{clean(text, 40)}' is outside the years 2000 to 2037")
    if start % period_s:
        raise BadFile(f"'{clean(text, 40)}' is not on a whole period of {period_s} s")
    return int(start)


def _price(text: str, decimals: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadFile(f"'{clean(text, 40)}' is no price such as 40.33")
    number = Decimal(text).scaleb(decimals)
    if number != number.to_integral_value():
        raise BadFile(f"'{text}' has more than {decimals} decimals, and would be rounded")
    if not LOWEST_E7 <= number <= HIGHEST_E7:
        raise BadFile(f"'{text}' is no price that there can be: is it the right unit?")
    return int(number)


def price_rows(prices: Sequence[SpotPrice], calendar: Calendar) -> Iterator[str]:
    """Prices as lines of CSV, EUR/MWh without VAT."""
    yield ",".join(COLUMNS)
    for one in prices:
        price = f"{Decimal(one.price_e7).scaleb(-4):f}"
        fetched = calendar.text(one.fetched_at)
        start = calendar.text(one.start)
        yield f"{start},{one.period_s},{price},{one.source},{fetched},{one.revision}"
