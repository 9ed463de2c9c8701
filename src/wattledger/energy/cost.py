"""What energy costs: netted windows, each by its own price.

A window without a record or without a price is no part of a sum, and how many have both is told.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from wattledger.energy.balance import Energies
from wattledger.energy.day_prices import DayPrices, SidePrices
from wattledger.energy.money import Exact, known_sum, with_vat


class Window(NamedTuple):
    """A netting window, or what of one lies inside a question.

    `own_dmwh` is what the home used and did not buy, consumed - imported over the time that all
    have: below zero while a battery is charged from the mains, None where there is no such time.
    """

    start: int
    energies: Energies
    own_dmwh: int | None = None


def window_of(start: int, energies: Energies, bought_dmwh: int | None) -> Window:
    """`bought_dmwh` is what was imported in the time that all have, as `consumed` is of that."""
    if energies.consumed_dmwh is None or bought_dmwh is None:
        return Window(start, energies)
    return Window(start, energies, energies.consumed_dmwh - bought_dmwh)


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


def costs_of(windows: Iterable[Window], prices: DayPrices) -> Costs:
    """The costs of windows of one day, by that day's prices in windows of the same netting."""
    return summed_costs(_window_costs(window, prices) for window in windows)


def _window_costs(window: Window, prices: DayPrices) -> Costs:
    _, energies, own_dmwh = window
    imported, exported = energies.imported_dmwh, energies.exported_dmwh
    if imported is None or exported is None:
        return Costs()
    at = prices.window_of(window.start)
    paid_e12, earned_e12 = prices.imported.all_in_e12[at], prices.exported.all_in_e12[at]
    earned = None if earned_e12 is None else exported * earned_e12
    if paid_e12 is None:
        return Costs(export_e19=earned, booked_windows=1)
    return Costs(
        import_e19=imported * paid_e12,
        export_e19=earned,
        saved_e19=None if own_dmwh is None else own_dmwh * paid_e12,
        paid_dmwh=imported,
        paid_windows=1,
        price_sum_e12=paid_e12,
        priced_windows=int(earned is not None or not exported),
        booked_windows=1,
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
    rows: dict[RowKey, RowSum] = {}
    for start, energies, _ in windows:
        at = prices.window_of(start)
        _add_to(rows, prices.imported, at, energies.imported_dmwh)
        _add_to(rows, prices.exported, at, energies.exported_dmwh)
    return rows


def _add_to(rows: dict[RowKey, RowSum], side: SidePrices, at: int, energy_dmwh: int | None) -> None:
    if energy_dmwh is None or side.all_in_e12[at] is None:
        return
    before = None
    for part in side.parts:
        price_e7 = part.prices[at] or 0
        key = RowKey(part.row, part.rate_e5)
        energy, net, gross = rows.get(key, RowSum())
        # The energy of a row with two parts counts once.
        energy += 0 if part.row == before else energy_dmwh
        before = part.row
        if part.has_vat:
            rows[key] = RowSum(energy, net, gross + energy_dmwh * price_e7)
        else:
            rows[key] = RowSum(energy, net + energy_dmwh * price_e7, gross)


def summed_rows(parts: Iterable[Rows]) -> Rows:
    """The sums of components over several stretches of time."""
    rows: dict[RowKey, RowSum] = {}
    for part in parts:
        for key, (energy, net, gross) in part.items():
            before = rows.get(key, RowSum())
            rows[key] = RowSum(
                before.energy_dmwh + energy, before.net_e14 + net, before.gross_e14 + gross
            )
    return rows
