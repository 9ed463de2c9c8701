from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.meter import MeterId, MeterLabel, Production, Role, Source
from wattledger.energy.power import (
    MeterNow,
    MeterState,
    PartPower,
    PowerNow,
    meter_state,
    power_now,
)
from wattledger.energy.power_reading import PhaseReading, PowerReading

NO_PHASE = PhaseReading(None, None, None, None, None, None)
AT = 1_793_570_400.25
watts = st.integers(-40_000_000, 40_000_000).map(lambda milliwatts: milliwatts / 1_000)


def meter(
    role: Role,
    power_w: float | None,
    *,
    received_s: float = 100.0,
    state: MeterState = MeterState.LIVE,
    production: Production = Production.POSITIVE,
) -> MeterNow:
    reading = PowerReading(MeterId("A1"), AT, received_s, power_w, (NO_PHASE, NO_PHASE, NO_PHASE))
    return MeterNow(MeterLabel.of(role.value, role, production), state, 0.4, reading)


@given(watts, watts)
def test_the_home_is_what_the_mains_and_the_plant_give(grid_w: float, solar_w: float) -> None:
    now = power_now(AT, [meter(Role.GRID, grid_w), meter(Role.SOLAR, solar_w)])
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR]) == (grid_w, solar_w)
    assert now.home_w == round(grid_w + solar_w, 3)


def test_a_plant_wired_the_other_way_still_produces() -> None:
    solar = meter(Role.SOLAR, -2_300.1, production=Production.NEGATIVE)
    now = power_now(AT, [solar, meter(Role.GRID, -1_234.5)])
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (
        -1_234.5,
        2_300.1,
        1_065.6,
    )
    assert now.meters[0] is solar
    assert now.at == AT


def test_the_home_is_told_in_thousandths_of_a_watt() -> None:
    now = power_now(AT, [meter(Role.GRID, 1.23456), meter(Role.SOLAR, 1.0)])
    assert now.home_w == 2.235


def test_with_one_meter_the_home_is_the_grid() -> None:
    now = power_now(AT, [meter(Role.GRID, 512.0)])
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (512.0, None, 512.0)


def test_a_plant_alone_knows_no_home() -> None:
    now = power_now(AT, [meter(Role.SOLAR, 512.0)])
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (None, 512.0, None)


@pytest.mark.parametrize("state", [MeterState.STALE, MeterState.OFFLINE])
def test_a_meter_that_is_not_live_gives_nothing_and_neither_do_its_sums(state: MeterState) -> None:
    silent_grid = [meter(Role.GRID, 100.0, state=state), meter(Role.SOLAR, 50.0)]
    now = power_now(AT, silent_grid)
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (None, 50.0, None)
    silent_solar = [meter(Role.GRID, 100.0), meter(Role.SOLAR, 50.0, state=state)]
    now = power_now(AT, silent_solar)
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (100.0, None, None)


def test_a_meter_that_never_spoke_or_measured_nothing_is_unknown() -> None:
    unheard = MeterNow(MeterLabel.of("solar", Role.SOLAR), MeterState.LIVE, None, None)
    now = power_now(AT, [meter(Role.GRID, None), unheard])
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (None, None, None)


@pytest.mark.parametrize(
    ("apart_s", "home_w"), [(0.0, 150.0), (2.0, 150.0), (-2.0, 150.0), (2.01, None), (-2.01, None)]
)
def test_two_moments_more_than_two_seconds_apart_are_no_sum(
    apart_s: float, home_w: float | None
) -> None:
    meters = [meter(Role.GRID, 100.0), meter(Role.SOLAR, 50.0, received_s=100.0 + apart_s)]
    now = power_now(AT, meters)
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (100.0, 50.0, home_w)


@pytest.mark.parametrize(
    ("connected", "age_s", "state"),
    [
        (True, 0.0, MeterState.LIVE),
        (True, 9.99, MeterState.LIVE),
        (True, 10.0, MeterState.STALE),
        (True, 59.99, MeterState.STALE),
        (True, 60.0, MeterState.OFFLINE),
        (True, None, MeterState.OFFLINE),
        (False, 0.5, MeterState.OFFLINE),
    ],
)
def test_a_meter_is_live_then_stale_then_offline(
    connected: bool, age_s: float | None, state: MeterState
) -> None:
    assert meter_state(connected=connected, age_s=age_s) is state


def test_phases_of_one_meter_may_be_of_two_roles_and_of_a_part() -> None:
    a, b, c = (PhaseReading(w, None, None, None, None, None) for w in (500.0, -300.0, 80.0))
    reading = PowerReading(MeterId("A1"), AT, 100.0, 280.0, (a, b, c))
    sources = (
        Source("mains", Role.GRID, phases=("a",)),
        Source("roof", Role.SOLAR, Production.NEGATIVE, ("b",)),
        Source("pump", Role.LOAD, phases=("c",)),
        Source("battery", Role.BATTERY, phases=("c",), since=int(AT) + 1),
    )
    now = power_now(AT, [MeterNow(MeterLabel(sources), MeterState.LIVE, 0.4, reading)])
    told = [now.roles_w[role] for role in (Role.GRID, Role.SOLAR, Role.BATTERY)]
    assert told == [500.0, 300.0, None]
    assert now.home_w == 800.0
    assert now.parts == (PartPower("pump", 80.0, MeterState.LIVE),)


def test_a_source_is_there_from_the_second_on_at_which_it_begins() -> None:
    begun, later = (
        replace(meter(Role.GRID, 5.0), label=MeterLabel((Source("mains", Role.GRID, since=since),)))
        for since in (1_000, 1_001)
    )
    assert power_now(1_000.0, [begun]).home_w == 5.0
    assert power_now(1_000.0, [later]).home_w is None


def test_two_plants_of_which_one_is_silent_are_unknown() -> None:
    silent = meter(Role.SOLAR, 5.0, state=MeterState.OFFLINE)
    now = power_now(AT, [meter(Role.GRID, 1.0), meter(Role.SOLAR, 5.0), silent])
    assert (now.roles_w[Role.SOLAR], now.home_w) == (None, None)


def test_a_home_that_is_not_all_known_has_no_power_of_its_own() -> None:
    assert power_now(AT, [meter(Role.GRID, 1.0)], is_known=False).home_w is None


def on_phases(*phases: str, role: Role = Role.LOAD) -> PowerNow:
    """Of a meter of two channels: 300 W on a, 200 W on b."""
    of_a, of_b = (replace(NO_PHASE, active_power_w=power_w) for power_w in (300.0, 200.0))
    reading = PowerReading(
        MeterId("A1"), AT, 100.0, 500.0, (of_a, of_b, NO_PHASE), absent=frozenset({2})
    )
    label = MeterLabel((Source("part", role, phases=phases),))
    return power_now(AT, [MeterNow(label, MeterState.LIVE, 0.4, reading)])


def test_a_phase_that_the_meter_does_not_measure_is_none_of_a_source() -> None:
    assert [part.power_w for part in on_phases("b", "c").parts] == [200.0]
    assert [part.power_w for part in on_phases("c").parts] == [None]
    assert on_phases("a", "c", role=Role.GRID).home_w == 300.0
