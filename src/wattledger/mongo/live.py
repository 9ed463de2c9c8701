"""The power now, for servers elsewhere: one small document, stamped by the database's own clock."""

from collections.abc import Sequence
from typing import Any

from wattledger.energy.meter import MeterLabel
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.reading import PhaseReading, PowerReading
from wattledger.flow.copy_ports import HomeCard, HomePower
from wattledger.mongo.collections import LIVE
from wattledger.mongo.connection import Database, Document

_PHASE_FIELDS = PhaseReading.__match_args__


async def put(database: Database, site_id: str, meters: Sequence[MeterNow]) -> None:
    """Replaces it; literal, so that no text of a meter is taken for an expression."""
    fields = {"meters": {"$literal": [_meter(meter) for meter in meters]}, "at": "$$NOW"}
    await database[LIVE].update_one(
        {"_id": site_id}, [{"$replaceWith": {"_id": site_id, **fields}}], upsert=True
    )


async def read(database: Database, site_id: str, card: HomeCard) -> HomePower | None:
    pipeline: list[Document] = [
        {"$match": {"_id": site_id}},
        {"$set": {"age_ms": {"$subtract": ["$$NOW", "$at"]}, "now_ms": {"$toLong": "$$NOW"}}},
    ]
    cursor = await database[LIVE].aggregate(pipeline)
    for document in await cursor.to_list():
        age_s = max(0.0, document["age_ms"] / 1000)
        labels = {label.name: label for label in card.site.meters}
        told = [m for m in document["meters"] if m["name"] in labels]
        meters = tuple(_meter_from(m, labels[m["name"]]) for m in told)
        return HomePower(document["now_ms"] / 1000, age_s, meters)
    return None


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
            "phases": [{f: getattr(phase, f) for f in _PHASE_FIELDS} for phase in reading.phases],
        }
    return told


def _meter_from(told: Document, label: MeterLabel) -> MeterNow:
    state = MeterState(told["state"])
    if "meter" not in told:
        return MeterNow(label, state, told["age_s"], None)
    a, b, c = (PhaseReading(**phase) for phase in told["phases"])
    reading = PowerReading(
        meter=told["meter"],
        at=told["at_s"],
        received_s=0.0,
        active_power_w=told["active_power_w"],
        phases=(a, b, c),
        neutral_current_a=told["neutral_current_a"],
        errors=tuple(told["errors"]),
    )
    return MeterNow(label, state, told["age_s"], reading)
