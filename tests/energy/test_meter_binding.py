"""Which MAC answers for which name, when addresses change hands."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.energy.making import calendar_of
from tests.fakes.assigned import assigned
from wattledger.energy.errors import WattledgerError, WrongMeter
from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Production, Role, Source
from wattledger.energy.meter_binding import (
    MOST_BOUND,
    Binding,
    assignment_of,
    bound,
    last_of,
    passed_on,
)
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


def test_a_new_meter_takes_the_place_of_one_that_never_gave_a_minute() -> None:
    """Of its own name; one that gave some stays in the history."""
    tried = bound(AS_INSTALLED, MAINS, "h1", C)
    last = MeterId("DDDDDDDDDDDD")
    assert bound(tried, MAINS, "h1", last, empty={B, C}) == (
        *AS_INSTALLED,
        Binding("mains", "h1", last),
    )
    assert bound(tried, MAINS, "h1", last, empty={B}) == (*tried, Binding("mains", "h1", last))
    assert bound(tried, MAINS, "h1", A, empty={C})[-2:] == (
        Binding("mains", "h1", C),
        Binding("mains", "h1", A),
    )


def test_no_more_meters_than_the_books_have_numbers_for() -> None:
    macs = [MeterId(f"{number:012X}") for number in range(MOST_BOUND)]
    bindings = tuple(Binding("mains", "h1", mac) for mac in macs)
    with pytest.raises(WrongMeter, match="has had 200"):
        bound(bindings, SOLAR, "h2", B)
    assert bound(bindings, MAINS, "h1", macs[0])[-1] == Binding("mains", "h1", macs[0])
    assert len(bound(bindings, MAINS, "h1", A, empty={macs[7]})) == MOST_BOUND


def test_a_meter_that_moved_keeps_its_name() -> None:
    moved = bound(AS_INSTALLED, MAINS, "h9", A)
    assert moved == (Binding("mains", "h9", A), AS_INSTALLED[1])


def test_labels_move_when_the_settings_exchange_the_addresses() -> None:
    """Whoever had wired the settings the wrong way round corrects them by hand."""
    halfway = bound(AS_INSTALLED, MAINS, "h2", B)
    assert assignment_of(site(MAINS, SOLAR), halfway) == assigned((A, B), ())
    bindings = bound(halfway, SOLAR, "h1", A)
    assert assignment_of(site(MAINS, SOLAR), bindings) == assigned((B,), (A,))


HOSTS = {"solar": "h1", "mains": "h2"}


def test_labels_that_exchange_their_names_take_all_their_meters_along() -> None:
    """As soon as one of them has answered, also those that they had before."""
    before = (Binding("mains", "h0", C), *AS_INSTALLED)
    house, roof = MeterLabel.of("solar", Role.GRID), MeterLabel.of("mains", Role.SOLAR)
    for label, host, meter in ((house, "h1", A), (roof, "h2", B)):
        bindings = bound(passed_on(before, label, meter, HOSTS), label, host, meter, HOSTS)
        sources = assignment_of(site(house, roof), bindings, hosts=HOSTS).sources
        assert [one.meters for one in sources] == [(C, A), (B,)]
        for other, there, one in ((house, "h1", A), (roof, "h2", B)):
            assert passed_on(bindings, other, one, HOSTS) == bindings
            assert bound(bindings, other, there, one, HOSTS) == bindings


@pytest.mark.parametrize("is_first", [True, False])
def test_labels_that_pass_their_names_on_take_all_their_meters_along(*, is_first: bool) -> None:
    """The plant's name goes to the mains, and the plant gets a new one."""
    before = (AS_INSTALLED[0], Binding("solar", "h0", C), AS_INSTALLED[1])
    house, roof = MeterLabel.of("solar", Role.GRID), MeterLabel.of("roof", Role.SOLAR)
    hosts = {"solar": "h1", "roof": "h2"}
    bindings: Sequence[Binding] = before
    answers = [(house, "h1", A), (roof, "h2", B)]
    for label, host, meter in answers if is_first else answers[::-1]:
        bindings = bound(passed_on(bindings, label, meter, hosts, hosts), label, host, meter, hosts)
    sources = assignment_of(site(house, roof), bindings, hosts=hosts).sources
    assert [one.meters for one in sources] == [(A,), (C, B)]


