"""The environment's say in the settings: WATTLEDGER_SECTION__KEY, WATTLEDGER_METERS__0__KEY."""

import re
from collections.abc import Mapping
from typing import Any

from wattledger.energy.clean_text import MOST_IN_A_NAME, clean
from wattledger.settings_faults import Faults

ENVIRONMENT = "WATTLEDGER_"


def fixed_keys(environment: Mapping[str, str]) -> list[str]:
    """What the environment says, whatever the file does, as `site.name` or `meters.0.host`."""
    names = (
        name.removeprefix(ENVIRONMENT).lower()
        for name in sorted(environment)
        if name.startswith(ENVIRONMENT)
    )
    return [name.replace("__", ".").removesuffix("_file") for name in names if "__" in name]


def override(values: dict[str, Any], environment: Mapping[str, str], faults: Faults) -> None:
    """Replaces what the file says; what leads nowhere is a fault."""
    for name, value in sorted(environment.items()):
        keys = name.removeprefix(ENVIRONMENT).lower().split("__")
        if not name.startswith(ENVIRONMENT) or len(keys) < 2:
            continue
        section = _section_of(values, keys[:-1])
        if section is None:
            faults.add(
                f"environment {clean(name, MOST_IN_A_NAME)}: there is no such section, or no such "
                "meter in the file"
            )
            continue
        section[keys[-1]] = value
        faults.came_from(name, keys)
        # What the environment says counts, in whichever form the file says it.
        other = keys[-1].removesuffix("_file")
        section.pop(other if other != keys[-1] else f"{keys[-1]}_file", None)


def _section_of(values: dict[str, Any], keys: list[str]) -> dict[str, Any] | None:
    """The table that the keys lead to, made when it is a section that the file lacks."""
    section: object = None
    match keys:
        case ["meters", number] if re.fullmatch(r"\d{1,4}", number, re.ASCII):
            meters = values.get("meters")
            if isinstance(meters, list) and int(number) < len(meters):
                section = meters[int(number)]
        case [name] if name != "meters":
            section = values.setdefault(name, {})
    return section if isinstance(section, dict) else None
