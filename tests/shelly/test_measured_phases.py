import pytest

from tests.shelly.kit import MAC
from wattledger.energy.meter import MeterId
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.shelly.measured_phases import MeasuredPhases

WIRED = PhaseReading(230.0, 240.0, 230.0, 1.0, 0.98, 50.0)
NOTHING = PhaseReading(None, None, None, None, None, None)
VOLTAGE_ALONE = PhaseReading(None, None, 230.0, None, None, 50.0)
ZEROS = PhaseReading(0.0, 0.0, 0.0, 0.027, None, None)


def live(*phases: PhaseReading) -> PowerReading:
    a, b, c = phases
    return PowerReading(MeterId(MAC), 1.0, 2.0, None, (a, b, c))


@pytest.mark.parametrize("phase", [NOTHING, VOLTAGE_ALONE, ZEROS])
def test_a_phase_that_was_never_seen_to_measure_is_absent(phase: PhaseReading) -> None:
    measured_phases = MeasuredPhases()
    measured_phases.shown(live(WIRED, WIRED, phase))
    assert measured_phases.absent == measured_phases.doubtful == {2}
    assert measured_phases.measured == ("a", "b")


@pytest.mark.parametrize("seen", ["live before", "live after", "stored"])
def test_a_phase_that_was_seen_once_is_none_that_is_absent(seen: str) -> None:
    measured_phases = MeasuredPhases()
    if seen == "live before":
        measured_phases.shown(live(WIRED, WIRED, WIRED))
    measured_phases.shown(live(WIRED, WIRED, NOTHING))
    if seen == "live after":
        measured_phases.shown(live(WIRED, WIRED, WIRED))
        measured_phases.shown(live(WIRED, WIRED, NOTHING))
    if seen == "stored":
        measured_phases.stored(2)
    assert measured_phases.absent == frozenset()
    assert measured_phases.measured == ("a", "b", "c")


def test_where_nothing_is_measured_nothing_is_known() -> None:
    measured_phases = MeasuredPhases()
    measured_phases.shown(live(NOTHING, NOTHING, NOTHING))
    assert measured_phases.absent == frozenset()


def test_a_phase_without_a_channel_is_absent_whatever_comes() -> None:
    measured_phases = MeasuredPhases(frozenset({1}))
    measured_phases.shown(live(WIRED, NOTHING, WIRED))
    measured_phases.stored(1)
    assert measured_phases.absent == {1}
    assert measured_phases.doubtful == frozenset()
    assert measured_phases.measured == ("a", "c")


def test_a_phase_that_comes_later_is_measured_from_then_on() -> None:
    measured_phases = MeasuredPhases()
    measured_phases.shown(live(WIRED, WIRED, NOTHING))
    assert measured_phases.absent == {2}
    measured_phases.shown(live(WIRED, WIRED, WIRED))
    assert measured_phases.absent == frozenset()
