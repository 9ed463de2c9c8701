"""Answers that no sound meter gives: an error of ours, a new connection, never a wrong number."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.shelly.kit import NOON, captured, eventually, linked, running
from tests.shelly.scripted import DEVICE, Raw, Script, scripted
from wattledger.energy.clock import SystemClock
from wattledger.energy.errors import MeterRefused, MeterUnreachable, ProtocolError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.spans import Span

SPAN = Span(NOON - 600, NOON)
KEYS = captured("keys.json")["EMData"]


def row(energy_wh: object = 0.0) -> list[Any]:
    return [energy_wh if key.endswith("_total_act_energy") else 0 for key in KEYS]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        '"text"',
        "12",
        "[]",
        '{"id":1,"result":NaNs}',
        '{"id":1,"result":-Infinity',
        "[" * 20_000,
        '{"a":' * 20_000,
        '{"id":' + "9" * 5_000 + "}",
        "x" * 300_000,
        b'{"id":1,"result":{}}',
    ],
    ids=lambda text: repr(text[:12]),
)
async def test_what_is_no_frame_ends_the_connection(text: str | bytes) -> None:
    script = Script(EM_GetStatus=lambda _: Raw(text))
    async with scripted(script) as meter, linked(meter) as heard:
        with pytest.raises(ProtocolError):
            await meter.read_power(60.0)
        await heard.until_connected(2)
        assert meter.babble_count == 1


@pytest.mark.parametrize("result", [[], "text", 5, True])
async def test_an_answer_that_is_no_object_is_babble(result: Any) -> None:
    script = Script(EM_GetStatus=lambda _: result)
    async with scripted(script) as meter, linked(meter) as heard:
        with pytest.raises(ProtocolError):
            await meter.read_power(60.0)
        await heard.until_connected(2)
        assert meter.babble_count == 1


async def test_an_answer_of_null_is_a_reading_without_values() -> None:
    script = Script(EM_GetStatus=lambda _: None)
    async with scripted(script) as meter, linked(meter):
        reading = await meter.read_power(60.0)
        assert reading.active_power_w is None
        assert reading.phases[0].voltage_v is None


@pytest.mark.parametrize(
    "frame",
    [
        {"method": "NotifyStatus"},
        {"method": "NotifyStatus", "params": None},
        {"method": "NotifyStatus", "params": [1]},
        {"method": "NotifyStatus", "params": {"ts": "soon", "emdata:0": None}},
        {"method": "NotifyStatus", "params": {"ts": 1.61, "emdata:0": {"id": 0}}},
        {"method": "NotifyEvent", "params": {"ts": 1.61, "events": None}},
        {"method": "NotifyEvent", "params": {"events": [None, {}, {"event": "data"}]}},
        {
            "method": "NotifyEvent",
            "params": {"events": [{"event": "data", "component": "emdata:0", "data": None}]},
        },
        {"method": 5, "params": {}},
        {"id": "1", "result": {}},
        {"id": 999, "result": {}},
        {"id": None, "error": {}},
        {},
    ],
    ids=str,
)
async def test_odd_frames_are_passed_over(frame: Any) -> None:
    script = Script()
    async with scripted(script) as meter, linked(meter) as heard:
        await script.push(frame)
        assert (await meter.read_power(60.0)).active_power_w == 12
        assert (heard.entries, heard.counters, heard.reasons) == ([], [], [])


def pushed(start: int, sent: float, energy_wh: object, period_s: int = 60) -> dict[str, Any]:
    data = {"ts": start, "period": period_s, "values": [row(energy_wh)]}
    event = {"component": "emdata:0", "id": 0, "event": "data", "ts": start, "data": data}
    return {"method": "NotifyEvent", "params": {"ts": sent, "events": [event]}}


@pytest.mark.parametrize(
    "frame",
    [
        pushed(120, 180.65, 1.0),
        pushed(NOON, NOON + 60.65, None),
        pushed(NOON, NOON + 60.65, -0.5),
        pushed(NOON, NOON + 60.65, 1e9),
        pushed(NOON + 7, NOON + 67.65, 1.0),
        pushed(NOON, NOON + 30, 1.0),
        pushed(NOON, NOON + 60.65, 1.0, period_s=7),
    ],
    ids=["no time", "null", "negative", "too much", "not aligned", "not over", "odd period"],
)
async def test_an_absurd_push_is_skipped_and_the_next_taken(frame: Any) -> None:
    script = Script()
    async with scripted(script) as meter, linked(meter) as heard:
        await script.push(frame)
        await script.push(pushed(NOON + 60, NOON + 120.65, 1.5))
        await heard.until(lambda: bool(heard.entries))
        assert [entry.record[:3] for entry in heard.entries] == [(NOON + 60, 60, 15_000)]


@pytest.mark.parametrize("device", [{}, {"mac": None}, {"mac": "A0DD"}, {"mac": "G" * 12}])
async def test_what_gives_no_mac_is_no_meter(device: Any) -> None:
    script = Script(Shelly_GetDeviceInfo=lambda _: device)
    async with scripted(script) as meter, running(meter) as heard:
        await eventually(lambda: meter.babble_count >= 2)
        assert heard.identities == []
        assert "no Shelly meter" in meter.faults[0].detail
        assert meter.faults[0].kind is FaultKind.NO_METER


async def test_a_mac_with_colons_is_the_same_meter() -> None:
    script = Script(Shelly_GetDeviceInfo=lambda _: DEVICE | {"mac": "a0:dd:6c:a0:c2:7c"})
    async with scripted(script) as meter, linked(meter) as heard:
        assert heard.identities[0].meter == DEVICE["mac"]


async def test_a_booting_meter_is_waited_for() -> None:
    statuses: Iterator[Any] = iter([{}, {"em1:0": {}}])
    script = Script()
    sound = script.result("Shelly.GetStatus", {})
    script.answers["Shelly.GetStatus"] = lambda _: next(statuses, sound)
    async with scripted(script) as meter, linked(meter) as heard:
        assert len(heard.identities) == 1


async def test_a_profile_that_does_not_fit_is_a_fault() -> None:
    script = Script(Shelly_GetDeviceInfo=lambda _: DEVICE | {"profile": "monophase"})
    async with scripted(script) as meter, linked(meter) as heard:
        assert heard.identities[0].profile == "triphase"
        assert meter.faults == (
            Fault(
                FaultKind.PROFILE_DOUBTFUL,
                "the meter calls itself monophase but measures triphase",
            ),
        )


@pytest.mark.parametrize("code", [404, -105])
async def test_a_component_that_is_gone_leads_to_a_new_acquaintance(code: int) -> None:
    script = Script(EM_GetStatus=lambda _: Raw(error=(code, "No handler for EM.GetStatus")))
    async with scripted(script) as meter, linked(meter) as heard:
        with pytest.raises(MeterUnreachable):
            await meter.read_power(60.0)
        await heard.until_connected(2)
        assert heard.reasons == [f"EM.GetStatus: No handler for EM.GetStatus ({code})"]
        assert meter.babble_count == 0


async def test_an_error_that_is_none_is_babble() -> None:
    script = Script(EM_GetStatus=lambda _: Raw(json.dumps({"id": 5, "error": "no"})))
    async with scripted(script) as meter, linked(meter):
        script.asked.clear()

        def wrong(_: Any) -> Raw:
            return Raw(json.dumps({"id": script.asked[-1]["id"], "error": "no"}))

        script.answers["EM.GetStatus"] = wrong
        with pytest.raises(ProtocolError):
            await meter.read_power(60.0)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (503, "the meter answers 503 instead of a connection"),
        (404, "the meter answers 404 instead of a connection"),
        (429, "the meter has had too many tries to log in"),
    ],
)
async def test_a_refused_handshake_is_tried_again(status: int, fault: str) -> None:
    script = Script()
    script.handshake_status = status
    async with scripted(script, throttled_first_s=0.05) as meter, running(meter) as heard:
        await eventually(lambda: fault in [one.detail for one in meter.faults])
        script.handshake_status = None
        await heard.until_connected()
        assert heard.reasons == []


async def test_an_id_may_come_back_with_a_fraction_of_zero() -> None:
    script = Script()

    def answer(_: Any) -> Raw:
        number = float(script.asked[-1]["id"])
        return Raw(json.dumps({"id": number, "result": {"total_act_power": 5}}))

    script.answers["EM.GetStatus"] = answer
    async with scripted(script) as meter, linked(meter):
        assert (await meter.read_power(60.0)).active_power_w == 5


async def test_a_nonce_that_is_stale_at_once_is_no_wrong_password() -> None:
    challenge = {"realm": "r", "nonce": "n", "nc": 1, "algorithm": "SHA-256", "stale": True}
    script = Script(EM_GetStatus=lambda _: Raw(error=(401, json.dumps(challenge))))
    async with scripted(script, password="right") as meter, linked(meter):
        with pytest.raises(MeterRefused) as refusal:
            await meter.read_power(60.0)
        assert refusal.value.retry_after_s == 3.0
        assert not any("password" in fault.detail for fault in meter.faults)
        auths = [call.get("auth") for call in script.asked if call["method"] == "EM.GetStatus"]
        assert [auth and auth["nc"] for auth in auths] == [None, 1]


async def test_a_minute_pushed_before_the_acquaintance_is_made_is_heard() -> None:
    script = Script()

    def answer(_: Any) -> Raw:
        early = pushed(NOON, NOON + 60.65, 1.5)
        listed = {"id": script.asked[-1]["id"], "result": {"methods": []}}
        return Raw(json.dumps(early), json.dumps(listed))

    script.answers["Shelly.ListMethods"] = answer
    async with scripted(script) as meter, linked(meter) as heard:
        await heard.until(lambda: bool(heard.entries))
        assert heard.entries[0].record.imported_a_dmwh == 15_000


async def test_a_reading_of_three_channels_is_as_old_as_the_first_answer() -> None:
    channels: dict[str, Any] = {f"em1:{channel}": {} for channel in range(3)}
    asked = asyncio.Event()

    def hold(params: dict[str, Any]) -> Raw:
        if params["id"] == 2:
            asked.set()
        return Raw()

    script = Script(
        Shelly_GetDeviceInfo=lambda _: DEVICE | {"profile": "monophase"},
        Shelly_GetStatus=lambda _: channels,
        EM1_GetStatus=hold,
        EM1Data_GetData=lambda _: {},
    )
    clock = SystemClock()
    async with scripted(script) as meter, linked(meter), asyncio.TaskGroup() as group:
        poll = group.create_task(meter.read_power(60.0))
        await asked.wait()
        calls = [call for call in script.asked if call["method"] == "EM1.GetStatus"]
        answers = [{"id": call["id"], "result": {"act_power": 1}} for call in calls]
        await script.push(answers[0])
        assert meter.clock_offset_s is None
        await script.push({"method": "NotifyStatus", "params": {"ts": NOON}})
        await eventually(lambda: meter.clock_offset_s is not None)
        first_s = clock.monotonic_s()
        await script.push(answers[2])
        await script.push(answers[1])
        reading = await poll
        assert reading.active_power_w == 3
        assert reading.received_s < first_s


async def test_a_meter_that_pushes_but_answers_nothing_is_given_up() -> None:
    script = Script()
    live = {"method": "NotifyStatus", "params": {"ts": NOON + 1.5, "em:0": {}}}
    async with scripted(script, mute_s=0.2, silence_s=60.0) as meter, linked(meter) as heard:
        script.answers["EM.GetStatus"] = lambda _: Raw(json.dumps(live))
        while not heard.reasons:
            with pytest.raises(MeterUnreachable):
                await meter.read_power(0.05)
        assert heard.reasons == ["no answers for 0.2 s"]
        script.answers.clear()
        await heard.until_connected(2)
        assert (await meter.read_power(60.0)).active_power_w == 12


async def test_firmware_that_lists_no_methods_is_asked_all_the_same() -> None:
    unknown = Raw(error=(404, "No handler for Shelly.ListMethods"))
    script = Script(Shelly_ListMethods=lambda _: unknown)
    async with scripted(script) as meter, linked(meter):
        assert (await meter.read_power(60.0)).active_power_w == 12
        assert await meter.stored_spans() == []
        assert "EMData.GetRecords" in [call["method"] for call in script.asked]


async def test_a_meter_that_is_busy_while_it_is_met_is_met_later() -> None:
    busy = iter([Raw(error=(-108, "Resource exhausted"))])
    script = Script(Shelly_ListMethods=lambda _: next(busy, {"methods": []}))
    async with scripted(script) as meter, linked(meter) as heard:
        assert len(heard.identities) == 1


async def test_a_time_that_is_not_told_costs_no_link() -> None:
    script = Script(Sys_GetStatus=lambda _: Raw(error=(-114, "Unavailable")))
    async with scripted(script, ask_time_every_s=0.01) as meter, linked(meter) as heard:
        await eventually(lambda: script.times_asked("Sys.GetStatus") > 2)
        assert heard.reasons == []


async def test_history_is_not_read_from_a_profile_that_has_changed() -> None:
    script = Script()
    async with scripted(script) as meter, linked(meter):
        script.answers["Shelly.GetDeviceInfo"] = lambda _: DEVICE | {"profile": "monophase"}
        with pytest.raises(MeterUnreachable, match="profile has changed"):
            await meter.stored_spans()
