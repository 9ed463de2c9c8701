"""The home and the health of its server as documents."""

from collections.abc import Sequence

from wattledger.api.meters_json import source_document
from wattledger.api.wire_faults import fault_documents
from wattledger.energy.fault import Fault
from wattledger.energy.meter import Source
from wattledger.energy.period import Calendar
from wattledger.flow.app_state import AppState
from wattledger.flow.status import PartHealth, ReplicaState, ReplicaStatus


def site_document(
    app_state: AppState, copy: ReplicaStatus | None, faults: Sequence[Fault]
) -> dict[str, object]:
    """The `SiteNow` document."""
    site = app_state.site
    return {
        "name": site.name,
        "time_zone": site.calendar.zone_name,
        "netting": site.netting.value,
        "poll_interval_s": site.poll_interval_s,
        "main_fuse_a": site.main_fuse_a,
        "meters": [_meter(source, site.calendar) for source in site.sources],
        "version": app_state.version,
        "demo": app_state.demo,
        "mongodb": _copy(copy, site.calendar),
        "faults": fault_documents(faults, site.calendar),
    }


def _copy(copy: ReplicaStatus | None, calendar: Calendar) -> dict[str, object]:
    if copy is None:
        copy = ReplicaStatus(ReplicaState.NOT_CONFIGURED, "not configured", ok=True)
    since = copy.failing_since
    return {
        "state": copy.state.value,
        "detail": copy.words,
        "failing_since": None if since is None else calendar.text(int(since)),
        "quota_used_pct": None if copy.used_pct is None else round(copy.used_pct, 3),
        "years_left": None if copy.years_left is None else round(copy.years_left, 1),
    }


def _meter(source: Source, calendar: Calendar) -> dict[str, object]:
    production = source.production.value if source.role.gives else None
    told = source_document(source, calendar)
    return {"name": told["name"], "role": told["role"], "production": production, **told}


def health_document(
    parts: Sequence[PartHealth], faults: Sequence[Fault], version: str, calendar: Calendar
) -> dict[str, object]:
    """The `Health` document."""
    return {
        "ok": all(part.ok for part in parts) and not faults,
        "version": version,
        "parts": [_part(part, calendar) for part in parts],
        "faults": fault_documents(faults, calendar),
    }


def _part(part: PartHealth, calendar: Calendar) -> dict[str, object]:
    at = part.last_error_at
    return {
        "name": part.name,
        "ok": part.ok,
        "detail": part.detail,
        "last_error": part.last_error,
        "last_error_at": None if at is None else calendar.text(int(at)),
    }
