"""api.porssisahko.net v2: quarters of about two days in Finland, c/kWh with VAT, newest first."""

from collections.abc import Sequence

from wattledger.energy.price_quotes import Quote, counted
from wattledger.energy.price_source import SourceName
from wattledger.energy.spans import Span
from wattledger.price_sources.http_client import HttpClient
from wattledger.price_sources.json_text import instant, member, number, parsed, priced

BASE_URL = "https://api.porssisahko.net"
PATH = "/v2/latest-prices.json"
_ALMOST_S = 1
"""An end may be told as the last second, or millisecond, of its quarter."""


class Porssisahko:
    """PriceSource."""

    name = SourceName.PORSSISAHKO

    def __init__(self, http: HttpClient, base_url: str = BASE_URL) -> None:
        self._http = http
        self._url = base_url + PATH

    async def quotes(self, _: Span) -> Sequence[Quote]:
        return decode_porssisahko(await self._http.get(self._url, {}))


def decode_porssisahko(body: bytes) -> list[Quote]:
    """Raises PriceError."""
    return [_quote(row) for row in priced(member(parsed(body), "prices"), "price")]


def _quote(row: object) -> Quote:
    start, end = instant(member(row, "startDate")), instant(member(row, "endDate"))
    length = end - start
    period_s = length + _ALMOST_S if length % 60 == 60 - _ALMOST_S else length
    return Quote(start, period_s, counted(number(member(row, "price")), 5), has_vat=True)
