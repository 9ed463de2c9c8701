"""What is wrong now, with a meter or the server: its kind for programs, its detail for people."""

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
    """The address leads to a meter that is known under another name, or to ever new ones."""
    PROFILE_DOUBTFUL = "profile_doubtful"
    """It calls itself otherwise than it measures."""
    ADDRESS_CHANGED = "address_changed"
    """It was found under another address than the settings have."""
    UNKNOWN_MODEL = "unknown_model"
    """A meter of a model that is not known: read by what it shows, judged by the widest limits."""
    NO_SUCH_PHASE = "no_such_phase"
    """The settings take phases of it that it does not have."""
    FIRMWARE_OLD = "firmware_old"
    """Its firmware is older than what can be relied on."""
    NO_TIME = "no_time"
    """It does not know the time, so that it books nothing."""
    ABSURD_RECORDS = "absurd_records"
    """Records were skipped that no meter can have counted."""
    FETCHING_STOPPED = "fetching_stopped"
    """Fetching from its memory was broken off, and will go on."""
    UNREADABLE_MINUTES = "unreadable_minutes"
    """Minutes that it lists and does not give."""
    CONTRADICTED_RECORDS = "contradicted_records"
    """Records came again with other values; the first ones count."""
    ELSEWHERE = "elsewhere"
    """The meter is not at this server; that one knows more."""
    METER_ERROR = "meter_error"
    """The meter itself reports an error."""
    CT_TYPE_NOT_SET = "ct_type_not_set"
    """No type of current transformer is set in it, so that it counts nothing."""
    ABSURD_POWER = "absurd_power"
    """A live value that no meter of its model can measure; it is not shown."""
    TOO_MANY_RECORDS = "too_many_records"
    """It sends or lists more than a meter can have; the rest is let go."""
    POWER_DISAGREES = "power_disagrees"
    """Its power and its booked minutes tell different stories."""
    CLOCK_OFF = "clock_off"
    """Its clock is off, so that energy is booked into the wrong quarter-hours."""
    MINUTES_OVERDUE = "minutes_overdue"
    """Minutes are due and none comes."""
    DAMAGED_MINUTES = "damaged_minutes"
    """Minutes on this disk were damaged; they are fetched again."""

    STORE_DAMAGED = "store_damaged"
    """Damage was found in the store."""
    STORE_GONE = "store_gone"
    """The store was removed or replaced under the running server."""
    STORE_NOT_WRITING = "store_not_writing"
    """The store can't be written."""
    SERVER_CLOCK_DOUBTFUL = "server_clock_doubtful"
    """The server's own clock is not trusted."""
    COPY_LACKS = "copy_lacks"
    """MongoDB lacks minutes that were posted, has them otherwise or twice, or can't be compared;
    where its answers would be worse the store answers, and what lacks is posted again."""
    COPY_FAILING = "copy_failing"
    """Posting to MongoDB stands still, or what is posted beside minutes is refused."""
    NEWER_HOME = "newer_home"
    """The server with the meters is of a newer version than this one, which shows what it knows."""
    BACKUP_FAILING = "backup_failing"
    """The nightly backup could not be made, or the latest is older than a night and a half."""
    TOO_MANY_CONNECTIONS = "too_many_connections"
    """Connections are refused, since there are too many."""
    CERTIFICATE_ENDING = "certificate_ending"
    """The certificate for HTTPS runs out soon, or has."""
    PRICES_MISSING = "prices_missing"
    """No source has all day-ahead prices that should be out."""
    PRICES_DISPUTED = "prices_disputed"
    """Sources differ; the one that was first, or quotes without VAT, is believed."""
    PRICES_CORRECTED = "prices_corrected"
    """Prices were corrected during the last day; what energy cost is computed anew."""
    TASK_RESTARTED = "task_restarted"
    """A part of the server crashed and was started again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `detail` is a phrase in English for logs and the API.

    `since` is when it began, UTC epoch seconds; None where that is not known.
    """

    kind: FaultKind
    detail: str
    since: float | None = None
