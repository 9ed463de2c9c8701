"""What the settings that are there say already, of which nothing shall be lost."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wattledger.settings import read_settings


def settings_before(path: Path) -> dict[str, Any]:
    """As they stand in the file: secrets that lie in files of their own stay there.

    Raises BadSettings for those that can't be used.
    """
    read_settings(path, {})
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def names_before(settings: Mapping[str, Any]) -> dict[str, str]:
    """What the meter of each role is called: under that name the history of a replaced one goes
    on.
    """
    return {meter["role"]: meter["name"] for meter in settings.get("meters", ())}
