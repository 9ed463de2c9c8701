"""The audit as JSON: its models, and the document."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.instant_texts import AT
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.period import Calendar
from wattledger.energy.role import Role
from wattledger.energy.units import wh_or_none
from wattledger.flow.audit import AuditLine

_ELSEWHERE = "null where the meter is at another server"


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
        description=f"Start of the time compared, {AT}; null where there are no two counter "
        "readings."
    )
    compared_to: str | None = Field(description=f"End of the time compared, {AT}.")
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
        description=f"When the first counter reading of this meter was kept, {AT}."
    )


class AuditOfPeriod(BaseModel):
    """The audit of a period."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(description="The period's own text.", examples=["2026-11"])
    start: str = Field(description=f"Its start, {AT}.")
    end: str = Field(description=f"Its end, not included, {AT}.")
    meters: list[MeterAudit] = Field(description="A line for each meter.")


def audit_document(
    query: EnergyQuery, lines: Sequence[AuditLine], calendar: Calendar
) -> dict[str, object]:
    """The `AuditOfPeriod` document."""
    return {
        "period": query.period.text if query.period else None,
        "start": calendar.text(query.start),
        "end": calendar.text(query.end),
        "meters": [_audit(line, calendar) for line in lines],
    }


def _audit(line: AuditLine, calendar: Calendar) -> dict[str, object]:
    return {
        "name": line.label.name,
        "role": line.label.role.value,
        "mac": line.meter,
        "compared_from": calendar.text_or_none(line.compared_from),
        "compared_to": calendar.text_or_none(line.compared_to),
        "booked": _counted(line.booked_imported_dmwh, line.booked_exported_dmwh),
        "counted": _counted(line.counted_imported_dmwh, line.counted_exported_dmwh),
        "difference": _counted(line.difference_imported_dmwh, line.difference_exported_dmwh),
        "missing_minutes": None if line.missing_s is None else line.missing_s / 60,
        "counter_epochs": line.epochs,
        "contradicting_records": line.contradictions,
        "compared_since": calendar.text_or_none(line.compared_since),
    }


def _counted(imported: int | None, exported: int | None) -> dict[str, float | None]:
    balance = None if imported is None or exported is None else imported - exported
    return {
        "imported_wh": wh_or_none(imported),
        "exported_wh": wh_or_none(exported),
        "balance_wh": wh_or_none(balance),
    }
