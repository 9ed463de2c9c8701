from datetime import UTC, datetime

import pytest

from wattledger.simulator.feeds.sun import (
    SunPosition,
    clear_sky_w_m2,
    cloud_factor,
    roof_w_m2,
    sun_position,
)

HELSINKI = (60.17, 24.94)
RISEN_DEG = -0.833
"""The sun's centre when its upper edge shows: 34' of refraction and 16' of its own size."""


def epoch_s(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "rises_or_sets",
    ["2024-06-20T00:54", "2024-06-20T19:50", "2024-12-21T07:24", "2024-12-21T13:12"],
)
def test_the_sun_stands_on_the_horizon_when_helsinki_sees_it_rise_and_set(
    rises_or_sets: str,
) -> None:
    position = sun_position(epoch_s(rises_or_sets), *HELSINKI)

    assert position.elevation_deg == pytest.approx(RISEN_DEG, abs=0.15)


def test_noon_of_midsummer_and_midwinter_stand_as_high_as_latitude_says() -> None:
    highest = [
        max(sun_position(day + 60 * m, *HELSINKI).elevation_deg for m in range(1440))
        for day in (epoch_s("2024-06-20"), epoch_s("2024-12-21"))
    ]

    assert highest == pytest.approx([90 - 60.17 + 23.44, 90 - 60.17 - 23.44], abs=0.02)


def test_the_equinox_sun_passes_over_the_equator() -> None:
    day = epoch_s("2024-03-20")
    highest = max(sun_position(day + 60 * m, 0.0, 0.0).elevation_deg for m in range(1440))

    assert highest == pytest.approx(90, abs=0.3)


def test_the_sun_goes_from_east_over_south_to_west() -> None:
    day = epoch_s("2024-03-20")
    morning, noon, evening = (
        sun_position(day + hour * 3600, *HELSINKI).azimuth_deg for hour in (5, 10.463, 16)
    )

    assert morning < 110
    assert noon == pytest.approx(180, abs=0.5)
    assert evening > 250


def test_no_sun_gives_no_light() -> None:
    assert clear_sky_w_m2(-5) == 0
    assert roof_w_m2(SunPosition(-5, 180), 0.2, 35, 180) == 0


def test_a_clear_zenith_gives_what_the_formula_says() -> None:
    assert clear_sky_w_m2(90) == pytest.approx(1037.2, abs=0.1)


def test_an_overcast_sky_leaves_a_quarter() -> None:
    assert cloud_factor(0) == 1
    assert cloud_factor(1) == pytest.approx(0.25)


def test_a_roof_to_the_south_gets_more_of_a_low_noon_than_one_to_the_north() -> None:
    low_noon = SunPosition(15, 180)

    assert roof_w_m2(low_noon, 0, 35, 180) > 3 * roof_w_m2(low_noon, 0, 35, 0)


def test_a_level_roof_gets_the_level_light() -> None:
    noon = SunPosition(50, 180)

    assert roof_w_m2(noon, 0, 0, 180) == pytest.approx(clear_sky_w_m2(50))
