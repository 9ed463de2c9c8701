"""Which MAC answers for which name, when addresses change hands."""

from dataclasses import replace

import pytest

from tests.energy.making import calendar_of
from tests.fakes.assigned import assigned
from wattledger.energy.binding import Binding, assignment_of, bound
from wattledger.energy.errors import WattledgerError, WrongMeter
from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Production, Role, Source
from wattledger.energy.netting import Netting
from wattledger.energy.site import Assignment, Site

MAINS, SOLAR = MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR)
A, B, C = MeterId("AAAAAAAAAAAA"), MeterId("BBBBBBBBBBBB"), MeterId("CCCCCCCCCCCC")
AS_INSTALLED = (Binding("mains", "h1", A), Binding("solar", "h2", B))


def site(*meters: MeterLabel) -> Site:
    return Site("Home", calendar_of("Europe/Helsinki"), Netting.QUARTER, meters)


def test_a_new_home_learns_its_meters() -> None:
    assert bound(bound((), MAINS, "h1", A), SOLAR, "h2", B) == AS_INSTALLED


def test_the_same_meter_at_the_same_address_changes_nothing() -> None:
    assert bound(AS_INSTALLED, MAINS, "h1", A) == AS_INSTALLED


def test_a_replaced_meter_goes_on_with_the_history_of_the_old_one() -> None:
    bindings = bound(AS_INSTALLED, MAINS, "h1", C)
    assert bindings == (*AS_INSTALLED, Binding("mains", "h1", C))
    assert assignment_of(site(MAINS, SOLAR), bindings) == assigned((A, C), (B,))


def test_the_old_meter_that_comes_back_from_repair_is_the_last_again() -> None:
    replaced = bound(AS_INSTALLED, MAINS, "h1", C)
    assert bound(replaced, MAINS, "h1", A) == (
        Binding("solar", "h2", B),
        Binding("mains", "h1", C),
        Binding("mains", "h1", A),
    )


def test_a_meter_that_moved_keeps_its_name() -> None:
    moved = bound(AS_INSTALLED, MAINS, "h9", A)
    assert moved == (Binding("mains", "h9", A), AS_INSTALLED[1])


def test_labels_move_when_the_settings_exchange_the_addresses() -> None:
    """Whoever had wired the settings the wrong way round corrects them by hand."""
    halfway = bound(AS_INSTALLED, MAINS, "h2", B)
    assert assignment_of(site(MAINS, SOLAR), halfway) == assigned((A, B), ())
    bindings = bound(halfway, SOLAR, "h1", A)
    assert assignment_of(site(MAINS, SOLAR), bindings) == assigned((B,), (A,))


def test_a_label_that_was_renamed_takes_its_meter_along() -> None:
    bindings = bound(AS_INSTALLED, MeterLabel.of("house", Role.GRID), "h1", A)
    assert Binding("house", "h1", A) in bindings
    assert len(bindings) == 2


def test_addresses_swapped_by_the_router_are_refused_on_both_sides() -> None:
    for label, host, meter in ((MAINS, "h1", B), (SOLAR, "h2", A)):
        with pytest.raises(WrongMeter, match="exchanged"):
            bound(AS_INSTALLED, label, host, meter)
    assert issubclass(WrongMeter, WattledgerError)


def test_after_a_swap_the_settings_follow_the_meters() -> None:
    followed = bound(bound(AS_INSTALLED, MAINS, "h2", A), SOLAR, "h1", B)
    assert followed == (Binding("mains", "h2", A), Binding("solar", "h1", B))


def test_names_that_the_settings_no_longer_hold_measure_nothing() -> None:
    assert assignment_of(site(MAINS), AS_INSTALLED).sources == assigned((A,)).sources[:1]
    assert assignment_of(site(), AS_INSTALLED) == Assignment()


def test_a_site_knows_its_roles_and_the_direction_of_its_plant() -> None:
    turned = MeterLabel.of("solar", Role.SOLAR, Production.NEGATIVE)
    both = site(MAINS, turned)
    assert (both.roles.has(Role.GRID), both.roles.has(Role.SOLAR)) == (True, True)
    assert [one.source.is_turned for one in assignment_of(both, AS_INSTALLED).sources] == [
        False,
        True,
    ]
    alone = site(MAINS)
    assert (alone.roles.has(Role.GRID), alone.roles.has(Role.SOLAR)) == (True, False)
    assert [one.source.is_turned for one in assignment_of(alone, AS_INSTALLED).sources] == [False]


def test_a_source_is_measured_by_those_meters_alone_that_have_one_of_its_phases() -> None:
    """The new meter has two channels; of one that never said, all count."""
    mains, car = Source("mains", Role.GRID, phases=("a", "b")), Source("car", Role.LOAD)
    both = site(MeterLabel((mains, replace(car, phases=("c",)))))
    bindings = (Binding("mains", "h1", A), Binding("mains", "h1", B), Binding("mains", "h1", C))
    identities = {
        meter: MeterIdentity(meter, "X", "1.0", "monophase", None, phases)
        for meter, phases in ((B, ("a", "b")), (C, None))
    }
    sources = assignment_of(both, bindings, identities).sources
    assert [one.meters for one in sources] == [(A, B, C), (A, C)]
