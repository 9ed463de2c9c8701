"""Who a pretend meter is, and what its firmware can do."""

from dataclasses import dataclass
from functools import cached_property

from wattledger.simulator.hardware import HARDWARE, Hardware, Profile

JsonObject = dict[str, object]

_BUILDS = {
    "0.14.2": "20230406-080517/0.14.2-g4fc29d5",
    "1.1.0": "20231219-134001/1.1.0-g34b5d4f",
    "1.4.4": "20241011-114455/1.4.4-g6d2a586",
    "1.6.1": "20250508-110717/1.6.1-g8dbd358",
    "1.7.5": "20260311-095913/1.7.5-g9979d16",
    "2.0.0": "20260710-101221/2.0.0-g87fbfa4",
}


@dataclass(frozen=True)
class Identity:
    """The unchanging part of a meter: its MAC, model, firmware and user-set name.

    `called`: the number of a model that it gives itself, None for that of its hardware.
    """

    mac: str
    model: str = "SPEM-003CEBEU"
    firmware: str = "1.7.5"
    name: str | None = None
    called: str | None = None

    def __post_init__(self) -> None:
        if len(self.mac) != 12 or not all(digit in "0123456789ABCDEF" for digit in self.mac):
            raise ValueError("a MAC is 12 upper-case hexadecimal digits without colons")
        if self.model not in HARDWARE:
            raise ValueError(f"unknown model {self.model}, one of {', '.join(HARDWARE)}")

    @property
    def hardware(self) -> Hardware:
        return HARDWARE[self.model]

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
    def tells_profile(self) -> bool:
        return len(self.hardware.profiles) > 1 and self.version >= (1, 0, 0)

    @property
    def can_change_profile(self) -> bool:
        return len(self.hardware.profiles) > 1 and self.version >= (1, 1, 0)

    def device_info(self, profile: Profile, *, auth_enabled: bool) -> JsonObject:
        """What `/shelly` and Shelly.GetDeviceInfo say, in the order of the captures."""
        info: JsonObject = {"name": self.name, "id": self.id, "mac": self.mac}
        if self.version >= (1, 0, 0):
            info["slot"] = 0
        info |= {
            "model": self.called or self.model,
            "gen": self.hardware.gen,
            "fw_id": self.fw_id,
            "ver": self.firmware,
            "app": self.hardware.app,
            "auth_en": auth_enabled,
            "auth_domain": self.id if auth_enabled else None,
        }
        if self.tells_profile:
            info["profile"] = profile
        if self.version >= (1, 7, 0):
            info["provision"] = "complete"
        return info
