"""What a change of the settings does to what is shown of the time before it."""

from collections.abc import Iterator

from wattledger.flow.settings_ports import Effect, EffectKind
from wattledger.settings import MeterSettings, Settings

_COUNTED_BY = ("role", "production", "phases", "begins")


def effects_of(before: Settings, after: Settings, renamed: dict[str, str]) -> list[Effect]:
    """`renamed` are the new names of meters by the ones before. Without any effect it is NONE."""
    found = [*_of_home(before, after), *_of_meters(before, after, renamed)]
    return found or [Effect(EffectKind.NONE)]


def _of_home(before: Settings, after: Settings) -> Iterator[Effect]:
    if before.site.netting is not after.site.netting:
        yield Effect(EffectKind.NETTED_ANEW)
    if before.site.time_zone != after.site.time_zone:
        yield Effect(EffectKind.DAYS_MOVE)
    if before.mongodb != after.mongodb:
        gone = after.mongodb is None
        yield Effect(EffectKind.NOT_POSTED if gone else EffectKind.POSTED_ANEW)


def _of_meters(before: Settings, after: Settings, renamed: dict[str, str]) -> Iterator[Effect]:
    known = {renamed.get(meter.name, meter.name): meter for meter in before.meters}
    reached_before, reached = _passwords(before), _passwords(after)
    there = {meter.name: meter for meter in after.meters}
    for name, meter in there.items():
        if name not in known:
            yield Effect(EffectKind.ADDED, name)
            continue
        if _differ(known[name], meter, _COUNTED_BY):
            yield Effect(EffectKind.COUNTED_ANEW, name)
        host = known[name].host
        if (host, reached_before[host]) != (meter.host, reached[meter.host]):
            yield Effect(EffectKind.REACHED_ELSEWHERE, name)
    for name, meter in known.items():
        if name not in there:
            yield Effect(EffectKind.REMOVED, meter.name)


def _passwords(settings: Settings) -> dict[str, str | None]:
    """By the hosts: it may stand with any of the names that lie on one."""
    return {one.host: one.password for one in settings.accesses}


def _differ(before: MeterSettings, after: MeterSettings, keys: tuple[str, ...]) -> bool:
    return any(getattr(before, key) != getattr(after, key) for key in keys)
