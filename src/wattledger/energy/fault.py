"""What is wrong with a meter just now: its kind for programs, its detail for people."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What to do about it follows from the kind; the words may change."""

    CONNECTING = "connecting"
    """Not connected yet, since the server started."""
    UNREACHABLE = "unreachable"
    """No connection, or no answer in time; tried again and again."""
    PASSWORD_WANTED = "password_wanted"  # noqa: S105 - a kind's name
    """It has a password, the settings have none."""
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - a kind's name
    """It has another password than the settings."""
    TOO_MANY_TRIES = "too_many_tries"
    """It wants no log-in for a while."""
    NO_METER = "no_meter"
    """What answers there is no meter of a kind that is known here."""
    OTHER_METER = "other_meter"
    """The address leads to a meter that is known under another name."""
    PROFILE_DOUBTFUL = "profile_doubtful"
    """It calls itself otherwise than it measures."""
    NO_TIME = "no_time"
    """It does not know the time, so that it books nothing."""
    ABSURD_RECORDS = "absurd_records"
    """Records were skipped that no meter can have counted."""
    FETCHING_STOPPED = "fetching_stopped"
    """Fetching from its memory was broken off, and will go on."""
    UNREADABLE_MINUTES = "unreadable_minutes"
    """Minutes that it lists and does not give."""
    ELSEWHERE = "elsewhere"
    """The meter is not at this server; that one knows more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `detail` is a phrase in English for logs and the API."""

    kind: FaultKind
    detail: str
