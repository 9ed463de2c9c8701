"""What a local day came to under a tariff: the smallest stretch whose cost is remembered."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from wattledger.energy.cost import (
    Costs,
    Rows,
    Window,
    costs_of,
    row_sums,
    summed_costs,
    window_of,
)
from wattledger.energy.day_prices import DayPrices, windowed
from wattledger.energy.demand import Demand, Import, demands, highest
from wattledger.energy.money import Exact, known_sum
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S
from wattledger.energy.rollup import netting_windows
from wattledger.energy.site import Site
from wattledger.energy.tariff import DemandFee, Tariff
from wattledger.energy.windows import WindowSums, window_energies


class DayCost(NamedTuple):
    """Sums over whole days. `phase_e19` is what the energy would have cost if nothing were netted;
    `peaks` are the windows that may be the highest of a month, for each demand fee.
    """

    costs: Costs
    rows: Rows
    phase_e19: Exact | None
    peaks: tuple[Sequence[Demand], ...]

    @property
    def netting_effect_e19(self) -> Exact | None:
        """What netting saves."""
        if self.phase_e19 is None or self.costs.energy_e19 is None:
            return None
        return self.phase_e19 - self.costs.energy_e19


def windows_of(
    quarters: Sequence[WindowSums], netting: Netting, midnight: int, site: Site
) -> list[Window]:
    """The netting windows of (a part of) one local day with their energies."""
    found: list[Window] = []
    for one in netting_windows(quarters, netting, midnight):
        energies = window_energies(one, netting, site.roles)
        bought_dmwh, _ = one.balanced[0].netted(netting)
        found.append(window_of(one.start, energies, bought_dmwh))
    return found


def day_cost(
    quarters: Sequence[WindowSums],
    netting: Netting,
    prices: DayPrices,
    tariff: Tariff,
    site: Site,
) -> DayCost:
    """Of the quarters of one local day, by the prices of its quarters."""
    windows = windows_of(quarters, netting, prices.start, site)
    priced = windowed(prices, netting)
    return DayCost(
        costs_of(windows, priced),
        row_sums(windows, priced),
        costs_of(_unnetted(quarters), prices).energy_e19,
        tuple(_peaks(quarters, netting, fee, prices.start, site) for fee in tariff.demand),
    )


def _unnetted(quarters: Iterable[WindowSums]) -> Iterator[Window]:
    """What went through the mains, each way."""
    for one in quarters:
        mains = one.own[0]
        if mains.covered_s:
            yield Window(one.start, *mains.netted(Netting.PHASE))


def _peaks(
    quarters: Sequence[WindowSums], netting: Netting, fee: DemandFee, midnight: int, site: Site
) -> list[Demand]:
    found = demands(imports_of(quarters, netting, fee, midnight), fee, site.calendar)
    return highest(found, fee, site.calendar)


def imports_of(
    quarters: Sequence[WindowSums], netting: Netting, fee: DemandFee, midnight: int
) -> list[Import]:
    """What a fee counts: import as the home is netted, by quarters where its windows are that."""
    if netting is Netting.HOUR and fee.window_s == QUARTER_S:
        netting = Netting.QUARTER
    return [
        Import(one.start, one.own[0].netted(netting)[0], one.own[0].covered_s)
        for one in netting_windows(quarters, netting, midnight)
        if one.own[0].covered_s
    ]


def summed_days(days: Iterable[DayCost], tariff: Tariff, site: Site) -> DayCost:
    """Several days as one, of their peaks the highest; without rows, of which there are many and
    which a bill alone needs.
    """
    parts = list(days)
    peaks = [
        highest(list(chain.from_iterable(part.peaks[place] for part in parts)), fee, site.calendar)
        for place, fee in enumerate(tariff.demand)
    ]
    return DayCost(
        summed_costs(part.costs for part in parts),
        {},
        known_sum(part.phase_e19 for part in parts),
        tuple(peaks),
    )
