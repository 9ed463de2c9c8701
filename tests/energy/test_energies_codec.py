"""Energies as rows of sums and times, and back."""

from dataclasses import replace

import pytest

from wattledger.energy.balance import Energies, unknown
from wattledger.energy.energies_codec import energies_from, names_of, sums_and_times
from wattledger.energy.home_quantities import Quantity, Roles
from wattledger.energy.role import Role

MORE = Roles(
    (
        Quantity(Role.GRID),
        Quantity(Role.SOLAR),
        Quantity(Role.BATTERY),
        Quantity(Role.LOAD, "heat pump"),
        Quantity(Role.LOAD, "car"),
    )
)
PLAIN_ENERGIES = Energies((1, 2, 3), 4, 5, 5, 6, (60, 120), 60)
MORE_ENERGIES = Energies((1, 2, 3, 4, 5, 6, 7), 8, 9, 10, 11, (60, 120, 180, 240, 300), 60)


@pytest.mark.parametrize(
    ("roles", "energies"),
    [
        (Roles(), PLAIN_ENERGIES),
        (Roles(), unknown(Roles())),
        (MORE, MORE_ENERGIES),
        (MORE, unknown(MORE)),
    ],
)
def test_what_is_laid_flat_is_had_back(roles: Roles, energies: Energies) -> None:
    sums, times_s = sums_and_times(energies)
    names, times = names_of(roles)
    assert (len(sums), len(times_s)) == (len(names), len(times))
    assert energies_from([*sums, None], [*times_s, 0], roles) == energies


def test_each_has_a_name_and_parts_are_counted() -> None:
    assert names_of(Roles()) == (
        ["imported", "exported", "produced", "consumed", "self_consumed", "common_produced"],
        ["grid", "solar", "common"],
    )
    sums, times = names_of(MORE)
    assert sums[6:] == ["self_supplied", "discharged", "charged", "load_1", "load_2"]
    assert times[3:] == ["battery", "load_1", "load_2"]


@pytest.mark.parametrize(("roles", "energies"), [(Roles(), PLAIN_ENERGIES), (MORE, MORE_ENERGIES)])
def test_of_a_home_that_is_not_all_known_the_balance_is_left_out(
    roles: Roles, energies: Energies
) -> None:
    found = energies_from(*sums_and_times(energies), replace(roles, are_known=False))
    nothing = energies._replace(
        consumed_dmwh=None,
        self_consumed_dmwh=None,
        self_supplied_dmwh=None,
        common_produced_dmwh=None,
        common_s=0,
    )
    assert found == nothing
