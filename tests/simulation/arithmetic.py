"""The energies of a local day by their definitions, minute by minute: nothing of the product's own
arithmetic is used.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from wattledger.energy.record import MinuteRecord

Minutes = Mapping[int, MinuteRecord]
Energies = tuple[tuple[int | None, ...] | int | None, ...]
"""(Bought, sold, produced), used, own use, own supply, produced in common time, and the seconds of
each meter, then of both.
"""


def day_energies(grid: Minutes, solar: Minutes, midnight: int, netting: str) -> Energies:
    """Of the minutes of one day; the solar meter counts production as import."""
    window_of = {
        "phase": lambda start: start,
        "minute": lambda start: start,
        "quarter": lambda start: start // 900,
        "hour": lambda start: (start - midnight) // 3_600,
    }[netting]
    both = grid.keys() & solar.keys()
    bought, sold = _netted(grid, grid, window_of, netting)
    produced, _ = _netted(solar, solar, window_of, netting)
    used = own = common = 0
    for starts in _windows(both, window_of):
        imported, exported = _window(grid, starts, netting)
        made, _ = _window(solar, starts, netting)
        used += imported - exported + made
        own += max(0, made - exported)
        common += made
    flows = (*((bought, sold) if grid else (None, None)), produced if solar else None)
    # Without a battery what of its own a home used is what of its use was its own.
    of_both = (used, own, own, common) if both else (None,) * 4
    return flows, *of_both, (60 * len(grid), 60 * len(solar)), 60 * len(both)


def _netted(
    meter: Minutes, starts: Iterable[int], window_of: Callable[[int], int], netting: str
) -> tuple[int, int]:
    sums = [_window(meter, window, netting) for window in _windows(starts, window_of)]
    return sum(one for one, _ in sums), sum(other for _, other in sums)


def _windows(starts: Iterable[int], window_of: Callable[[int], int]) -> list[list[int]]:
    windows: dict[int, list[int]] = defaultdict(list)
    for start in starts:
        windows[window_of(start)].append(start)
    return [*windows.values()]


def _window(meter: Minutes, starts: list[int], netting: str) -> tuple[int, int]:
    imported = sum(sum(meter[start][2:5]) for start in starts)
    exported = sum(sum(meter[start][5:8]) for start in starts)
    if netting == "phase":
        return imported, exported
    return max(imported - exported, 0), max(exported - imported, 0)
