"""Energies as two rows, of sums and of times, as they are stored: first those of mains, plant and
home, which any home has; then, where there is more, what else there is.
"""

from collections.abc import Sequence
from functools import partial

from wattledger.energy.balance import Energies
from wattledger.energy.home_quantities import Roles

MAINS_AND_PLANT = 2
_energies = partial(tuple.__new__, Energies)
"""Of a tuple, without a Python call for each."""


def sums_and_times(energies: Energies) -> tuple[list[int | None], list[int]]:
    flows, consumed, own, supplied, produced, covered_s, common_s = energies
    sums = [*flows[:3], consumed, own, produced]
    if len(covered_s) > MAINS_AND_PLANT:
        sums += [supplied, *flows[3:]]
    return sums, [*covered_s[:MAINS_AND_PLANT], common_s, *covered_s[MAINS_AND_PLANT:]]


def energies_from(sums: Sequence[int | None], times_s: Sequence[int], roles: Roles) -> Energies:
    """The inverse; what follows the last one of each is filling."""
    bought, sold, produced, consumed, own, common_produced, *more = sums
    grid_s, solar_s, common_s, *more_s = times_s
    flows: tuple[int | None, ...] = (bought, sold, produced)
    covered_s: tuple[int, ...] = (grid_s, solar_s)
    if not roles.are_known:
        consumed = own = common_produced = None
        common_s = 0
    further = len(roles.quantities) - MAINS_AND_PLANT
    supplied = own
    if further:
        supplied, *more = more
        supplied = supplied if roles.are_known else None
        flows = (*flows, *more[: len(roles.unknown_flows) - len(flows)])
        covered_s = (*covered_s, *more_s[:further])
    return _energies((flows, consumed, own, supplied, common_produced, covered_s, common_s))


def names_of(roles: Roles) -> tuple[list[str], list[str]]:
    """What the sums and the times are called; parts of the home by their place among themselves."""
    sums = ["imported", "exported", "produced", "consumed", "self_consumed", "common_produced"]
    times = ["grid", "solar", "common"]
    part = 0
    for quantity in roles.quantities[MAINS_AND_PLANT:]:
        if quantity.role.is_balanced:
            own, word = list(quantity.role.words), quantity.role.value
        else:
            part += 1
            word = f"{quantity.role.value}_{part}"
            own = [word]
        sums += own if len(sums) > 6 else ["self_supplied", *own]
        times.append(word)
    return sums, times
