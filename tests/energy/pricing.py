"""Tariffs, prices and windows to reckon with by hand."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from tests.fakes.energies import home_energies
from wattledger.energy.cost import Window, window_of
from wattledger.energy.day_prices import Spot
from wattledger.energy.period import Calendar
from wattledger.energy.tariff import Component, Kind, Side, Tariff, Validity, VatRate

HELSINKI = Calendar(ZoneInfo("Europe/Helsinki"))
ALWAYS = Validity(date(2000, 1, 1))
KWH = 10**7


def cents(number: float) -> int:
    """c/kWh as prices are counted."""
    return round(number * 10**5)


def vat(per_cent: float, valid: Validity = ALWAYS, name: str = "") -> VatRate:
    return VatRate(name, valid, round(per_cent * 1000))


def fixed(price: float, side: Side = Side.IMPORT, name: str = "energy") -> Component:
    tax = "" if side is Side.IMPORT else None
    return Component(name, side, Kind.FIXED, ALWAYS, cents(price), vat=tax)


def spot_row(margin: float = 0, side: Side = Side.IMPORT, *, by_hour: bool = False) -> Component:
    return Component(
        "spot",
        side,
        Kind.SPOT,
        ALWAYS,
        area="FI",
        margin_e7=cents(margin),
        by_hour=by_hour,
        vat="" if side is Side.IMPORT else None,
    )


def tariff(*components: Component, rates: Iterable[VatRate] = (vat(25.5),)) -> Tariff:
    return Tariff("test", "EUR", tuple(rates), components)


def market(start: int, prices: Sequence[int | None]) -> Spot:
    """Spot prices of consecutive quarters in every area."""

    def spot(_: str, instant: int) -> int | None:
        index = (instant - start) // 900
        return prices[index] if 0 <= index < len(prices) else None

    return spot


def no_market(_: str, __: int) -> None:
    return None


def window(start: int, imported: int, exported: int = 0, consumed: int | None = None) -> Window:
    """A netting window by its energies in 0.1 mWh."""
    energies = home_energies(imported, exported, consumed_dmwh=consumed, grid_s=900)
    return window_of(start, energies, imported)
