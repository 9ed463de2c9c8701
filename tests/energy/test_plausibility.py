import math
from typing import Any

import pytest

from wattledger.energy.errors import BadRecord
from wattledger.energy.meter import MeterId
from wattledger.energy.plausibility import (
    MAX_PHASE_POWER_W,
    WIDEST,
    counted_dmwh,
    limits_of,
    number_or_none,
    plausible_reading,
    recorded_dmwh,
    whole_or_none,
    within_or_none,
)
from wattledger.energy.power_reading import PhaseReading, PowerReading

NO_NUMBERS: list[Any] = [
    *(None, True, "5", math.nan, math.inf, -math.inf, 10**400, [5], {}),
]
PHASE = PhaseReading(230.0, 240.0, 230.0, 1.0, 0.98, 50.0)


def reading(power_w: float | None = 690.0, *phases: PhaseReading, **more: Any) -> PowerReading:
    a, b, c = (*phases, PHASE, PHASE, PHASE)[:3]
    return PowerReading(MeterId("A0DD6CA0C27C"), 1.0, 2.0, power_w, (a, b, c), **more)


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_finite_number_is_none(value: Any) -> None:
    assert number_or_none(value) is None
    assert whole_or_none(value) is None
    assert within_or_none(value, 5) is None
    with pytest.raises(BadRecord):
        recorded_dmwh(value, 60)
    with pytest.raises(BadRecord):
        counted_dmwh(value)


def test_numbers_are_numbers_however_they_are_written() -> None:
    assert number_or_none(5) == number_or_none(5.0) == whole_or_none(5.0) == 5
    assert whole_or_none(5.5) is None
    assert whole_or_none(2**53) == 2**53
    assert whole_or_none(1e300) is whole_or_none(-(10**200)) is None
    assert within_or_none(-5, 5) == -5
    assert within_or_none(5.1, 5) is None


def test_a_model_measures_what_it_is_made_for() -> None:
    assert limits_of("SPEM-003CEBEU").power_w == 300 * 150
    assert limits_of("SPEM-003CEBEU400").power_w == MAX_PHASE_POWER_W
    assert limits_of("S3EM-003CXCEU63").power_w < limits_of("SPEM-003CEBEU").power_w
    assert limits_of("unknown") is WIDEST


@pytest.mark.parametrize(
    ("wh", "dmwh"), [(-0.0, 0), (-0.0001, 0), (-0.00014, 0), (0.0001, 1), (750.0, 7_500_000)]
)
def test_within_its_resolution_below_zero_is_zero(wh: float, dmwh: int) -> None:
    assert recorded_dmwh(wh, 60, limits_of("SPEM-003CEBEU")) == dmwh


@pytest.mark.parametrize("wh", [-0.0002, -0.5, -1e9, 750.1, 1e308, -1.7e308])
def test_more_is_absurd(wh: float) -> None:
    with pytest.raises(BadRecord, match="an energy of"):
        recorded_dmwh(wh, 60, limits_of("SPEM-003CEBEU"))


def test_what_can_not_be_is_told_in_wh() -> None:
    with pytest.raises(BadRecord, match=r"an energy of -0.5 Wh on one phase"):
        recorded_dmwh(-0.5, 60)
    with pytest.raises(BadRecord, match=r"an energy of -1.5 Wh on one phase"):
        recorded_dmwh(-1.5, 60)


def test_counters_come_with_two_decimals() -> None:
    assert counted_dmwh(-0.01) == 0
    assert counted_dmwh(5_415_414.66) == 54_154_146_600
    with pytest.raises(BadRecord):
        counted_dmwh(-0.02)
    with pytest.raises(BadRecord):
        counted_dmwh(1e13)


def test_a_good_reading_stays_as_it_is() -> None:
    good = reading(neutral_current_a=0.5, errors=("a: x",))
    assert plausible_reading(good) == (good, ())
    unknown = reading(None, PhaseReading(None, None, None, None, None, None))
    assert plausible_reading(unknown) == (unknown, ())


@pytest.mark.parametrize("power_w", [1.7e308, -9e9, 400_000.0, 140_000.0])
def test_a_power_that_nobody_measures_is_none(power_w: float) -> None:
    kept, absurd = plausible_reading(reading(power_w), limits_of("SPEM-003CEBEU"))
    assert kept.active_power_w is None
    assert kept.phases == (PHASE, PHASE, PHASE)
    assert absurd == (f"{power_w:g} W in all",)


def test_so_is_whatever_else_it_shows() -> None:
    wild = PhaseReading(1e9, -1e9, 1_000.0, 9_999.0, 7.0, 900.0)
    kept, absurd = plausible_reading(reading(690.0, PHASE, wild, neutral_current_a=1e6))
    assert kept.phases == (PHASE, PhaseReading(*[None] * 6), PHASE)
    assert kept.active_power_w == 690.0
    assert kept.neutral_current_a is None
    assert absurd == (
        "1e+09 W on phase b",
        "-1e+09 VA on phase b",
        "1000 V on phase b",
        "9999 A on phase b",
        "900 Hz on phase b",
        "1e+06 A on neutral",
    )
