"""A meter in lines for a person."""

from wattledger.cli.setup.describe_meter import identity_lines, reading_lines
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.setup.meter_discovery import Met
from wattledger.shelly.probe import Greeting, Sight

MAC = MeterId("A0DD6CA0C27C")


def _phase(power_w: float | None) -> PhaseReading:
    return PhaseReading(power_w, None, None, None, None, None)


def test_who_it_is() -> None:
    identity = MeterIdentity(MAC, "SPEM-003CEBEU", "1.7.5", "triphase", "Cellar")
    assert identity_lines(2, Met("192.168.1.20", Greeting(identity, wants_password=False))) == [
        '  2. "Cellar" at 192.168.1.20',
        "     Shelly Pro 3EM (SPEM-003CEBEU), MAC A0DD6CA0C27C, firmware 1.7.5, triphase",
    ]


def test_what_it_does_not_tell_is_a_dash_and_what_it_complains_of_is_told() -> None:
    phases = (_phase(1234.5), _phase(None), _phase(-0.2))
    reading = PowerReading(MAC, 0, 0, None, phases, errors=("b: power_meter_failure",))
    identity = MeterIdentity(MAC, "SPEM-003CEBEU", "0.14.2", "triphase", None)
    note = Fault(FaultKind.FIRMWARE_OLD, "firmware 0.14.2 is old")
    assert reading_lines(Sight(identity, reading, ("a", "b"), (note,))) == [
        "     now – (a 1,234 W, b –)",
        "     and it says: b: power_meter_failure",
        "     note: firmware 0.14.2 is old",
    ]
