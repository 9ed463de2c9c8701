"""Homes of several plants, batteries and parts: by hand, and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.homes import WH, Home, by_words
from tests.energy.making import MIDNIGHT, energies_of, meter_records, minutes, record, within_span
from wattledger.energy.balance import Energies, balanced, summed, unknown
from wattledger.energy.home_quantities import Quantity, Roles
from wattledger.energy.meter import Production, Source
from wattledger.energy.minute_buckets import in_minutes
from wattledger.energy.netting import MeterSums, Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.role import Place, Role
from wattledger.energy.windows import _balance, window_energies, window_sums

MAINS, ANNEX = Source("mains", Role.GRID), Source("annex", Role.GRID)
ROOF, SHED = Source("roof", Role.SOLAR), Source("shed", Role.SOLAR)
BATTERY = Source("battery", Role.BATTERY)
PUMP, CAR = Source("heat pump", Role.LOAD), Source("car", Role.LOAD)
DAY_S = 86_400
Records = list[MinuteRecord]


def evenly(imported_wh: float = 0, exported_wh: float = 0, count: int = 15, at: int = 0) -> Records:
    """So much in so many minutes; the first has what does not divide."""
    (each_in, rest_in), (each_out, rest_out) = (
        divmod(round(wh * WH), count) for wh in (imported_wh, exported_wh)
    )
    first = record(MIDNIGHT + at, 60, each_in + rest_in, each_out + rest_out)
    return [first, *minutes(MIDNIGHT + at + 60, count - 1, each_in, each_out)]


def test_two_plants_are_one_production() -> None:
    home = Home({MAINS: evenly(0, 4.5), ROOF: evenly(6), SHED: evenly(3)})
    for netting in Netting:
        found = by_words(home, netting)
        assert found["produced"] == 9
        assert found["consumed"] == 4.5
        assert found["self_consumed"] == found["self_supplied"] == 4.5


def test_plants_are_added_by_record_and_then_netted() -> None:
    """One draws while the other gives: what is left of both was produced."""
    home = Home({MAINS: evenly(3), ROOF: evenly(6), SHED: evenly(0, 1.5)})
    assert by_words(home, Netting.MINUTE)["produced"] == 4.5
    assert by_words(home, Netting.PHASE)["produced"] == 6


def test_of_two_mains_of_which_one_lacks_minutes_the_common_ones_count() -> None:
    """1.0 kWh bought, 0.8 sold, 7 of 15 minutes missing: half-summed it would be 0.57 bought."""
    home = Home({MAINS: evenly(1_000), ANNEX: evenly(0, 800)[:8]})
    found = by_words(home)
    assert found["imported"] == pytest.approx(200 * 8 / 15, abs=0.01)
    assert found["exported"] == 0
    whole = Home({MAINS: evenly(1_000), ANNEX: evenly(0, 800)})
    assert by_words(whole)["imported"] == pytest.approx(200, abs=0.01)
    assert home.energies().covered_s == (480, 0)


def test_a_battery_charged_from_the_mains_supplies_nothing_of_its_own() -> None:
    """No sun: 10 charged at night, 9 given back, 10 used, 11 bought. Clamped it would be 90 %."""
    night = Home({MAINS: evenly(10), ROOF: evenly(), BATTERY: evenly(0, 10)})
    day = Home(
        {
            MAINS: evenly(1, at=900),
            ROOF: evenly(at=900),
            BATTERY: evenly(9, at=900),
        }
    )
    for netting in Netting:
        both = summed([night.energies(netting), day.energies(netting)])
        assert both.consumed_dmwh == 10 * WH
        assert both.self_supplied_dmwh == -WH
        assert both.self_sufficiency_pct == 0
        assert both.self_consumption_pct is None


def test_sun_that_is_charged_and_sold_at_night_is_hardly_used() -> None:
    """10 of sun charged, 9 sold at night: 10 % own use, not 100 %."""
    day = Home({MAINS: evenly(), ROOF: evenly(10), BATTERY: evenly(0, 10)})
    night = Home({MAINS: evenly(0, 9, at=900), ROOF: evenly(at=900), BATTERY: evenly(9, at=900)})
    for netting in Netting:
        both = summed([day.energies(netting), night.energies(netting)])
        assert both.consumed_dmwh == 0
        assert both.self_consumed_dmwh == WH
        assert both.self_consumption_pct == 10
        assert both.self_sufficiency_pct is None


def test_a_battery_s_two_directions_and_a_turned_one() -> None:
    turned = Source("battery", Role.BATTERY, Production.NEGATIVE)
    for source, records in ((BATTERY, evenly(2, 5)), (turned, evenly(5, 2))):
        home = Home({MAINS: evenly(10), source: records})
        assert by_words(home, Netting.PHASE)["discharged"] == 2
        assert by_words(home, Netting.PHASE)["charged"] == 5
        found = by_words(home)
        assert (found["discharged"], found["charged"]) == (0, 3)
        assert (found["consumed"], found["self_consumed"], found["self_supplied"]) == (7, None, -3)


def test_parts_of_the_home_are_no_part_of_the_balance() -> None:
    home = Home({MAINS: evenly(10), PUMP: evenly(4), CAR: evenly(1, 3)})
    for netting in Netting:
        found = by_words(home, netting)
        assert found["consumed"] == 10
        assert (found["heat pump"], found["car"]) == (4, -2)
    assert home.energies().common_s == 900


def test_one_meter_may_serve_two_roles_by_its_phases() -> None:
    records = [MinuteRecord(MIDNIGHT, 60, 5 * WH, 2 * WH, WH, 0, 7 * WH, 0)]
    mains = Source("mains", Role.GRID, phases=("a",))
    roof = Source("roof", Role.SOLAR, Production.NEGATIVE, ("b",))
    pump = Source("pump", Role.LOAD, phases=("c",))
    found = by_words(Home({mains: records, roof: records, pump: records}))
    assert (found["imported"], found["produced"], found["pump"]) == (5, 5, 1)
    assert found["consumed"] == 10


def test_records_of_five_minutes_meet_those_of_one() -> None:
    fives = [record(MIDNIGHT + 300 * n, 300, imported=3 * WH) for n in range(3)]
    home = Home({MAINS: evenly(0, 6), ROOF: evenly(3), SHED: fives})
    assert by_words(home)["produced"] == 12
    assert by_words(home)["consumed"] == 6
    holed = Home({MAINS: evenly(0, 6), ROOF: evenly(3)[1:], SHED: fives})
    assert by_words(holed)["produced"] == 8
    assert holed.energies().common_s == 600


def test_a_battery_bought_later_erases_no_earlier_year() -> None:
    later = Source("battery", Role.BATTERY, since=MIDNIGHT + DAY_S)
    home = Home(
        {
            MAINS: evenly(5) + evenly(5, at=DAY_S),
            ROOF: evenly(1) + evenly(1, at=DAY_S),
            later: evenly(0, 99) + evenly(0, 2, at=DAY_S),
        }
    )
    before, after = (
        window_energies(one, Netting.QUARTER, home.roles)
        for one in (window_sums(at, home_part(home, at), home.roles) for at in days())
    )
    assert (before.consumed_dmwh, before.covered_s, before.common_s) == (6 * WH, (900, 900, 0), 900)
    assert before.flows_dmwh[3:] == (None, None)
    assert (after.consumed_dmwh, after.covered_s) == (4 * WH, (900, 900, 900))
    assert after.flows_dmwh[3:] == (0, 2 * WH)


def days() -> tuple[int, int]:
    return MIDNIGHT, MIDNIGHT + DAY_S


def home_part(home: Home, start: int) -> list:  # type: ignore[type-arg]  # of series
    return [series.between(start, start + 900) for series in home.series]


def test_a_second_plant_bought_later_was_not_missing_before() -> None:
    later = Source("shed", Role.SOLAR, since=MIDNIGHT + DAY_S)
    home = Home({MAINS: [], ROOF: evenly(1) + evenly(1, at=DAY_S), later: evenly(7, at=DAY_S)})
    assert sum(home.series[1].imported_dmwh) == pytest.approx(9 * WH, abs=30)
    assert home.roles.quantities[1].since == 0


def test_a_home_without_mains_has_no_balance() -> None:
    home = Home({ROOF: evenly(5), BATTERY: evenly(0, 2)})
    found = by_words(home)
    assert (found["consumed"], found["self_consumed"], found["self_supplied"]) == (None,) * 3
    assert (found["produced"], found["charged"]) == (5, 2)


def test_a_home_of_parts_alone_tells_of_them() -> None:
    found = by_words(Home({PUMP: evenly(2)}))
    assert (found["heat pump"], found["imported"], found["consumed"]) == (2, None, None)


energy = st.integers(0, 1_000)


@given(energy, energy, energy, energy, energy)
def test_the_balance_is_clamped_as_written(
    imported: int, exported: int, produced: int, discharged: int, charged: int
) -> None:
    found = balanced(imported, exported, produced, discharged, charged)
    assert found.consumed_dmwh == imported - exported + produced + discharged - charged
    assert -discharged <= found.self_consumed_dmwh <= produced
    assert -charged <= found.self_supplied_dmwh <= max(found.consumed_dmwh, 0)
    if -discharged <= produced - exported <= produced:
        assert found.self_consumed_dmwh == produced - exported
    if not discharged and not charged:
        assert found.self_consumed_dmwh == found.self_supplied_dmwh >= 0


five = st.tuples(*[meter_records(length_s=1_800, periods=(60, 300))] * 5)


def home_of(records: tuple[Records, ...], span: tuple[int, int] = (0, 2**31)) -> Home:
    sources = (MAINS, ROOF, SHED, BATTERY, PUMP)
    return Home({one: within_span(own, *span) for one, own in zip(sources, records, strict=True)})


@given(five)
def test_all_nettings_share_one_balance(records: tuple[Records, ...]) -> None:
    home = home_of(records)
    every = [home.energies(netting) for netting in Netting]
    for words in (("imported", "exported"), ("discharged", "charged")):
        known = [by_words(home, netting) for netting in Netting]
        forth, back = ([one[word] or 0 for one in known] for word in words)
        assert len({round((a - b) * WH) for a, b in zip(forth, back, strict=True)}) == 1
    assert len({(one.covered_s, one.common_s) for one in every}) == 1


@given(five, st.integers(0, 2))
def test_a_span_split_at_a_quarter_sums_to_the_span(
    records: tuple[Records, ...], quarter: int
) -> None:
    cut = MIDNIGHT + 900 * quarter
    whole = home_of(records)
    for netting in (Netting.PHASE, Netting.MINUTE, Netting.QUARTER):
        parts = [home_of(records, span).energies(netting) for span in ((0, cut), (cut, 2**31))]
        assert summed(parts, unknown(whole.roles)) == whole.energies(netting)


@given(st.tuples(*[meter_records(length_s=900, periods=(60,))] * 5), st.sampled_from(Netting))
def test_minutes_of_any_home_are_the_windows_of_their_records(
    records: tuple[Records, ...], netting: Netting
) -> None:
    home = home_of(records)
    netting = netting if netting is Netting.PHASE else Netting.MINUTE
    edges = range(MIDNIGHT, MIDNIGHT + 901, 60)
    parts = in_minutes(home.series, edges, netting, home.roles)
    for start, part in zip(edges, parts, strict=False):
        series = [one.between(start, start + 60) for one in home.series]
        window = window_sums(start, series, home.roles)
        assert part == window_energies(window, netting, home.roles)


@given(st.tuples(*[meter_records(length_s=1_800, periods=(60, 300))] * 2))
def test_a_second_source_that_counts_nothing_changes_nothing_but_what_is_common(
    records: tuple[Records, Records],
) -> None:
    """A home of mains and plant is as it was."""
    grid, solar = records
    silent = [MinuteRecord(r.start, r.period_s, 0, 0, 0, 0, 0, 0) for r in solar]
    for netting in Netting:
        alone = energies_of(grid, solar, netting)
        assert Home({MAINS: grid, ROOF: solar}).energies(netting) == alone
        if netting is not Netting.MINUTE:
            beside = Home({MAINS: grid, ROOF: solar, SHED: silent}).energies(netting)
            assert beside == alone


def test_each_role_has_its_row() -> None:
    for role in Role:
        assert role.words == tuple(role.flows)
        assert role.called
        assert role.where
        assert role.is_balanced is (role.place is not Place.PART)
        assert role.gives is (role.place in {Place.PRODUCTION, Place.STORAGE})
    assert Roles().places == [Place.MAINS, Place.PRODUCTION]


def test_what_began_later_is_there_from_then_on() -> None:
    roles = Roles(
        (Quantity(Role.GRID), Quantity(Role.SOLAR, since=None), Quantity(Role.BATTERY, since=9))
    )
    assert (roles.present(8), roles.present(9)) == ((0,), (0, 2))
    assert not roles.has(Role.SOLAR)
    assert unknown(roles) == Energies((None,) * 5, covered_s=(0, 0, 0))


def test_a_part_is_in_no_balance() -> None:
    sums = MeterSums(60, 5, 0, 5)
    assert _balance([Place.MAINS, Place.PART], [sums, sums], Netting.QUARTER).consumed_dmwh == 5
