"""The home: its zone, its netting, and which meter measures what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from wattledger.energy.home_quantities import Quantity, Roles, quantities_of
from wattledger.energy.meter import MeterId, MeterLabel, Source
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.record_alignment import together
from wattledger.energy.record_columns import Series, in_a_row, series_from


@dataclass(frozen=True)
class Site:
    """What the settings say of the home; meters in the order of the settings."""

    name: str
    calendar: Calendar
    netting: Netting
    meters: tuple[MeterLabel, ...]
    poll_interval_s: float = 1.0
    main_fuse_a: float = 25.0
    is_known: bool = True
    """Whether this version understands the roles of all its sources; those that it does not are
    left out.
    """

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(source for meter in self.meters for source in meter.sources)

    @cached_property
    def roles(self) -> Roles:
        found = quantities_of([(one.role, one.name, one.since) for one in self.sources])
        return replace(found, are_known=self.is_known)


@dataclass(frozen=True, slots=True)
class MeasuredSource:
    """A source, and which meters have measured it, oldest first: more than one where a meter was
    replaced, none while none has ever answered.
    """

    source: Source
    meters: tuple[MeterId, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which meters have measured each source of the home."""

    sources: tuple[MeasuredSource, ...] = ()

    @property
    def meters(self) -> tuple[MeterId, ...]:
        """Each once."""
        return tuple(dict.fromkeys(meter for one in self.sources for meter in one.meters))

    def of(self, quantity: Quantity) -> list[MeasuredSource]:
        """The sources of one quantity."""
        return [
            one
            for one in self.sources
            if one.source.role is quantity.role
            and (quantity.role.is_balanced or one.source.name == quantity.name)
        ]


def quantity_series(sources: Sequence[MeasuredSource], parts: Sequence[Series]) -> Series:
    """One quantity from the records of each of its sources: turned as they give, and added up where
    all of them have some that are there at that time.
    """
    if not sources:
        return series_from([])
    turned = [
        part.turned() if one.source.is_turned else part
        for one, part in zip(sources, parts, strict=True)
    ]
    return in_a_row(list(_by_what_is_there([one.source.since for one in sources], turned)))


def _by_what_is_there(sinces: Sequence[int], parts: Sequence[Series]) -> Iterator[Series]:
    """A stretch for each time at which a source begins; in each those that have begun."""
    starts = sorted(set(sinces))
    for start, end in zip_longest(starts, starts[1:]):
        begun = zip(sinces, parts, strict=True)
        yield together([part.between(start, end) for since, part in begun if since <= start])
