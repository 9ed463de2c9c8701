"""What an owner should know of a meter that works: a model that is not known, an old firmware."""

import re
from collections.abc import Sequence

from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import PHASES, MeterIdentity, MeterLabel
from wattledger.energy.meter_model import model_of
from wattledger.shelly.json_values import Fields

_FIRST_MAJOR = re.compile(r"v?(\d{1,4})\.\d")
_MOST_CHANNELS = 16


def notes_of(identity: MeterIdentity, status: Fields) -> tuple[Fault, ...]:
    """`status`: what Shelly.GetStatus gave."""
    found = (_unknown_model(identity), _unread_channels(status), _old_firmware(identity))
    return tuple(note for note in found if note is not None)


def _unknown_model(identity: MeterIdentity) -> Fault | None:
    if model_of(identity.model) is not None:
        return None
    return Fault(
        FaultKind.UNKNOWN_MODEL,
        f"a {identity.model} is not known here: it is read by the components it shows, and its "
        "values are judged by the widest limits",
    )


def phases_it_lacks(label: MeterLabel, measured: Sequence[str]) -> Fault | None:
    """Phases that the settings name, and no channel of it stands for: nothing is counted there."""
    lacking = [
        f"'{source.name}' is of phase {', '.join(missing)}"
        for source in label.sources
        if source.phases != PHASES and (missing := sorted({*source.phases} - {*measured}))
    ]
    if not lacking:
        return None
    return Fault(
        FaultKind.NO_SUCH_PHASE,
        f"{'; '.join(lacking)}, and it measures {', '.join(measured)} only: correct `phases` in "
        "the settings",
    )


def _unread_channels(status: Fields) -> Fault | None:
    surplus = range(len(PHASES), _MOST_CHANNELS)
    unread = [name for channel in surplus if (name := f"em1:{channel}") in status]
    if not unread:
        return None
    return Fault(FaultKind.UNKNOWN_MODEL, f"only three channels are read: not {', '.join(unread)}")


def _old_firmware(identity: MeterIdentity) -> Fault | None:
    """Before 1.0 (2023) it names no profile, lacks methods, and meters were lost at times."""
    found = _FIRST_MAJOR.match(identity.firmware)
    if found is None or int(found[1]) >= 1:
        return None
    return Fault(
        FaultKind.FIRMWARE_OLD,
        f"firmware {identity.firmware} is older than 1.0: update it on the meter's own page",
    )
