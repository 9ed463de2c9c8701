"""Wire models of pairing and of the paired devices."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wattledger.api.request_validation import Asked, Whether
from wattledger.energy.clean_text import clean
from wattledger.flow.one_time_codes import plain

LONGEST_NAME = 40
CODE_PATTERN = "^[ -]*([0-9A-TV-Za-tv-z][ -]*){8}$"
"""Any letter but U: O is read as 0, I and L as 1."""
NAME_PATTERN = (
    r"^(?=[\s\S]*\S)[^\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u0600-\u0605\u061c"
    r"\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb]*$"
)
"""Nothing that a terminal would obey or nobody could see."""

_Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


def _code(text: str) -> str:
    code = plain(text)
    if code is None:
        raise ValueError("a code has eight letters and digits, such as 7K2M-9QXD")
    return code


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or clean(name, LONGEST_NAME) != name:
        raise ValueError(f"1 to {LONGEST_NAME} characters that can be seen")
    return name


class PairRequest(BaseModel):
    """A one-time code, and who comes with it."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_code)] = Field(
        description="As `wattledger pair` shows it; case, hyphen and spaces do not matter.",
        examples=["7K2M-9QXD"],
        json_schema_extra={"pattern": CODE_PATTERN},
    )
    device: Annotated[_Name, AfterValidator(_name)] = Field(
        description=f"What to call the device, 1 to {LONGEST_NAME} characters that can be seen, "
        "and spaces.",
        examples=["iPhone"],
        json_schema_extra={"pattern": NAME_PATTERN},
    )


class NewDevice(BaseModel):
    """A device that was paired just now."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="What to remove it by.", examples=["5f2c81d0"])
    device: str = Field(description="What it is called.", examples=["iPhone"])
    token: str = Field(
        description="Opens the data as `Authorization: Bearer <token>`; told this once. "
        "A browser has it in its cookie and need not keep it."
    )


class PairedDevice(BaseModel):
    """A device that may ask."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="What to remove it by.", examples=["5f2c81d0"])
    device: str = Field(description="What it is called.", examples=["iPhone"])
    paired_at: str = Field(description="When it was paired, by the server's clock, RFC 3339.")
    last_used_at: str = Field(
        description="When it last asked for something, RFC 3339; over a restart of the server to "
        "the hour."
    )
    owns: bool = Field(
        description="Whether it may change the settings and other devices; else it only looks."
    )
    is_this_one: bool = Field(description="Whether it is the one that asks.")


class DeviceChange(Asked):
    """What a device may do from now on."""

    owns: Whether = Field(description="Whether it may change the settings and other devices.")


class PairedDevices(BaseModel):
    """The paired devices, the oldest pairing first."""

    model_config = ConfigDict(extra="forbid")

    devices: list[PairedDevice] = Field(description="Each of them.")
