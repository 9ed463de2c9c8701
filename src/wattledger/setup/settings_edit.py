"""A settings file with some values changed, and the rest of it as a person has written it.

The text is cut where its tables begin, and tomlkit changes a value within one of them: what stands
above a header belongs to that table, and goes or stays with it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from wattledger.energy.errors import WattledgerError
from wattledger.flow.settings_ports import SettingsChange
from wattledger.setup.settings_text import section_text

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]\]?\s*(#.*)?$")
_NAME = "name"
"""By which a meter is known in the file."""

Table = dict[str, Any]


class CannotEdit(WattledgerError):
    """The file is written in a way that can't be changed without doing harm to it."""


@dataclass(slots=True)
class _Part:
    """A table of the file: what stands above its header, and the table itself."""

    name: str
    is_listed: bool
    above: str
    text: str
    is_new: bool = False


def edited(text: str, change: SettingsChange) -> str:
    """The file after the change; its comments, its order and all other values are kept.

    Raises CannotEdit where that can't be had.
    """
    head, parts = _cut(text)
    for section, values in change.sections.items():
        _set_section(parts, section, values)
    changed_ones = [(_meter(parts, name), values) for name, values in change.meters.items()]
    for part in [_meter(parts, name) for name in change.removed]:
        parts.remove(part)
    for part, values in changed_ones:
        part.text = _with_values(part, values)
    last = max((at for at, part in enumerate(parts) if part.name == "meters"), default=None)
    at = len(parts) if last is None else last + 1
    parts[at:at] = [_new("meters", one) for one in change.added]
    changed = _joined(head, parts)
    if not _says(changed, _wanted(_read(text), change)):
        raise CannotEdit(
            "the settings file is written in a way that can't be changed from here without harm: "
            "change it by hand"
        )
    return changed


def _cut(text: str) -> tuple[str, list[_Part]]:
    """What stands before the first table, and the tables."""
    lines = text.splitlines(keepends=True)
    starts = [at for at, line in enumerate(lines) if _HEADER.match(line.rstrip("\r\n"))]
    firsts = [
        _first_above(lines, at, floor) for at, floor in zip(starts, [0, *starts], strict=False)
    ]
    ends = [*firsts, len(lines)][1:]
    head = "".join(lines[: firsts[0] if firsts else len(lines)])
    parts = []
    for start, first, end in zip(starts, firsts, ends, strict=True):
        header = _HEADER.match(lines[start].rstrip("\r\n"))
        assert header is not None  # noqa: S101 - it was found by this
        parts.append(
            _Part(
                header[2],
                header[1] == "[[",
                "".join(lines[first:start]),
                "".join(lines[start:end]),
            )
        )
    return head, parts


def _first_above(lines: Sequence[str], start: int, floor: int) -> int:
    """Where the comments begin that stand right above a header, with no empty line between."""
    first = start
    while first - 1 > floor and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first


def _set_section(parts: list[_Part], section: str, values: Mapping[str, Any]) -> None:
    for part in parts:
        if part.name == section and not part.is_listed:
            part.text = _with_values(part, values)
            if not _values(part):
                parts.remove(part)
            return
    if given := {key: value for key, value in values.items() if value is not None}:
        first = next((at for at, part in enumerate(parts) if part.name == "meters"), len(parts))
        parts.insert(first, _new(section, given))


def _meter(parts: Sequence[_Part], name: str) -> _Part:
    """Raises CannotEdit."""
    for part in parts:
        if part.name == "meters" and part.is_listed and _values(part).get(_NAME) == name:
            return part
    raise CannotEdit(f"the settings file has no [[meters]] of its own for '{name}'")


def _values(part: _Part) -> Table:
    """Of the table alone. Raises CannotEdit."""
    found: Any = _read(part.text)[part.name]
    table: Table = found[0] if part.is_listed else found
    return table


def _with_values(part: _Part, values: Mapping[str, Any]) -> str:
    """Raises CannotEdit."""
    try:
        document = tomlkit.parse(part.text)
        table: Any = document[part.name]
        table = table[0] if part.is_listed else table
        for key, value in values.items():
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value
        return tomlkit.dumps(document)
    except (TOMLKitError, ValueError) as error:
        raise CannotEdit(f"the settings file can't be read: {error}") from error


def _new(section: str, values: Mapping[str, Any]) -> _Part:
    return _Part(section, section == "meters", "", section_text(section, values), is_new=True)


def _joined(head: str, parts: Sequence[_Part]) -> str:
    """Each begun on a line of its own; an empty line parts what is new from its neighbours."""
    text, is_new = head, False
    for part in parts:
        if text and not text.endswith("\n"):
            text += "\n"
        if text and (is_new or part.is_new) and not text.endswith("\n\n"):
            text += "\n"
        text += part.above + part.text
        is_new = part.is_new
    return text


def _wanted(values: Table, change: SettingsChange) -> Table:
    """What the changed file must say."""
    for section, given in change.sections.items():
        values[section] = _merged(values.get(section, {}), given)
        if not values[section]:
            del values[section]
    meters = [
        _merged(meter, change.meters.get(meter.get(_NAME), {}))
        for meter in values.get("meters", [])
        if meter.get(_NAME) not in change.removed
    ]
    if meters := [*meters, *map(dict, change.added)]:
        values["meters"] = meters
    else:
        values.pop("meters", None)
    return values


def _merged(table: Mapping[str, Any], given: Mapping[str, Any]) -> Table:
    return {key: value for key, value in {**table, **given}.items() if value is not None}


def _says(text: str, wanted: Table) -> bool:
    try:
        return _read(text) == wanted
    except CannotEdit:
        return False


def _read(text: str) -> Table:
    """Raises CannotEdit."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotEdit(f"the settings file can't be read: {error}") from error
