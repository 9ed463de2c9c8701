import pytest

from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Source, meter_id
from wattledger.energy.role import Role


@pytest.mark.parametrize("text", ["A0DD6CA0C27C", "a0dd6ca0c27c", "A0:DD:6C:A0:C2:7C"])
def test_a_mac_is_known_however_it_is_written(text: str) -> None:
    assert meter_id(text) == "A0DD6CA0C27C"


@pytest.mark.parametrize("text", ["", "mains", "A0DD6CA0C27", "A0DD6CA0C27C0", "A0DD6CA0C27G"])
def test_what_is_no_mac_is_no_meter(text: str) -> None:
    assert meter_id(text) is None


def test_a_meter_measures_what_it_ever_did_in_the_order_of_the_phases() -> None:
    heard = MeterIdentity(MeterId("A0DD6CA0C27C"), "SPEM-002CEBEU50", "1.4.4", "triphase", None)
    assert heard.phases is None
    assert heard.measuring("b").phases == ("b",)
    assert heard.measuring("b").measuring("a").phases == ("a", "b")
    assert heard.measuring("c").measuring(()).phases == ("c",)


def test_a_meter_goes_by_its_first_source() -> None:
    label = MeterLabel((Source("roof", Role.SOLAR, phases=("b",)), Source("mains", Role.GRID)))
    assert (label.name, label.role) == ("roof", Role.SOLAR)


def test_a_phase_has_the_role_of_the_source_that_takes_it() -> None:
    roof = Source("roof", Role.SOLAR, phases=("b",))
    label = MeterLabel((roof, Source("mains", Role.GRID, phases=("a",))))
    assert [label.role_of(phase) for phase in "abc"] == [Role.GRID, Role.SOLAR, None]
