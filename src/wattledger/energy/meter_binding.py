"""Bindings: which MAC answers for which of the home's meters, so that an address may change hands.

The settings name a meter by its address; the books by its MAC. An address can come to lead to
another meter: replaced by a new one (its history goes on), re-addressed by hand in the settings
(the label moves), or swapped by the router (nothing may be mixed: refused until somebody looks).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from wattledger.energy.errors import WrongMeter
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity, MeterLabel
from wattledger.energy.site import Assignment, MeasuredSource, Site

__all__ = ["Binding", "WrongMeter", "assignment_of", "bound", "known_as", "last_of", "passed_on"]

MOST_BOUND = 200
"""The store has numbers for 256 meters; the rest is for those that answer for no name any more."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A meter's name in the settings, the address it was last found at, and its MAC."""

    name: str
    host: str
    meter: MeterId


def bound(
    bindings: Sequence[Binding],
    label: MeterLabel,
    host: str,
    meter: MeterId,
    settings_names: Collection[str] = (),
    empty: Collection[MeterId] = (),
) -> tuple[Binding, ...]:
    """The bindings after `meter` has answered at `host` for `label`. Raises WrongMeter.

    Of several bindings of one name the last is the meter that answers for it now. Of a name that
    the settings no longer hold all of them follow its meter: it was renamed, and those that had the
    new name were removed. A new meter takes the place of those of its name that are `empty`: that
    have never given a minute.
    """
    holder = next((b for b in bindings if b.meter == meter), None)
    name = known_as(bindings, label, host, settings_names) or label.name
    if name not in {source.name for source in label.sources}:
        renamed = _free_name(bindings, label)
        if holder is not None and holder.name == name:
            return _after_renaming(bindings, name, renamed)
        name = renamed
    new = Binding(name, host, meter)
    if holder is None:
        kept = [b for b in bindings if b.name != name or b.meter not in empty]
        if len(kept) >= MOST_BOUND:
            raise WrongMeter(
                f"a new meter answers, and the home has had {MOST_BOUND}: the books take no more"
            )
        return (*kept, new)
    if holder.name != name and _address_is_old(bindings, name, host):
        raise WrongMeter(
            f"the meter that answers is the one known as '{holder.name}', not '{label.name}': "
            "have the addresses been exchanged? Correct the hosts in the settings"
        )
    if _is_gone(holder.name, settings_names) and all(b.name != name for b in bindings):
        bindings = _after_renaming(bindings, holder.name, name)
    last = _last_of(bindings, name)
    if last is not None and last.meter == meter:
        return tuple(new if b.meter == meter else b for b in bindings)
    return (*(b for b in bindings if b.meter != meter), new)


def passed_on(
    bindings: Sequence[Binding],
    label: MeterLabel,
    meter: MeterId,
    hosts: Mapping[str, str],
    settings_names: Collection[str] = (),
) -> Sequence[Binding]:
    """The bindings when `meter` answers for `label`: where it answers at the address it had under
    the name of another label, which has now that of a third one, and so on, these have passed on
    their names, or exchanged them, and all that was ever bound to them follows. `hosts` as
    `assignment_of` has them.
    """
    holder = next((b for b in bindings if b.meter == meter), None)
    if holder is None or holder.name in {one.name for one in label.sources}:
        return bindings
    if hosts.get(label.name) != holder.host or _last_of(bindings, holder.name) != holder:
        return bindings
    names = {holder.name: label.name}
    while (name := next(reversed(names))) != label.name and name in hosts:
        before = _last_at(bindings, hosts[name])
        if before is None or before.name in names:
            return bindings
        names[before.name] = name
    bound_names = {b.name for b in bindings}
    is_open = name != label.name and (name in settings_names or label.name in bound_names)
    if is_open or len(names) == 1:
        return bindings
    return [replace(b, name=names.get(b.name, b.name)) for b in bindings]


def _last_at(bindings: Sequence[Binding], host: str) -> Binding | None:
    """The one of its name's last meters that answered last at an address."""
    lasts = (b for b in reversed(bindings) if b.host == host)
    return next((b for b in lasts if _last_of(bindings, b.name) == b), None)


def known_as(
    bindings: Sequence[Binding],
    label: MeterLabel,
    host: str | None,
    settings_names: Collection[str] = (),
) -> str | None:
    """The name under which the meters of a label are bound: that of one of its sources, whichever
    was the first once. A source may have had a meter of its own before, at another address: that
    one is not this label's. A label that is new at its address, while the name there is gone from
    the settings, was renamed. None where none ever answered.
    """
    names = {source.name for source in label.sources}
    own = [b for b in bindings if b.name in names]
    there = [b for b in own if b.host == host]
    renamed = [b for b in bindings if _was_renamed(bindings, b, host, settings_names)]
    found = there or renamed or own
    return found[-1].name if found else None


def last_of(
    bindings: Sequence[Binding],
    label: MeterLabel,
    host: str | None,
    settings_names: Collection[str] = (),
) -> MeterId | None:
    """The meter that answered last for a label."""
    name = known_as(bindings, label, host, settings_names)
    last = None if name is None else _last_of(bindings, name)
    return None if last is None else last.meter


def _free_name(bindings: Sequence[Binding], label: MeterLabel) -> str:
    """The name of a source under which nothing is bound that has another meter."""
    taken = {b.name for b in bindings}
    return next((one.name for one in label.sources if one.name not in taken), label.name)


def _after_renaming(bindings: Sequence[Binding], before: str, after: str) -> tuple[Binding, ...]:
    """Those that were removed, and had the name that others get, are told from them by the MAC of
    the last one, and stay together.
    """
    last = _last_of(bindings, after)
    names = {before: after} if last is None else {before: after, after: f"{after} {last.meter}"}
    return tuple(replace(b, name=names.get(b.name, b.name)) for b in bindings)


def _last_of(bindings: Sequence[Binding], name: str) -> Binding | None:
    return next((b for b in reversed(bindings) if b.name == name), None)


def _was_renamed(
    bindings: Sequence[Binding], holder: Binding, host: str | None, settings_names: Collection[str]
) -> bool:
    """Whether the meter is where it was, and its name no more."""
    is_gone = _is_gone(holder.name, settings_names)
    return is_gone and holder.host == host and _last_of(bindings, holder.name) == holder


def _is_gone(name: str, settings_names: Collection[str]) -> bool:
    return bool(settings_names) and name not in settings_names


def _address_is_old(bindings: Sequence[Binding], name: str, host: str) -> bool:
    """Whether the name still has the address it had: then the network changed, not the settings."""
    return any(b.name == name and b.host == host for b in bindings)


def assignment_of(
    site: Site,
    bindings: Sequence[Binding],
    identities: Mapping[MeterId, MeterIdentity] = MappingProxyType({}),
    hosts: Mapping[str, str] = MappingProxyType({}),
) -> Assignment:
    """Which meters measure each source of the site: those bound to its meter and that have one of
    its phases. What is booked of a phase that a meter does not have is a 0 that says nothing.
    `hosts` are those of the settings, by the names of the labels.
    """
    phases = {meter: set(one.phases or PHASES) for meter, one in identities.items()}
    settings_names = {source.name for source in site.sources}
    sources: list[MeasuredSource] = []
    for label in site.meters:
        name = known_as(bindings, label, hosts.get(label.name), settings_names)
        meters = [binding.meter for binding in bindings if binding.name == name]
        for source in label.sources:
            own = [one for one in meters if phases.get(one, {*PHASES}) & {*source.phases}]
            sources.append(MeasuredSource(source, tuple(own)))
    return Assignment(tuple(sources))
