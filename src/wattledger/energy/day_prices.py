"""The prices of one local day, by its own quarters: 92, 96 or 100 of them.

Prices go by the start of a quarter in UTC, zones by the wall clock at that start.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wattledger.energy.money import Exact, mean, with_vat
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.record import QUARTER_S
from wattledger.energy.tariff import Kind, Lapse, Rated, Side, Tariff

HOUR_S = 3_600

Spot = Callable[[str, int], "int | None"]
"""The spot price of an area in the quarter that starts at an instant, 1e-7 currency/kWh without
VAT; None while it is not known."""


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a price, window by window. What is typed with VAT has it in it.

    A spot price with a margin that is typed with VAT makes two parts of one row.
    """

    row: int
    rate_e5: int
    has_vat: bool
    prices: Sequence[Exact | None]

    @property
    def all_in_e12(self) -> list[Exact | None]:
        units = with_vat(0, 1, self.rate_e5) if self.has_vat else with_vat(1, 0, self.rate_e5)
        return [None if price is None else price * units for price in self.prices]


@dataclass(frozen=True, slots=True)
class SidePrices:
    """One side's price in each window of a day, as parts and all-in (1e-12 currency/kWh)."""

    parts: Sequence[Part]
    all_in_e12: Sequence[Exact | None]
    lapses: Sequence[Lapse] = ()


@dataclass(frozen=True, slots=True)
class DayPrices:
    """Both sides' prices in the windows of a day, `window_s` long, counted from its midnight."""

    start: int
    end: int
    window_s: int
    imported: SidePrices
    exported: SidePrices

    def window_of(self, instant: int) -> int:
        return (instant - self.start) // self.window_s


def day_prices(tariff: Tariff, calendar: Calendar, day: date, spot: Spot) -> DayPrices:
    """The prices of the quarters of a local day."""
    start, end = calendar.start_of(day), calendar.start_of(day + timedelta(days=1))
    moments = list(_moments(calendar, start, end))

    def side(side: Side) -> SidePrices:
        rows, lapses = tariff.side_on(side, day)
        parts = [part for rated in rows for part in _parts(rated, start, moments, spot)]
        return _side(parts, lapses, len(moments))

    return DayPrices(start, end, QUARTER_S, side(Side.IMPORT), side(Side.EXPORT))


def windowed(prices: DayPrices, netting: Netting) -> DayPrices:
    """The prices of a day's quarters as those of its netting windows: an hour has the mean."""
    if netting is not Netting.HOUR:
        return prices
    length = HOUR_S // QUARTER_S

    def hourly(side: SidePrices) -> SidePrices:
        parts = [
            Part(one.row, one.rate_e5, one.has_vat, list(_means(one.prices, length)))
            for one in side.parts
        ]
        return _side(parts, side.lapses, -(-len(side.all_in_e12) // length))

    return DayPrices(
        prices.start, prices.end, HOUR_S, hourly(prices.imported), hourly(prices.exported)
    )


def _side(parts: Sequence[Part], lapses: Sequence[Lapse], windows: int) -> SidePrices:
    if lapses:
        return SidePrices(parts, [None] * windows, lapses)
    nothing: list[Exact | None] = [0] * windows
    columns = zip(nothing, *(part.all_in_e12 for part in parts), strict=True)
    return SidePrices(parts, [_total(prices) for prices in columns])


def _total(prices: Sequence[Exact | None]) -> Exact | None:
    """None where one of them is not known."""
    total: Exact = 0
    for price in prices:
        if price is None:
            return None
        total += price
    return total


def _moments(calendar: Calendar, start: int, end: int) -> Iterator[tuple[int, date, int]]:
    """(instant, date, minutes of the day) of each quarter, by the wall clock."""
    for instant in range(start, end, QUARTER_S):
        local = datetime.fromtimestamp(instant, calendar.time_zone)
        yield instant, local.date(), local.hour * 60 + local.minute


def _parts(
    rated: Rated, midnight: int, moments: Sequence[tuple[int, date, int]], spot: Spot
) -> list[Part]:
    row, component, rate_e5 = rated
    asked = moments if component.zones else moments[:1]
    own: list[Exact | None] = [component.own_price_e7(day, minutes) for _, day, minutes in asked]
    own *= 1 if component.zones else len(moments)
    if component.kind is not Kind.SPOT:
        return [Part(row, rate_e5, component.includes_vat, own)]
    market: list[Exact | None] = [spot(component.area, instant) for instant, _, _ in moments]
    if component.by_hour:
        length = HOUR_S // QUARTER_S
        hours = list(_means(market, length))
        market = [hours[index // length] for index in range(len(market))]
    if component.floored:
        market = [None if price is None else max(price, 0) for price in market]
    if component.includes_vat:
        return [Part(row, rate_e5, False, market), Part(row, rate_e5, True, own)]
    margin = component.margin_e7
    both = [None if price is None else price + margin for price in market]
    return [Part(row, rate_e5, False, both)]


def _means(prices: Sequence[Exact | None], length: int) -> Iterator[Exact | None]:
    """Of each hour from midnight on; the last one may be shorter."""
    for first in range(0, len(prices), length):
        yield mean(prices[first : first + length])


def spot_of(prices: Mapping[str, Mapping[int, int]]) -> Spot:
    """Spot prices by area and by the start of a quarter."""
    nothing: Mapping[int, int] = {}
    return lambda area, instant: prices.get(area, nothing).get(instant)
