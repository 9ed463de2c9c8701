"""The settings of a home that runs, as its file has them: told, tried out, changed."""

import asyncio
import os
import threading
import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from wattledger.disk import read_small, text_of
from wattledger.energy.errors import (
    BadQuestion,
    BadSettings,
    MeterError,
    MeterRefused,
    StaleSettings,
)
from wattledger.energy.role import Role
from wattledger.flow.settings_ports import Effect, EffectKind, MeterNow, SettingsChange, SettingsNow
from wattledger.settings import SECRETS, Settings
from wattledger.settings_environment import fixed_keys
from wattledger.settings_file import MOST_BYTES, read_settings
from wattledger.setup.change_effects import effects_of
from wattledger.setup.private_file import remove_half_written
from wattledger.setup.settings_edit import CannotEdit, edited
from wattledger.setup.settings_place import tried, write_settings
from wattledger.shelly.probe import look_at

_ASKS = {EffectKind.ADDED, EffectKind.REACHED_ELSEWHERE}

Look = Callable[[str, str], Awaitable[EffectKind | None]]
"""Whether the meter at an address can be read with a password; None where it can."""


async def looked_at(host: str, password: str) -> EffectKind | None:
    try:
        await look_at(host, password)
    except MeterRefused:
        return EffectKind.LOCKED
    except MeterError:
        return EffectKind.NOT_ANSWERING
    return None


class FileSettings:
    """HomeSettings on the file at `path`; `changed` is called once it is another one."""

    def __init__(
        self,
        path: Path,
        changed: Callable[[], None],
        environment: Mapping[str, str] | None = None,
        look: Look = looked_at,
    ) -> None:
        self._path = path
        self._changed = changed
        self._environment = os.environ if environment is None else environment
        self._look = look
        self._turn = threading.Lock()
        remove_half_written(path.resolve())

    def now(self) -> SettingsNow:
        text = self._text()
        settings = read_settings(self._path, self._environment)
        site = settings.site
        return SettingsNow(
            path=str(self._path.absolute()),
            tag=_tag(text),
            name=site.name,
            time_zone=site.time_zone,
            main_fuse_a=site.main_fuse_a,
            netting=site.netting,
            mongodb_database=settings.mongodb.database if settings.mongodb else None,
            meters=[
                MeterNow(
                    name=one.name,
                    role=one.role,
                    host=one.host,
                    production=one.production,
                    phases=one.phases,
                    begins=one.begins,
                    has_password=bool(one.password.get_secret_value()),
                )
                for one in settings.meters
            ],
            fixed=self._fixed(text),
        )

    def preview(self, change: SettingsChange) -> Sequence[Effect]:
        effects, _, _ = self._tried(self._text(), change)
        return effects

    async def unreached(self, change: SettingsChange) -> Sequence[Effect]:
        effects, _, after = await asyncio.to_thread(self._tried, self._text(), change)
        asked = {one.meter for one in effects if one.kind in _ASKS}
        meters = [one for one in after.meters if one.name in asked]
        passwords = {one.host: one.password or "" for one in after.accesses}
        looks = (self._look(one.host, passwords[one.host]) for one in meters)
        found = zip(meters, await asyncio.gather(*looks), strict=True)
        return [Effect(kind, meter.name) for meter, kind in found if kind is not None]

    def change(self, change: SettingsChange, tag: str) -> Sequence[Effect]:
        with self._turn:  # of two owners who have read the same, the second one is told
            before = self._of_tag(tag)
            effects, text, _ = self._tried(before, change)
            if text != before:
                try:
                    write_settings(self._path, text, keep=False, check=lambda _: self._of_tag(tag))
                except OSError as error:
                    raise _unwritten(self._path, error) from error
                self._changed()
            return effects

    def _of_tag(self, tag: str) -> str:
        """What stands there. Raises StaleSettings where it is something else by now."""
        text = self._text()
        if _tag(text) != tag:
            raise StaleSettings("the settings were changed meanwhile")
        return text

    def _tried(self, before: str, change: SettingsChange) -> tuple[list[Effect], str, Settings]:
        """Raises BadQuestion, BadSettings."""
        known = read_settings(self._path, self._environment)
        names = [one.name for one in known.meters]
        self._refuse_fixed(before, change, names)
        try:
            text = edited(before, _by_the_file(change, before, names))
            after = tried(self._path, text, self._environment)
        except CannotEdit as error:
            raise BadSettings([str(error)]) from error
        except OSError as error:
            raise _unwritten(self._path, error) from error
        renamed = {
            name: str(values["name"]).strip()
            for name, values in change.meters.items()
            if "name" in values
        }
        return effects_of(known, after, renamed), text, after

    def _refuse_fixed(self, text: str, change: SettingsChange, names: Sequence[str]) -> None:
        """Raises BadQuestion."""
        fixed = set(self._fixed(text))
        for key in _keys_of(change, names):
            if key in fixed:
                raise BadQuestion(
                    key,
                    f"{key} is said by the environment or by a file of its own: change it there",
                )
        self._refuse_removal(change, names)

    def _refuse_removal(self, change: SettingsChange, names: Sequence[str]) -> None:
        """Raises BadQuestion."""
        if not change.removed:
            return
        if not change.added and set(names) <= set(change.removed):
            raise BadQuestion("removed", "one meter at least is needed")
        first = min(map(names.index, change.removed))
        for key in fixed_keys(self._environment):
            section, _, rest = key.partition(".")
            number = rest.partition(".")[0]
            if section == "meters" and number.isdecimal() and int(number) >= first:
                raise BadQuestion(
                    "removed",
                    f"WATTLEDGER_METERS__{number} of the environment would be said of another "
                    "meter: take it away first",
                )

    def _fixed(self, text: str) -> list[str]:
        return [*fixed_keys(self._environment), *_in_files(tomllib.loads(text))]

    def _text(self) -> str:
        """Raises BadSettings."""
        try:
            return text_of(read_small(self._path, MOST_BYTES))
        except (OSError, ValueError) as error:
            raise BadSettings([f"{self._path} can't be read: {error}"]) from error


