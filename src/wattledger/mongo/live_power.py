"""The power now, for servers elsewhere: one small document, stamped by the database's own clock."""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import OperationFailure

from wattledger.energy.clean_text import MOST_IN_A_NAME, clean_or_none, clean_texts
from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.meter import PHASES, MeterId, MeterLabel
from wattledger.energy.plausibility import number_or_none, plausible_reading
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.flow.replica_ports import HomePower, SiteManifest
from wattledger.mongo.collections import LIVE
from wattledger.mongo.connection import Database, Document
from wattledger.mongo.site_manifest import measures_more

STRANGE = "MongoDB: what the home told of its power is none of Wattledger, and not shown"
EARLY_MS = 60_000.0
"""Told so much later than the database's own now: of a node whose clock is another, not more."""
_NO_DATE = {14, 16554, 16556, 241}
"""What is no date can't be subtracted from one."""
_LATEST_S = 4_102_444_800
"""2100: what is told of a later moment than that could not be written as a date."""
_STATES = frozenset(state.value for state in MeterState)
_PHASE_FIELDS = PhaseReading.__match_args__


async def put(database: Database, site_id: str, meters: Sequence[MeterNow]) -> None:
    """Replaces it; literal, so that no text of a meter is taken for an expression. A server that
    has not understood the home's manifest hears of no meter: part of a home has no balance.
    """
    told = [_meter(meter) for meter in meters]
    sources = [source for meter in meters for source in meter.label.sources]
    lists = {"meters": [], "of_sources": told} if measures_more(sources) else {"meters": told}
    fields = {**{name: {"$literal": one} for name, one in lists.items()}, "at": "$$NOW"}
    await database[LIVE].update_one(
        {"_id": site_id}, [{"$replaceWith": {"_id": site_id, **fields}}], upsert=True
    )


async def read(database: Database, site_id: str, manifest: SiteManifest) -> HomePower | None:
    pipeline: list[Document] = [
        {"$match": {"_id": site_id}},
        {
            "$project": {
                "age_ms": {"$subtract": ["$$NOW", "$at"]},
                "now_ms": {"$toLong": "$$NOW"},
                "meters": 1,
                "of_sources": 1,
            }
        },
    ]
    try:
        found = await (await database[LIVE].aggregate(pipeline)).to_list()
    except OperationFailure as error:
        raise (ReplicaRefused(STRANGE) if error.code in _NO_DATE else error) from None
    return _power(found[0], manifest) if found else None


def _power(document: Document, manifest: SiteManifest) -> HomePower:
    """A meter of which nothing sensible stands there is unknown. Raises ReplicaRefused."""
    age_ms, now_ms = (number_or_none(document.get(name)) for name in ("age_ms", "now_ms"))
    told = document.get("of_sources", document.get("meters"))
    if age_ms is None or now_ms is None or age_ms < -EARLY_MS or not isinstance(told, list):
        raise ReplicaRefused(STRANGE)
    by_name = {m["name"]: m for m in told if isinstance(m, dict) and isinstance(m.get("name"), str)}
    meters = tuple(
        _meter_from(by_name[label.name], label)
        for label in manifest.site.meters
        if label.name in by_name
    )
    return HomePower(now_ms / 1000, max(0.0, age_ms / 1000), meters)


def _meter(now: MeterNow) -> dict[str, Any]:
    reading = now.reading
    told: dict[str, Any] = {"name": now.label.name, "state": now.state.value, "age_s": now.age_s}
    if reading is not None:
        told |= {
            "meter": reading.meter,
            "at_s": reading.at,
            "active_power_w": reading.active_power_w,
            "neutral_current_a": reading.neutral_current_a,
            "errors": list(reading.errors),
            "phases": [
                None
                if place in reading.absent
                else {field: getattr(phase, field) for field in _PHASE_FIELDS}
                for place, phase in enumerate(reading.phases)
            ],
        }
    return told


def _meter_from(told: Document, label: MeterLabel) -> MeterNow:
    """Offline where its state or its age are none, or lie ahead."""
    age_s = number_or_none(told.get("age_s"))
    reading = _reading(told)
    state = told.get("state")
    if not isinstance(state, str) or state not in _STATES:
        state = MeterState.OFFLINE.value
    if reading is None or age_s is None or age_s < 0 or state == MeterState.OFFLINE:
        return MeterNow(label, MeterState.OFFLINE, None, None)
    return MeterNow(label, MeterState(state), age_s, reading)


def _reading(told: Document) -> PowerReading | None:
    """What no meter can measure is unknown."""
    phases, at = told.get("phases"), number_or_none(told.get("at_s"))
    if not isinstance(phases, list) or len(phases) != len(PHASES) or at is None:
        return None
    if not 0 <= at <= _LATEST_S:
        return None
    a, b, c = (_phase(phase) for phase in phases)
    reading = PowerReading(
        meter=MeterId(clean_or_none(told.get("meter"), MOST_IN_A_NAME) or ""),
        at=at,
        received_s=0.0,
        active_power_w=number_or_none(told.get("active_power_w")),
        phases=(a, b, c),
        neutral_current_a=number_or_none(told.get("neutral_current_a")),
        errors=clean_texts(told.get("errors")),
        absent=frozenset(place for place, phase in enumerate(phases) if phase is None),
    )
    return plausible_reading(reading)[0]


def _phase(told: object) -> PhaseReading:
    fields = told if isinstance(told, dict) else {}
    return PhaseReading(*(number_or_none(fields.get(name)) for name in _PHASE_FIELDS))