@pytest.mark.parametrize(
    ("label", "meter", "hosts"),
    [
        (SOLAR, C, HOSTS),  # a new meter
        (MeterLabel.of("car", Role.LOAD), A, HOSTS),  # a new name
        (SOLAR, A, {"solar": "h1", "mains": "h3"}),  # what was there is somewhere else
        (SOLAR, A, {"solar": "h2", "mains": "h1"}),  # the router gave the addresses anew
        (SOLAR, A, {"solar": "h9", "mains": "h2"}),  # it is not where it was
        (SOLAR, A, {"solar": "h1", "mains": "h1"}),  # both are said to be there
        (SOLAR, A, {"solar": "h1"}),  # the other name is gone
        (MAINS, A, HOSTS),  # the settings follow a router
    ],
)
def test_nothing_else_is_an_exchange_of_names(
    label: MeterLabel, meter: MeterId, hosts: dict[str, str]
) -> None:
    assert passed_on(AS_INSTALLED, label, meter, hosts) == AS_INSTALLED


CHARGER = Binding("car", "h3", MeterId("DDDDDDDDDDDD"))


def test_three_labels_may_pass_their_names_around() -> None:
    before = (*AS_INSTALLED, Binding("car", "h0", C), CHARGER)
    hosts = {"solar": "h1", "car": "h2", "mains": "h3"}
    assert [b.name for b in passed_on(before, SOLAR, A, hosts, hosts)] == [
        *("solar", "car", "mains", "mains")
    ]


def test_names_of_which_one_is_not_passed_on_stay() -> None:
    """What had it is another source by now, or removed."""
    before = (*AS_INSTALLED, CHARGER)
    hosts = {"car": "h1", "mains": "h2"}
    label = MeterLabel.of("car", Role.GRID)
    assert passed_on(before, label, A, hosts, hosts) == before
    roof = {"roof": "h1", "mains": "h2"}
    assert passed_on(before, MeterLabel.of("roof", Role.GRID), A, roof, {*roof, "solar"}) == before


def test_a_meter_that_had_the_name_before_the_last_one_exchanges_nothing() -> None:
    replaced = (AS_INSTALLED[0], Binding("mains", "h1", C), AS_INSTALLED[1])
    assert passed_on(replaced, SOLAR, A, HOSTS) == replaced


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


CAR = Source("car", Role.LOAD, phases=("c",))
SPLIT = MeterLabel((Source("mains", Role.GRID, phases=("a", "b")), CAR))


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("sections", [1, -1])
def test_what_a_part_had_as_its_meter_before_is_no_meter_of_the_mains(
    order: int, sections: int
) -> None:
    """The car had its own; now it is a phase of the meter at the mains."""
    before = (Binding("mains", "h1", A), Binding("car", "h3", C))[::order]
    label = MeterLabel(SPLIT.sources[::sections])
    home, hosts = site(label), {label.name: "h1"}
    for bindings in (before, bound(before, label, "h1", A, {"mains", "car"})):
        sources = assignment_of(home, bindings, hosts=hosts).sources
        assert [one.meters for one in sources] == [(A,), (A,)]
        assert last_of(bindings, label, "h1") == A


def test_whichever_source_is_the_first_its_meter_stays_the_same() -> None:
    bindings = (Binding("mains", "h1", B), Binding("mains", "h1", A))
    turned = MeterLabel(SPLIT.sources[::-1])
    assert bound(bindings, turned, "h1", A, {"mains", "car"}) == bindings
    sources = assignment_of(site(turned), bindings, hosts={"car": "h1"}).sources
    assert [one.meters for one in sources] == [(B, A), (B, A)]
    replaced = bound(bindings, turned, "h1", C, {"mains", "car"})
    assert replaced == (*bindings, Binding("mains", "h1", C))


HOUSE = MeterLabel.of("house", Role.GRID)
REPLACED = (*AS_INSTALLED, Binding("mains", "h1", C))


