"""Asks which meter has which role, and which sign of the plant's means producing."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from wattledger.cli.setup.describe_meter import power_words
from wattledger.cli.setup.meter_password import Seen
from wattledger.energy.meter import Production, Role
from wattledger.setup.role_guess import evident_production, guessed_roles

NONE = "none"
NAMES = {Role.GRID: "mains", Role.SOLAR: "solar"}
_LONGEST_NAME = 40

Section = dict[str, Any]


def assigned(seen: Sequence[Seen], names: Mapping[str, str]) -> list[Section]:
    """The `[[meters]]` of the settings, the grid's first. `names`: what a role's is called yet."""
    if seen:
        click.echo("\nWhich one is where? grid: at the mains; solar: at the plant; none: left out.")
    free = [Role.GRID, Role.SOLAR]
    sections: list[Section] = []
    guesses = guessed_roles([one.sight for one in seen])
    for one, guess in zip(seen, guesses, strict=True):
        role = _asked_role(one, guess, free)
        if role is None:
            continue
        free.remove(role)
        taken = [section["name"] for section in sections]
        sections.append(_section(one, role, _name(one, role, names, taken)))
    return sorted(sections, key=lambda section: list(Role).index(section["role"]))


def _asked_role(one: Seen, guess: Role | None, free: Sequence[Role]) -> Role | None:
    if not free:
        click.echo(f"  Meter {one.number} is left out: each role has its meter.")
        return None
    choices = [*(role.value for role in free), NONE]
    answer = click.prompt(
        f"  Meter {one.number}",
        type=click.Choice(choices, case_sensitive=False),
        default=_proposed(guess, free),
    )
    return None if answer == NONE else Role(answer)


def _proposed(guess: Role | None, free: Sequence[Role]) -> str:
    """The guess, unless the person has given that role to another one."""
    if guess is None:
        return NONE
    return (guess if guess in free else free[0]).value


def _name(one: Seen, role: Role, names: Mapping[str, str], taken: Sequence[str]) -> str:
    """What the role's meter is called yet, else as in its own app, where that will do."""
    own = (one.sight.identity.name or "").strip()
    usual = [NAMES[role], f"{NAMES[role]} meter"]
    wanted = (name for name in (names.get(role, ""), own, *usual) if name not in taken)
    return next(name for name in wanted if 0 < len(name) <= _LONGEST_NAME)


def _section(one: Seen, role: Role, name: str) -> Section:
    section: Section = {"name": name, "role": role.value, "host": one.host}
    if one.password:
        section["password"] = one.password
    if role is Role.SOLAR:
        section["production"] = _production(one).value
    return section


def _production(one: Seen) -> Production:
    reading = one.sight.reading
    evident = evident_production(reading)
    if evident is not None:
        power = power_words(reading.active_power_w)
        click.echo(f"  Its {power} can only be what the plant produces: {evident.value}.")
        return evident
    click.echo(
        "  What it measures now does not tell which sign of its power means producing.\n"
        "  Most are wired so that it is positive; you can turn it later."
    )
    answer = click.prompt(
        "  Sign of producing",
        type=click.Choice([one.value for one in Production]),
        default=Production.POSITIVE.value,
    )
    return Production(answer)
