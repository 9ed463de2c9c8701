"""The seconds inside a minute: how power wavers around its mean without changing the energy.

A minute's flow is an integer of 0.1 mWh; a wave is sixty factors whose mean is one. Where a phase
both draws and feeds within the minute, its import and export are the two sides of those seconds.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sin
from typing import Final, NamedTuple

Wave = tuple[float, ...]

W_PER_DMWH_A_MINUTE: Final = 60 / 1e4
LOAD_DEPTH: Final = 0.04
SOLAR_DEPTH: Final = 0.02


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


def may_turn(load_dmwh: int, solar_dmwh: int) -> bool:
    """Whether load less sun may change its sign within the minute."""
    swing = abs(load_dmwh) * LOAD_DEPTH + abs(solar_dmwh) * SOLAR_DEPTH
    return abs(load_dmwh - solar_dmwh) < swing


def two_ways(load_dmwh: int, solar_dmwh: int, waves: Waves) -> tuple[int, int]:
    """What the minute imports and exports, 0.1 mWh; their difference is exactly load less sun."""
    net = load_dmwh - solar_dmwh
    drawn = sum(rate for rate in seconds_of(load_dmwh, solar_dmwh, waves) if rate > 0) / 60
    imported = max(round(drawn), net, 0)
    return imported, imported - net


def parts_of(whole: int, edges: Sequence[int], scale: int) -> list[int]:
    """An integer cut at `edges` (growing from 0 to `scale`); the parts sum to the whole."""
    cuts = [whole * edge // scale for edge in edges]
    return [after - before for before, after in pairwise(cuts)]
