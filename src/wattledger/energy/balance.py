"""The balance of a home over a window: what was bought, sold, produced, used.

consumed = imported + produced - exported, so that bought + own solar = used; it is never clamped
(what the plant draws at night was bought and is used). self_consumed = produced - exported, clamped
to [0, min(produced, max(consumed, 0))]. Both come from the time that both meters have, netted in
the same windows: mixing a whole grid quarter with half a solar quarter would invent or lose energy.
Under `phase`, which has no window, each common record is its own, so that every split of a span
adds up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wattledger.energy.netting import NOTHING, MeterSums, Netting, added, meter_sums
from wattledger.energy.record_columns import Series


@dataclass(frozen=True, slots=True)
class Roles:
    """Which roles the home has meters for. An absent role is absent, not unknown."""

    grid: bool = True
    solar: bool = True


class WindowSums(NamedTuple):
    """Both meters over one window of whole records; solar oriented so that imported means produced.

    `common_*` are the sums over the time that both have, both None where that is all of both.
    `self_*` are self-consumption by record, which can't be had from sums.
    """

    start: int
    grid: MeterSums
    solar: MeterSums
    common_grid: MeterSums | None
    common_solar: MeterSums | None
    self_phase_dmwh: int
    self_minute_dmwh: int

    @property
    def both(self) -> tuple[MeterSums, MeterSums]:
        """Grid and solar over the time that both have."""
        if self.common_grid is None or self.common_solar is None:
            return self.grid, self.solar
        return self.common_grid, self.common_solar


class Energies(NamedTuple):
    """Energies over some time in 0.1 mWh, None where unknown or absent, and the seconds they cover.

    `common_produced_dmwh` is the production over the time that both meters have, the denominator of
    self-consumption.
    """

    imported_dmwh: int | None = None
    exported_dmwh: int | None = None
    produced_dmwh: int | None = None
    consumed_dmwh: int | None = None
    self_consumed_dmwh: int | None = None
    common_produced_dmwh: int | None = None
    grid_s: int = 0
    solar_s: int = 0
    common_s: int = 0

    @property
    def self_consumption_pct(self) -> float | None:
        """Own use as a share of production, 0-100; None where nothing was produced."""
        return _percentage(self.self_consumed_dmwh, self.common_produced_dmwh)

    @property
    def self_sufficiency_pct(self) -> float | None:
        """Own use as a share of consumption, 0-100; None where nothing was consumed."""
        return _percentage(self.self_consumed_dmwh, self.consumed_dmwh)


UNKNOWN = Energies()


def _percentage(part: int | None, whole: int | None) -> float | None:
    if part is None or whole is None or whole <= 0:
        return None
    return 100 * part / whole


def balanced(imported: int, exported: int, produced: int) -> tuple[int, int]:
    """(consumed, self_consumed) of one window over common time; none of the three is negative.

    Then produced - exported exceeds neither produced nor consumed: the upper clamp holds by itself.
    """
    return imported + produced - exported, max(produced - exported, 0)


class Block(NamedTuple):
    """The shortest span over which both meters have whole records; usually one minute."""

    grid: MeterSums
    solar: MeterSums


def common_blocks(grid: Series, solar: Series) -> Iterator[Block]:
    """Walks both meters' records and yields what they tile together.

    Records of different periods meet where their edges do; a record that the other meter covers
    only in part belongs to no block, since energy inside a record can't be parted.
    """
    g = s = 0
    while g < len(grid.starts) and s < len(solar.starts):
        if grid.starts[g] != solar.starts[s]:
            if grid.starts[g] < solar.starts[s]:
                g += 1
            else:
                s += 1
            continue
        g_end, s_end = _tiling(grid, g, solar, s)
        if g_end is None or s_end is None:
            g, s = g + 1, s + 1
            continue
        yield Block(meter_sums(grid.part(g, g_end)), meter_sums(solar.part(s, s_end)))
        g, s = g_end, s_end


def _tiling(grid: Series, g: int, solar: Series, s: int) -> tuple[int | None, int | None]:
    """From a common start, how far both must go without a hole until their ends meet."""
    g_end, s_end = grid.starts[g] + grid.periods_s[g], solar.starts[s] + solar.periods_s[s]
    g, s = g + 1, s + 1
    while g_end != s_end:
        if g_end < s_end:
            if g >= len(grid.starts) or grid.starts[g] != g_end:
                return None, None
            g_end, g = g_end + grid.periods_s[g], g + 1
        else:
            if s >= len(solar.starts) or solar.starts[s] != s_end:
                return None, None
            s_end, s = s_end + solar.periods_s[s], s + 1
    return g, s


def window_sums(start: int, grid: Series, solar: Series) -> WindowSums:
    """The sums of one window from its records, solar already oriented."""
    grid_sums, solar_sums = meter_sums(grid), meter_sums(solar)
    if _aligned(grid, solar):
        return WindowSums(start, grid_sums, solar_sums, None, None, *_own_by_record(grid, solar))
    common_grid = common_solar = NOTHING
    self_phase = self_minute = 0
    for block_grid, block_solar in common_blocks(grid, solar):
        common_grid, common_solar = added(common_grid, block_grid), added(common_solar, block_solar)
        self_phase += _own(block_grid, block_solar, Netting.PHASE)
        self_minute += _own(block_grid, block_solar, Netting.MINUTE)
    own = self_phase, self_minute
    if (common_grid, common_solar) == (grid_sums, solar_sums):
        return WindowSums(start, grid_sums, solar_sums, None, None, *own)
    return WindowSums(start, grid_sums, solar_sums, common_grid, common_solar, *own)


def _aligned(grid: Series, solar: Series) -> bool:
    """The usual case: both meters have records of the same starts and periods, each a block."""
    return grid.starts == solar.starts and grid.periods_s == solar.periods_s


def _own_by_record(grid: Series, solar: Series) -> tuple[int, int]:
    """Own use of aligned records under `phase` and `minute`: `_own` of each of them, but faster."""
    by_phase = by_minute = 0
    for imported, exported, produced, drawn in zip(*grid[2:], *solar[2:], strict=True):
        if produced > exported:
            by_phase += produced - exported
        net_produced, net_exported = produced - drawn, exported - imported
        if net_produced > 0 and net_produced > net_exported:
            by_minute += net_produced - net_exported if net_exported > 0 else net_produced
    return by_phase, by_minute


def _own(grid: MeterSums, solar: MeterSums, netting: Netting) -> int:
    imported, exported = grid.netted(netting)
    return balanced(imported, exported, solar.netted(netting)[0])[1]


def joined(start: int, windows: Sequence[WindowSums]) -> WindowSums:
    """Several windows as one, for a longer netting window."""
    if len(windows) == 1:
        return windows[0]._replace(start=start)
    grid = solar = common_grid = common_solar = NOTHING
    self_phase = self_minute = 0
    for window in windows:
        grid, solar = added(grid, window.grid), added(solar, window.solar)
        both_grid, both_solar = window.both
        common_grid, common_solar = added(common_grid, both_grid), added(common_solar, both_solar)
        self_phase += window.self_phase_dmwh
        self_minute += window.self_minute_dmwh
    return WindowSums(start, grid, solar, common_grid, common_solar, self_phase, self_minute)


def window_energies(window: WindowSums, netting: Netting, roles: Roles) -> Energies:
    """The energies of one netting window (any window under `phase` and `minute`, which add up)."""
    imported = exported = produced = consumed = None
    if window.grid.covered_s:
        imported, exported = window.grid.netted(netting)
    if window.solar.covered_s:
        produced = window.solar.netted(netting)[0]
    if roles.solar and roles.grid:
        consumed, own, common_produced, common_s = _common(window, netting)
    else:
        own = common_produced = None
        common_s = window.grid.covered_s
        if imported is not None and exported is not None and roles.grid:
            consumed = imported - exported
    covered = (window.grid.covered_s, window.solar.covered_s, common_s)
    return Energies(imported, exported, produced, consumed, own, common_produced, *covered)


def _common(window: WindowSums, netting: Netting) -> tuple[int | None, int | None, int | None, int]:
    """(consumed, self_consumed, produced, seconds) over the time that both meters have."""
    grid, solar = window.both
    if not grid.covered_s:
        return None, None, None, 0
    imported, exported = grid.netted(netting)
    produced = solar.netted(netting)[0]
    consumed, own = balanced(imported, exported, produced)
    if netting is Netting.PHASE:
        own = window.self_phase_dmwh
    elif netting is Netting.MINUTE:
        own = window.self_minute_dmwh
    return consumed, own, produced, grid.covered_s


def summed(parts: Iterable[Energies]) -> Energies:
    """The sum of energies over several stretches of time; unknown only where every part is."""
    stretches = [part for part in parts if part is not UNKNOWN]
    if len(stretches) < 2:
        return stretches[0] if stretches else UNKNOWN
    columns = tuple(zip(*stretches, strict=True))
    imported, exported, produced, consumed, own, common = map(_sum, columns[:6])
    grid_s, solar_s, common_s = map(sum, columns[6:])
    return Energies(imported, exported, produced, consumed, own, common, grid_s, solar_s, common_s)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
