"""Answers that no sound meter gives: an error of ours, a new connection, never a wrong number."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.shelly.kit import NOON, captured, eventually, fetched, linked, running
from tests.shelly.scripted import DEVICE, Raw, Script, scripted
from wattledger.energy.clock import SystemClock
from wattledger.energy.errors import MeterBabble, MeterRefused, MeterUnreachable
from wattledger.energy.spans import Span

SPAN = Span(NOON - 600, NOON)
KEYS = captured("keys.json")["EMData"]


def row(energy_wh: object = 0.0) -> list[Any]:
    return [energy_wh if key.endswith("_total_act_energy") else 0 for key in KEYS]


def page(start: int, rows: list[Any], next_ts: int | None = None, **extra: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "keys": KEYS,
        "data": [{"ts": start, "period": 60, "values": rows}],
        **extra,
    }
    return answer if next_ts is None else answer | {"next_record_ts": next_ts}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        '"text"',
        "12",
        "[]",
        '{"id":1,"result":NaN}',
        '{"id":1,"result":-Infinity}',
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
        with pytest.raises(MeterBabble):
            await meter.read_power(2.0)
        await heard.until_connected(2)
        assert meter.babble_count == 1


@pytest.mark.parametrize("result", [[], "text", 5, True])
async def test_an_answer_that_is_no_object_is_babble(result: Any) -> None:
    script = Script(EM_GetStatus=lambda _: result)
    async with scripted(script) as meter, linked(meter) as heard:
        with pytest.raises(MeterBabble):
            await meter.read_power(2.0)
        await heard.until_connected(2)
        assert meter.babble_count == 1


async def test_an_answer_of_null_is_a_reading_without_values() -> None:
    script = Script(EM_GetStatus=lambda _: None)
    async with scripted(script) as meter, linked(meter):
        reading = await meter.read_power(2.0)
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
        assert (await meter.read_power(2.0)).active_power_w == 12
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


async def test_absurd_records_are_a_fault_and_not_handed_on() -> None:
    rows = [row(1.0), row(-1.0), row(2.0), row()[:-1], row(3.0)]
    script = Script(EMData_GetData=lambda _: page(NOON - 300, rows))
    async with scripted(script) as meter, linked(meter):
        entries = await fetched(meter, SPAN)
        assert [entry.record.imported_a_dmwh for entry in entries] == [10_000, 20_000, 30_000]
        assert any(fault.startswith("2 absurd records") for fault in meter.faults)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": None},
        {"data": [], "next_record_ts": 0},
        {"data": [], "next_record_ts": -5},
        {"data": [], "next_record_ts": NOON - 600},
        {"data": [], "next_record_ts": "later"},
        page(NOON - 900, [row()], next_ts=NOON - 600),
        page(NOON - 900, [row()]),
    ],
)
async def test_what_does_not_get_ahead_ends(answer: dict[str, Any]) -> None:
    script = Script(EMData_GetData=lambda _: answer)
    async with scripted(script) as meter, linked(meter):
        script.asked.clear()
        assert await fetched(meter, SPAN) == []
        assert [call["method"] for call in script.asked].count("EMData.GetData") <= 2


async def test_the_same_page_for_ever_is_taken_once() -> None:
    script = Script(EMData_GetData=lambda _: page(NOON - 600, [row(), row()]))
    async with scripted(script) as meter, linked(meter):
        assert len(await fetched(meter, SPAN)) == 2


async def test_pages_that_creep_without_a_record_end_in_an_error() -> None:
    def creeping(params: dict[str, Any]) -> Any:
        return {"keys": KEYS, "data": [], "next_record_ts": params["ts"] + 1}

    script = Script(EMData_GetData=creeping)
    async with scripted(script) as meter, linked(meter):
        with pytest.raises(MeterBabble):
            await fetched(meter, SPAN)
        script.answers.clear()
        assert await fetched(meter, SPAN) == []


async def test_a_missing_next_ts_is_made_up_for() -> None:
    """A page that says it is the last although more is stored."""

    def forgetful(params: dict[str, Any]) -> Any:
        start = max(params["ts"], SPAN.start)
        rows = [row() for at in range(start, min(start + 180, SPAN.end), 60)]
        return page(start, rows)

    script = Script(EMData_GetData=forgetful)
    async with scripted(script) as meter, linked(meter):
        assert len(await fetched(meter, SPAN)) == 10


@pytest.mark.parametrize("data", ["text", [{"ts": 1}], [5], [{"ts": NOON, "period": 60}]])
async def test_a_page_that_is_none_is_babble(data: Any) -> None:
    script = Script(EMData_GetData=lambda _: {"keys": KEYS, "data": data})
    async with scripted(script) as meter, linked(meter):
        with pytest.raises(MeterBabble):
            await fetched(meter, SPAN)


async def test_columns_go_by_the_meters_own_keys() -> None:
    keys = [*reversed(KEYS), "a_new_one"]
    values = [7.5 if key == "c_total_act_ret_energy" else 0 for key in keys]
    answer = {"keys": keys, "data": [{"ts": NOON - 600, "period": 60, "values": [values]}]}
    script = Script(EMData_GetData=lambda _: answer)
    async with scripted(script) as meter, linked(meter):
        (entry,) = await fetched(meter, SPAN)
        assert entry.record[2:] == (0, 0, 0, 0, 0, 75_000)


async def test_implausible_blocks_are_dropped_and_paged_over() -> None:
    pages = {
        0: [{"ts": 60, "period": 60, "records": 5}],
        360: [
            {"ts": NOON - 6000, "period": 60, "records": 10},
            {"ts": 4_100_000_000, "period": 60, "records": 1},
        ],
        NOON - 5400: [
            {"ts": NOON - 5400, "period": 60, "records": 2},
            {"ts": NOON - 900, "period": 300, "records": 3},
        ],
    }
    script = Script(EMData_GetRecords=lambda params: {"data_blocks": pages.get(params["ts"], [])})
    async with scripted(script) as meter, linked(meter):
        assert await meter.stored_spans() == [
            Span(NOON - 6000, NOON - 5280),
            Span(NOON - 900, NOON),
        ]


async def test_without_get_records_the_oldest_record_is_asked_for() -> None:
    script = Script(
        Shelly_ListMethods=lambda _: {"methods": ["EMData.GetData"]},
        EMData_GetRecords=lambda _: Raw(error=(404, "No handler for EMData.GetRecords")),
        EMData_GetData=lambda _: page(NOON - 6000, [row()], next_ts=NOON - 5940),
    )
    async with scripted(script) as meter, linked(meter):
        assert await meter.stored_spans() == [Span(NOON - 6000, NOON)]
        assert "EMData.GetRecords" not in [call["method"] for call in script.asked]


@pytest.mark.parametrize("device", [{}, {"mac": None}, {"mac": "A0DD"}, {"mac": "G" * 12}])
async def test_what_gives_no_mac_is_no_meter(device: Any) -> None:
    script = Script(Shelly_GetDeviceInfo=lambda _: device)
    async with scripted(script) as meter, running(meter) as heard:
        await eventually(lambda: meter.babble_count >= 2)
        assert heard.identities == []
        assert "no Shelly meter" in meter.faults[0]


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
        assert meter.faults == ("the meter calls itself monophase but measures triphase",)


@pytest.mark.parametrize("code", [404, -105])
async def test_a_component_that_is_gone_leads_to_a_new_acquaintance(code: int) -> None:
    script = Script(EM_GetStatus=lambda _: Raw(error=(code, "No handler for EM.GetStatus")))
    async with scripted(script) as meter, linked(meter) as heard:
        with pytest.raises(MeterUnreachable):
            await meter.read_power(2.0)
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
        with pytest.raises(MeterBabble):
            await meter.read_power(2.0)


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
        await eventually(lambda: fault in meter.faults)
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
        assert (await meter.read_power(2.0)).active_power_w == 5


async def test_a_nonce_that_is_stale_at_once_is_no_wrong_password() -> None:
    challenge = {"realm": "r", "nonce": "n", "nc": 1, "algorithm": "SHA-256", "stale": True}
    script = Script(EM_GetStatus=lambda _: Raw(error=(401, json.dumps(challenge))))
    async with scripted(script, password="right") as meter, linked(meter):
        with pytest.raises(MeterRefused) as refusal:
            await meter.read_power(2.0)
        assert refusal.value.retry_after_s == 3.0
        assert not any("password" in fault for fault in meter.faults)
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
        poll = group.create_task(meter.read_power(2.0))
        await asked.wait()
        calls = [call for call in script.asked if call["method"] == "EM1.GetStatus"]
        answers = [{"id": call["id"], "result": {"act_power": 1}} for call in calls]
        await script.push(answers[0])
        await asyncio.sleep(0.1)
        first_s = clock.monotonic_s()
        await script.push(answers[2])
        await script.push(answers[1])
        reading = await poll
        assert reading.active_power_w == 3
        assert reading.received_s < first_s
