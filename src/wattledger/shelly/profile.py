"""How a meter groups its channels, and what it says of itself.

triphase: one component em:0/emdata:0. monophase: em1:0..2/em1data:0..2, which stand for phases a,
b, c.
"""

from dataclasses import dataclass
from typing import Literal

from wattledger.energy.errors import MeterBabble, MeterUnreachable
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity, meter_id
from wattledger.shelly.payload import Fields, text_or_none, texts

Profile = Literal["triphase", "monophase"]
_MOST_METHODS = 1_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a profile calls its methods and components; `channels` are their ids."""

    profile: Profile
    channels: tuple[int, ...]
    power: str
    energy: str
    energy_component: str

    def components(self) -> tuple[str, ...]:
        return tuple(f"{self.energy_component}:{channel}" for channel in self.channels)


TRIPHASE = Vocabulary("triphase", (0,), "EM", "EMData", "emdata")
MONOPHASE = Vocabulary("monophase", (0, 1, 2), "EM1", "EM1Data", "em1data")


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What the first questions of a connection gave."""

    identity: MeterIdentity
    words: Vocabulary
    methods: frozenset[str]
    claimed_profile: str | None

    @property
    def doubt(self) -> Fault | None:
        if self.claimed_profile in (None, self.words.profile):
            return None
        return Fault(
            FaultKind.PROFILE_DOUBTFUL,
            f"the meter calls itself {self.claimed_profile} but measures {self.words.profile}",
        )

    def knows(self, method: str) -> bool:
        """Firmware that does not list its methods is asked and may decline."""
        return not self.methods or method in self.methods


def words_of(status: Fields) -> Vocabulary:
    """By the components present: firmware 0.14 knows no `profile`.

    Raises MeterUnreachable while the meter is booting.
    """
    if "em:0" in status:
        return TRIPHASE
    if all(f"em1:{channel}" in status for channel in MONOPHASE.channels):
        return MONOPHASE
    raise MeterUnreachable("the meter shows no measuring component yet")


def acquaintance_from(device: Fields, methods: Fields, status: Fields) -> Acquaintance:
    """From Shelly.GetDeviceInfo, ListMethods and GetStatus. Raises MeterError."""
    words = words_of(status)
    identity = MeterIdentity(
        meter=meter_id_of(device),
        model=text_or_none(device.get("model")) or "unknown",
        firmware=text_or_none(device.get("ver")) or "unknown",
        profile=words.profile,
        name=text_or_none(device.get("name")),
    )
    listed = methods.get("methods")
    return Acquaintance(
        identity,
        words,
        frozenset(texts(listed, _MOST_METHODS)),
        text_or_none(device.get("profile")),
    )


def meter_id_of(device: Fields) -> MeterId:
    """The MAC, which stays when address and name change. Raises MeterBabble."""
    mac = meter_id(text_or_none(device.get("mac")) or "")
    if mac is None:
        raise MeterBabble("what answers here gives no MAC and is no Shelly meter")
    return mac
