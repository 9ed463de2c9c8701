"""What energy costs: netted windows, each by its own price.

A window without a record or without a price is no part of a sum, and how many have both is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from wattledger.energy.balance import Energies
from wattledger.energy.day_prices import DayPrices, SidePrices
from wattledger.energy.money import Exact, known_sum, with_vat


class Window(NamedTuple):
    """A netting window, or what of one lies inside a question: what was bought and sold, None where
    no record says it.

    `own_dmwh` is what the home used and did not buy, consumed - imported over the time that all
    have: below zero while a battery is charged from the mains, None where there is no such time.
    """

    start: int
    imported_dmwh: int | None
    exported_dmwh: int | None
    own_dmwh: int | None = None


def window_of(start: int, energies: Energies, bought_dmwh: int | None) -> Window:
    """`bought_dmwh` is what was imported in the time that all have, as `consumed` is of that."""
    imported, exported, *_ = energies.flows_dmwh
    consumed = energies.consumed_dmwh
    own = None if consumed is None or bought_dmwh is None else consumed - bought_dmwh
    return Window(start, imported, exported, own)


class Costs(NamedTuple):
    """Sums over windows in 1e-19 currency, all-in; None where no window has both.

    `price_sum_e12` is the sum of the import price over `paid_windows`, which are the booked windows
    that have one, and `paid_dmwh` what was imported in them.
    """

    import_e19: Exact | None = None
    export_e19: Exact | None = None
    saved_e19: Exact | None = None
    paid_dmwh: int = 0
    paid_windows: int = 0
    price_sum_e12: Exact = 0
    priced_windows: int = 0
    booked_windows: int = 0

    @property
    def energy_e19(self) -> Exact | None:
        """What was paid less what was earned; None where neither is known."""
        return known_sum((self.import_e19, None if self.export_e19 is None else -self.export_e19))

    @property
    def priced_pct(self) -> float | None:
        """The share of the booked windows that have a price; None where none is booked."""
        if not self.booked_windows:
            return None
        return 100 * self.priced_windows / self.booked_windows


class RowKey(NamedTuple):
    """A component by its place in the tariff, and the rate of VAT it stood under."""

    row: int
    rate_e5: int


class RowSum(NamedTuple):
    """What one component came to: energy, amounts without VAT, and amounts that have it in them."""

    energy_dmwh: int = 0
    net_e14: Exact = 0
    gross_e14: Exact = 0

    def all_in_e19(self, rate_e5: int) -> Exact:
        return with_vat(self.net_e14, self.gross_e14, rate_e5)


Rows = Mapping[RowKey, RowSum]


@lru_cache(maxsize=1_000)
def row_key(row: int, rate_e5: int) -> RowKey:
    """One object for all days: years of them are remembered."""
    return RowKey(row, rate_e5)


def costs_of(windows: Iterable[Window], prices: DayPrices) -> Costs:
    """The costs of windows of one day, by that day's prices in windows of the same netting."""
    paid_e12, earned_e12 = prices.imported.all_in_e12, prices.exported.all_in_e12
    paid: list[tuple[int, int | None, Exact]] = []
    earned: list[Exact] = []
    booked = priced = 0
    for start, imported, exported, own in windows:
        if imported is None or exported is None:
            continue
        at = prices.window_of(start)
        booked += 1
        gain, price = earned_e12[at], paid_e12[at]
        if gain is not None:
            earned.append(exported * gain)
        if price is not None:
            paid.append((imported, own, price))
            priced += gain is not None or not exported
    saved = [own * price for _, own, price in paid if own is not None]
    return Costs(
        sum(imported * price for imported, _, price in paid) if paid else None,
        sum(earned) if earned else None,
        sum(saved) if saved else None,
        sum(imported for imported, _, _ in paid),
        len(paid),
        sum(price for _, _, price in paid),
        priced,
        booked,
    )


def summed_costs(parts: Iterable[Costs]) -> Costs:
    """The sum of costs over several stretches of time."""
    stretches = list(parts)
    if len(stretches) < 2:
        return stretches[0] if stretches else Costs()
    paid, earned, saved, *counts = zip(*stretches, strict=True)
    return Costs(known_sum(paid), known_sum(earned), known_sum(saved), *map(sum, counts))


def row_sums(windows: Iterable[Window], prices: DayPrices) -> Rows:
    """The same windows by component, as the lines of a bill need them."""
    bought: list[tuple[int, int]] = []
    sold: list[tuple[int, int]] = []
    for start, imported, exported, _ in windows:
        at = prices.window_of(start)
        for energies, energy in ((bought, imported), (sold, exported)):
            if energy is not None:
                energies.append((at, energy))
    return {**_side_rows(prices.imported, bought), **_side_rows(prices.exported, sold)}


def _side_rows(side: SidePrices, energies: Sequence[tuple[int, int]]) -> dict[RowKey, RowSum]:
    """Of (window, energy), as far as the window has a price."""
    priced = [one for one in energies if side.all_in_e12[one[0]] is not None]
    rows: dict[RowKey, RowSum] = {}
    if not priced:
        return rows
    energy = sum(energy for _, energy in priced)
    for part in side.parts:
        amount = sum(energy * (part.prices[at] or 0) for at, energy in priced)
        key = row_key(part.row, part.rate_e5)
        _, net, gross = rows.get(key, RowSum())
        # The energy of a row with two parts counts once.
        if part.has_vat:
            rows[key] = RowSum(energy, net, gross + amount)
        else:
            rows[key] = RowSum(energy, net + amount, gross)
    return rows


def summed_rows(parts: Iterable[Rows]) -> Rows:
    """The sums of components over several stretches of time."""
    found: dict[RowKey, list[RowSum]] = {}
    for part in parts:
        for key, one in part.items():
            found.setdefault(key, []).append(one)
    return {key: RowSum(*map(sum, zip(*sums, strict=True))) for key, sums in found.items()}
