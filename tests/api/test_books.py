"""Meters, audit, site, health, metrics."""

from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.conftest import NOON, client_of, local
from tests.fakes.clock import ManualClock
from tests.fakes.copy import MemoryCopy
from tests.fakes.home import GRID, MAINS, MemoryHome
from wattledger.api.audit_json import AuditOfPeriod
from wattledger.api.meters_json import MOST_MISSING, Meters
from wattledger.api.site_json import Health, SiteBackup, SiteNow
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.record import Counters
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.odd_replica_records import OddReplicaRecords
from wattledger.flow.replica_ports import SiteManifest
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_viewer import OwnFaults, ReplicaClock, ViewerService
from wattledger.flow.status import BackupStatus, PartHealth
from wattledger.flow.watchdog import ServerWatch

DAY = local("2026-11-22T00:00:00")


WHOLE = {"phases": ["a", "b", "c"], "from": None}


async def test_meters(home: MemoryHome, client: httpx.AsyncClient) -> None:
    home.read("mains", 5.0, age_s=0.5)
    home.book(GRID, DAY, [1.0] * 10)
    home.books.kept_gaps[GRID] = [Gap(Span(DAY + 60, DAY + 180), GapReason.NOT_IN_MEMORY)]
    answer = await client.get("/meters")
    mains, solar = Meters.model_validate_json(answer.content).meters
    assert answer.json()["meters"][0] == {
        "name": "mains",
        "role": "grid",
        "sources": [{"name": "mains", "role": "grid", "phases": ["a", "b", "c"], "from": None}],
        "host": "mains.example",
        "model": "SPEM-003CEBEU",
        "model_name": "Shelly Pro 3EM",
        "mac": "A0DD6C000001",
        "firmware": "1.6.1",
        "profile": "triphase",
        "phases": ["a", "b", "c"],
        "state": "live",
        "last_reading_at": "2026-11-22T11:59:59.500+02:00",
        "age_s": 0.5,
        "clock_offset_s": -0.25,
        "booked_from": "2026-11-22T00:00:00+02:00",
        "booked_to": "2026-11-22T00:10:00+02:00",
        "missing": [
            {
                "start": "2026-11-22T00:01:00+02:00",
                "end": "2026-11-22T00:03:00+02:00",
                "reason": "not in meter memory",
            }
        ],
        "to_fetch_minutes": 3,
        "fetched_minutes": 2,
        "fetching_since": None,
        "parked_minutes": 1,
        "to_post_minutes": None,
        "faults": [{"kind": "unreachable", "detail": "no answer for 5 s", "since": None}],
    }
    assert mains.state.value == "live"
    assert (solar.booked_from, solar.age_s, solar.state.value) == (None, None, "offline")


async def test_of_a_memory_in_very_many_pieces_the_newest_are_told(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, DAY, [1.0] * 600)
    pieces = [Span(DAY + 2 * number, DAY + 2 * number + 1) for number in range(3_000)]
    home.books.kept_gaps[GRID] = [Gap(piece, GapReason.NOT_IN_MEMORY) for piece in pieces]
    mains, _ = (await client.get("/meters")).json()["meters"]
    assert len(mains["missing"]) == MOST_MISSING
    assert mains["missing"][-1]["end"] == "2026-11-22T01:39:59+02:00"


async def test_audit_compares_over_the_same_time(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, DAY, [1.0] * 60, exported_wh=0.25)
    home.books.kept_counters[GRID] = [
        Counters(DAY + 600, (1_000_000, 0, 0, 0, 0, 0)),
        Counters(DAY + 1200, (1_000_000 + 100_050, 0, 0, 25_000, 0, 0)),
    ]
    home.books.contradicted[GRID] = [DAY + 60, DAY - 60]
    audit = AuditOfPeriod.model_validate_json((await client.get("/audit")).content)
    assert audit.period == "2026-11-22"
    mains, solar = audit.meters
    assert mains.booked.model_dump() == {
        "imported_wh": 10.0,
        "exported_wh": 2.5,
        "balance_wh": 7.5,
    }
    assert mains.counted.model_dump() == {
        "imported_wh": 10.005,
        "exported_wh": 2.5,
        "balance_wh": 7.505,
    }
    assert mains.difference.model_dump() == {
        "imported_wh": -0.005,
        "exported_wh": 0.0,
        "balance_wh": -0.005,
    }
    assert mains.compared_from == mains.compared_since == "2026-11-22T00:10:00+02:00"
    assert mains.compared_to == "2026-11-22T00:20:00+02:00"
    assert (mains.contradicting_records, mains.counter_epochs, mains.missing_minutes) == (1, 1, 0)
    assert solar.difference.balance_wh is None
    assert solar.compared_since is None


