"""What survives when the pretend meter's process ends.

The counters are kept together with the interval up to which they were summed. A meter that is
started again hours later goes on as if it had never stopped: it sums the intervals that it missed
from its feed. So the file need not be written every minute, and a process that was killed loses no
count.
"""

import json
from dataclasses import asdict
from pathlib import Path

from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.counters import Counters
from wattledger.simulator.memory.history import Era


def save(core: Core, path: Path) -> None:
    """Write the state in one step, so that a broken write leaves the one of before."""
    state = {
        "saved_at": core.clock.now(),
        "booted_ms": core.booted_ms,
        "offset_ms": core.offset_ms,
        "synced": core.synced,
        "next_stamp": core.next_stamp,
        "counters": {profile: asdict(counters) for profile, counters in core.counters.items()},
        "eras": [asdict(era) for era in core.eras],
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state))
    fresh.replace(path)


def load(core: Core, path: Path) -> bool:
    """Take up the state of before; False where there is none, or one of a later time than now."""
    try:
        state = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return False
    if state["saved_at"] > core.clock.now():
        return False
    core.eras = [_era_from(era) for era in state["eras"]]
    core.counters = {name: Counters(**sums) for name, sums in state["counters"].items()}
    core.booted_ms, core.offset_ms = state["booted_ms"], state["offset_ms"]
    core.synced, core.next_stamp = state["synced"], state["next_stamp"]
    return True


def _era_from(state: dict[str, object]) -> Era:
    era = Era(**state)  # type: ignore[arg-type]  # the file is our own
    era.holes = [(begin, end) for begin, end in era.holes]
    return era
