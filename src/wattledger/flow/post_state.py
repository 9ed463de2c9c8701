"""What can be said of the posting: kept by the poster, told by whoever is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.flow.both import MoreThere
from wattledger.flow.budget import years_left
from wattledger.flow.copy_ports import Usage
from wattledger.flow.status import CopyState, CopyStatus, PartHealth


@dataclass(slots=True)
class PostState:
    """What can be said of the posting just now."""

    state: CopyState = CopyState.CONNECTING
    words: str = "connecting"
    ok: bool = True
    failing_since: float | None = None
    answered_at: float = 0.0
    """When it last took or told something, UTC epoch seconds."""
    is_writer: bool = False
    last_error: str | None = None
    last_error_at: float | None = None
    usage: Usage | None = None
    more_there: MoreThere | None = None


def copy_status(
    state: PostState, booked: Mapping[MeterId, Span], silent_since: float | None = None
) -> CopyStatus:
    """What is said of the copy under the home.

    Questions may find it silent before the poster does: since `silent_since`.
    """
    usage = state.usage
    is_silent = state.ok and silent_since is not None and silent_since > state.answered_at
    return CopyStatus(
        state=CopyState.AWAY if is_silent else state.state,
        words="does not answer questions" if is_silent else state.words,
        ok=state.ok and not is_silent,
        failing_since=silent_since if is_silent else state.failing_since,
        last_error=state.last_error,
        last_error_at=state.last_error_at,
        used_pct=usage.used_pct if usage else None,
        years_left=years_left(usage, booked) if usage else None,
    )


def copy_health(state: PostState) -> PartHealth:
    """What is said of the copy among the server's parts."""
    return PartHealth("mongodb", state.ok, state.words, state.last_error, state.last_error_at)
