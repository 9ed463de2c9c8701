"""What may befall a meter: each of these changes its memory, its clock or its counters at once."""

from wattledger.simulator.hardware import Profile
from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.counters import Counters
from wattledger.simulator.memory.history import Era


def power_off(core: Core, *, keeps_running_minute: bool) -> None:
    """Stop counting; the running interval is lost unless the meter saves it."""
    core.close_era(core.true_ms(), keeps_running_minute=keeps_running_minute)
    core.fresh.clear()
    core.on_change()


def power_on(core: Core, *, synced: bool, profile: Profile | None = None) -> None:
    """Boot: uptime begins at 0, and without the time the meter's clock does as well."""
    core.booted_ms = core.true_ms()
    core.synced = synced
    _go_on(core, profile or core.profile)


def lose_time(core: Core) -> None:
    """Forget the time, as after a boot that reaches no time server."""
    _change_clock(core, synced=False)


def find_time(core: Core) -> None:
    """A time server answered."""
    _change_clock(core, synced=True)


def set_clock_off(core: Core, seconds: float) -> None:
    """Show a wrong time from now on: `seconds` more than the true time, or less when negative."""
    core.offset_ms = round(seconds * 1000)
    _change_clock(core, synced=core.synced)


def reset_counters(core: Core) -> None:
    """EMData.ResetCounters: all registers to 0, the history stays."""
    core.settle()
    core.counters[core.profile] = Counters()
    core.on_change()


def forget_history(core: Core, from_stamp: int, to_stamp: int) -> None:
    """Lose the stored records with stamps in [from, to); the running interval stays."""
    core.settle()
    for era in core.eras:
        if era.profile == core.profile:
            limit = core.next_stamp if era is core.era else to_stamp
            era.forget(from_stamp, min(to_stamp, limit))
    core.on_change()


def _change_clock(core: Core, *, synced: bool) -> None:
    core.close_era(core.true_ms(), keeps_running_minute=True)
    core.synced = synced
    _go_on(core, core.profile)


def _go_on(core: Core, profile: Profile) -> None:
    now_ms = core.true_ms()
    offset_ms = core.offset_ms if core.synced else -core.booted_ms
    core.open_era(Era(profile, now_ms, offset_ms, core.era.period_s))
    core.on_change()
