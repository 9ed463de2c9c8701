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


def missing_meters(settings: Mapping[str, Any], meters: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of those that are not among these."""
    names = {meter["name"] for meter in meters}
    return [one["name"] for one in settings.get("meters", ()) if one["name"] not in names]
