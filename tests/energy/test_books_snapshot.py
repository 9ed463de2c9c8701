"""A home as a query finds it: from where to where it is booked, and whose records are late."""

from dataclasses import replace

import pytest

from tests.energy.making import calendar_of
from tests.fakes.assigned import assigned
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.coverage import Newest
from wattledger.energy.home_quantities import GRID, SOLAR, Quantity
from wattledger.energy.meter import MeterId, MeterLabel, Role, Source
from wattledger.energy.netting import Netting
from wattledger.energy.site import Assignment, MeasuredSource, Site
from wattledger.energy.spans import Span

MAINS, PLANT = MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400")
NEW_PLANT = MeterId("84FCE6367401")
NOW = 1_000_000 * 60
BOOKED = {MAINS: Span(0, NOW - 120), PLANT: Span(0, NOW - 300)}
"""The mains up to the last minute that settled, the plant not."""
SITE = Site("Home", calendar_of("UTC"), Netting.QUARTER, ())


def late(end: int) -> list[MeterId]:
    return BooksSnapshot(SITE, assigned((MAINS,), (PLANT,)), BOOKED).late(NOW, end)


def measured(*sources: tuple[Source, MeterId]) -> Assignment:
    return Assignment(tuple(MeasuredSource(source, (meter,)) for source, meter in sources))


def test_a_meter_is_late_that_has_not_booked_what_settled() -> None:
    assert late(NOW + 86_400) == [PLANT]


def test_none_is_late_for_what_it_has_booked_to_the_end() -> None:
    assert late(NOW - 240) == [PLANT]
    assert late(NOW - 300) == []


def test_a_meter_that_was_replaced_is_never_late() -> None:
    booked = {PLANT: Span(0, 600), NEW_PLANT: Span(600, NOW - 120)}
    home = BooksSnapshot(SITE, assigned(solar=(PLANT, NEW_PLANT)), booked)
    assert home.late(NOW, NOW) == []
    assert home.newest(SOLAR) == Newest(NOW - 120)


def test_the_books_reach_from_the_first_to_the_last_that_any_source_has() -> None:
    booked = {MAINS: Span(600, 1_800), PLANT: Span(300, 900), MeterId("elsewhere"): Span(0, 9_000)}
    home = BooksSnapshot(SITE, assigned((MAINS,), (PLANT,)), booked)
    assert (home.bounds, home.first) == (Span(300, 1_800), 300)
    assert BooksSnapshot(SITE, assigned((MAINS,)), {}).first is None


@pytest.mark.parametrize(
    ("since", "bounds", "first"),
    [(0, Span(300, 900), 300), (600, Span(600, 900), 600), (900, Span(0, 0), None)],
)
def test_what_a_meter_remembers_of_the_time_before_its_source_is_not_there(
    since: int, bounds: Span, first: int | None
) -> None:
    roof = Source("roof", Role.SOLAR, since=since)
    home = BooksSnapshot(SITE, measured((roof, PLANT)), {PLANT: Span(300, 900)})
    assert (home.bounds, home.first) == (bounds, first)


def test_of_several_plants_the_one_whose_books_end_first_and_the_longest_record_count() -> None:
    roof, shed = Source("roof", Role.SOLAR), Source("shed", Role.SOLAR)
    home = BooksSnapshot(SITE, measured((roof, PLANT), (shed, NEW_PLANT)), {}, {NEW_PLANT: 300})
    assert home.newest(SOLAR) == Newest(0, 60)
    booked = {PLANT: Span(0, 900), NEW_PLANT: Span(0, 1_200)}
    assert replace(home, booked=booked).newest(SOLAR) == Newest(900, 300)
    assert replace(home, booked={PLANT: Span(0, 900)}).newest(SOLAR) == Newest(0, 60)
    assert home.newest(GRID) == Newest(0, 60)


def test_a_part_of_the_home_is_known_by_its_name() -> None:
    pump, car = Source("heat pump", Role.LOAD), Source("car", Role.LOAD)
    assignment = measured((pump, PLANT), (car, NEW_PLANT), (Source("car", Role.SOLAR), MAINS))
    assert [one.source for one in assignment.of(Quantity(Role.LOAD, "car"))] == [car]
    assert [one.source.role for one in assignment.of(SOLAR)] == [Role.SOLAR]
    assert assignment.meters == (PLANT, NEW_PLANT, MAINS)


def test_time_elapses_for_each_quantity_as_far_as_it_is_booked() -> None:
    meters = (Source("mains", Role.GRID), MAINS), (Source("roof", Role.SOLAR), PLANT)
    site = replace(SITE, meters=tuple(MeterLabel((source,)) for source, _ in meters))
    elapsed = BooksSnapshot(site, measured(*meters), {MAINS: Span(0, NOW)}).elapsed(NOW)
    assert (elapsed.to, elapsed.common_to) == ((NOW, NOW - 120), NOW - 120)
