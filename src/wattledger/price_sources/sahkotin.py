"""sahkotin.fi: years of history in Finland, EUR/MWh. It is asked without `fix` and `vat`, since its
own VAT changes an hour late.
"""

from collections.abc import Sequence

from wattledger.energy.price_quotes import QUARTERS_SINCE, Quote, counted, period_at
from wattledger.energy.price_source import SourceName
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import HOUR_S
from wattledger.price_sources.http_client import HttpClient
from wattledger.price_sources.json_text import instant, member, number, parsed, priced
from wattledger.price_sources.utc_timestamp_format import iso_ms

BASE_URL = "https://sahkotin.fi"
PATH = "/prices"


class Sahkotin:
    """PriceSource."""

    name = SourceName.SAHKOTIN

    def __init__(self, http: HttpClient, base_url: str = BASE_URL) -> None:
        self._http = http
        self._url = base_url + PATH

    async def quotes(self, span: Span) -> Sequence[Quote]:
        parameters = {"start": iso_ms(span.start), "end": iso_ms(span.end)}
        if span.end > QUARTERS_SINCE:
            parameters["quarter"] = ""
        return decode_sahkotin(await self._http.get(self._url, parameters))


def decode_sahkotin(body: bytes) -> list[Quote]:
    """Raises PriceError."""
    rows = [
        (instant(member(row, "date")), counted(number(member(row, "value")), 4))
        for row in priced(member(parsed(body), "prices"), "value")
    ]
    # Quarters may be told of the time of hours too: then all of them are quarters.
    has_quarters = any(start < QUARTERS_SINCE and start % HOUR_S for start, _ in rows)
    return [
        Quote(start, HOUR_S // 4 if has_quarters else period_at(start), price)
        for start, price in rows
    ]
