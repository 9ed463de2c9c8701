"""The copy's space: what share is in use, and for how many years it will do."""

from collections.abc import Mapping

from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span, total_s
from wattledger.flow.replica_ports import Usage

PLANNED_BYTES = 10.0
"""A record, days and indexes included; measured while it is written live with outages."""
ENOUGH_RECORDS = 200_000
"""From here on what is in use tells more than the plan does."""
RECORDS_PER_YEAR = 365.25 * 24 * 60
WARN_PCT = 80.0


def years_left(usage: Usage, booked: Mapping[MeterId, Span]) -> float | None:
    """At the rate of the meters that book now; None without any."""
    if not booked:
        return None
    newest = max(span.end for span in booked.values())
    active = sum(newest - span.end < 7 * 86_400 for span in booked.values())
    records = total_s(booked.values()) / 60
    per_record = usage.used_bytes / records if records >= ENOUGH_RECORDS else PLANNED_BYTES
    left = max(0, usage.quota_bytes - usage.used_bytes)
    return left / (max(per_record, 1.0) * RECORDS_PER_YEAR * active)
