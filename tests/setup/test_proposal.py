"""What is proposed of meters, beside what a person has said."""

import pytest

from tests.setup.test_role_guess import DARK, HOME, PLANT, sight
from wattledger.energy.meter import Production, Role
from wattledger.setup.answers import of_meter, of_site
from wattledger.setup.proposal import (
    Decided,
    in_order,
    proposed_name,
    proposed_production,
    proposed_roles,
)

GRID, SOLAR, LOAD = Role.GRID, Role.SOLAR, Role.LOAD


@pytest.mark.parametrize(
    "own", ["Talo \U0001f468\u200d\U0001f469", "Maison\xa0: cave", "\U0001fae8"]
)
def test_what_its_own_app_calls_it_will_do_for_the_settings(own: str) -> None:
    """A family of emoji, the blank of a French keyboard, a sign of next year."""
    assert of_meter("name")(proposed_name(GRID, own, [])) == own
    assert of_site("name")(own) == own


@pytest.mark.parametrize(
    ("decided", "roles"),
    [
        ([None, None], [SOLAR, GRID]),
        ([Decided(GRID), None], [GRID, SOLAR]),
        ([None, Decided(SOLAR)], [GRID, SOLAR]),
        ([Decided(None), None], [None, GRID]),
        ([Decided(GRID), Decided(GRID)], [GRID, GRID]),
    ],
)
def test_what_was_said_counts(decided: list[Decided | None], roles: list[Role | None]) -> None:
    assert proposed_roles([sight(PLANT), sight(HOME)], decided) == roles


def test_further_meters_are_parts_of_the_home() -> None:
    sights = [sight(HOME, "Heat pump"), sight(DARK, "Solar"), sight(HOME, "Grid")]
    assert proposed_roles(sights, [None] * 3) == [LOAD, SOLAR, GRID]
    assert proposed_roles(sights, [Decided(GRID), None, None]) == [GRID, SOLAR, LOAD]


def test_of_what_can_not_be_seen_nothing_is_said() -> None:
    assert proposed_roles([None, sight(HOME)], [None, None]) == [None, GRID]
    assert proposed_roles([], []) == []


def test_the_sign_is_what_flows_or_else_the_usual_one() -> None:
    assert proposed_production(sight((-400.0, -400.0, -400.0))) is Production.NEGATIVE
    assert proposed_production(sight(DARK)) is Production.POSITIVE
    assert proposed_production(None) is Production.POSITIVE


def test_each_has_a_name_of_its_own() -> None:
    assert proposed_name(GRID, None, []) == "mains"
    assert proposed_name(GRID, None, ["mains"]) == "mains meter"
    assert proposed_name(LOAD, None, ["part", "part meter"]) == "part 2"
    assert proposed_name(SOLAR, " Roof ", []) == "Roof"
    assert proposed_name(SOLAR, "x" * 41, []) == "solar"
    assert proposed_name(SOLAR, "Roof", [], {SOLAR: "Katto"}) == "Katto"


def test_the_mains_come_first() -> None:
    sections = [{"role": "load"}, {"role": "solar"}, {"role": "grid"}]
    assert [section["role"] for section in in_order(sections)] == ["grid", "solar", "load"]
