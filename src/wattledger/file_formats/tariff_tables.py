"""The rows of a tariff's file: each read whole, and None where something is wrong with it."""

from enum import StrEnum
from typing import NamedTuple

from wattledger.energy.bidding_zones import AREAS
from wattledger.energy.clean_text import clean
from wattledger.energy.money import WHOLE
from wattledger.energy.tariff import (
    Component,
    DemandFee,
    Kind,
    MonthlyFee,
    Pick,
    Side,
    Step,
    Validity,
    VatRate,
    Weight,
    Zone,
)
from wattledger.file_formats.tariff_schedule import ZONE_KEYS, when_of
from wattledger.file_formats.toml_table import Table

MOST_ROWS = 500
MOST_WINDOWS = 1_000
SPOT_CURRENCY = "EUR"
"""In which day-ahead prices are read and kept."""
_LARGEST_E7 = 100_000 * 10**7

_ROW = ("name", "from", "to", "vat")
_ONLY_SPOT = ("area", "resolution", "margin", "floor")
VAT_KEYS = ("name", "from", "to", "rate")
COMPONENT_KEYS = (*_ROW, "side", "kind", "price", "zone", *_ONLY_SPOT, "includes_vat")
MONTHLY_KEYS = (*_ROW, "amount", "includes_vat")
DEMAND_KEYS = (
    *(*_ROW, "window", "pick", "count", "distinct_days", "months_mean", "threshold_kw"),
    *("minimum_kw", "price", "zone", "step"),
)
_MONTHS_MEAN = (1, 12)


class _Resolution(StrEnum):
    WINDOW = "window"
    HOUR = "hour"


class _Window(StrEnum):
    QUARTER = "quarter"
    HOUR = "hour"


class Common(NamedTuple):
    """What the rows of a file have in common: the currency, None where it does not say it rightly,
    how many decimals of a price count, and the tables of VAT.
    """

    currency: str | None
    decimals: int
    vat_names: frozenset[str]


def _validity(table: Table) -> Validity | None:
    first, end = table.day("from", is_needed=True), table.day("to", is_needed=False)
    if first is not None and end is not None and end <= first:
        table.wrong("to", "to must be later than from: it is the first day no longer valid")
        return None
    return None if first is None else Validity(first, end)


def vat_rate(table: Table) -> VatRate | None:
    name = table.text("name") if table.is_given("name") else ""
    valid = _validity(table)
    rate_e5 = table.amount("rate", 3)
    if rate_e5 is not None and rate_e5 > WHOLE:
        table.wrong("rate", "rate is in per cent, 100 at most")
        return None
    if name is None or valid is None or rate_e5 is None:
        return None
    return VatRate(name, valid, rate_e5)


def _vat(table: Table, common: Common) -> str | None:
    """The table of VAT that a row names; None for no VAT."""
    value = table.values.get("vat")
    if value is False or (value is None and not common.vat_names):
        if table.is_given("includes_vat"):
            table.wrong("includes_vat", "includes_vat has no meaning without VAT")
        return None
    name = "" if value is True or value is None else value
    if not isinstance(name, str):
        table.wrong("vat", "vat must be true, false or the name of a [[vat]] table")
    elif name not in common.vat_names:
        which = f'with name = "{clean(name, 40)}"' if name else "without a name"
        table.wrong("vat", f"there is no [[vat]] {which}, which would say its rate")
    else:
        return name
    return None


def _price(table: Table, key: str, digits: int, *, default: str | None = None) -> int | None:
    price_e7 = table.decimal(key, digits, default=default)
    if price_e7 is not None and abs(price_e7) > _LARGEST_E7:
        table.wrong(key, f"{key} is more than any price")
        return None
    return price_e7


def component(table: Table, common: Common) -> Component | None:
    name, valid, vat = table.text("name"), _validity(table), _vat(table, common)
    side, kind = table.choice("side", Side), table.choice("kind", Kind)
    includes_vat = table.flag("includes_vat")
    if kind is None:
        return None
    if kind is Kind.SPOT:
        if common.currency not in (SPOT_CURRENCY, None):
            table.wrong("kind", f"spot prices are in {SPOT_CURRENCY}, this is in {common.currency}")
        table.refuse(("price", "zone"), "has no meaning for spot: its price comes from the market")
    else:
        table.refuse(_ONLY_SPOT, f'is for kind = "spot", and this is {kind}')
    if kind is not Kind.ZONES and kind is not Kind.SPOT:
        table.refuse(("zone",), 'is for kind = "zones"')
    zones = _zones(table, common) if kind is Kind.ZONES else ()
    price_e7 = None
    if kind is Kind.FIXED or (kind is Kind.ZONES and table.is_given("price")):
        price_e7 = _price(table, "price", common.decimals)
    spot = _spot(table, common) if kind is Kind.SPOT else _Spot("", 0, False, False)
    if name is None or valid is None or side is None:
        return None
    return Component(name, side, kind, valid, price_e7, zones, *spot, vat, includes_vat)


