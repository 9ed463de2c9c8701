"""dashboard.elering.ee: Finland and the Baltic countries, EUR/MWh without VAT, by epoch seconds.

It may say success with a few rows only, so that rows are counted by whoever asks.
"""

from collections.abc import Sequence

from wattledger.energy.errors import PriceError
from wattledger.energy.price_quotes import Quote, counted, period_at
from wattledger.energy.price_source import SourceName
from wattledger.energy.spans import Span
from wattledger.price_sources.http_client import HttpClient
from wattledger.price_sources.json_text import member, number, parsed, priced
from wattledger.price_sources.utc_timestamp_format import iso_ms

BASE_URL = "https://dashboard.elering.ee"
PATH = "/api/nps/price"


class Elering:
    """PriceSource."""

    name = SourceName.ELERING

    def __init__(self, http: HttpClient, area: str, base_url: str = BASE_URL) -> None:
        self._http = http
        self._area = area
        self._url = base_url + PATH

    async def quotes(self, span: Span) -> Sequence[Quote]:
        parameters = {"start": iso_ms(span.start), "end": iso_ms(span.end)}
        return decode_elering(await self._http.get(self._url, parameters), self._area)


def decode_elering(body: bytes, area: str) -> list[Quote]:
    """Raises PriceError."""
    answer = parsed(body)
    if member(answer, "success") is not True:
        raise PriceError("says that it failed")
    return [_quote(row) for row in priced(member(member(answer, "data"), area.lower()), "price")]


def _quote(row: object) -> Quote:
    start = int(number(member(row, "timestamp")))
    return Quote(start, period_at(start), counted(number(member(row, "price")), 4))
