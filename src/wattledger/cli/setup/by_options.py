"""`setup` without questions: who measures what, and what the home is like, are options."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from wattledger.cli.failures import fail
from wattledger.cli.setup.find_meters import named
from wattledger.energy.clean_text import clean
from wattledger.energy.clock import SystemClock
from wattledger.energy.errors import MeterError
from wattledger.energy.meter import Production, Role
from wattledger.setup.answers import fuse_of, of_meter, of_site, zone_of
from wattledger.setup.meter_discovery import Met
from wattledger.setup.own_certificate import SETTINGS, CannotHaveHttps, make_certificate
from wattledger.setup.proposal import in_order, proposed_name
from wattledger.setup.role_guess import evident_production
from wattledger.setup.settings_place import store_of
from wattledger.setup.system_time_zone import system_zone
from wattledger.shelly.probe import Sight, look_at

_EVERY = "0.0.0.0"  # noqa: S104 - behind pairing


@dataclass(frozen=True, slots=True)
class Given:
    """The options, as they were typed."""

    grid: tuple[str, ...]
    solar: tuple[str, ...]
    battery: tuple[str, ...]
    load: tuple[str, ...]
    name: str | None
    zone: str | None
    fuse: str | None
    netting: str | None
    password_file: Path | None
    no_phones: bool
    https: bool
    replace: bool

    @property
    def meters(self) -> list[tuple[Role, str]]:
        return [(role, host) for role in Role for host in getattr(self, role.value)]

    def check_asked(self) -> None:
        """That none of them is given beside questions. Raises UsageError."""
        told = [self.name, self.zone, self.fuse, self.netting, self.password_file]
        if any(told) or self.no_phones or self.https or self.replace:
            raise click.UsageError("say which meters there are, too: --grid HOST --solar HOST ...")


def check_alone(hosts: Sequence[str]) -> None:
    """Raises UsageError."""
    if hosts:
        raise click.UsageError("--host asks, --grid and the like do not: give one or the other")


def values_of(path: Path, before: Mapping[str, Any], given: Given) -> dict[str, Any]:
    """The settings; what the options do not say is as it was before, or usual."""
    if path.exists() and not given.replace:
        fail(f"there are settings at {path}: --replace keeps them beside the new ones")
    site = dict(before.get("site", {}))
    site.setdefault("time_zone", system_zone() or "Europe/Helsinki")
    checks: list[tuple[str, str | None, Callable[[str], Any]]] = [
        ("name", given.name, of_site("name")),
        ("time_zone", given.zone, zone_of),
        ("main_fuse_a", given.fuse, fuse_of),
        ("netting", given.netting, lambda text: str(of_site("netting")(text))),
    ]
    for key, text, check in checks:
        if text is not None:
            site[key] = _checked(key, text, check)
    server = {} if given.no_phones else {"host": _EVERY, "access": "token"}
    server = dict(before.get("server", server))
    store = before.get("store") or store_of(path)
    meters = in_order(_sections(given))
    if given.https:  # the last of it, since it writes
        server |= _https(path, str(site.get("name", "Home")), str(server.get("host", "127.0.0.1")))
    return {**before, "site": site, "server": server, "store": store, "meters": meters}


def _checked(key: str, text: str, check: Callable[[str], Any]) -> Any:  # noqa: ANN401 - of its key
    try:
        return check(text)
    except ValueError as error:
        fail(f"{key}: {error}")


def _https(path: Path, home: str, host: str) -> dict[str, str]:
    try:
        print_ = make_certificate(path, home, host, int(SystemClock().now_s()), [])
    except CannotHaveHttps as error:
        fail(str(error))
    click.echo(
        f"The home's authority, which each phone must trust once, has the fingerprint\n{print_}"
    )
    return SETTINGS


def _sections(given: Given) -> list[dict[str, Any]]:
    roles = given.meters
    met = named(host for _, host in roles)
    sections: list[dict[str, Any]] = []
    for (role, _), one in zip(roles, met, strict=True):
        password = _password(given, one) if one.greeting.wants_password else ""
        sight = _seen(one, password)
        taken = [str(section["name"]) for section in sections]
        section = {
            "name": proposed_name(role, sight.identity.name, taken),
            "role": role.value,
            "host": one.host,
            **({"password": password} if password else {}),
            **({"production": _production(sight).value} if role.gives else {}),
        }
        click.echo(f"{section['name']}: {role.value}, at {one.host}, MAC {one.identity.meter}")
        sections.append(section)
    return sections


def _production(sight: Sight) -> Production:
    return evident_production(sight.reading) or Production.POSITIVE


def _password(given: Given, one: Met) -> str:
    if given.password_file is None:
        fail(f"{one.host} has a password: put it into a file, and name that with --password-file")
    try:
        text = given.password_file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, ValueError) as error:
        fail(f"{given.password_file} can't be read: {error}")
    password: str = _checked("password", text, of_meter("password")).get_secret_value()
    return password


def _seen(one: Met, password: str) -> Sight:
    try:
        return asyncio.run(look_at(one.host, password))
    except MeterError as error:
        fail(f"{one.host}: {clean(str(error))}")
