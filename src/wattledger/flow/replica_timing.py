"""How patient the server is with the online copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wattledger.energy.errors import ReplicaFull, ReplicaRefused, ReplicaTaken
from wattledger.flow.replication_plan import LATE_WAITS_S

IDLE_S = 20.0


def _pauses_s() -> dict[type[Exception], float]:
    return {ReplicaTaken: 15.0, ReplicaRefused: 300.0, ReplicaFull: 600.0}


@dataclass(frozen=True, slots=True)
class ReplicaTiming:
    """What is waited for, s."""

    retry_s: Sequence[float] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    """After one failure, after two, and so on."""
    pauses_s: Mapping[type[Exception], float] = field(default_factory=_pauses_s)
    """After failures that do not pass as quickly."""
    idle_s: float = IDLE_S
    """How often an idle replicator looks after its lease and at what came without a call."""
    late_waits_s: float = LATE_WAITS_S
    """How long late minutes are held until they make a batch."""
    deadline_s: float = 2.0
    """For a whole answer; then the local books give it."""
    left_alone_s: float = 15.0
    """After a failure to answer nobody waits for the copy for so long."""
