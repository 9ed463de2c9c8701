"""The settings' one TOML file, overridden by the environment, read by app and cli only.

A wrong file gives all its faults at once, each with its line, its key and what is allowed.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wattledger.energy.errors import BadSettings
from wattledger.settings import SECRETS, Settings, StoreSettings, known_keys
from wattledger.settings_environment import override
from wattledger.settings_faults import Faults

PLACES = (
    Path("wattledger.toml"),
    Path("~/.config/wattledger/config.toml"),
    Path("/etc/wattledger/config.toml"),
)

_UNREAD = "mongodb://unread"
"""Stands for a secret that could not be read, and passes every check: one fault is enough."""


def find_settings(given: Path | None) -> Path:
    """The settings file to use. Raises BadSettings when there is none."""
    if given is not None:
        if not given.is_file():
            raise BadSettings([f"{given}: there is no such file"])
        return given
    for place in PLACES:
        if place.expanduser().is_file():
            return place.expanduser()
    places = ", ".join(str(place) for place in PLACES)
    raise BadSettings([f"no settings file; looked for {places}. `wattledger setup` writes one"])


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
        raise BadSettings(faults.found)
    return _anchored(settings, path)


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings([f"{path}: not TOML: {error}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings([f"{path}: can't be read: {error}"]) from error
    except (ValueError, RecursionError) as error:  # a number or a nesting without end
        raise BadSettings([f"{path}: no settings: {type(error).__name__}"]) from error


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
    return settings.model_copy(update={"server": server, "store": store})


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
            try:
                table[key] = file.read_text(encoding="utf-8").split("\n")[0].strip()
                if key == "token" and not table[key]:
                    faults.at([section, "token_file"], f"{file} is empty")
            except (OSError, ValueError) as error:
                table[key] = _UNREAD
                where = [section, str(index), f"{key}_file"] if section == "meters" else None
                reason = error.strerror if isinstance(error, OSError) else "no text"
                # Not what stands there: it may be the secret itself.
                words = f"the file that it names can't be read: {reason}"
                faults.at(where or [section, f"{key}_file"], words)
