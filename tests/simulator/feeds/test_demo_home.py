from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.simulator.feeds.test_household import as_energies, assert_agrees
from wattledger.simulator.feeds.demo_home import ATTRIBUTION, ComposedHome, demo_home
from wattledger.simulator.feeds.demo_load import PHASE_DAYS, MeasuredLoad, measured_load
from wattledger.simulator.feeds.demo_solar import (
    EASTWARD_S,
    MeasuredRoof,
    RoofHours,
    days_of_year,
    measured_roof,
)
from wattledger.simulator.feeds.household import Household
from wattledger.simulator.feeds.recorded_series import Span, shelly_em, solaredge
from wattledger.simulator.feeds.shipped import shipped

HOUR_S = 3600
DAY_S = 86_400
HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.fixture(scope="module")
def load() -> MeasuredLoad:
    return measured_load()


@pytest.fixture(scope="module")
def roof() -> MeasuredRoof:
    return measured_roof()


@pytest.fixture(scope="module")
def model(load: MeasuredLoad, roof: MeasuredRoof) -> ComposedHome:
    return ComposedHome(load, RoofHours(roof))


@pytest.fixture(scope="module")
def home(model: ComposedHome) -> Household:
    return Household(model)


def utc_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def local_s(day: date, hour: int = 0) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=HELSINKI).timestamp())


@pytest.mark.parametrize(
    "moment",
    [
        "2026-06-20T09:13",
        "2026-06-20T03:31",
        "2026-12-24T15:02",
        "2025-10-26T01:30",
        "2031-02-28T10:00",
    ],
)
def test_seconds_and_minutes_of_both_meters_agree(home: Household, moment: str) -> None:
    assert_agrees(home.mains, utc_s(moment))
    assert_agrees(home.solar, utc_s(moment))


def test_bulk_equals_the_minutes_asked_for_in_any_order(model: ComposedHome) -> None:
    start = utc_s("2026-03-28T20:00")
    home = Household(model)
    mains = dict(row for day in home.days(start, start + 2 * DAY_S) for row in day.mains)
    solar = dict(row for day in home.days(start, start + 2 * DAY_S) for row in day.solar)
    starts = list(range(start, start + 2 * DAY_S, 60))
    assert list(mains) == list(solar) == starts

    shuffled = Household(model, cached_hours=3)
    for at in Random(11).sample(starts, 150):
        assert as_energies(shuffled.mains.minute(at)) == mains[at]
        assert as_energies(shuffled.solar.minute(at)) == solar[at]


def test_two_homes_read_anew_tell_the_same(home: Household) -> None:
    at = utc_s("2026-08-01T11:11")

    assert demo_home().mains.minute(at) == home.mains.minute(at)