def test_a_label_that_is_new_at_an_address_is_the_one_that_was_there_last() -> None:
    house, names = MeterLabel.of("house", Role.GRID), {"house", "solar"}
    assert last_of(AS_INSTALLED, house, "h1", names) == A
    moved = (*AS_INSTALLED, Binding("mains", "h9", C))
    assert last_of(moved, house, "h9", names) == C
    assert last_of(moved, house, "h1", names) is None


def test_a_renamed_meter_has_its_history_before_it_answers_and_that_of_the_one_before_it() -> None:
    home = site(HOUSE, SOLAR)
    assert last_of(REPLACED, HOUSE, "h1", {"house", "solar"}) == C
    for bindings in (REPLACED, bound(REPLACED, HOUSE, "h1", C, {"house", "solar"})):
        sources = assignment_of(home, bindings, hosts={"house": "h1", "solar": "h2"}).sources
        assert [one.meters for one in sources] == [(A, C), (B,)]


def test_a_meter_that_was_renamed_and_moved_at_once_takes_the_one_before_it_along() -> None:
    names = {"house", "solar"}
    bindings = bound(REPLACED, HOUSE, "h9", C, names)
    home, hosts = site(HOUSE, SOLAR), {"house": "h9", "solar": "h2"}
    (house, _) = assignment_of(home, bindings, hosts=hosts).sources
    assert house.meters == (A, C)
    assert last_of(bindings, HOUSE, "h9", names) == C
    assert bound(bindings, HOUSE, "h9", C, names) == bindings
    # One that goes to where another was before goes alone, and so does one whose name stays.
    (solar, _) = assignment_of(
        site(SOLAR, HOUSE), bound(REPLACED, SOLAR, "h9", C, {"solar", "house"})
    ).sources
    assert solar.meters == (B, C)
    (house, mains) = assignment_of(
        site(HOUSE, MAINS), bound(REPLACED, HOUSE, "h9", C, {"house", "mains"})
    ).sources
    assert (house.meters, mains.meters) == ((C,), (A,))


@pytest.mark.parametrize("sections", [1, -1])
def test_a_source_that_was_renamed_takes_its_meter_along_beside_a_part_that_had_another(
    sections: int,
) -> None:
    bindings = (Binding("car", "h3", C), Binding("mains", "h1", B), Binding("mains", "h1", A))
    house = replace(SPLIT.sources[0], name="house")
    label = MeterLabel((house, CAR)[::sections])
    for known in (bindings, bound(bindings, label, "h1", A, {"house", "car"})):
        sources = assignment_of(site(label), known, hosts={label.name: "h1"}).sources
        assert [one.meters for one in sources] == [(B, A), (B, A)]
    assert {b.name for b in known} == {"house", "car"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_meter_that_gets_the_name_of_one_that_was_removed_has_nothing_of_it(order: int) -> None:
    """Neither before it answers nor after."""
    label = MeterLabel.of("solar", Role.GRID)
    before = (*AS_INSTALLED[::order], Binding("mains", "h1", C))
    for bindings in (before, bound(before, label, "h1", C, {"solar"})):
        (source,) = assignment_of(site(label), bindings, hosts={"solar": "h1"}).sources
        assert source.meters == (A, C)
        assert last_of(bindings, label, "h1", {"solar"}) == C
    assert Binding(f"solar {B}", "h2", B) in bindings
    assert bound(bindings, label, "h1", C, {"solar"}) == bindings
    (again,) = assignment_of(site(HOUSE), bound(bindings, HOUSE, "h7", B, {"house"})).sources
    assert again.meters == (B,)


def test_another_meter_at_the_address_of_one_that_was_removed_has_nothing_of_it() -> None:
    bindings = bound(REPLACED, HOUSE, "h1", MeterId("DDDDDDDDDDDD"), {"house", "solar"})
    (house, _) = assignment_of(site(HOUSE, SOLAR), bindings, hosts={"house": "h1"}).sources
    assert house.meters == ("DDDDDDDDDDDD",)


@pytest.mark.parametrize(("label", "host"), [(HOUSE, "h9"), (MAINS, "h2")])
def test_what_is_still_in_the_settings_or_elsewhere_was_not_renamed(
    label: MeterLabel, host: str
) -> None:
    home = site(label, SOLAR)
    (first, _) = assignment_of(home, AS_INSTALLED[1:], hosts={label.name: host}).sources
    assert first.meters == ()
