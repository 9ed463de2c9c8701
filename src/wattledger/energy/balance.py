"""The balance of a home over a window: what was bought, sold, produced, stored, used.

consumed = imported - exported + produced + discharged - charged, and is never clamped (what the
plant draws at night was bought and is used). self_consumed is what of the production was not sold,
produced - exported in [-discharged, produced]; self_supplied what of the consumption was not
bought, consumed - imported in [-charged, max(consumed, 0)]. Both are summed with their signs:
without a battery they are the same number and never negative; with one only their sums are fair,
since what is charged today is used tomorrow.

All of it comes from the time that every balanced quantity of the home has, netted in the same
windows: mixing a whole grid quarter with half a solar quarter would invent or lose energy. Under
`phase`, which has no window, each common record is its own, so that every split of a span adds up.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from wattledger.energy.home_quantities import Roles


class Energies(NamedTuple):
    """Energies over some time in 0.1 mWh, None where unknown or absent, and the seconds they cover.

    `flows_dmwh` are those of each quantity, one for each word of its role; `covered_s` one for
    each. `common_produced_dmwh` is the production over the time that all balanced quantities have,
    the denominator of self-consumption.
    """

    flows_dmwh: tuple[int | None, ...] = (None, None, None)
    consumed_dmwh: int | None = None
    self_consumed_dmwh: int | None = None
    self_supplied_dmwh: int | None = None
    common_produced_dmwh: int | None = None
    covered_s: tuple[int, ...] = (0, 0)
    common_s: int = 0

    @property
    def imported_dmwh(self) -> int | None:
        """Mains have the first place in any home."""
        return self.flows_dmwh[0]

    @property
    def times_s(self) -> tuple[int, ...]:
        """All that they cover: each quantity, and the common time."""
        return (*self.covered_s, self.common_s)

    @property
    def self_consumption_pct(self) -> float | None:
        """Own use as a share of production, 0-100; None where nothing was produced."""
        return _percentage(self.self_consumed_dmwh, self.common_produced_dmwh)

    @property
    def self_sufficiency_pct(self) -> float | None:
        """Own supply as a share of consumption, 0-100; None where nothing was consumed."""
        return _percentage(self.self_supplied_dmwh, self.consumed_dmwh)


UNKNOWN = Energies()
"""Of a home that has no more than mains and a plant; see `unknown`."""


@lru_cache
def unknown(roles: Roles) -> Energies:
    """Of such a home, one and the same each time."""
    return Energies(roles.unknown_flows, covered_s=(0,) * len(roles.quantities))


def _percentage(part: int | None, whole: int | None) -> float | None:
    if part is None or whole is None or whole <= 0:
        return None
    return min(max(100 * part / whole, 0), 100)


class Balance(NamedTuple):
    """Of one window over common time; consumption and own use are signed."""

    consumed_dmwh: int
    self_consumed_dmwh: int
    self_supplied_dmwh: int
    produced_dmwh: int


def balanced(imported: int, exported: int, produced: int, discharged: int, charged: int) -> Balance:
    """The rule itself; none of the five is negative."""
    consumed = imported - exported + produced + discharged - charged
    # Neither is above its upper bound, since nothing that is taken off is negative.
    self_consumed = max(produced - exported, -discharged)
    self_supplied = max(consumed - imported, -charged)
    return Balance(consumed, self_consumed, self_supplied, produced)


def summed(parts: Iterable[Energies], nothing: Energies = UNKNOWN) -> Energies:
    """The sum of energies over several stretches of time; unknown only where every part is."""
    stretches = [part for part in parts if part is not nothing]
    if len(stretches) < 2:
        return stretches[0] if stretches else nothing
    flows, consumed, own, supplied, produced, covered, common = zip(*stretches, strict=True)
    return Energies(
        tuple(map(_sum, zip_longest(*flows))),
        *(_sum(consumed), _sum(own), _sum(supplied), _sum(produced)),
        tuple(map(sum, zip_longest(*covered, fillvalue=0))),
        sum(common),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
