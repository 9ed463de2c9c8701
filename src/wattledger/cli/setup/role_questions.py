"""Asks what each meter measures, or each phase of one, and which sign of it means giving."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from wattledger.cli.setup.describe_meter import power_words
from wattledger.cli.setup.meter_password import Seen
from wattledger.cli.setup.prompt import answered, chosen
from wattledger.energy.meter import PHASES, Production, Role
from wattledger.energy.role import Place
from wattledger.setup.proposal import Decided, in_order, proposed_name, proposed_roles
from wattledger.setup.role_guess import evident_production

NONE, BEFORE, SEVERAL = "none", "before", "several"
_ROLES = [role.value for role in Role]
_GIVING = {Place.PRODUCTION: "producing", Place.STORAGE: "discharging"}
_WORDS = """
Which one is where? grid: at the mains; solar: at a plant; battery; load: a part
of the home, such as a heat pump; none: left out."""
_SEVERAL = "several: its phases measure different things."
_BEFORE = "before: as the settings have it that are there."

Section = dict[str, Any]


def assigned(seen: Sequence[Seen], before: Sequence[Mapping[str, Any]]) -> list[Section]:
    """The `[[meters]]` of the settings, the grid's first; `before` are those that are there."""
    if not seen:
        return []
    known = [[section for section in before if section["host"] == one.host] for one in seen]
    also = [_SEVERAL] * any(map(_has_channels, seen)) + [_BEFORE] * any(map(_says_more, known))
    click.echo("\n".join([_WORDS, *also]))
    decided: list[Decided | None] = [None] * len(seen)
    sections: list[Section] = []
    for place, (one, own) in enumerate(zip(seen, known, strict=True)):
        guess = proposed_roles([other.sight for other in seen], decided)[place]
        answer = _asked(one, own, guess)
        decided[place] = Decided(Role(answer) if answer in _ROLES else None)
        if answer == BEFORE:
            sections += map(dict, own)
        elif answer == SEVERAL:
            sections += _parts(one, before, sections)
        elif answer != NONE:
            sections.append(_section(one, Role(answer), before, sections))
    return in_order(sections)


def _has_channels(one: Seen) -> bool:
    return one.sight.identity.profile == "monophase" and len(_phases(one)) > 1


def _phases(one: Seen) -> list[str]:
    return [name for at, name in enumerate(PHASES) if at not in one.sight.reading.absent]


def _says_more(own: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the settings say of a meter what the answer to one question does not."""
    plain = (Role.GRID, Role.SOLAR)
    return len(own) > 1 or any(
        one["role"] not in plain or not one.keys().isdisjoint({"phases", "from"}) for one in own
    )


def _asked(one: Seen, own: Sequence[Mapping[str, Any]], guess: Role | None) -> str:
    choices = [*_ROLES]
    default = NONE if guess is None else guess.value
    if _has_channels(one):
        choices.append(SEVERAL)
    if _says_more(own):
        choices.append(BEFORE)
        default = BEFORE
    return chosen(f"  Meter {one.number}", [*choices, NONE], default)


def _parts(
    one: Seen, before: Sequence[Mapping[str, Any]], others: Sequence[Section]
) -> list[Section]:
    """One for each phase that measures something; the home's word for several is several words."""
    found: list[Section] = []
    for phase in _phases(one):
        answer = chosen(f"  Meter {one.number}, phase {phase}", [*_ROLES, NONE], NONE)
        if answer != NONE:
            found.append(_section(one, Role(answer), before, [*others, *found], phase))
    return found


def _section(
    one: Seen,
    role: Role,
    before: Sequence[Mapping[str, Any]],
    others: Sequence[Section],
    phase: str | None = None,
) -> Section:
    """Of a meter, or of one phase of it."""
    section: Section = {
        "name": _name(one, role, before, [other["name"] for other in others], phase),
        "role": role.value,
        "host": one.host,
    }
    if one.password:
        section["password"] = one.password
    if role.gives:
        section["production"] = _production(one, role, phase).value
    if phase is not None:
        section["phases"] = [phase]
    return section


def _name(
    one: Seen,
    role: Role,
    before: Sequence[Mapping[str, Any]],
    taken: Sequence[str],
    phase: str | None,
) -> str:
    """Under its name of before the history of a replaced meter goes on; a part is asked its own."""
    there = [section for section in before if section["role"] == role]
    names = {section["role"]: section["name"] for section in there}
    names |= {section["role"]: section["name"] for section in there if section["host"] == one.host}
    own = None if phase else one.sight.identity.name
    name = proposed_name(role, own, taken, names)
    if role.is_balanced:
        return name
    while (answer := _typed_name(name)) in taken:
        click.echo("Error: another one has that name")
    return answer[:40]


def _typed_name(name: str) -> str:
    return str(click.prompt("  Its name", default=name, value_proc=answered(str.strip)))


def _production(one: Seen, role: Role, phase: str | None) -> Production:
    """What flows tells it of a plant; a battery may be charged."""
    giving = _GIVING[role.place]
    reading = one.sight.reading
    evident = evident_production(reading) if role.place is Place.PRODUCTION else None
    if evident is not None and phase is None:
        power = power_words(reading.active_power_w)
        click.echo(f"  Its {power} can only be what the plant produces: {evident.value}.")
        return evident
    click.echo(
        f"  What it measures now does not tell which sign of its power means {giving}.\n"
        "  Most are wired so that it is positive; you can turn it later."
    )
    answer = chosen(
        f"  Sign of {giving}", [one.value for one in Production], Production.POSITIVE.value
    )
    return Production(answer)
