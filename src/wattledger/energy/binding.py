"""Bindings: which MAC answers for which of the home's meters, so that an address may change hands.

The settings name a meter by its address; the books by its MAC. An address can come to lead to
another meter: replaced by a new one (its history goes on), re-addressed by hand in the settings
(the label moves), or swapped by the router (nothing may be mixed: refused until somebody looks).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from wattledger.energy.errors import WrongMeter
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity, MeterLabel
from wattledger.energy.site import Assignment, MeasuredSource, Site

__all__ = ["Binding", "WrongMeter", "assignment_of", "bound"]


@dataclass(frozen=True, slots=True)
class Binding:
    """A meter's name in the settings, the address it was last found at, and its MAC."""

    name: str
    host: str
    meter: MeterId


def bound(
    bindings: Sequence[Binding], label: MeterLabel, host: str, meter: MeterId
) -> tuple[Binding, ...]:
    """The bindings after `meter` has answered at `host` for `label`. Raises WrongMeter.

    Of several bindings of one name the last is the meter that answers for it now.
    """
    new = Binding(label.name, host, meter)
    holder = next((b for b in bindings if b.meter == meter), None)
    if holder is None:
        return (*bindings, new)
    if holder.name != label.name and _address_is_old(bindings, label.name, host):
        raise WrongMeter(
            f"the meter that answers is the one known as '{holder.name}', not '{label.name}': "
            "have the addresses been exchanged? Correct the hosts in the settings"
        )
    others = tuple(b for b in bindings if b.meter != meter)
    if _last_of(bindings, label.name) == holder:
        return tuple(new if b.meter == meter else b for b in bindings)
    return (*others, new)


def _last_of(bindings: Sequence[Binding], name: str) -> Binding | None:
    return next((b for b in reversed(bindings) if b.name == name), None)


def _address_is_old(bindings: Sequence[Binding], name: str, host: str) -> bool:
    """Whether the name still has the address it had: then the network changed, not the settings."""
    return any(b.name == name and b.host == host for b in bindings)


def assignment_of(
    site: Site,
    bindings: Sequence[Binding],
    identities: Mapping[MeterId, MeterIdentity] = MappingProxyType({}),
) -> Assignment:
    """Which meters measure each source of the site: those bound to a name that is its meter's and
    that have one of its phases. What is booked of a phase that a meter does not have is a 0 that
    says nothing.
    """
    phases = {meter: set(one.phases or PHASES) for meter, one in identities.items()}
    sources: list[MeasuredSource] = []
    for label in site.meters:
        names = {source.name for source in label.sources}
        meters = [binding.meter for binding in bindings if binding.name in names]
        for source in label.sources:
            own = [one for one in meters if phases.get(one, {*PHASES}) & {*source.phases}]
            sources.append(MeasuredSource(source, tuple(own)))
    return Assignment(tuple(sources))
