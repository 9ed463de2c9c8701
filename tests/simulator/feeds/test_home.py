from datetime import UTC, datetime

from wattledger.simulator.feeds.home import ModelHome
from wattledger.simulator.feeds.household import Household

DAY_S = 86_400


def day_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def produced_wh(home: ModelHome, start: int, days: int) -> float:
    rows = (row for day in Household(home).days(start, start + days * DAY_S) for row in day.solar)
    return sum(sum(energies[:3]) for _, energies in rows) / 1e4


def used_wh(home: ModelHome, start: int, hours: int) -> float:
    """Loads alone, from any hour."""
    parts = (home.hour(start + n * 3600).load for n in range(hours))
    return sum(sum(map(sum, load)) for load in parts) / 1e4


def test_a_summer_week_gives_many_times_a_winter_week() -> None:
    home = ModelHome()

    summer = produced_wh(home, day_s("2026-06-15"), 7)
    winter = produced_wh(home, day_s("2025-12-15"), 7)

    assert 120_000 < summer < 400_000
    assert winter < summer / 5


def test_a_bigger_roof_gives_more_and_the_polar_night_gives_nothing() -> None:
    start = day_s("2025-12-21")

    assert produced_wh(ModelHome(peak_w=16_000.0), start, 2) > produced_wh(ModelHome(), start, 2)
    assert produced_wh(ModelHome(latitude_deg=70.0), start, 2) == 0


def test_the_inverter_draws_a_little_at_night() -> None:
    night = ModelHome(night_draw_w=6.0).hour(day_s("2026-01-10"))

    assert all(set(phase) == {round(-2 / 0.006)} for phase in night.solar)


def test_winter_uses_more_than_summer() -> None:
    home = ModelHome()

    assert used_wh(home, day_s("2026-01-12"), 168) > 1.5 * used_wh(home, day_s("2026-07-13"), 168)


def test_saturday_evenings_heat_the_sauna_on_all_three_phases() -> None:
    saturday = ModelHome().hour(day_s("2026-07-18") + 16 * 3600).load
    tuesday = ModelHome().hour(day_s("2026-07-14") + 16 * 3600).load

    assert all(sum(phase) / 1e4 > 800 for phase in saturday)
    assert sum(map(sum, saturday)) > 2 * sum(map(sum, tuesday))


def test_dinner_follows_the_wall_clock_over_the_change_to_winter_time() -> None:
    """17:00 at home is 14:00 UTC in summer, 15:00 UTC in winter; the stove is on phase b."""
    home = ModelHome(seed=3)

    for day, first_hour in (("2026-10-22", 13), ("2026-10-29", 14)):
        evening = [
            sum(home.hour(day_s(day) + (first_hour + n) * 3600).load[1]) / 1e4 for n in range(4)
        ]
        before = sum(home.hour(day_s(day) + (first_hour - 1) * 3600).load[1]) / 1e4
        assert max(evening) > before + 300


def test_another_seed_is_another_home() -> None:
    start = day_s("2026-03-03")

    assert ModelHome(seed=1).hour(start) != ModelHome(seed=2).hour(start)
    assert ModelHome(seed=1).hour(start) == ModelHome(seed=1).hour(start)


def test_clouds_are_anything_between_none_and_all() -> None:
    covers = [ModelHome().cloud_cover(day_s("2026-06-01") + 977 * n) for n in range(2000)]

    assert min(covers) == 0
    assert max(covers) == 1
    assert sum(0.2 < cover < 0.8 for cover in covers) > 400
