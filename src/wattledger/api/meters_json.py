"""The meters and the audit as documents."""

from collections.abc import Callable, Sequence

from wattledger.api.wire_faults import fault_documents
from wattledger.energy.booking_entry import Gap
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.meter import Source
from wattledger.energy.meter_model import model_name
from wattledger.energy.period import Calendar
from wattledger.energy.power import MeterNow
from wattledger.energy.units import wh_or_none
from wattledger.flow.audit import AuditLine
from wattledger.flow.status import MeterStatus

MOST_MISSING = 1_000


def meters_document(meters: Sequence[MeterStatus], calendar: Calendar) -> dict[str, object]:
    """The `Meters` document."""
    return {"meters": [_meter(meter, calendar) for meter in meters]}


def _meter(status: MeterStatus, calendar: Calendar) -> dict[str, object]:
    identity, since = status.identity, status.fetching_since
    text = _text_of(calendar)
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
        "booked_from": text(status.booked_from),
        "booked_to": text(status.booked_to),
        "missing": None if status.gaps is None else _missing(status.gaps, calendar),
        "to_fetch_minutes": status.minutes_to_fetch,
        "fetched_minutes": status.minutes_fetched,
        "fetching_since": None if since is None else calendar.text(int(since)),
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


def _text_of(calendar: Calendar) -> Callable[[int | None], str | None]:
    return lambda instant: None if instant is None else calendar.text(instant)


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
    text = _text_of(calendar)
    return {
        "name": line.label.name,
        "role": line.label.role.value,
        "mac": line.meter,
        "compared_from": text(line.compared_from),
        "compared_to": text(line.compared_to),
        "booked": _counted(line.booked_imported_dmwh, line.booked_exported_dmwh),
        "counted": _counted(line.counted_imported_dmwh, line.counted_exported_dmwh),
        "difference": _counted(line.difference_imported_dmwh, line.difference_exported_dmwh),
        "missing_minutes": None if line.missing_s is None else line.missing_s / 60,
        "counter_epochs": line.epochs,
        "contradicting_records": line.contradictions,
        "compared_since": text(line.compared_since),
    }


def _counted(imported: int | None, exported: int | None) -> dict[str, float | None]:
    balance = None if imported is None or exported is None else imported - exported
    return {
        "imported_wh": wh_or_none(imported),
        "exported_wh": wh_or_none(exported),
        "balance_wh": wh_or_none(balance),
    }
