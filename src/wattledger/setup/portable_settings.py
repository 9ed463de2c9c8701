"""The settings as a backup brings them along, and as another machine takes them from it.

Secrets stay where they are: a stick is lost more easily than a machine. So do the certificate,
which is for another address, and where the store lies.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from wattledger.disk import read_small, text_of
from wattledger.energy.errors import BadSettings
from wattledger.energy.price_source import SourceName
from wattledger.flow.settings_ports import SettingsChange
from wattledger.settings import SECRETS, SiteSettings
from wattledger.settings_costs import PriceSettings
from wattledger.settings_file import MOST_BYTES, check_lines
from wattledger.setup.settings_edit import CannotEdit, edited
from wattledger.setup.settings_place import store_of

MOST_FILES = 9
"""A tariff, and those that it is compared with."""
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,80}\.toml")


class Brought(NamedTuple):
    """Settings, and the files beside them that they name, by their names."""

    text: str
    files: Mapping[str, str]

    @property
    def site(self) -> SiteSettings:
        """The home. Raises BadSettings."""
        try:
            return SiteSettings.model_validate(tomllib.loads(self.text).get("site", {}))
        except ValidationError as error:
            raise BadSettings(["what the backup says of the home can't be used"]) from error


def packed(path: Path) -> str:
    """The settings at `path` without secrets. Raises BadSettings where that can't be had."""
    try:
        text = text_of(read_small(path, MOST_BYTES))
        values = tomllib.loads(text)
        files = {
            name: text_of(read_small(path.parent / name, MOST_BYTES))
            for name in _files_of(values)
            if (path.parent / name).is_file()
        }
        return json.dumps({"settings": edited(text, _without_secrets(values)), "files": files})
    except (OSError, ValueError, CannotEdit) as error:
        raise BadSettings([f"{path} can't be taken along: {error}"]) from error


def unpacked(text: str) -> Brought:
    """Raises BadSettings for what `packed` has not made."""
    try:
        values = json.loads(text)
        brought = Brought(values["settings"], values["files"])
        check_lines(brought.text)
        _check_shape(tomllib.loads(brought.text))
        names, texts = [*brought.files], [brought.text, *brought.files.values()]
        is_short = all(len(one.encode()) <= MOST_BYTES for one in texts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadSettings(["what the backup says of the settings can't be read"]) from error
    if len(names) > MOST_FILES or not all(map(_FILE.fullmatch, names)):
        raise BadSettings(["the backup brings files of strange names"])
    if not is_short:
        raise BadSettings(["the backup brings files that are none"])
    return brought


def for_this_machine(brought: Brought, path: Path) -> str:
    """As they will stand at `path`: open to the home's network, behind pairing.

    Raises BadSettings.
    """
    if path.resolve().name in brought.files:
        raise BadSettings(["the backup brings a file in the place of the settings"])
    values = tomllib.loads(brought.text)
    harmless = _without_secrets(values)  # also where somebody else than `packed` made it
    of_server = {"host": "0.0.0.0", "access": "token", "port": None}  # noqa: S104 - behind pairing
    sections: dict[str, Mapping[str, object]] = {
        **harmless.sections,
        "server": {**harmless.sections.get("server", {}), **of_server},
        "store": {"path": None, **store_of(path)},
    }
    there = {*brought.files, *(one.name for one in path.parent.glob("*.toml"))}
    if not {*_named_files(values)} <= there:
        sections["tariff"] = dict.fromkeys(values["tariff"])
    try:
        return edited(brought.text, SettingsChange(sections, harmless.meters))
    except CannotEdit as error:
        raise BadSettings([str(error)]) from error


def _check_shape(values: Mapping[str, Any]) -> None:
    """Raises ValueError where a section is none."""
    meters, compare = values.get("meters", []), values.get("tariff", {}).get("compare", [])
    tables = [*meters, *(one for name, one in values.items() if name != "meters")]
    if not all(isinstance(one, dict) for one in tables) or not isinstance(compare, list):
        raise ValueError("a section is none")
    if not all(isinstance(one.get("name", ""), str) for one in meters):
        raise ValueError("a name is none")


def _without_secrets(values: Mapping[str, Any]) -> SettingsChange:
    gone: dict[str, dict[str, object]] = {"server": dict.fromkeys(("tls_cert", "tls_key"))}
    for section, key in SECRETS:
        gone.setdefault(section, {}).update({key: None, f"{key}_file": None})
    of_meters = gone.pop("meters")
    gone["prices"].update(_asked_without_secret(values.get("prices", {})))
    gone["mongodb"] = dict.fromkeys(values.get("mongodb", {}))  # nothing is posted without its URI
    meters = {one["name"]: of_meters for one in values.get("meters", []) if "name" in one}
    return SettingsChange({name: keys for name, keys in gone.items() if name in values}, meters)


def _asked_without_secret(prices: Mapping[str, Any]) -> dict[str, object]:
    """Prices are fetched on, from the sources that want no secret; where none is left, or none was
    named, from the usual ones.
    """
    area = {"area": prices.get("area", PriceSettings.model_fields["area"].default)}
    named = prices.get("sources", [])
    if isinstance(named, str):
        named = [part.strip() for part in named.split(",")]
    if not isinstance(named, list):  # which the settings will refuse
        return area
    return {**area, "sources": [one for one in named if one != SourceName.ENTSOE] or None}


def _named_files(values: Mapping[str, Any]) -> Iterator[str]:
    tariff = values.get("tariff", {})
    for name in [tariff.get("file"), *tariff.get("compare", [])]:
        if name is not None:
            yield str(name)


def _files_of(values: Mapping[str, Any]) -> Iterator[str]:
    """Those right beside the settings."""
    return (name for name in _named_files(values) if _FILE.fullmatch(name))