class _Spot(NamedTuple):
    area: str
    margin_e7: int
    by_hour: bool
    floored: bool


def _spot(table: Table, common: Common) -> _Spot:
    area = table.text("area")
    if area is not None and area not in AREAS:
        table.wrong("area", f"area must be one of {', '.join(AREAS)}")
    resolution = table.choice("resolution", _Resolution, default=_Resolution.WINDOW)
    floor = table.text("floor", default="none")
    if floor not in ("none", "0", None):
        table.wrong("floor", 'floor must be "0" or "none"')
    margin_e7 = _price(table, "margin", common.decimals, default="0")
    return _Spot(area or "", margin_e7 or 0, resolution is _Resolution.HOUR, floor == "0")


def _zones(table: Table, common: Common) -> tuple[Zone, ...]:
    tables = table.tables("zone", (*ZONE_KEYS, "price"), MOST_ROWS)
    if not tables and not table.is_given("zone"):
        table.wrong("kind", 'kind = "zones" needs at least one [[component.zone]]')
    zones = []
    for one in tables:
        when, price_e7 = when_of(one), _price(one, "price", common.decimals)
        if when is not None and price_e7 is not None:
            zones.append(Zone(when, price_e7))
    return tuple(zones)


def monthly_fee(table: Table, common: Common) -> MonthlyFee | None:
    name, valid, vat = table.text("name"), _validity(table), _vat(table, common)
    amount_e7, includes_vat = _price(table, "amount", 7), table.flag("includes_vat")
    if name is None or valid is None or amount_e7 is None:
        return None
    return MonthlyFee(name, valid, amount_e7, vat, includes_vat)


def demand_fee(table: Table, common: Common) -> DemandFee | None:
    name, valid, vat = table.text("name"), _validity(table), _vat(table, common)
    window = table.choice("window", _Window)
    table.choice("pick", Pick, default=Pick.HIGHEST)
    steps = _steps(table)
    price_e7 = 0 if table.is_given("step") else _price(table, "price", 7)
    threshold = table.amount("threshold_kw", 7, default="0")
    months_mean = table.whole("months_mean", default=1, most=12)
    if months_mean not in _MONTHS_MEAN:
        table.wrong("months_mean", "months_mean must be 1 or 12")
    fee = (
        table.whole("count", default=1, most=MOST_WINDOWS),
        table.flag("distinct_days"),
        threshold or 0,
        _weights(table),
        vat,
        table.amount("minimum_kw", 7, default="0") or 0,
        steps,
        months_mean,
    )
    if name is None or valid is None or window is None or price_e7 is None:
        return None
    window_s = 900 if window is _Window.QUARTER else 3_600
    return DemandFee(name, valid, window_s, price_e7, *fee)


def _steps(table: Table) -> tuple[Step, ...]:
    """In their order, the first one from 0 on."""
    if not table.is_given("step"):
        return ()
    table.refuse(("price",), "has no meaning beside [[demand.step]], which says the amount")
    steps: list[Step] = []
    for one in table.tables("step", ("from_kw", "amount"), MOST_ROWS):
        from_kw_e7, amount_e7 = one.amount("from_kw", 7), _price(one, "amount", 7)
        if from_kw_e7 is None or amount_e7 is None:
            continue
        if not steps and from_kw_e7:
            one.wrong("from_kw", 'the first step must have from_kw = "0"')
        if steps and from_kw_e7 <= steps[-1].from_kw_e7:
            one.wrong("from_kw", "from_kw must be more than that of the step before")
        steps.append(Step(from_kw_e7, amount_e7))
    if table.values["step"] == []:
        table.wrong("step", "there must be a [[demand.step]], or a price")
    return tuple(steps)


def _weights(table: Table) -> tuple[Weight, ...]:
    weights = []
    for one in table.tables("zone", (*ZONE_KEYS, "weight"), MOST_ROWS):
        when, weight_e7 = when_of(one), one.amount("weight", 7)
        if when is not None and weight_e7 is not None:
            weights.append(Weight(when, weight_e7))
    return tuple(weights)
