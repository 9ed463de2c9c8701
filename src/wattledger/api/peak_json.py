"""The month's peak as a part of the power now."""

from wattledger.energy.demand import Demand
from wattledger.energy.peak import Peak
from wattledger.energy.period import Calendar
from wattledger.energy.units import wh_or_none

E7_PER_W = 10_000
"""1e-7 kW in a watt."""


def peak_document(peak: Peak, grid_w: float | None, calendar: Calendar) -> dict[str, object]:
    """The `Peak` document."""
    running, projected_w = peak.running, peak.running.projected_w(grid_w)
    return {
        "name": peak.fee.name,
        "window_s": peak.fee.window_s,
        "counted_windows": peak.fee.count_windows,
        "threshold_w": peak.fee.threshold_kw_e7 / E7_PER_W,
        "highest": [_window(one, calendar) for one in peak.highest],
        "running": {
            "start": calendar.text(running.start),
            "end": calendar.text(running.end),
            "imported_wh": wh_or_none(running.imported_dmwh),
            "projected_w": None if projected_w is None else round(projected_w, 3),
            "room_wh": round(peak.room_wh, 4),
        },
    }


def _window(one: Demand, calendar: Calendar) -> dict[str, object]:
    return {
        "start": calendar.text(one.start),
        "power_w": round(float(one.power_kw_e7) / E7_PER_W, 3),
        "at_least": not one.is_whole,
    }
