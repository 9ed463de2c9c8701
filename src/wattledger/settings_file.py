"""The settings' one TOML file, overridden by the environment, read by app and cli only.

A wrong file gives all its faults at once, each with its line, its key and what is allowed.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wattledger.disk import read_small, text_of
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import BadSettings
from wattledger.settings import SECRETS, Settings, StoreSettings, known_keys
from wattledger.settings_environment import override
from wattledger.settings_faults import Faults
from wattledger.settings_section import is_typed

PLACES = (
    Path("wattledger.toml"),
    Path("~/.config/wattledger/config.toml"),
    Path("/etc/wattledger/config.toml"),
)

MOST_BYTES = 64 << 10
"""Of a settings file, and of one with a secret: both have a few lines."""
MOST_DOTS = 300
"""In a line: a dot parts a key."""

_UNREAD = "mongodb://unread"
"""Stands for a secret that could not be read, and passes every check: one fault is enough."""


def find_settings(given: Path | None, places: Sequence[Path] = PLACES) -> Path:
    """The settings file to use. Raises BadSettings when there is none."""
    if given is not None:
        if given.is_file():
            return given
        words = "it is no file" if given.exists() else "there is no such file"
        raise BadSettings([f"{given}: {words}"])
    if (found := _first_of(places)) is not None:
        return found
    names = ", ".join(str(place) for place in places)
    raise BadSettings([f"no settings file; looked for {names}. `wattledger setup` writes one"])


def _first_of(places: Sequence[Path]) -> Path | None:
    """Raises BadSettings where there may be one that this user may not see."""
    for place in places:
        path = place.expanduser()
        try:
            if path.is_file():
                return path
        except PermissionError as error:
            # The folder of whoever gave the command for another user is no place for settings.
            if path.is_absolute():
                raise BadSettings(
                    [f"{path}: this user may not read it; give the command with sudo"]
                ) from error
    return None


def settings_to_serve(given: Path | None, places: Sequence[Path] = PLACES) -> Path:
    """The settings file to use, or where it will be written. Raises BadSettings."""
    path = given or place_of_settings(places)
    is_taken = path.exists() or path.is_symlink()
    return find_settings(path) if is_taken or not path.parent.is_dir() else path


def place_of_settings(places: Sequence[Path] = PLACES) -> Path:
    """The file that is found first; where there is none, that of the service or else of here."""
    own, service = places[0], places[-1]
    return _first_of(places) or (service if service.parent.is_dir() else own)


def settings_without_file(environment: Mapping[str, str] | None = None) -> Settings:
    """What a server goes by until there are settings: it listens in the home's network.

    Raises BadSettings.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {"server": {"host": "0.0.0.0", "access": "token"}}  # noqa: S104
    faults = Faults(Path("without settings"), "", known_keys)
    override(values, environment, faults)
    _read_secrets(values, Path(), faults)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults.of_keys(error)
    if settings is None or faults.found:
        raise BadSettings(faults.told())
    return settings


def read_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file and the environment. Raises BadSettings with every fault found."""
    environment = os.environ if environment is None else environment
    text, values = _parsed(path)
    faults = Faults(path, text, known_keys)
    override(values, environment, faults)
    _read_secrets(values, path.parent, faults)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults.of_keys(error)
    faults.between_keys(values)
    if settings is None or faults.found:
        raise BadSettings(faults.told())
    return _anchored(settings, path)


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = text_of(read_small(path, MOST_BYTES))
        check_lines(text)
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings([f"{path}: not TOML: {clean(str(error))}"]) from error
    except OSError as error:
        raise BadSettings([f"{path}: can't be read: {error.strerror}"]) from error
    except RecursionError as error:
        raise BadSettings([f"{path}: can't be read: it is nested without end"]) from error
    except ValueError as error:  # a number without end, too
        raise BadSettings([f"{path}: can't be read: {clean(str(error))}"]) from error


def check_lines(text: str) -> None:
    """A key of thousands of parts would be read for minutes. Raises ValueError."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise ValueError(f"line {number} has more than {MOST_DOTS} dots")


def _anchored(settings: Settings, path: Path) -> Settings:
    """Relative paths start at the settings file."""
    folder = path.parent.resolve()

    def anchored(text: str) -> str:
        return str(folder / _expanded(text)) if text else ""

    server = settings.server.model_copy(
        update={
            "tls_cert": anchored(settings.server.tls_cert),
            "tls_key": anchored(settings.server.tls_key),
        }
    )
    store = StoreSettings(path=anchored(settings.store.path))
    backup = settings.backup and settings.backup.model_copy(
        update={"folder": anchored(settings.backup.folder)}
    )
    tariff = settings.tariff and settings.tariff.model_copy(
        update={
            "file": anchored(settings.tariff.file),
            "compare": tuple(map(anchored, settings.tariff.compare)),
        }
    )
    return settings.model_copy(
        update={"server": server, "store": store, "backup": backup, "tariff": tariff}
    )


def _expanded(text: str) -> Path:
    """With `~` for a home folder, where there is one of that name."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _read_secrets(values: dict[str, Any], folder: Path, faults: Faults) -> None:
    """Each `…_file` becomes its secret, the first line of that file."""
    for section, key in sorted(SECRETS):
        tables = values.get(section, [])
        for index, table in enumerate(tables if isinstance(tables, list) else [tables]):
            if not isinstance(table, dict) or f"{key}_file" not in table:
                continue
            file = folder / _expanded(str(table.pop(f"{key}_file")))
            where = [section, *([str(index)] if section == "meters" else []), f"{key}_file"]
            try:
                table[key] = _first_line(file) or _UNREAD
                if table[key] is _UNREAD:
                    faults.at(where, f"{file} is empty")
            except (OSError, ValueError) as error:
                table[key] = _UNREAD
                # Not what stands there: it may be the secret itself.
                words = error.strerror if isinstance(error, OSError) else str(error)
                words = f"the file that it names can't be read: {words}"
                faults.at(where, words)


def _first_line(file: Path) -> str:
    """Raises OSError and ValueError, whose words hold nothing of what stands there."""
    if "\0" in str(file):
        raise ValueError("no file has such a name")
    line = re.split("[\r\n]", text_of(read_small(file, MOST_BYTES)), maxsplit=1)[0].strip()
    if not is_typed(line):
        raise ValueError("its first line has characters that nobody can type")
    return line
