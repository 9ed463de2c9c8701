"""What answers and is no meter, told as what it is: a plug, a relay, a sensor."""

import re

from wattledger.energy.clean_text import clean
from wattledger.shelly.json_values import Fields, text_or_none

_KINDS = {
    "PL": "plug",
    "SW": "relay",
    "PM": "power meter without a memory",
    "DM": "dimmer",
    "SN": "sensor",
    "GW": "gateway",
}
"""By the third and fourth letter of a model's number."""
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def told_as(device: Fields) -> str:
    """By what Shelly.GetDeviceInfo gives, in words for a person."""
    number = text_or_none(device.get("model")) or "unknown model"
    app = _WORD_BEGINS.sub(" ", text_or_none(device.get("app")) or "")
    name = text_or_none(device.get("name"))
    kind = f"{_KINDS.get(number[2:4], 'device')}: Shelly {app}".removesuffix(": Shelly ")
    named = f', called "{name}"' if name else ""
    return clean(
        f"no meter, but a {kind} ({number}){named}: it has neither em:0 nor em1:0, "
        "and keeps no energy of each minute"
    )
