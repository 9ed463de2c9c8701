"""A settings file for a test, and what reading it gives."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from wattledger.energy.errors import BadSettings
from wattledger.settings import Settings
from wattledger.settings_file import read_settings

METER = """\
[[meters]]
name = "mains"
role = "grid"
host = "192.168.1.20"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "wattledger.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> Settings:
    return read_settings(written(folder, text), environment or {})


def faults(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """The faults without the path of the file: `12: site.name: ...`."""
    path = written(folder, text)
    with pytest.raises(BadSettings) as raised:
        read_settings(path, environment or {})
    return [fault.removeprefix(f"{path}:").strip() for fault in raised.value.faults]
