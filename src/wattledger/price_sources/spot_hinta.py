"""api.spot-hinta.fi: quarters of today and tomorrow in the Nordic and Baltic zones, EUR/kWh.

It says each price without VAT too. One request a minute at most.
"""

from collections.abc import Sequence

from wattledger.energy.price_quotes import Quote, counted, period_at
from wattledger.energy.price_source import SourceName
from wattledger.energy.spans import Span
from wattledger.price_sources.http_client import HttpClient
from wattledger.price_sources.json_text import instant, member, number, parsed, priced

BASE_URL = "https://api.spot-hinta.fi"
PATH = "/TodayAndDayForward"


class SpotHinta:
    """PriceSource."""

    name = SourceName.SPOT_HINTA

    def __init__(self, http: HttpClient, area: str, base_url: str = BASE_URL) -> None:
        self._http = http
        self._area = area
        self._url = base_url + PATH

    async def quotes(self, _: Span) -> Sequence[Quote]:
        parameters = {"region": self._area, "priceResolution": "15"}
        return decode_spot_hinta(await self._http.get(self._url, parameters))


def decode_spot_hinta(body: bytes) -> list[Quote]:
    """Raises PriceError."""
    return [_quote(row) for row in priced(parsed(body), "PriceNoTax")]


def _quote(row: object) -> Quote:
    start = instant(member(row, "DateTime"))
    return Quote(start, period_at(start), counted(number(member(row, "PriceNoTax")), 7))
