"""What a role means to a home: one row for each, and all that is asked of a role is asked of it."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Place(Enum):
    """Where a role stands in the balance of the home."""

    MAINS = "mains"
    PRODUCTION = "production"
    STORAGE = "storage"
    PART = "part"
    """Of what the home uses: no part of the balance."""


class Role(StrEnum):
    """What a source measures."""

    GRID = "grid"
    SOLAR = "solar"
    BATTERY = "battery"
    LOAD = "load"

    @property
    def place(self) -> Place:
        return _ROWS[self].place

    @property
    def words(self) -> tuple[str, ...]:
        """Of its directions: of a net above zero once the source is turned as its role counts, and
        below; what has no word is told by nobody. A part of the home has one, for its net.
        """
        return tuple(_ROWS[self].flows)

    @property
    def flows(self) -> Mapping[str, str]:
        """Its words, each with what it is energy of."""
        return _ROWS[self].flows

    @property
    def where(self) -> str:
        """What its power is the power of."""
        return _ROWS[self].where

    @property
    def called(self) -> str:
        """What a source of it is called where nobody says otherwise."""
        return _ROWS[self].called

    @property
    def gives(self) -> bool:
        """Whether its sign is that of what it gives to the home, so that `production` applies."""
        return self.place in {Place.PRODUCTION, Place.STORAGE}

    @property
    def is_balanced(self) -> bool:
        """Whether its sources are one quantity of the balance; else each is told by its name."""
        return self.place is not Place.PART


class _Row(NamedTuple):
    place: Place
    called: str
    where: str
    flows: Mapping[str, str]


_ROWS: Mapping[Role, _Row] = MappingProxyType(
    {
        Role.GRID: _Row(
            Place.MAINS,
            "mains",
            "at the mains",
            {"imported": "from the mains", "exported": "to the mains"},
        ),
        Role.SOLAR: _Row(Place.PRODUCTION, "solar", "of the plants", {"produced": "of the plants"}),
        Role.BATTERY: _Row(
            Place.STORAGE,
            "battery",
            "of the batteries",
            {"discharged": "from the batteries", "charged": "into the batteries"},
        ),
        Role.LOAD: _Row(
            Place.PART, "part", "of a part of the home", {"consumed": "of a part of the home"}
        ),
    }
)
