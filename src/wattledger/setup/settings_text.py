"""The settings as a file that one likes to read."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wattledger.energy.role import Role
from wattledger.settings import SECRETS, Settings, known_keys

_HEAD = "# The settings of Wattledger. docs/operation.md explains every key.\n"
_COMMENT_FROM = 34
_COMMENTS = {
    ("site", "time_zone"): "days, weeks and months are of this zone",
    ("site", "main_fuse_a"): "of each phase, in A",
    ("server", "host"): "where it listens; 0.0.0.0 is everywhere",
    ("server", "access"): "token: paired phones only",
    ("store", "path"): "the books",
    ("meters", "host"): "keep it fixed, in your router",
    ("meters", "password"): "of the meter's user admin",
    ("meters", "production"): "the sign of its power while it produces",
    ("site", "netting"): "over this time, bought and sold are set off",
}
_HIDDEN = "********"


def settings_text(values: Mapping[str, Any]) -> str:
    """As TOML, in the order of the documents; `values` as tomllib would give them back."""
    blocks = [_HEAD]
    for section in Settings.model_fields:
        value = values.get(section)
        if section == "meters":
            blocks += [section_text(section, meter) for meter in value or ()]
        elif value:
            blocks.append(section_text(section, value))
    return "\n".join(blocks)


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same to be shown on a screen."""
    shown: dict[str, Any] = {}
    for section in values:
        tables = [_hidden(section, table) for table in _tables(values, section)]
        shown[section] = tables if section == "meters" else tables[0]
    return shown


def _hidden(section: str, table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _HIDDEN if (section, key) in SECRETS else table[key] for key in table}


def _tables(values: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    found = values.get(section, [])
    return list(found) if isinstance(found, list) else [found]


def section_text(section: str, table: Mapping[str, Any]) -> str:
    """One section, or one meter."""
    title = "[[meters]]" if section == "meters" else f"[{section}]"
    return "\n".join([title, *_lines(section, table)]) + "\n"


def _lines(section: str, table: Mapping[str, Any]) -> Iterator[str]:
    for key in known_keys([section]):
        if key not in table:
            continue
        line = f"{key} = {toml_value(table[key])}"
        comment = Role(table[key]).where if key == "role" else _COMMENTS.get((section, key))
        yield f"{line:<{_COMMENT_FROM}}  # {comment}" if comment else line


def toml_value(value: object) -> str:
    """JSON writes all but dates as TOML does, but for one sign that TOML wants escaped."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
