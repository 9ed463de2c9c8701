"""Who a pretend meter is, and what its firmware can do."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Profile = Literal["triphase", "monophase"]
JsonObject = dict[str, object]

_BUILDS = {
    "0.14.2": "20230406-080517/0.14.2-g4fc29d5",
    "1.1.0": "20231219-134001/1.1.0-g34b5d4f",
    "1.4.4": "20241011-114455/1.4.4-g6d2a586",
    "1.6.1": "20250508-110717/1.6.1-g8dbd358",
    "1.7.5": "20260311-095913/1.7.5-g9979d16",
    "2.0.0": "20260710-101221/2.0.0-g87fbfa4",
}


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the model number stands for."""

    app: str
    gen: int
    host_prefix: str
    ct_type: str
    period_s: int


MODELS = {
    "SPEM-003CEBEU": Hardware("Pro3EM", 2, "ShellyPro3EM", "120A", 60),
    "SPEM-003CEBEU400": Hardware("Pro3EM", 2, "ShellyPro3EM400", "400A", 60),
    "SPEM-003CEBEU63": Hardware("Pro3EM", 2, "ShellyPro3EM63", "3x63A", 60),
    "S3EM-003CXCEU63": Hardware("S3EMG3", 3, "Shelly3EM63G3", "3EMG3", 300),
}


@dataclass(frozen=True)
class Identity:
    """The unchanging part of a meter: its MAC, model, firmware and user-set name."""

    mac: str
    model: str = "SPEM-003CEBEU"
    firmware: str = "1.7.5"
    name: str | None = None

    def __post_init__(self) -> None:
        if len(self.mac) != 12 or not all(digit in "0123456789ABCDEF" for digit in self.mac):
            raise ValueError("a MAC is 12 upper-case hexadecimal digits without colons")
        if self.model not in MODELS:
            raise ValueError(f"unknown model {self.model}, one of {', '.join(MODELS)}")

    @property
    def hardware(self) -> Hardware:
        return MODELS[self.model]

    @property
    def id(self) -> str:
        return f"{self.hardware.host_prefix}-{self.mac}".lower()

    @property
    def fw_id(self) -> str:
        return _BUILDS.get(self.firmware, f"20260101-000000/{self.firmware}-g0000000")

    @cached_property
    def version(self) -> tuple[int, int, int]:
        """The three numbers at the head of the firmware's name."""
        numbers = self.firmware.split("-")[0].split(".")
        major, minor, patch = (int(number) for number in (*numbers, "0", "0")[:3])
        return major, minor, patch

    @property
    def knows_profiles(self) -> bool:
        return self.version >= (1, 0, 0)

    @property
    def knows_monophase(self) -> bool:
        return self.version >= (1, 1, 0)

    def device_info(self, profile: Profile, *, auth_enabled: bool) -> JsonObject:
        """What `/shelly` and Shelly.GetDeviceInfo say, in the order of the captures."""
        info: JsonObject = {"name": self.name, "id": self.id, "mac": self.mac}
        if self.knows_profiles:
            info["slot"] = 0
        info |= {
            "model": self.model,
            "gen": self.hardware.gen,
            "fw_id": self.fw_id,
            "ver": self.firmware,
            "app": self.hardware.app,
            "auth_en": auth_enabled,
            "auth_domain": self.id if auth_enabled else None,
        }
        if self.knows_profiles:
            info["profile"] = profile
        if self.version >= (1, 7, 0):
            info["provision"] = "complete"
        return info
