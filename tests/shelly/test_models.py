"""Every model that is known, and those that are not: met, read and judged by what they are."""

import asyncio
from typing import Any

import pytest

from tests.shelly.kit import (
    MAC,
    NOON,
    PASSWORD,
    a_minute_passes,
    eventually,
    fetched,
    linked,
    ours,
    pretend,
    running,
)
from tests.shelly.scripted import DEVICE, Script, scripted
from wattledger.energy.errors import MeterError, MeterUnreachable, ProtocolError
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterLabel, Role, Source
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.shelly.fixture_recorder import record_fixture
from wattledger.shelly.probe import greet, identify, look_at
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.quirks import Quirks

TRIPHASE = ("SPEM-003CEBEU", "SPEM-003CEBEU400", "SPEM-003CEBEU63", "S3EM-003CXCEU63")
PRO_EM, EM_GEN3 = "SPEM-002CEBEU50", "S3EM-002CXCEU50"
TWO_CHANNELS = (PRO_EM, EM_GEN3)
FIVE_MINUTES = "S3EM-003CXCEU63"
EVERY: list[tuple[str, str]] = [
    *((model, profile) for model in TRIPHASE for profile in ("triphase", "monophase")),
    *((model, "monophase") for model in TWO_CHANNELS),
]
FEED = ConstantFeed((600.0, -1200.0, 300.0))
BEGIN = NOON - 120 - 3_600
"""On a quarter of an hour."""
PLUG = {
    "name": "Coffee", "id": "shellyplusplugs-a0dd6ca0c27c", "mac": MAC, "slot": 0,
    "model": "SNPL-00112EU", "gen": 2, "ver": "1.7.5", "app": "PlusPlugS", "auth_en": False,
}  # fmt: skip
PLUG_STATUS = {"ble": {}, "sys": {"uptime": 12}, "switch:0": {"id": 0, "apower": 3.1}, "wifi": {}}


def of_model(model: str, profile: str, **options: Any) -> Any:
    world = SimClock(BEGIN + 3_600 + 30, rate=0.0)
    return pretend(world, model=model, profile=profile, feed=FEED, history_from=BEGIN, **options)


def energies(records: list[MinuteRecord]) -> set[tuple[int, ...]]:
    return {tuple(record[1:]) for record in records}


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize(("model", "profile"), EVERY)
async def test_each_is_met_and_shows_the_phases_that_it_has(
    model: str, profile: str, password: str | None
) -> None:
    async with of_model(model, profile, password=password) as device:
        greeting = await greet(device.address)
        identity = await identify(device.address, password)
        sight = await look_at(device.address, password)
    assert greeting.identity == identity == sight.identity
    assert (identity.model, identity.profile) == (model, profile)
    powers = [phase.active_power_w for phase in sight.reading.phases]
    two = model in TWO_CHANNELS
    assert powers == [600.0, -1200.0, None if two else 300.0]
    assert sight.phases == (("a", "b") if two else ("a", "b", "c"))
    assert sight.reading.active_power_w == (-600.0 if two else -300.0)
    assert sight.notes == ()


@pytest.mark.parametrize(("model", "profile"), EVERY)
async def test_each_gives_its_records_by_their_own_period(model: str, profile: str) -> None:
    async with of_model(model, profile) as device, linked(meter := ours(device)):
        spans = await meter.stored_spans()
        entries = await fetched(meter, Span(BEGIN, BEGIN + 3_600))
        phases, faults = meter.phases, meter.faults
    minutes = 5 if model == FIVE_MINUTES else 1
    c = 0 if model in TWO_CHANNELS else 50_000 * minutes
    assert spans == [Span(BEGIN, BEGIN + 3_600)]
    assert energies([entry.record for entry in entries]) == {
        (60 * minutes, 100_000 * minutes, 0, c, 0, 200_000 * minutes, 0)
    }
    starts = [entry.record.start for entry in entries]
    assert starts == [*range(BEGIN, BEGIN + 3_600, 60 * minutes)]
    assert phases == (("a", "b") if model in TWO_CHANNELS else ("a", "b", "c"))
    assert faults == ()


@pytest.mark.parametrize(
    ("phases", "lacks"),
    [(("a", "b", "c"), False), (("a",), False), (("c",), True), (("b", "c"), True)],
)
async def test_a_phase_that_a_meter_does_not_have_is_told(
    phases: tuple[str, ...], *, lacks: bool
) -> None:
    """All of them are those that it has."""
    label = MeterLabel((Source("car", Role.LOAD, phases=phases),))
    async with of_model(PRO_EM, "monophase") as device, linked(meter := ours(device, label=label)):
        told = [one.detail for one in meter.faults if one.kind is FaultKind.NO_SUCH_PHASE]
    assert len(told) == lacks
    assert all("'car' is of phase c, and it measures a, b only" in detail for detail in told)


