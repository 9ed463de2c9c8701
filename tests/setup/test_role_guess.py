"""Which meter is at the mains, which at the plant."""

import pytest

from wattledger.energy.meter import MeterId, MeterIdentity, Production, Role
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.setup.role_guess import evident_production, guessed_roles
from wattledger.shelly.probe import Sight

Powers = tuple[float | None, float | None, float | None]

HOME: Powers = (310.0, 1250.0, -80.0)
PLANT: Powers = (1203.0, 1198.0, 1211.0)
DARK: Powers = (-1.2, 0.0, 0.4)


def _reading(powers_w: Powers) -> PowerReading:
    phases = [PhaseReading(power_w, None, None, None, None, None) for power_w in powers_w]
    known = [power_w for power_w in powers_w if power_w is not None]
    total_w = sum(known) if len(known) == 3 else None
    return PowerReading(MeterId("A0DD6CA0C27C"), 0, 0, total_w, (phases[0], phases[1], phases[2]))


def sight(powers_w: Powers, name: str | None = None) -> Sight:
    identity = MeterIdentity(MeterId("A0DD6CA0C27C"), "SPEM-003CEBEU", "1.7.5", "triphase", name)
    return Sight(identity, _reading(powers_w))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (sight(HOME, "Mains"), sight(HOME)),
        (sight(HOME), sight(HOME, "Aurinkovoimala")),
        (sight(PLANT, "Pääkeskus"), sight(HOME, "PV roof")),
        (sight(HOME), sight(PLANT)),
        (sight(HOME), sight((-400.0, -400.0, -400.0))),
        (sight(HOME), sight((0.0, 2900.0, -1.0))),
        (sight(HOME), sight(DARK)),
        (sight((None, 100.0, 100.0)), sight(DARK)),
    ],
)
def test_two_meters_are_told_apart_in_either_order(one: Sight, other: Sight) -> None:
    assert guessed_roles([one, other]) == [Role.GRID, Role.SOLAR]
    assert guessed_roles([other, one]) == [Role.SOLAR, Role.GRID]


def test_a_plant_on_both_channels_of_a_meter_that_has_two_is_one() -> None:
    phases = _reading((1203.0, 1198.0, None)).phases
    reading = PowerReading(MeterId("A0DD6CA0C27C"), 0, 0, 2401.0, phases, absent=frozenset({2}))
    identity = MeterIdentity(reading.meter, "SPEM-002CEBEU50", "1.7.5", "monophase", None)
    plant, home = Sight(identity, reading, ("a", "b")), sight(HOME)
    assert guessed_roles([plant, home]) == [Role.SOLAR, Role.GRID]
    assert evident_production(reading) is Production.POSITIVE


def test_where_nothing_tells_the_first_is_at_the_mains() -> None:
    assert guessed_roles([sight(HOME), sight(HOME)]) == [Role.GRID, Role.SOLAR]


def test_one_meter_is_at_the_mains_unless_it_is_called_otherwise() -> None:
    assert guessed_roles([sight(DARK)]) == [Role.GRID]
    assert guessed_roles([sight(HOME, "Solar")]) == [Role.SOLAR]


def test_each_role_has_one_meter() -> None:
    sights = [sight(HOME, "Heat pump"), sight(DARK, "Solar"), sight(HOME, "Grid")]
    assert guessed_roles(sights) == [None, Role.SOLAR, Role.GRID]
    assert guessed_roles([]) == []


@pytest.mark.parametrize(
    ("powers_w", "production"),
    [
        (PLANT, Production.POSITIVE),
        ((-400.0, -1.0, 0.0), Production.NEGATIVE),
        (DARK, None),
        ((-15.0, -15.0, -15.0), None),  # what inverters take at night
        ((800.0, 800.0, -800.0), None),  # one clamp is the other way round
        ((800.0, None, 800.0), None),
    ],
)
def test_the_sign_of_producing(powers_w: Powers, production: Production | None) -> None:
    assert evident_production(_reading(powers_w)) is production
