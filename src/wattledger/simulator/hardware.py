"""What the number of a model stands for: the devices that can be pretended."""

from dataclasses import dataclass
from typing import Literal

Profile = Literal["triphase", "monophase"]
BOTH: tuple[Profile, ...] = ("triphase", "monophase")


@dataclass(frozen=True, slots=True)
class Hardware:
    """`profiles`: how it can group its clamps, the first one from the factory; a device of one
    does not speak of profiles. `clamps`: also the EM1 channels. `one_line`: all of them are on one
    voltage. `relays`: switches beside the metering.
    """

    app: str
    gen: int
    host_prefix: str
    ct_type: str
    period_s: int = 60
    profiles: tuple[Profile, ...] = BOTH
    clamps: int = 3
    has_eth: bool = True
    has_neutral_columns: bool = True
    one_line: bool = False
    relays: int = 0


HARDWARE = {
    "SPEM-003CEBEU": Hardware("Pro3EM", 2, "ShellyPro3EM", "120A"),
    "SPEM-003CEBEU400": Hardware("Pro3EM", 2, "ShellyPro3EM400", "400A"),
    "SPEM-003CEBEU63": Hardware("Pro3EM", 2, "ShellyPro3EM63", "3x63A"),
    "S3EM-003CXCEU63": Hardware(
        "S3EMG3",
        3,
        "Shelly3EM63G3",
        "3EMG3",
        period_s=300,
        has_eth=False,
        has_neutral_columns=False,
    ),
    "SPEM-002CEBEU50": Hardware(
        "ProEM",
        2,
        "ShellyProEM50",
        "50A",
        profiles=("monophase",),
        clamps=2,
        one_line=True,
        relays=1,
    ),
    "S3EM-002CXCEU50": Hardware(
        "EMG3",
        3,
        "ShellyEMG3",
        "50A",
        profiles=("monophase",),
        clamps=2,
        has_eth=False,
        one_line=True,
        relays=1,
    ),
}