@pytest.mark.parametrize("model", TWO_CHANNELS)
async def test_two_channels_push_a_record_and_counters_without_the_third(model: str) -> None:
    async with of_model(model, "monophase") as device, linked(ours(device)) as heard:
        await a_minute_passes(device, heard)
    assert energies([entry.record for entry in heard.entries]) == {
        (60, 100_000, 0, 0, 0, 200_000, 0)
    }
    imported, _, absent, _, exported, also_absent = heard.counters[-1].values_dmwh
    assert (absent, also_absent) == (0, 0)
    assert exported == 2 * imported > 0


async def test_counters_of_five_minutes_are_those_at_the_records_end() -> None:
    async with of_model(FIVE_MINUTES, "triphase") as device, linked(ours(device)) as heard:
        device.clock.advance(300.7 - 30)
        await heard.until(lambda: bool(heard.entries))
        device.clock.advance(0.4)
        await heard.until(lambda: bool(heard.counters))
    (entry,) = heard.entries
    (counters,) = heard.counters
    assert counters.at == entry.record.end == BEGIN + 3_900


async def test_counters_that_move_within_a_longer_record_are_not_taken() -> None:
    status = {
        f"{phase}_total_act_{kind}": 1.0 for phase in "abc" for kind in ("energy", "ret_energy")
    }
    script = Script(Shelly_GetDeviceInfo=lambda _: DEVICE | {"model": FIVE_MINUTES})
    async with scripted(script) as meter, linked(meter) as heard:
        for second in (241, 299, 1):
            at = BEGIN + 7_200 + second + (300 if second == 1 else 0)
            frame = {"ts": at, "emdata:0": {"id": 0, **status}}
            await script.push({"method": "NotifyStatus", "params": frame})
        await heard.until(lambda: bool(heard.counters))
    assert [counters.at for counters in heard.counters] == [BEGIN + 7_500]


@pytest.mark.parametrize(
    ("model", "most_a"),
    [("SPEM-003CEBEU", 120), ("SPEM-003CEBEU63", 63), (PRO_EM, 50), (EM_GEN3, 50)],
)
async def test_a_power_that_its_clamps_can_not_carry_is_neither_shown_nor_in_the_total(
    model: str, most_a: int
) -> None:
    profile = "monophase" if model in TWO_CHANNELS else "triphase"
    most_w = most_a * 280.0
    for feed, shown in (
        (ConstantFeed((most_w, 0.0, 0.0)), most_w),
        (ConstantFeed((2 * most_w, 0.0, 0.0)), None),
    ):
        device = pretend(model=model, profile=profile, feed=feed)
        async with device, linked(meter := ours(device)):
            reading = await meter.read_power(60)
            faults = {fault.kind for fault in meter.faults}
        assert reading.phases[0].active_power_w == shown
        assert reading.active_power_w == shown
        assert (FaultKind.ABSURD_POWER in faults) == (shown is None)


@pytest.mark.parametrize("model", ["SPEM-003CEBEU", PRO_EM])
async def test_records_of_more_than_its_clamps_carry_are_skipped(model: str) -> None:
    feed = ConstantFeed((50_000.0, 0.0, 0.0))
    device = pretend(SimClock(NOON, rate=0.0), model=model, feed=feed, history_from=NOON - 600)
    async with device, linked(meter := ours(device)):
        assert await fetched(meter, Span(NOON - 600, NOON)) == []
        assert FaultKind.ABSURD_RECORDS in {fault.kind for fault in meter.faults}
    device = pretend(
        SimClock(NOON, rate=0.0), model="SPEM-003CEBEU400", feed=feed, history_from=NOON - 600
    )
    async with device, linked(meter := ours(device)):
        assert len(await fetched(meter, Span(NOON - 600, NOON))) >= 9


@pytest.mark.parametrize(
    ("hardware", "profile"), [("SPEM-003CEBEU", "triphase"), (PRO_EM, "monophase")]
)
async def test_one_that_is_not_known_but_speaks_em_or_em1_works_with_a_note(
    hardware: str, profile: str
) -> None:
    quirks = Quirks(calls_itself="S4EM-002CXCEU")
    async with of_model(hardware, profile, quirks=quirks) as device:
        greeting, sight = await greet(device.address), await look_at(device.address)
        assert greeting.identity == sight.identity
        assert greeting.identity.model == "S4EM-002CXCEU"
        async with linked(meter := ours(device)):
            assert len(await fetched(meter, Span(BEGIN, BEGIN + 600))) == 10
            (note,) = meter.faults
    assert sight.notes == (note,)
    assert note.kind is FaultKind.UNKNOWN_MODEL
    assert "S4EM-002CXCEU" in note.detail
    assert sight.reading.phases[1].active_power_w == -1200.0