def test_mains_and_solar_together_are_the_measured_load(
    home: Household, model: ComposedHome
) -> None:
    start = utc_s("2026-07-05T00:00")
    (day,) = home.days(start, start + DAY_S)
    loads = [model.hour(start + n * HOUR_S).load for n in range(24)]

    for k, ((_, grid), (_, sun)) in enumerate(zip(day.mains, day.solar, strict=True)):
        for p in range(3):
            used = grid[p] - grid[p + 3] + sun[p] - sun[p + 3]
            assert used == loads[k // 60][p][k % 60] > 0


@pytest.mark.parametrize("day", [date(2026, 1, 14), date(2026, 5, 25), date(2028, 2, 29)])
def test_a_phase_is_a_measured_day_of_the_same_weekday(
    model: ComposedHome, load: MeasuredLoad, day: date
) -> None:
    """Found again in the series itself: the whole day's sum, and each ten minutes."""
    measured = {
        span.start: span for span in shelly_em(shipped("shelly3em_gen1_em_data_phaseC.csv"))
    }
    for phase in range(3):
        first = load.start + 600 * load.bin_of(day, 0, phase)
        source = datetime.fromtimestamp(first, ZoneInfo("Europe/Amsterdam"))
        assert (source.hour, source.minute, source.weekday()) == (0, 0, day.weekday())
        for hour in range(24):
            minutes = model.hour(local_s(day, hour)).load[phase]
            for ten in range(6):
                span = measured[first + hour * HOUR_S + ten * 600]
                assert sum(minutes[ten * 10 : ten * 10 + 10]) == round(span.imported_wh * 1e4)


def test_phases_take_days_from_the_same_season(load: MeasuredLoad) -> None:
    """Over fifty weeks going round: never further than the phase's own weeks and the weekday ask
    for.
    """
    for nth in range(366):
        day = date(2024, 6, 1) + timedelta(nth)
        days = [load.bin_of(day, 0, phase) * 600 / DAY_S for phase in range(3)]
        for phase in (1, 2):
            apart = round(days[phase] - days[0]) % 350
            assert apart in (PHASE_DAYS[phase] % 350, (PHASE_DAYS[phase] + 350) % 350)


def test_the_wall_clock_rules_the_load_when_the_clocks_change(model: ComposedHome) -> None:
    """A day of 23 hours leaves one out, a day of 25 hours has one twice."""
    spring, autumn = utc_s("2026-03-29T00:00"), utc_s("2026-10-25T00:00")

    assert model.hour(autumn).load == model.hour(autumn + HOUR_S).load
    assert model.hour(spring).load != model.hour(spring + HOUR_S).load
    assert (
        model.hour(local_s(date(2026, 3, 30), 7)).load == model.hour(utc_s("2026-03-30T04:00")).load
    )


def test_an_hour_of_the_plant_is_played_eighty_minutes_early_and_whole(
    home: Household, roof: MeasuredRoof
) -> None:
    day = date(2026, 9, 3)
    midnight = utc_s("2026-09-03T00:00")
    for hour, wh in enumerate(roof.hours_wh(day)):
        start = midnight + hour * HOUR_S - EASTWARD_S
        minutes = [home.solar.minute(at) for at in range(start, start + HOUR_S, 60)]
        produced = sum(phase.imported_dmwh for minute in minutes for phase in minute)
        assert produced == round(wh * 1e4)


def test_the_year_of_the_roof_is_the_measured_one(roof: MeasuredRoof) -> None:
    spans = solaredge(shipped("solaredge_hour_json_2024-06_2025-06.json"))
    first, last = utc_s("2024-07-01"), utc_s("2025-07-01")
    measured_wh = sum(s.imported_wh for s in spans if first <= s.start < last)

    played_wh = sum(map(sum, roof.days_wh.values()))
    assert len(roof.days_wh) == 365
    assert measured_wh < played_wh < 1.015 * measured_wh


def test_an_outage_of_weeks_is_played_as_the_dull_days_around_it() -> None:
    noon = utc_s("2024-10-01T12:00")
    dark = range(20, 30)
    spans = [
        Span(noon + n * DAY_S, HOUR_S, 9000.0 if n % 2 else 1000.0 + n, 0.0)
        for n in range(60)
        if n not in dark
    ]

    days = days_of_year(spans)

    sums = [
        sum(days[d.month, d.day]) for d in (date(2024, 10, 21) + timedelta(n) for n in range(10))
    ]
    assert sums == [1000.0 + n for n in (0, 2, 4, 6, 8, 10, 12, 14, 16, 18)]
    assert sum(days[10, 20]) == 9000


def test_at_night_the_inverter_draws_what_one_was_measured_to_draw(home: Household) -> None:
    power = home.solar.power_w(utc_s("2026-01-05T22:00"))

    assert -3.2 < sum(power) < -2.2
    assert sum(home.solar.minute(utc_s("2026-01-05T22:00"))[0][:2]) > 0


def test_the_sun_of_the_demo_stands_highest_about_noon_in_helsinki(home: Household) -> None:
    """Weighted by energy over three summer months; the plant itself looks a little west."""
    moment = weight = 0
    start = utc_s("2026-06-01T00:00")
    for day in home.days(start, start + 92 * DAY_S):
        for at, energies in day.solar:
            produced = sum(energies[:3])
            moment += produced * (at % DAY_S)
            weight += produced

    assert 10.0 < moment / weight / HOUR_S < 11.0


def test_a_year_is_plausible_for_a_home(home: Household) -> None:
    """6 to 9 MWh used and produced; summer days buy and sell; some minutes do both at once."""
    start = utc_s("2025-07-01T00:00")
    used = produced = mixed_minutes = both_ways = summer_days = trading_days = 0
    for day in home.days(start, start + 365 * DAY_S):
        bought = sold = 0
        for (_, grid), (_, sun) in zip(day.mains, day.solar, strict=True):
            imported, exported = sum(grid[:3]), sum(grid[3:])
            bought += imported
            sold += exported
            produced += sum(sun[:3])
            used += imported - exported + sum(sun[:3]) - sum(sun[3:])
            mixed_minutes += bool(imported and exported)
        both_ways += bool(bought and sold)
        if datetime.fromtimestamp(day.start, UTC).month in (6, 7, 8):
            summer_days += 1
            trading_days += min(bought, sold) > 1e7

    assert 6.0 < used / 1e10 < 9.0
    assert 6.0 < produced / 1e10 < 9.2
    assert mixed_minutes > 10_000
    assert both_ways > 330
    assert trading_days > 0.9 * summer_days


def test_past_and_future_years_follow_the_same_seasons(home: Household) -> None:
    def produced_kwh(start: int) -> float:
        rows = (row for day in home.days(start, start + 30 * DAY_S) for row in day.solar)
        return sum(sum(energies[:3]) for _, energies in rows) / 1e7

    summers = [produced_kwh(utc_s(f"{year}-06-01T00:00")) for year in (2019, 2026, 2044)]
    winters = [produced_kwh(utc_s(f"{year}-12-01T00:00")) for year in (2019, 2026, 2044)]
    assert summers == pytest.approx([summers[0]] * 3, rel=0.05)
    assert max(winters) * 10 < min(summers)


def test_the_origin_is_named() -> None:
    for name in (
        "composed of measured series from different houses",
        "patrickvorgers",
        "MIT",
        "NREL",
    ):
        assert name in ATTRIBUTION
