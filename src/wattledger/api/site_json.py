"""The home and the health of its server as documents."""

from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.period import Calendar
from wattledger.flow.house import House
from wattledger.flow.status import PartHealth

NOT_CONFIGURED = "not configured"


def site_document(house: House) -> dict[str, object]:
    """The `SiteNow` document."""
    site = house.site
    mongo = next((part for part in house.desk.health() if part.name == "mongodb"), None)
    return {
        "name": site.name,
        "time_zone": site.calendar.zone_name,
        "netting": site.netting.value,
        "poll_interval_s": site.poll_interval_s,
        "main_fuse_a": site.main_fuse_a,
        "meters": [_meter(label) for label in site.meters],
        "version": house.version,
        "demo": house.demo,
        "mongodb": {"state": mongo.detail if mongo else NOT_CONFIGURED, "quota_used_pct": None},
    }


def _meter(label: MeterLabel) -> dict[str, object]:
    production = label.production.value if label.role is Role.SOLAR else None
    return {"name": label.name, "role": label.role.value, "production": production}


def health_document(house: House) -> dict[str, object]:
    """The `Health` document."""
    parts = house.desk.health()
    return {
        "ok": all(part.ok for part in parts),
        "version": house.version,
        "parts": [_part(part, house.site.calendar) for part in parts],
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