async def test_channels_beyond_the_third_are_named() -> None:
    channel = {"id": 0, "act_power": 1.0, "voltage": 230.0}
    status = {f"em1:{number}": channel for number in range(5)} | {"sys": {"unixtime": NOON}}
    script = Script(
        Shelly_GetStatus=lambda _: status,
        Shelly_GetDeviceInfo=lambda _: DEVICE | {"model": "X", "profile": "monophase"},
        EM1_GetStatus=lambda _: channel,
        EM1Data_GetData=lambda _: {"keys": [], "data": []},
    )
    async with scripted(script) as meter, linked(meter):
        details = [fault.detail for fault in meter.faults if fault.kind is FaultKind.UNKNOWN_MODEL]
    assert details[-1] == "only three channels are read: not em1:3, em1:4"


@pytest.mark.parametrize("uptime_s", [3, 86_400, None])
async def test_a_plug_is_told_as_what_it_is(uptime_s: int | None) -> None:
    status = PLUG_STATUS | {"sys": {"uptime": uptime_s}}
    script = Script(Shelly_GetDeviceInfo=lambda _: PLUG, Shelly_GetStatus=lambda _: status)
    async with scripted(script) as meter:
        for ask in (greet, identify, look_at):
            with pytest.raises(ProtocolError, match=r"no meter, but a plug: Shelly Plus Plug S"):
                await ask(meter.host)
        with pytest.raises(ProtocolError, match=r"SNPL-00112EU.*Coffee"):
            await record_fixture(meter.host, None, 0.1, lambda _: None)


async def test_a_plug_under_the_address_of_a_meter_is_a_fault_that_says_so() -> None:
    script = Script(Shelly_GetDeviceInfo=lambda _: PLUG, Shelly_GetStatus=lambda _: PLUG_STATUS)
    async with scripted(script) as meter, running(meter):
        await eventually(lambda: FaultKind.NO_METER in {fault.kind for fault in meter.faults})
        assert "a plug" in meter.faults[0].detail


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ({"model": "SNSN-0013A", "app": "PlusHT"}, "a sensor: Shelly Plus HT (SNSN-0013A)"),
        ({"model": "S3SW-001P16EU", "app": "S1PMG3"}, "a relay: Shelly S1 PMG3 (S3SW-001P16EU)"),
        ({"model": "SAWD-0A1XX10EU1", "app": "WallDisplay"}, "a device: Shelly Wall Display ("),
        ({"model": "X"}, "a device (X)"),
        ({}, "a device (unknown model)"),
    ],
)
async def test_others_are_told_too(device: dict[str, Any], words: str) -> None:
    told = {"mac": MAC} | device
    script = Script(
        Shelly_GetDeviceInfo=lambda _: told, Shelly_GetStatus=lambda _: {"sys": {"uptime": 9e5}}
    )
    async with scripted(script) as meter:
        with pytest.raises(ProtocolError) as raised:
            await greet(meter.host)
    assert words in str(raised.value)


async def test_who_boots_and_shows_nothing_yet_may_be_a_meter() -> None:
    script = Script(
        Shelly_GetDeviceInfo=lambda _: {"mac": MAC, "model": "S4EM-002CXCEU"},
        Shelly_GetStatus=lambda _: {"sys": {"uptime": 2}},
    )
    async with scripted(script) as meter:
        with pytest.raises(MeterUnreachable, match="yet"):
            await greet(meter.host)


async def test_two_channels_are_all_of_a_meter_that_has_two_also_right_after_its_boot() -> None:
    async with of_model(PRO_EM, "monophase", started_at=BEGIN + 3_620) as device:
        assert (await look_at(device.address)).phases == ("a", "b")


@pytest.mark.parametrize(
    ("firmware", "is_old"), [("0.14.2", True), ("1.0.0", False), ("1.7.5", False), ("2.0.0", False)]
)
async def test_a_firmware_from_before_1_0_is_noted(firmware: str, is_old: bool) -> None:
    async with pretend(firmware=firmware) as device:
        notes = (await look_at(device.address)).notes
    assert [note.kind for note in notes] == [FaultKind.FIRMWARE_OLD] * is_old


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"type": "SHEM-3", "mac": "A0", "auth": false}', r"first generation \(SHEM-3\)"),
        (b'{"type": 3}', "answers 404 instead of a connection"),
        (b'{"type": "/problems/not-found"}', "answers 404 instead of a connection"),
        (b"<html>", "answers 404 instead of a connection"),
        (b"[" * 100_000, "answers 404 instead of a connection"),
    ],
)
async def test_a_meter_of_the_first_generation_is_told_as_that(body: bytes, words: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        status = b"200 OK" if head == b"/shelly" else b"404 Not Found"
        length = str(len(body)).encode()
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length + b"\r\n\r\n" + body)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        for ask in (greet, identify):
            with pytest.raises(MeterError, match=words):
                await ask(f"{host}:{port}")


async def test_of_one_that_is_not_known_and_locked_nobody_guesses_the_profile() -> None:
    quirks = Quirks(calls_itself="S4EM-002CXCEU")
    async with of_model(PRO_EM, "monophase", quirks=quirks, password=PASSWORD) as device:
        assert (await greet(device.address)).identity.profile == "unknown"
        assert (await look_at(device.address, PASSWORD)).identity.profile == "monophase"
