"""What the settings that are there say already, of which nothing shall be lost."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wattledger.disk import text_of
from wattledger.settings_file import read_settings


def settings_before(path: Path) -> dict[str, Any]:
    """As they stand in the file: secrets that lie in files of their own stay there.

    Raises BadSettings for those that can't be used.
    """
    read_settings(path, {})
    return tomllib.loads(text_of(path.read_bytes()))


def names_before(settings: Mapping[str, Any]) -> dict[str, str]:
    """What the meter of each role is called: under that name the history of a replaced one goes
    on.
    """
    return {meter["role"]: meter["name"] for meter in settings.get("meters", ())}


def missing_meters(settings: Mapping[str, Any], meters: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of those whose role no meter has any more."""
    roles = [meter["role"] for meter in meters]
    return [name for role, name in names_before(settings).items() if role not in roles]
