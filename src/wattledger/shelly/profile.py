"""How a meter groups its channels, and what it says of itself.

triphase: one component em:0/emdata:0. monophase: em1:0..2/em1data:0..2, which stand for phases a,
b, c; a meter of two channels has no c.
"""

from dataclasses import dataclass, replace

from wattledger.energy.errors import MeterUnreachable, ProtocolError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity, meter_id
from wattledger.energy.meter_model import MeterModel, Profile, model_of
from wattledger.energy.plausibility import number_or_none
from wattledger.shelly.json_values import Fields, fields_or_none, text_or_none, texts
from wattledger.shelly.model_faults import notes_of
from wattledger.shelly.other_device import told_as


class MeterChanged(MeterUnreachable):
    """What answers is not what it was when the connection was made: it has to be met anew."""


_MOST_METHODS = 1_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a profile calls its methods and components; `channels` are their ids."""

    profile: Profile
    channels: tuple[int, ...]
    power: str
    energy: str
    power_component: str
    energy_component: str

    def components(self) -> tuple[str, ...]:
        """Those that count."""
        return tuple(f"{self.energy_component}:{channel}" for channel in self.channels)

    def live_components(self) -> tuple[str, ...]:
        return tuple(f"{self.power_component}:{channel}" for channel in self.channels)

    @property
    def of_one_channel(self) -> bool:
        """Whether one channel stands for all three phases; else each stands for its own."""
        return self.profile == "triphase"

    @property
    def without_channel(self) -> frozenset[int]:
        """The places of the phases that no channel stands for."""
        return frozenset() if self.of_one_channel else frozenset({0, 1, 2} - {*self.channels})


TRIPHASE = Vocabulary("triphase", (0,), "EM", "EMData", "em", "emdata")
MONOPHASE = Vocabulary("monophase", (0, 1, 2), "EM1", "EM1Data", "em1", "em1data")
_BOOTING_S = 60.0
"""So long after a boot a channel may still be on its way."""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What the first questions of a connection gave."""

    identity: MeterIdentity
    words: Vocabulary
    methods: frozenset[str]
    claimed_profile: str | None
    status: Fields
    """What Shelly.GetStatus gave."""

    def statuses(self) -> list[Fields]:
        """The live values that it gave, of each channel."""
        components = self.words.live_components()
        return [fields_or_none(self.status.get(component)) or {} for component in components]

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What to know of such a meter, and what is doubtful in what it says of itself."""
        noted = notes_of(self.identity, self.status)
        if self.claimed_profile in (None, self.words.profile):
            return noted
        doubt = Fault(
            FaultKind.PROFILE_DOUBTFUL,
            f"the meter calls itself {self.claimed_profile} but measures {self.words.profile}",
        )
        return (doubt, *noted)

    def knows(self, method: str) -> bool:
        """Firmware that does not list its methods is asked and may decline."""
        return not self.methods or method in self.methods


def words_of(device: Fields, status: Fields) -> Vocabulary:
    """By the components present: firmware 0.14 knows no `profile`.

    Raises MeterUnreachable while the meter is booting, ProtocolError for what is no meter.
    """
    if "em:0" in status:
        return TRIPHASE
    model = model_of(text_or_none(device.get("model")) or "")
    there = tuple(channel for channel in MONOPHASE.channels if f"em1:{channel}" in status)
    if not there:
        if _is_no_meter(model, status):
            raise ProtocolError(f"this is {told_as(device)}")
        raise MeterUnreachable("the meter shows no measuring component yet")
    if len(there) < _expected_channels(model, device) and _boots(status):
        raise MeterUnreachable("the meter does not show all its channels yet")
    return replace(MONOPHASE, channels=there)


def _expected_channels(model: MeterModel | None, device: Fields) -> int:
    """Whoever has profiles has all three; of another one that is not known what it shows is all."""
    if model is not None:
        return len(model.phases)
    return len(MONOPHASE.channels) if text_or_none(device.get("profile")) else 1


def _is_no_meter(model: MeterModel | None, status: Fields) -> bool:
    """Not so of a known one, nor of one that boots, which has nothing to show but itself."""
    shows_parts = any(":" in component for component in status)
    return model is None and (shows_parts or not _boots(status))


def _boots(status: Fields) -> bool:
    uptime_s = number_or_none((fields_or_none(status.get("sys")) or {}).get("uptime"))
    return uptime_s is not None and uptime_s < _BOOTING_S


def acquaintance_from(device: Fields, methods: Fields, status: Fields) -> Acquaintance:
    """From Shelly.GetDeviceInfo, ListMethods and GetStatus. Raises MeterError."""
    words = words_of(device, status)
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
        status,
    )


def check_same(known: Acquaintance, device: Fields) -> None:
    """Raises MeterChanged when what answers Shelly.GetDeviceInfo is not what it was."""
    identity = known.identity
    if meter_id_of(device) != identity.meter:
        raise MeterChanged("the address leads to another meter by now")
    if text_or_none(device.get("profile")) != known.claimed_profile:
        raise MeterChanged("the meter's profile has changed")
    if (text_or_none(device.get("ver")) or "unknown") != identity.firmware:
        raise MeterChanged("the meter's firmware has changed")


def meter_id_of(device: Fields) -> MeterId:
    """The MAC, which stays when address and name change. Raises ProtocolError."""
    mac = meter_id(text_or_none(device.get("mac")) or "")
    if mac is None:
        raise ProtocolError("what answers here gives no MAC and is no Shelly meter")
    return mac
