import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.units import dmwh_from_wh, wh_or_none

TEN_YEARS_OF_A_MEGAWATT_DMWH = 10**15


@given(st.integers(-TEN_YEARS_OF_A_MEGAWATT_DMWH, TEN_YEARS_OF_A_MEGAWATT_DMWH))
def test_an_energy_survives_the_way_to_wh_and_back(energy_dmwh: int) -> None:
    energy_wh = wh_or_none(energy_dmwh)
    assert energy_wh is not None
    assert dmwh_from_wh(energy_wh) == energy_dmwh


@given(st.decimals(0, 100_000, places=4))
def test_the_four_decimals_of_a_meter_are_kept_exactly(energy_wh: object) -> None:
    assert dmwh_from_wh(float(str(energy_wh))) == int(str(energy_wh).replace(".", ""))


def test_an_unknown_energy_stays_unknown() -> None:
    assert wh_or_none(None) is None
    assert wh_or_none(0) == 0


@pytest.mark.parametrize("energy_wh", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_energy(energy_wh: float) -> None:
    with pytest.raises(ValueError, match="not a finite energy"):
        dmwh_from_wh(energy_wh)
