"""What holds for every feed: seconds, minutes and bulk tell one story."""

from functools import cache
from itertools import chain
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wattledger.simulator.feed import Feed, PhaseMinute
from wattledger.simulator.feeds.demo_home import ComposedHome
from wattledger.simulator.feeds.demo_load import measured_load
from wattledger.simulator.feeds.demo_solar import RoofHours, measured_roof
from wattledger.simulator.feeds.household import HomeHour, Household
from wattledger.simulator.feeds.ripple import WHOLE, edges_of, parts_of, turning, two_ways, waves_at

MIDSUMMER = 1_781_913_600
W_PER_DMWH_A_MINUTE = 0.006


@cache
def model() -> ComposedHome:
    return ComposedHome(measured_load(), RoofHours(measured_roof()))


class FixedHome:
    """Every minute the same on each phase."""

    def __init__(self, load: tuple[int, int, int], solar: tuple[int, int, int]) -> None:
        self._load, self._solar = load, solar

    def hour(self, start: int) -> HomeHour:
        del start
        a, b, c = ([energy] * 60 for energy in self._load)
        d, e, f = ([energy] * 60 for energy in self._solar)
        return HomeHour((a, b, c), (d, e, f))


def assert_agrees(feed: Feed, start: int) -> None:
    """The minute's energies and extremes are those of its sixty seconds."""
    seconds = [feed.power_w(start + k + 0.4) for k in range(60)]
    for phase, minute in enumerate(feed.minute(start)):
        power_w = [second[phase] for second in seconds]
        assert sum(power_w) / 60 == pytest.approx(
            (minute.imported_dmwh - minute.exported_dmwh) * W_PER_DMWH_A_MINUTE, abs=1e-6
        )
        drawn = sum(p for p in power_w if p > 0) / 60 / W_PER_DMWH_A_MINUTE
        assert minute.imported_dmwh == pytest.approx(drawn, abs=1)
        assert minute.exported_dmwh >= 0
        assert minute.min_power_w == pytest.approx(min(power_w), abs=1e-6)
        assert minute.max_power_w == pytest.approx(max(power_w), abs=1e-6)


energies = st.integers(min_value=0, max_value=1_000_000)
"""Up to 6 kW on a phase."""


@given(energies, energies, st.integers(0, 10**7), st.integers(0, 2))
def test_a_minute_that_draws_and_feeds_nets_to_load_less_sun(
    load: int, solar: int, minute: int, phase: int
) -> None:
    imported, exported = two_ways(load, solar, waves_at(minute * 60, phase))

    assert imported - exported == load - solar
    assert min(imported, exported) >= 0
    if not turning([load], [solar]):
        assert min(imported, exported) == 0


@given(st.integers(0, 10**9), st.lists(st.floats(0, 1e6), min_size=1, max_size=12))
def test_parts_follow_their_weights_and_sum_to_the_whole(energy: int, weights: list[float]) -> None:
    assume(sum(weights) > 1e-3)

    parts = parts_of(energy, edges_of(weights))

    assert sum(parts) == energy
    coarse = energy / WHOLE + 2
    assert parts == pytest.approx([energy * w / sum(weights) for w in weights], abs=coarse)


@settings(max_examples=40, deadline=None)
@given(st.tuples(energies, energies, energies), st.tuples(energies, energies, energies))
def test_any_load_and_sun_make_feeds_whose_minutes_are_their_seconds(
    load: tuple[int, int, int], solar: tuple[int, int, int]
) -> None:
    home = Household(FixedHome(load, solar))

    assert_agrees(home.mains, MIDSUMMER)
    assert_agrees(home.solar, MIDSUMMER)


def test_load_that_equals_the_sun_flows_both_ways_within_the_minute() -> None:
    home = Household(FixedHome((50_000, 50_000, 50_000), (50_000, 50_000, 50_000)))

    for minute in home.mains.minute(MIDSUMMER):
        assert minute.imported_dmwh == minute.exported_dmwh > 0
        assert minute.min_power_w < 0 < minute.max_power_w


def test_a_plant_that_draws_is_imported_by_the_mains_and_exported_by_the_solar_meter() -> None:
    home = Household(FixedHome((1000, 1000, 1000), (-300, -300, -300)))

    assert {m.exported_dmwh for m in home.solar.minute(MIDSUMMER)} == {300}
    assert {m.imported_dmwh for m in home.mains.minute(MIDSUMMER)} == {1300}


def test_a_minute_starts_on_the_minute() -> None:
    with pytest.raises(ValueError, match="multiple of 60"):
        Household(model()).mains.minute(MIDSUMMER + 1)


def as_energies(minutes: tuple[PhaseMinute, ...]) -> tuple[int, ...]:
    return (*(m.imported_dmwh for m in minutes), *(m.exported_dmwh for m in minutes))


def test_bulk_gives_the_minutes_in_order_of_time_and_nothing_else() -> None:
    home = Household(model())
    start, end = MIDSUMMER + 22 * 3600 + 420, MIDSUMMER + 26 * 3600 + 1020

    days = list(home.days(start, end))

    assert [day.start for day in days] == [start, MIDSUMMER + 86_400]
    for feed, rows in (
        (home.mains, list(chain.from_iterable(day.mains for day in days))),
        (home.solar, list(chain.from_iterable(day.solar for day in days))),
    ):
        assert [at for at, _ in rows] == list(range(start, end, 60))
        assert all(as_energies(feed.minute(at)) == energies for at, energies in rows)


def test_bulk_of_less_than_an_hour_is_cut_at_both_ends() -> None:
    (day,) = Household(model()).days(MIDSUMMER + 600, MIDSUMMER + 1200)

    assert [at for at, _ in day.mains] == list(range(MIDSUMMER + 600, MIDSUMMER + 1200, 60))


def test_bulk_of_nothing_is_nothing() -> None:
    assert list(Household(model()).days(MIDSUMMER, MIDSUMMER)) == []


def test_the_order_of_asking_changes_nothing() -> None:
    starts = list(range(MIDSUMMER, MIDSUMMER + 86_400, 1260))
    in_order = Household(model())
    expected = {at: (in_order.mains.minute(at), in_order.solar.minute(at)) for at in starts}
    shuffled = Household(model(), cached_hours=1)
    Random(7).shuffle(starts)

    assert {at: (shuffled.mains.minute(at), shuffled.solar.minute(at)) for at in starts} == expected
