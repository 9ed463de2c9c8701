"""Wire models of the meters and of the audit. The answers are made in books_json."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.wire_faults import FaultNow
from wattledger.energy.booking_entry import GapReason
from wattledger.energy.power import MeterState
from wattledger.energy.role import Role

_AT = "RFC 3339 with the home's UTC offset"
_ELSEWHERE = "null where the meter is at another server"


class MissingSpan(BaseModel):
    """A span that a meter's books lack: between its first and last minute, or to be fetched."""

    model_config = ConfigDict(extra="forbid")

    start: str = Field(description=f"Its first instant, {_AT}.")
    end: str = Field(description=f"Its end, not included, {_AT}.")
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
        description=f"When the last reading came, {_AT}; null before the first."
    )
    age_s: float | None = Field(
        description="Age of the last reading in s; null before the first.", ge=0
    )
    clock_offset_s: float | None = Field(
        description="The meter's clock minus the server's in s; null while unknown.",
        examples=[-0.3],
    )
    booked_from: str | None = Field(
        description=f"Start of the first booked minute, {_AT}; null on empty books."
    )
    booked_to: str | None = Field(
        description=f"End of the last booked minute, {_AT}; null on empty books."
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
        description=f"When the present catching-up began, {_AT}: moved on by the time that the "
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


class Counted(BaseModel):
    """Energies of one meter, its phases added; null where nothing can be compared."""

    model_config = ConfigDict(extra="forbid")

    imported_wh: float | None = Field(description="Energy imported in Wh.", examples=[120034.5])
    exported_wh: float | None = Field(description="Energy exported in Wh.", examples=[3.21])
    balance_wh: float | None = Field(
        description="Imported minus exported energy in Wh.", examples=[120031.29]
    )


class MeterAudit(BaseModel):
    """One meter's books against its own counters, over the same time."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The meter's name in the settings.", examples=["mains"])
    role: Role = Field(description="What the first of its sources is.")
    mac: str | None = Field(description="By which the books know it; null until it has answered.")
    compared_from: str | None = Field(
        description=f"Start of the time compared, {_AT}; null where there are no two counter "
        "readings."
    )
    compared_to: str | None = Field(description=f"End of the time compared, {_AT}.")
    booked: Counted = Field(description="What is on the books.")
    counted: Counted = Field(description="What the meter's counters moved by.")
    difference: Counted = Field(description="Booked minus counted.")
    missing_minutes: float | None = Field(
        description=f"Minutes of the time compared that are not on the books; {_ELSEWHERE}.", ge=0
    )
    counter_epochs: int | None = Field(
        description="Stretches in which the counters went on: a reset, another profile, another "
        f"firmware begins a new one, and nothing is compared across two; {_ELSEWHERE}.",
        ge=0,
    )
    contradicting_records: int | None = Field(
        description=f"Records in the period that differed from what was booked; {_ELSEWHERE}.",
        ge=0,
    )
    compared_since: str | None = Field(
        description=f"When the first counter reading of this meter was kept, {_AT}."
    )


class AuditOfPeriod(BaseModel):
    """The audit of a period."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(description="The period's own text.", examples=["2026-11"])
    start: str = Field(description=f"Its start, {_AT}.")
    end: str = Field(description=f"Its end, not included, {_AT}.")
    meters: list[MeterAudit] = Field(description="A line for each meter.")