NO_FAULTS = OwnFaults(
    ServerWatch(FaultLog("server", ManualClock(), ClockSteps(ManualClock())), []),
    OddReplicaRecords(),
)


async def test_what_a_server_without_meters_does_not_know_is_null(home: MemoryHome) -> None:
    manifest = SiteManifest(home.site, home.assignment, {}, {})
    copy = Replica(home.books, None, home.clock)
    status_service = ViewerService(
        manifest, MemoryCopy(), copy, home.board, ReplicaClock(home.clock), NO_FAULTS
    )
    home.app_state = replace(home.app_state, status_service=status_service)
    async with client_of(home) as client:
        meters, audit = await client.get("/meters"), await client.get("/audit")
    for meter in Meters.model_validate_json(meters.content).meters:
        assert (meter.host, meter.missing, meter.to_fetch_minutes) == (None, None, None)
        assert (meter.fetched_minutes, meter.parked_minutes) == (None, None)
    for line in AuditOfPeriod.model_validate_json(audit.content).meters:
        assert (line.missing_minutes, line.counter_epochs) == (None, None)
        assert line.contradicting_records is None


async def test_audit_of_any_period(client: httpx.AsyncClient) -> None:
    for asked, period in {"this-month": "2026-11", "2026-W47": "2026-W47", "all": "all"}.items():
        audit = (await client.get(f"/audit?period={asked}")).json()
        assert audit["period"] == period


async def test_site(home: MemoryHome, client: httpx.AsyncClient) -> None:
    answer = await client.get("/site")
    SiteNow.model_validate_json(answer.content)
    assert answer.json() == {
        "name": "Home",
        "time_zone": "Europe/Helsinki",
        "netting": "quarter",
        "poll_interval_s": 1.0,
        "main_fuse_a": 25.0,
        "meters": [
            {"name": "mains", "role": "grid", "production": None, **WHOLE},
            {"name": "solar", "role": "solar", "production": "positive", **WHOLE},
        ],
        "version": "0.1.0",
        "demo": False,
        "tariff": None,
        "mongodb": {
            "state": "not_configured",
            "detail": "not configured",
            "failing_since": None,
            "quota_used_pct": None,
            "years_left": None,
        },
        "backup": None,
        "faults": [],
    }


@pytest.mark.parametrize(("latest_s", "told"), [(None, None), (NOON, "2026-11-22T12:00:00+02:00")])
async def test_the_nightly_backup_is_told(
    home: MemoryHome, client: httpx.AsyncClient, latest_s: float | None, told: str | None
) -> None:
    home.backed_up = BackupStatus(ok=False, words="no stick", latest_s=latest_s)
    site = SiteNow.model_validate_json((await client.get("/site")).content)
    assert site.backup == SiteBackup(ok=False, detail="no stick", latest_at=told)


async def test_health_is_200_also_when_a_part_is_not_well(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.parts.append(
        PartHealth("store", ok=False, detail="the disk is full", last_error="x", last_error_at=NOON)
    )
    answer = await client.get("/health")
    assert answer.status_code == 200
    health = Health.model_validate_json(answer.content)
    assert not health.ok
    assert [(part.name, part.ok) for part in health.parts] == [("meters", True), ("store", False)]
    assert health.parts[1].last_error_at == "2026-11-22T12:00:00+02:00"


async def test_metrics(clock: ManualClock) -> None:
    home = MemoryHome(clock, labels=[MAINS])
    home.read("mains", -250.5)
    async with client_of(home) as client:
        await client.get("/power")
        await client.get("/energy/never")
        await client.get("/energy/nor-this")
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["wattledger_power_watts", "grid"] == -250.5
    assert ("wattledger_power_watts", "solar") not in samples
    assert samples["wattledger_meter_live", "grid", "mains"] == 1
    assert samples["wattledger_http_request_seconds_count", "/api/v1/power", "200"] == 1
    energy = ("wattledger_http_request_seconds_count", "/api/v1/energy/{period}", "422")
    assert samples[energy] == 2
    assert ("process_resident_memory_bytes",) in samples
