"""The demo's roof: the hours of one measured plant, the phases of a second, the minutes of a
third.

A year of hourly production (SolarEdge) gives the seasons and every hour's energy; two weeks of a
three-phase inverter (SMA) give how clouds shape the hour and how the phases share it; two days by
the minute (NREL's SERF East) give the texture inside five minutes and what an inverter draws at
night. Hours keep their energy exactly.

The plant stood near 5 degrees east; seen from southern Finland its sun is late by 80 minutes, so
its day is played that much earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import cycle, groupby
from statistics import fmean
from typing import Final, NamedTuple

from wattledger.simulator.feeds.household import Phases
from wattledger.simulator.feeds.noise import mixed
from wattledger.simulator.feeds.recorded_series import SmaPhases, Span, pvdaq, sma, solaredge
from wattledger.simulator.feeds.ripple import edges_of, parts_of
from wattledger.simulator.feeds.shipped import shipped

EASTWARD_S: Final = 4800
_DAY_S: Final = 86400
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_SLOT_S: Final = 300
_SLOTS: Final = 288
_OUTAGE_DAYS: Final = 7
_DULL_WH: Final = 4000.0
_YEAR: Final = (date(2024, 7, 1), date(2025, 6, 30))


class SkyDay(NamedTuple):
    """Each five minutes of a day against the hour around, and the phases' cuts."""

    roughness: float
    factors: tuple[float, ...]
    shares: tuple[tuple[int, ...], ...]


class Slot(NamedTuple):
    """Five minutes: energies by phase, 0.1 mWh, and where the minutes cut them."""

    phases_dmwh: tuple[int, int, int]
    minute_edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MeasuredRoof:
    """`days_wh`: twenty-four UTC hours for each day of the measured year, by (month, day)."""

    days_wh: dict[tuple[int, int], tuple[float, ...]]
    skies: tuple[SkyDay, ...]
    textures: tuple[tuple[int, ...], ...]
    night_dmwh: tuple[int, int, int]

    def day(self, ordinal: int) -> tuple[Slot, ...]:
        """The 288 slots of a UTC day as the measured plant's place saw it."""
        hours_wh = self.hours_wh(date.fromordinal(ordinal))
        sky = self._sky(hours_wh, ordinal)
        slots: list[Slot] = []
        for hour, energy_wh in enumerate(hours_wh):
            span = slice(hour * 12, hour * 12 + 12)
            weights = [
                max(_smooth(hours_wh, slot), 1.0) * sky.factors[slot]
                for slot in range(span.start, span.stop)
            ]
            energies = parts_of(round(energy_wh * 10_000), edges_of(weights))
            for slot, energy in zip(range(span.start, span.stop), energies, strict=True):
                a, b, c = parts_of(energy, sky.shares[slot])
                slots.append(Slot((a, b, c), self._texture(sky.factors[slot], ordinal, slot)))
        return tuple(slots)

    def hours_wh(self, day: date) -> tuple[float, ...]:
        """The measured day of the same date; 29 February is played as the 28th."""
        return self.days_wh.get((day.month, day.day)) or self.days_wh[2, 28]

    def _sky(self, hours_wh: Sequence[float], ordinal: int) -> SkyDay:
        """One of the three measured skies whose hours were about as uneven."""
        wanted = _roughness(hours_wh)
        near = sorted(self.skies, key=lambda sky: abs(sky.roughness - wanted))
        return near[mixed(ordinal) % 3]

    def _texture(self, factor: float, ordinal: int, slot: int) -> tuple[int, ...]:
        """A calm texture for a slot like its hour, an uneven one for a slot that stands out."""
        last = len(self.textures) - 1
        place = min(abs(factor - 1) * 2, 1.0) * last + mixed(ordinal, slot) % 21 - 10
        return self.textures[min(max(int(place), 0), last)]


