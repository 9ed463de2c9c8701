"""What is proposed of each meter: what it measures, how it counts, what it is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattledger.energy.meter import Production, Role
from wattledger.setup.role_guess import evident_production, guessed_roles
from wattledger.shelly.probe import Sight

LONGEST_NAME = 40

Section = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person has said of one meter; `role` None leaves it out."""

    role: Role | None


def proposed_roles(
    sights: Sequence[Sight | None], decided: Sequence[Decided | None]
) -> list[Role | None]:
    """As people said; of the others as it looks, each of mains and plant given once.

    None for what can't be seen, and what was left out.
    """
    given = [one.role for one in decided if one is not None]
    seen = {
        place: sight
        for place, (sight, said) in enumerate(zip(sights, decided, strict=True))
        if sight is not None and said is None
    }
    roles = [one.role if one is not None else None for one in decided]
    free = [role for role in (Role.GRID, Role.SOLAR) if role not in given]
    guesses = dict(zip(seen, guessed_roles([*seen.values()]), strict=True))
    for place, guess in guesses.items():
        if guess in free:
            roles[place] = guess
            free.remove(guess)
    for place in (place for place in guesses if roles[place] is None):
        roles[place] = free.pop(0) if free else Role.LOAD
    return roles


def proposed_production(sight: Sight | None) -> Production:
    """As what flows shows it; else as most are wired."""
    evident = None if sight is None else evident_production(sight.reading)
    return evident or Production.POSITIVE


def proposed_name(
    role: Role, own: str | None, taken: Sequence[str], before: Mapping[str, str] | None = None
) -> str:
    """What the role's meter is called yet, else as in its own app, where that will do."""
    usual = [role.called, f"{role.called} meter", *(f"{role.called} {n}" for n in range(2, 99))]
    wanted = ((before or {}).get(role, ""), (own or "").strip(), *usual)
    return next(name for name in wanted if 0 < len(name) <= LONGEST_NAME and name not in taken)


def in_order(sections: Sequence[Section]) -> list[Section]:
    """The mains' first."""
    return sorted(sections, key=lambda section: list(Role).index(Role(section["role"])))
