"""What becomes of prices that came: new ones are kept, others correct what is there or give way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wattledger.energy.price_quotes import Quote
from wattledger.energy.price_source import FILE
from wattledger.energy.spot_price import TICK_E7, SpotPrice, without_vat

VAT_ROUNDING_E7 = 500
"""0.05 EUR/MWh: as far as a price in c/kWh with three decimals and VAT may be off."""

Rate = Callable[[int], "int | None"]
"""The rate of VAT at an instant, as counted in `energy/money`."""


@dataclass(slots=True)
class Merged:
    """`fresh` are to be kept; `corrected` of them take the place of others; `disputed` prices
    differ from what is there and are not believed, `unrated` ones have an unknown VAT.
    """

    fresh: list[SpotPrice] = field(default_factory=list)
    corrected: int = 0
    disputed: int = 0
    unrated: int = 0


def merged(
    kept: Mapping[tuple[int, int], SpotPrice],
    quotes: Iterable[Quote],
    source: str,
    now: int,
    rate: Rate,
) -> Merged:
    """`kept` by start and period. Whoever quotes without VAT goes before who quotes with it, what
    a person imported before all, and else what was first; a source may correct itself.
    """
    found = Merged()
    for quote in quotes:
        price_e7 = quote.price_e7
        if quote.has_vat:
            rate_e5 = rate(quote.start)
            if rate_e5 is None:
                found.unrated += 1
                continue
            price_e7 = without_vat(price_e7, rate_e5)
        before = kept.get((quote.start, quote.period_s))
        price = SpotPrice(quote.start, quote.period_s, price_e7, source, now)
        if before is None:
            found.fresh.append(price)
        elif before.price_e7 != price_e7:
            _decide(found, before, price, has_vat=quote.has_vat)
    return found


def _decide(found: Merged, before: SpotPrice, price: SpotPrice, *, has_vat: bool) -> None:
    tolerance_e7 = TICK_E7 + (VAT_ROUNDING_E7 if has_vat or is_with_vat(before.source) else 0)
    corrects_itself = before.source == price.source
    is_better = price.source == FILE or (is_with_vat(before.source) and not has_vat)
    if corrects_itself or is_better:
        found.fresh.append(price._replace(revision=before.revision + 1))
        found.corrected += 1
    elif abs(before.price_e7 - price.price_e7) > tolerance_e7:
        found.disputed += 1


def is_with_vat(source: str) -> bool:
    """Whether a source quotes with VAT, so that its prices were brought back."""
    return source in WITH_VAT


WITH_VAT: Sequence[str] = ("porssisahko",)