def _tag(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _names(text: str) -> list[str]:
    return [str(meter.get("name")) for meter in tomllib.loads(text).get("meters", [])]


def _by_the_file(change: SettingsChange, text: str, names: Sequence[str]) -> SettingsChange:
    """Meters by what the file calls them, of those that have these `names`. Without its URI nothing
    of `[mongodb]` stays, and of what does not give no sign of its production.
    """
    called = dict(zip(names, _names(text), strict=True))
    sections = dict(change.sections)
    if sections.get("mongodb", {}).get("uri", "") is None:
        sections["mongodb"] = dict.fromkeys(tomllib.loads(text).get("mongodb", {}))
    return SettingsChange(
        sections,
        {called[name]: _of_its_role(values) for name, values in change.meters.items()},
        [called[name] for name in change.removed],
        [
            {key: value for key, value in _of_its_role(one).items() if value is not None}
            for one in change.added
        ],
    )


def _of_its_role(values: Mapping[str, object]) -> Mapping[str, object]:
    """What is said of a meter, by the role that it is to have."""
    role = next((role for role in Role if role == values.get("role")), None)
    return values if role is None or role.gives else {**values, "production": None}


def _keys_of(change: SettingsChange, names: Sequence[str]) -> Iterator[str]:
    for section, values in change.sections.items():
        yield from (f"{section}.{key}" for key in values)
    for name, values in change.meters.items():
        if name not in names:
            raise BadQuestion("meters", f"there is no meter '{name}'")
        yield from (f"meters.{names.index(name)}.{key}" for key in values)
    for name in change.removed:
        if name not in names:
            raise BadQuestion("removed", f"there is no meter '{name}'")


def _in_files(values: Mapping[str, Any]) -> Iterator[str]:
    """Secrets that stand in a file of their own, which phones do not name."""
    for section, key in sorted(SECRETS):
        table = values.get(section, {})
        tables = list(enumerate(table)) if isinstance(table, list) else [(None, table)]
        for at, one in tables:
            if f"{key}_file" in one:
                yield f"{section}.{key}" if at is None else f"{section}.{at}.{key}"


def _unwritten(path: Path, error: OSError) -> BadSettings:
    return BadSettings([f"{path} can't be written: {error.strerror}"])
