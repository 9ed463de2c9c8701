"""The time zone of this machine, as far as it says."""

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import available_timezones

from wattledger.energy.time_zone import zone_named

_LOCALTIME = Path("/etc/localtime")
_FOLDER = "zoneinfo/"


def system_zone(environment: Mapping[str, str] | None = None, link: Path = _LOCALTIME) -> str:
    """Its IANA name; empty when the machine does not tell, or keeps UTC as one without a place."""
    environment = os.environ if environment is None else environment
    told = environment.get("TZ", "").removeprefix(":")
    for name in (told, str(link.resolve())):
        zone = name.rpartition(_FOLDER)[2] if name.startswith("/") else name
        if zone and _exists(zone) and zone not in {"UTC", "Etc/UTC", "UCT", "Universal", "Zulu"}:
            return zone
    return ""


def _exists(name: str) -> bool:
    try:
        zone_named(name)
    except ValueError:
        return False
    return True


def zone_called(answer: str) -> str:
    """The one zone of that city, however it is written; else the answer as it is."""
    wanted = answer.strip().replace(" ", "_").casefold()
    zones = sorted(available_timezones())
    same = [zone for zone in zones if zone.casefold() == wanted]
    named = [zone for zone in zones if zone.rpartition("/")[2].casefold() == wanted]
    found = same or named
    return found[0] if len(found) == 1 else answer
