"""The seconds inside a minute: how power wavers around its mean without changing the energy.

A minute's flow is an integer of 0.1 mWh; a wave is sixty factors whose mean is one. Where a phase
both draws and feeds within the minute, its import and export are the two sides of those seconds.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import pi, sin
from operator import sub
from typing import Final, NamedTuple

Wave = tuple[float, ...]

W_PER_DMWH_A_MINUTE: Final = 60 / 1e4
LOAD_DEPTH: Final = 0.04
SOLAR_DEPTH: Final = 0.02

_WHOLE_BITS: Final = 16
WHOLE: Final = 1 << _WHOLE_BITS
"""The last edge of what is cut into parts."""


def _turns(depth: float, tones: Sequence[tuple[int, float]]) -> tuple[Wave, ...]:
    """The wave begun at each of its sixty seconds; `tones` are (turns a minute, loudness)."""
    raw = [sum(loud * sin(pi * turns * k / 30 + turns) for turns, loud in tones) for k in range(60)]
    peak = max(abs(value) for value in raw)
    wave = [1 + depth * value / peak for value in raw]
    return tuple(tuple(wave[turn:] + wave[:turn]) for turn in range(60))


_LOAD_WAVES: Final = _turns(LOAD_DEPTH, ((3, 0.4), (7, 0.5), (13, 0.3)))
_SOLAR_WAVES: Final = _turns(SOLAR_DEPTH, ((1, 1.0), (4, 0.3)))


class Waves(NamedTuple):
    """How the load and the sun waver on one phase in one minute."""

    load: Wave
    solar: Wave


def waves_at(start: int, phase: int) -> Waves:
    """Phases draw on their own; the sun is the same for all of them."""
    minute = start // 60
    return Waves(_LOAD_WAVES[(minute * 7 + phase * 20) % 60], _SOLAR_WAVES[minute * 11 % 60])


def seconds_of(load_dmwh: int, solar_dmwh: int, waves: Waves) -> list[float]:
    """Load less sun in each second, as 0.1 mWh a minute."""
    return [load_dmwh * a - solar_dmwh * b for a, b in zip(waves.load, waves.solar, strict=True)]


def turning(loads_dmwh: Sequence[int], solars_dmwh: Sequence[int]) -> list[int]:
    """Which of these minutes may change their sign within: load and sun are too near each other.

    Loads are >= 0; where the plant draws, nothing turns.
    """
    if max(solars_dmwh) <= 0:
        return []
    return [
        k
        for k, (load, solar) in enumerate(zip(loads_dmwh, solars_dmwh, strict=True))
        if abs(load - solar) < load * LOAD_DEPTH + solar * SOLAR_DEPTH
    ]


def two_ways(load_dmwh: int, solar_dmwh: int, waves: Waves) -> tuple[int, int]:
    """What the minute imports and exports, 0.1 mWh; their difference is exactly load less sun."""
    net = load_dmwh - solar_dmwh
    drawn = sum(rate for rate in seconds_of(load_dmwh, solar_dmwh, waves) if rate > 0) / 60
    imported = max(round(drawn), net, 0)
    return imported, imported - net


def edges_of(weights: Sequence[float]) -> tuple[int, ...]:
    """Weights (>= 0, not all 0) as the rising cuts that `parts_of` takes."""
    total = sum(weights)
    inner = [round(part / total * WHOLE) for part in accumulate(weights)]
    return (0, *inner[:-1], WHOLE)


def parts_of(energy: int, edges: Sequence[int]) -> list[int]:
    """An integer cut at `edges` (rising from 0 to WHOLE); the parts sum to it."""
    cuts = [energy * edge >> _WHOLE_BITS for edge in edges]
    return list(map(sub, cuts[1:], cuts))
