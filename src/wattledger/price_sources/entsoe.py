"""ENTSO-E's transparency platform: XML, EUR/MWh without VAT, whole delivery days, with a token.

A position that is missing repeats the one before it (curve type A03), up to the end of the period.
Of several series for one day that with the lowest sequence counts, and of those the finest; they
are never mixed within a day.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from xml.etree import ElementTree as ET

from wattledger.energy.bidding_zones import EIC
from wattledger.energy.errors import PriceError
from wattledger.energy.price_quotes import Quote, counted
from wattledger.energy.price_source import SourceName
from wattledger.energy.spans import Span
from wattledger.price_sources.http_client import HttpClient
from wattledger.price_sources.json_text import instant
from wattledger.price_sources.utc_timestamp_format import minutes_of

BASE_URL = "https://web-api.tp.entsoe.eu"
PATH = "/api"
_PERIODS_S = {"PT15M": 900, "PT60M": 3_600, "PT1H": 3_600}
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,9}")
_MOST_POSITIONS = 40_000
"""In one answer: more than a year of quarters."""
_REPEATS = "A03"


class Entsoe:
    """PriceSource."""

    name = SourceName.ENTSOE

    def __init__(self, http: HttpClient, area: str, token: str, base_url: str = BASE_URL) -> None:
        self._http = http
        self._area = area
        self._token = token
        self._url = base_url + PATH

    async def quotes(self, span: Span) -> Sequence[Quote]:
        zone = EIC[self._area]
        parameters = {
            "securityToken": self._token,
            "documentType": "A44",
            "in_Domain": zone,
            "out_Domain": zone,
            "periodStart": minutes_of(span.start),
            "periodEnd": minutes_of(span.end),
        }
        return decode_entsoe(await self._http.get(self._url, parameters))


class _Period(NamedTuple):
    """One stretch of one series, as it stands."""

    sequence: int
    period_s: int
    span: Span
    quotes: Sequence[Quote]


def decode_entsoe(body: bytes) -> list[Quote]:
    """Raises PriceError."""
    if _FORBIDDEN.search(body) or b"\0" in body:
        raise PriceError("answers with XML that defines things of its own")
    try:
        root = ET.fromstring(body)  # noqa: S314 - nothing can be defined, and the size is bounded
    except (ET.ParseError, LookupError, ValueError) as error:
        # The latter two of an encoding that is none.
        raise PriceError("answers what is no XML") from error
    if _name(root) == "Acknowledgement_MarketDocument":
        raise PriceError(f"has nothing: {_reason(root)}")
    if _name(root) != "Publication_MarketDocument":
        raise PriceError("answers with another document")
    return [quote for period in _chosen([*_periods(root)]) for quote in period.quotes]


def _chosen(periods: Sequence[_Period]) -> Iterator[_Period]:
    """Of the periods that meet, those of the lowest sequence and then of the finest resolution."""
    groups: list[tuple[Span, list[_Period]]] = []
    for period in sorted(periods, key=lambda one: one.span):
        if groups and period.span.start < groups[-1][0].end:
            span, together = groups[-1]
            together.append(period)
            groups[-1] = Span(span.start, max(span.end, period.span.end)), together
        else:
            groups.append((period.span, [period]))
    for _, together in groups:
        best = min((one.sequence, one.period_s) for one in together)
        yield from (one for one in together if (one.sequence, one.period_s) == best)


def _periods(root: ET.Element) -> Iterator[_Period]:
    """All of them, of all series."""
    left = _MOST_POSITIONS
    for series in _all(root, "TimeSeries"):
        for period in _all(series, "Period"):
            one = _period(series, period, left)
            left -= one.span.length_s // one.period_s
            yield one


def _period(series: ET.Element, period: ET.Element, most: int) -> _Period:
    """One of so many positions at most. Raises PriceError."""
    sequence = _text(series, "classificationSequence_AttributeInstanceComponent.position") or "1"
    repeats = _text(series, "curveType") == _REPEATS
    period_s = _PERIODS_S.get(_text(period, "resolution") or "")
    interval = next(_all(period, "timeInterval"), None)
    if period_s is None or interval is None or not _COUNT.fullmatch(sequence):
        raise PriceError("answers with a period of no known form")
    span = Span(instant(_text(interval, "start")), instant(_text(interval, "end")))
    count = span.length_s // period_s
    if not 0 < count <= most:
        raise PriceError("answers with a period without an end")
    quotes = [
        Quote(span.start + index * period_s, period_s, price_e7)
        for index, price_e7 in _filled(period, count, repeats=repeats)
    ]
    return _Period(int(sequence), period_s, span, quotes)


def _filled(period: ET.Element, count: int, *, repeats: bool) -> Iterator[tuple[int, int]]:
    """(index, price) of each position that is told, or repeated from the one before."""
    points = {_position(point): _price(point) for point in _all(period, "Point")}
    price_e7: int | None = None
    for index in range(count):
        price_e7 = points.get(index + 1, price_e7 if repeats else None)
        if price_e7 is not None:
            yield index, price_e7


def _position(point: ET.Element) -> int:
    text = _text(point, "position") or ""
    if not _COUNT.fullmatch(text):
        raise PriceError("answers with a position that is none")
    return int(text)


def _price(point: ET.Element) -> int:
    try:
        price = Decimal(_text(point, "price.amount") or "")
    except InvalidOperation as error:
        raise PriceError("answers with a price that is no number") from error
    if not price.is_finite() or abs(price) > 10**9:
        raise PriceError("answers with a price that is no number")
    return counted(price, 4)


def _reason(root: ET.Element) -> str:
    reason = next(_all(root, "Reason"), None)
    code = None if reason is None else _text(reason, "code")
    return f"code {code}" if code and code.isdecimal() else "no reason is given"


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in parent if _name(child) == name)


def _text(parent: ET.Element, name: str) -> str | None:
    child = next(_all(parent, name), None)
    return None if child is None or child.text is None else child.text.strip()