class RoofHours:
    """What the roof gives by the hour; keeps the few days last asked for."""

    def __init__(self, roof: MeasuredRoof) -> None:
        self._roof = roof
        self._day = lru_cache(maxsize=8)(roof.day)

    def hour(self, start: int) -> Phases:
        """Sixty minutes from `start`, a multiple of 3600, UTC epoch seconds; below 0 where nothing
        shines.
        """
        slots = [self._slot(at) for at in range(start, start + 3600, _SLOT_S)]
        a, b, c = (self._phase(slots, phase) for phase in range(3))
        return a, b, c

    def _slot(self, at: int) -> Slot:
        ordinal, second = divmod(at + EASTWARD_S, _DAY_S)
        return self._day(ordinal + _EPOCH_ORDINAL)[second // _SLOT_S]

    def _phase(self, slots: Sequence[Slot], phase: int) -> list[int]:
        night = [self._roof.night_dmwh[phase]] * 5
        minutes: list[int] = []
        for slot in slots:
            energy = slot.phases_dmwh[phase]
            minutes += parts_of(energy, slot.minute_edges) if energy else night
        return minutes


def _smooth(hours_wh: Sequence[float], slot: int) -> float:
    """The hours' energies as a line through the middles of the hours, at the middle of a slot."""
    left, rest = divmod(slot - 5.5, 12)
    before, after = hours_wh[int(left) % 24], hours_wh[(int(left) + 1) % 24]
    return before + (after - before) * rest / 12


def _roughness(values: Sequence[float]) -> float:
    """How uneven a day is: second differences against the sum."""
    total = sum(values)
    if total <= 0:
        return 0.0
    bends = (abs(a - 2 * b + c) for a, b, c in zip(values, values[1:], values[2:], strict=False))
    return sum(bends) / total


def measured_roof() -> MeasuredRoof:
    minutes = pvdaq(shipped("pvdaq_serf_east_1min_ac_power_2022-03_2d.csv"))
    return MeasuredRoof(
        days_of_year(solaredge(shipped("solaredge_hour_json_2024-06_2025-06.json"))),
        _skies(sma(shipped("sma_stp8_3phase_5min_2025-06-30_14d.csv"))),
        _textures(minutes),
        _night_dmwh(minutes),
    )


def days_of_year(spans: Sequence[Span]) -> dict[tuple[int, int], tuple[float, ...]]:
    """UTC days of the year's hours, each under its date.

    The plant gave nothing at all for seven weeks of winter. Days of such an outage (more than a
    week) are played as the dull days of the month on either side, in turn.
    """
    days: dict[date, list[float]] = {}
    for span in spans:
        at = datetime.fromtimestamp(span.start, UTC)
        if _YEAR[0] <= at.date() <= _YEAR[1]:
            days.setdefault(at.date(), [0.0] * 24)[at.hour] += span.imported_wh
    every = [_YEAR[0] + timedelta(n) for n in range((_YEAR[1] - _YEAR[0]).days + 1)]
    measured = {day: tuple(days.get(day, [0.0] * 24)) for day in every}
    played = dict(measured)
    for dark, group in groupby(every, key=lambda day: not any(measured[day])):
        outage = list(group)
        if dark and len(outage) > _OUTAGE_DAYS:
            month = timedelta(30)
            around = (d for d in every if outage[0] - month <= d <= outage[-1] + month)
            dull = [measured[d] for d in around if 0 < sum(measured[d]) < _DULL_WH]
            played |= dict(zip(outage, cycle(dull), strict=False))
    return {(day.month, day.day): hours for day, hours in played.items()}


def _skies(rows: Sequence[SmaPhases]) -> tuple[SkyDay, ...]:
    starts = range(rows[0].start, rows[-1].start + 1, _DAY_S)
    by_start = {row.start: row for row in rows}
    return tuple(
        _sky_day([by_start.get(start + n * _SLOT_S) for n in range(_SLOTS)], start)
        for start in starts
    )


def _sky_day(rows: Sequence[SmaPhases | None], start: int) -> SkyDay:
    """A measured local day, put by UTC: slot 0 is 00:00 UTC."""
    shift = start % _DAY_S // _SLOT_S
    turned = [rows[(slot - shift) % _SLOTS] for slot in range(_SLOTS)]
    power_w = [row.total_w or 0.0 if row else 0.0 for row in turned]
    factors = []
    for slot, power in enumerate(power_w):
        around = fmean(power_w[max(slot - 6, 0) : slot + 7])
        factors.append(min(max(power / around, 0.25), 1.75) if around > 100 else 1.0)
    hours = [sum(power_w[n : n + 12]) for n in range(0, _SLOTS, 12)]
    shares = tuple(edges_of(_phases_w(row)) for row in turned)
    return SkyDay(_roughness(hours), tuple(factors), shares)


def _phases_w(row: SmaPhases | None) -> tuple[float, float, float]:
    """Even thirds where the inverter gave too little to tell."""
    if row is None or row.phases_w is None or min(row.phases_w) < 20:
        return 1.0, 1.0, 1.0
    return row.phases_w


def _textures(minutes: Sequence[Span]) -> tuple[tuple[int, ...], ...]:
    """Every five minutes of good light as cuts, the calm ones first."""
    fives = [minutes[n : n + 5] for n in range(0, len(minutes) - 4, 5)]
    lit = [[span.imported_wh for span in five] for five in fives]
    bright = [wh for wh in lit if min(wh) > 2]
    bright.sort(key=lambda wh: (max(wh) - min(wh)) / sum(wh))
    return tuple(edges_of(wh) for wh in bright)


def _night_dmwh(minutes: Sequence[Span]) -> tuple[int, int, int]:
    """What the plant drew in a night minute (<= 0), in thirds."""
    drawn = fmean(span.exported_wh for span in minutes if span.exported_wh > 0)
    total = -round(drawn * 10_000)
    return total // 3, (total + 1) // 3, (total + 2) // 3
