"""The meters as JSON: their models, and the document."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.faults_json import FaultNow, fault_documents
from wattledger.api.instant_texts import AT
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.meter import Source
from wattledger.energy.meter_model import model_name
from wattledger.energy.period import Calendar
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.role import Role
from wattledger.flow.status import MeterStatus

_ELSEWHERE = "null where the meter is at another server"


class MissingSpan(BaseModel):
    """A span that a meter's books lack: between its first and last minute, or to be fetched."""

    model_config = ConfigDict(extra="forbid")

    start: str = Field(description=f"Its first instant, {AT}.")
    end: str = Field(description=f"Its end, not included, {AT}.")
    reason: GapReason = Field(description="Why it is missing.")


class MeterSource(BaseModel):
    """What a home calls a meter, or some phases of one."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="Its name in the settings.", examples=["mains"])
    role: Role = Field(description="What it measures.")
    phases: list[Literal["a", "b", "c"]] = Field(description="The phases that it takes.")
    begins: str | None = Field(
        alias="from",
        description="The local date from which on it counts; null where that is from the first "
        "record.",
        examples=["2027-03-01"],
    )


class MeterBooks(BaseModel):
    """One meter: what it is, how it is, and how complete its books are."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The meter's name in the settings.", examples=["mains"])
    role: Role = Field(description="What the first of its sources is.")
    sources: list[MeterSource] = Field(
        description="What it measures, in the order of the settings: all of it, or some phases."
    )
    host: str | None = Field(
        description=f"Where it is looked for; {_ELSEWHERE}.", examples=["192.168.1.20"]
    )
    model: str | None = Field(description="Null until it has answered.", examples=["SPEM-003CEBEU"])
    model_name: str | None = Field(
        description="What people call that model, or the same where it is not known; null until it "
        "has answered.",
        examples=["Shelly Pro 3EM"],
    )
    mac: str | None = Field(
        description="By which the books know it; null until it has answered.",
        examples=["A0DD6C000000"],
    )
    firmware: str | None = Field(description="Null until it has answered.", examples=["1.6.1"])
    profile: str | None = Field(
        description="triphase or monophase; null until it has answered.", examples=["triphase"]
    )
    phases: list[Literal["a", "b", "c"]] | None = Field(
        description="Those that it measures; the others are absent, and their energy is 0. Null "
        f"until it has answered; {_ELSEWHERE}.",
        examples=[["a", "b", "c"]],
    )
    state: MeterState = Field(
        description="live; stale: no value for 10 s; offline: no connection, or no value for 60 s."
    )
    last_reading_at: str | None = Field(
        description=f"When the last reading came, {AT}; null before the first."
    )
    age_s: float | None = Field(
        description="Age of the last reading in s; null before the first.", ge=0
    )
    clock_offset_s: float | None = Field(
        description="The meter's clock minus the server's in s; null while unknown.",
        examples=[-0.3],
    )
    booked_from: str | None = Field(
        description=f"Start of the first booked minute, {AT}; null on empty books."
    )
    booked_to: str | None = Field(
        description=f"End of the last booked minute, {AT}; null on empty books."
    )
    missing: list[MissingSpan] | None = Field(
        description="What is not on the books in between, and what waits to be fetched, also "
        f"before the first and after the last minute; {_ELSEWHERE}."
    )
    to_fetch_minutes: int | None = Field(
        description="Minutes known to be in the meter's memory and not on the books; "
        f"{_ELSEWHERE}.",
        ge=0,
    )
    fetched_minutes: int | None = Field(
        description="Minutes fetched since `fetching_since`, so that what is left takes about "
        "to_fetch_minutes / fetched_minutes times the time since then; the number stays when all "
        f"is fetched; {_ELSEWHERE}.",
        ge=0,
    )
    fetching_since: str | None = Field(
        description=f"When the present catching-up began, {AT}: moved on by the time that the "
        "meter was away meanwhile, so that the pace is right; null when nothing is being fetched; "
        f"{_ELSEWHERE}."
    )
    parked_minutes: int | None = Field(
        description=f"Minutes kept aside until the server's clock is trusted; {_ELSEWHERE}.", ge=0
    )
    to_post_minutes: int | None = Field(
        description="Minutes still to post to MongoDB; null where it is not configured, or "
        "the meter is at another server.",
        ge=0,
    )
    faults: list[FaultNow] = Field(description="What is wrong just now; empty when all is well.")


class Meters(BaseModel):
    """The meters, in the order of the settings."""

    model_config = ConfigDict(extra="forbid")

    meters: list[MeterBooks] = Field(description="A line for each meter.")


MOST_MISSING = 1_000


def meters_document(meters: Sequence[MeterStatus], calendar: Calendar) -> dict[str, object]:
    """The `Meters` document."""
    return {"meters": [_meter(meter, calendar) for meter in meters]}


def _meter(status: MeterStatus, calendar: Calendar) -> dict[str, object]:
    identity = status.identity
    return {
        "name": status.label.name,
        "role": status.label.role.value,
        "sources": [source_document(source, calendar) for source in status.label.sources],
        "host": status.host,
        "model": identity.model if identity else None,
        "model_name": model_name(identity.model) if identity else None,
        "mac": identity.meter if identity else None,
        "firmware": identity.firmware if identity else None,
        "profile": identity.profile if identity else None,
        "phases": None if status.phases is None else [*status.phases],
        "state": status.now.state.value,
        "last_reading_at": _last_reading_at(status.now, calendar),
        "age_s": _rounded(status.now.age_s),
        "clock_offset_s": _rounded(status.clock_offset_s),
        "booked_from": calendar.text_or_none(status.booked_from),
        "booked_to": calendar.text_or_none(status.booked_to),
        "missing": None if status.gaps is None else _missing(status.gaps, calendar),
        "to_fetch_minutes": status.minutes_to_fetch,
        "fetched_minutes": status.minutes_fetched,
        "fetching_since": calendar.text_or_none(status.fetching_since),
        "parked_minutes": status.minutes_parked,
        "to_post_minutes": status.minutes_to_post,
        "faults": fault_documents(status.faults, calendar),
    }


def source_document(source: Source, calendar: Calendar) -> dict[str, object]:
    """What a home calls a meter, or some phases of it; `from` is a local date."""
    return {
        "name": source.name,
        "role": source.role.value,
        "phases": list(source.phases),
        "from": calendar.day_of(source.since).isoformat() if source.since else None,
    }


def _missing(gaps: Sequence[Gap], calendar: Calendar) -> list[dict[str, str]]:
    """The newest of them: a meter may list its memory in as many pieces as it likes."""
    return [
        {
            "start": calendar.text(gap.span.start),
            "end": calendar.text(gap.span.end),
            "reason": gap.reason.value,
        }
        for gap in gaps[-MOST_MISSING:]
    ]


def _last_reading_at(now: MeterNow, calendar: Calendar) -> str | None:
    return calendar.text_ms(now.reading.at) if now.reading else None


def _rounded(value_s: float | None) -> float | None:
    return None if value_s is None else round(value_s, 3) + 0.0
