"""What a home measures: each balanced role is one quantity, each part of the home another."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wattledger.energy.role import Place, Role


@dataclass(frozen=True, slots=True)
class Quantity:
    """One of them; `since` is when its first source began, UTC epoch seconds, None where the home
    has no source of it. Before that it is absent, not unknown.
    """

    role: Role
    name: str = ""
    since: int | None = 0

    def begun(self, at: int) -> bool:
        return self.since is not None and self.since <= at


GRID, SOLAR = Quantity(Role.GRID), Quantity(Role.SOLAR)


@dataclass(frozen=True)
class Roles:
    """The quantities of a home, in the order in which all sums of it stand: mains and plant, which
    have a place in any home, then what else is balanced, then its parts.
    """

    quantities: tuple[Quantity, ...] = (GRID, SOLAR)
    are_known: bool = True
    """Whether that is all that the home measures, as far as this version understands it: else there
    is no balance.
    """

    @staticmethod
    def of(*, grid: bool = True, solar: bool = True) -> "Roles":
        """Of a home that has no more than mains and a plant."""
        absent = Quantity(Role.GRID, since=None), Quantity(Role.SOLAR, since=None)
        return Roles((GRID if grid else absent[0], SOLAR if solar else absent[1]))

    @property
    def mains(self) -> Quantity:
        """They have the first place in any home."""
        return self.quantities[0]

    def has(self, role: Role) -> bool:
        return any(one.role is role and one.since is not None for one in self.quantities)

    @cached_property
    def balanced(self) -> int:
        """How many of them are balanced; these come first."""
        return sum(one.role.is_balanced for one in self.quantities)

    @cached_property
    def unknown_flows(self) -> tuple[None, ...]:
        return (None,) * sum(len(one.role.words) for one in self.quantities)

    @cached_property
    def flow_at(self) -> list[int]:
        """Where the flows of each begin among all of them."""
        words = [len(one.role.words) for one in self.quantities]
        return [sum(words[:at]) for at in range(len(words))]

    def present(self, at: int) -> tuple[int, ...]:
        """The places of those in the balance of that moment; none where there are no mains."""
        return self._present[bisect_right(self._steps, at)]

    @cached_property
    def are_plain(self) -> bool:
        """Whether the home has mains and a plant, both from the first day, and no more."""
        return self.quantities == (GRID, SOLAR) and self.are_known

    @cached_property
    def places(self) -> list[Place]:
        """Where each of them stands in the balance."""
        return [one.role.place for one in self.quantities]

    @cached_property
    def _steps(self) -> list[int]:
        """When something more was there than before."""
        return sorted({one.since for one in self.quantities if one.since})

    @cached_property
    def _present(self) -> list[tuple[int, ...]]:
        return [self._places(at) for at in (0, *self._steps)]

    def _places(self, at: int) -> tuple[int, ...]:
        places = [n for n, one in enumerate(self.quantities[: self.balanced]) if one.begun(at)]
        has_mains = any(self.quantities[n].role.place is Place.MAINS for n in places)
        return tuple(places) if has_mains and self.are_known else ()


def quantities_of(sinces: Sequence[tuple[Role, str, int]]) -> Roles:
    """Of a home's sources: their roles, names, and since when each counts."""
    found: list[Quantity] = []
    for role in Role:
        own = [(name, since) for of, name, since in sinces if of is role]
        if not role.is_balanced:
            found += [Quantity(role, name, since) for name, since in own]
        elif own or len(found) < 2:
            found.append(Quantity(role, since=min((since for _, since in own), default=None)))
    return Roles(tuple(sorted(found, key=lambda one: not one.role.is_balanced)))
