"""A home behind two meters: a model's loads and sun become the feeds `mains` and `solar`.

grid = load - solar on every phase and in every second, so the home's consumption is the same seen
from either side. Minutes are asked for singly in any order or in bulk by the day, with one answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import add, sub
from typing import NamedTuple, Protocol

from wattledger.simulator.feed import Feed, PhaseMinute
from wattledger.simulator.feeds.ripple import (
    W_PER_DMWH_A_MINUTE,
    seconds_of,
    turning,
    two_ways,
    waves_at,
)

HOUR_S = 3600
DAY_S = 86400

Phases = tuple[list[int], list[int], list[int]]
Energies = tuple[int, int, int, int, int, int]
MinuteRow = tuple[int, Energies]


class HomeHour(NamedTuple):
    """Sixty minutes on three phases, 0.1 mWh: `load` >= 0, `solar` < 0 where the plant draws."""

    load: Phases
    solar: Phases


class HomeModel(Protocol):
    """The truth about a home, a pure function of time."""

    def hour(self, start: int) -> HomeHour:
        """The hour from `start`, a multiple of 3600, UTC epoch seconds."""
        ...


@dataclass(frozen=True, slots=True)
class DayRows:
    """A UTC day (or the part asked for) of both meters, in time order.

    A row is (start of the minute, (import a, b, c, export a, b, c)), 0.1 mWh, all >= 0.
    """

    start: int
    mains: list[MinuteRow]
    solar: list[MinuteRow]


class _Hour(NamedTuple):
    flows: HomeHour
    mains: list[MinuteRow]
    solar: list[MinuteRow]


class Household:
    """Both feeds of one home. Keeps the hours last asked for, `cached_hours` of them."""

    def __init__(self, model: HomeModel, cached_hours: int = 48) -> None:
        self._model = model
        self._hour = lru_cache(maxsize=cached_hours)(self._build)
        self.mains: Feed = _Mains(self)
        self.solar: Feed = _Solar(self)

    def days(self, start: int, end: int) -> Iterator[DayRows]:
        """All minutes in [start, end), both multiples of 60; nothing of them is kept."""
        at = start
        while at < end:
            until = min(at - at % DAY_S + DAY_S, end)
            day = DayRows(at, [], [])
            for hour_start in range(at - at % HOUR_S, until, HOUR_S):
                hour = self._build(hour_start)
                first = max(at - hour_start, 0) // 60
                last = min(until - hour_start, HOUR_S) // 60
                day.mains.extend(hour.mains[first:last])
                day.solar.extend(hour.solar[first:last])
            yield day
            at = until

    def minute_of(self, start: int) -> tuple[_Hour, int]:
        """The hour that holds a minute, and which of its sixty it is."""
        if start % 60:
            raise ValueError(f"a minute starts at a multiple of 60, not at {start}")
        return self._hour(start - start % HOUR_S), start % HOUR_S // 60

    def _build(self, start: int) -> _Hour:
        flows = self._model.hour(start)
        starts = range(start, start + HOUR_S, 60)
        return _Hour(
            flows,
            list(zip(starts, _mains_energies(start, flows), strict=True)),
            list(zip(starts, _solar_energies(flows), strict=True)),
        )


def _mains_energies(start: int, flows: HomeHour) -> list[Energies]:
    imported: list[list[int]] = []
    exported: list[list[int]] = []
    for phase in range(3):
        load, solar = flows.load[phase], flows.solar[phase]
        nets = list(map(sub, load, solar))
        exports = [-net if net < 0 else 0 for net in nets]
        imports = list(map(add, nets, exports))
        for k in turning(load, solar):
            waves = waves_at(start + 60 * k, phase)
            imports[k], exports[k] = two_ways(load[k], solar[k], waves)
        imported.append(imports)
        exported.append(exports)
    return list(zip(*imported, *exported, strict=True))


def _solar_energies(flows: HomeHour) -> list[Energies]:
    drawn = [[-net if net < 0 else 0 for net in phase] for phase in flows.solar]
    produced = [list(map(add, *pair)) for pair in zip(flows.solar, drawn, strict=True)]
    return list(zip(*produced, *drawn, strict=True))


@dataclass(frozen=True, slots=True)
class _Mains:
    home: Household

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        hour, k = self.home.minute_of(start)
        energies = hour.mains[k][1]

        def phase_minute(phase: int) -> PhaseMinute:
            load, solar = hour.flows.load[phase][k], hour.flows.solar[phase][k]
            rates = seconds_of(load, solar, waves_at(start, phase))
            return _phase_minute(energies, phase, min(rates), max(rates))

        return phase_minute(0), phase_minute(1), phase_minute(2)

    def power_w(self, at: float) -> tuple[float, float, float]:
        second = int(at // 1)
        hour, k = self.home.minute_of(second - second % 60)

        def phase_w(phase: int) -> float:
            wave = waves_at(second, phase)
            load, solar = hour.flows.load[phase][k], hour.flows.solar[phase][k]
            rate = load * wave.load[second % 60] - solar * wave.solar[second % 60]
            return rate * W_PER_DMWH_A_MINUTE

        return phase_w(0), phase_w(1), phase_w(2)


@dataclass(frozen=True, slots=True)
class _Solar:
    home: Household

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        hour, k = self.home.minute_of(start)
        energies = hour.solar[k][1]

        def phase_minute(phase: int) -> PhaseMinute:
            solar, wave = hour.flows.solar[phase][k], waves_at(start, phase).solar
            ends = sorted((solar * min(wave), solar * max(wave)))
            return _phase_minute(energies, phase, ends[0], ends[1])

        return phase_minute(0), phase_minute(1), phase_minute(2)

    def power_w(self, at: float) -> tuple[float, float, float]:
        second = int(at // 1)
        hour, k = self.home.minute_of(second - second % 60)
        factor = waves_at(second, 0).solar[second % 60] * W_PER_DMWH_A_MINUTE
        a, b, c = hour.flows.solar
        return a[k] * factor, b[k] * factor, c[k] * factor


def _phase_minute(energies: Energies, phase: int, low: float, high: float) -> PhaseMinute:
    """`low` and `high` are 0.1 mWh a minute."""
    return PhaseMinute(
        energies[phase],
        energies[phase + 3],
        low * W_PER_DMWH_A_MINUTE,
        high * W_PER_DMWH_A_MINUTE,
    )
