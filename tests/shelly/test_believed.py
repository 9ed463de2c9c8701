"""What is believed of what a meter says: columns of this very connection, phases that it measures,
values that it can measure, errors of its own; what is not, is told.
"""

import asyncio
from typing import Any

import pytest

from tests.shelly.kit import MAC, NOON, Heard, captured, eventually, fetched, linked
from tests.shelly.scripted import DEVICE, Raw, Script, scripted
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.spans import Span
from wattledger.shelly.meter import ShellyMeter

SPAN = Span(NOON - 600, NOON)
KEYS: list[str] = captured("keys.json")["EMData"]
CHANNEL_KEYS: list[str] = captured("keys.json")["EM1Data"]
ROTATED = [
    {"a": "b", "b": "c", "c": "a"}.get(key[0], key[0]) + key[1:] if key[1] == "_" else key
    for key in KEYS
]
SWAPPED = [
    key.replace("_act_ret_", "_X_")
    .replace("_act_energy", "_act_ret_energy")
    .replace("_X_", "_act_")
    for key in KEYS
]
ENERGIES = {
    f"{phase}_total_act{way}_energy": at + 1.0
    for at, (way, phase) in enumerate((way, phase) for way in ("", "_ret") for phase in "abc")
}
"""1 to 6 Wh: imported a, b, c, then exported."""
RECORD = (NOON, 60, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000)
LIVE = {
    f"{phase}_{name}": value
    for phase in "abc"
    for name, value in {"act_power": 100.0, "voltage": 230.0, "current": 1.0}.items()
}


def row(keys: list[str], **changed: Any) -> list[Any]:
    return [(ENERGIES | changed).get(key, 0.0) for key in keys]


def answer(keys: list[str], start: int = NOON - 120, **changed: Any) -> dict[str, Any]:
    rows = [row(keys, **changed), row(keys, **changed)]
    return {"keys": keys, "data": [{"ts": start, "period": 60, "values": rows}]}


def pushed(keys: list[str], start: int = NOON, **changed: Any) -> dict[str, Any]:
    block = {"ts": start, "period": 60, "values": [row(keys, **changed)]}
    event = {"component": "emdata:0", "id": 0, "event": "data", "ts": start + 60.6, "data": block}
    return {"method": "NotifyEvent", "params": {"ts": start + 60.6, "events": [event]}}


def kinds(meter: ShellyMeter) -> dict[FaultKind, str]:
    return {fault.kind: fault.detail for fault in meter.faults}


@pytest.mark.parametrize("newer", [ROTATED, SWAPPED, KEYS[::-1], [*KEYS[3:], *KEYS[:3]]])
async def test_columns_are_learned_on_every_connection(newer: list[str]) -> None:
    order = [KEYS]
    script = Script(EMData_GetData=lambda _: answer(order[0]))
    async with scripted(script) as meter, linked(meter) as heard:
        await script.push(pushed(KEYS))
        await heard.until(lambda: len(heard.entries) == 1)
        order[0] = newer
        await script.sockets.pop(0).close()
        await heard.until_connected(2)
        await script.push(pushed(newer, NOON + 60))
        await heard.until(lambda: len(heard.entries) == 2)
        assert [entry.record[2:] for entry in heard.entries] == [RECORD[2:]] * 2


async def test_a_push_waits_for_the_names_of_its_columns() -> None:
    answers = [Raw(error=(500, "busy")), answer(ROTATED)]
    script = Script(EMData_GetData=lambda _: answers.pop(0) if len(answers) > 1 else answers[0])
    async with scripted(script) as meter, linked(meter) as heard:
        await script.push(pushed(ROTATED))
        await heard.until(lambda: bool(heard.entries))
        assert heard.entries[0].record == RECORD


@pytest.mark.parametrize(
    "news", [{"event": "config_changed"}, {"event": "ota_success"}, {"event": "ota_begin"}]
)
async def test_after_a_change_that_the_meter_tells_columns_are_asked_for_anew(news: Any) -> None:
    order = [KEYS]
    script = Script(EMData_GetData=lambda _: answer(order[0]))
    async with scripted(script) as meter, linked(meter) as heard:
        order[0] = ROTATED
        event = {"component": "sys", "ts": 1.0} | news
        await script.push({"method": "NotifyEvent", "params": {"ts": NOON, "events": [event]}})
        await script.push(pushed(ROTATED))
        await heard.until(lambda: bool(heard.entries))
        assert heard.entries[0].record == RECORD


async def test_rows_of_another_length_are_asked_about() -> None:
    order = [KEYS]
    script = Script(EMData_GetData=lambda _: answer(order[0]))
    async with scripted(script) as meter, linked(meter) as heard:
        order[0] = ["a_new_one", *ROTATED]
        await script.push(pushed(order[0]))
        await heard.until(lambda: bool(heard.entries))
        assert heard.entries[0].record == RECORD
        assert meter.faults == ()


@pytest.mark.parametrize("change", [{"ver": "2.0.1"}, {"mac": "A0DD6CA0C27D"}, {"profile": "x"}])
async def test_what_answers_for_the_memory_and_is_another_ends_the_link(change: Any) -> None:
    device = [DEVICE]
    script = Script(Shelly_GetDeviceInfo=lambda _: device[0])
    async with scripted(script) as meter, linked(meter) as heard:
        device[0] = DEVICE | change
        with pytest.raises(Exception, match=r"another meter|has changed"):
            await meter.stored_spans()
        await heard.until_connected(2)


async def test_what_answers_for_the_live_link_and_is_another_ends_it_too() -> None:
    device = [DEVICE]
    script = Script(Shelly_GetDeviceInfo=lambda _: device[0])
    async with scripted(script, ask_time_every_s=0.02) as meter, linked(meter) as heard:
        device[0] = DEVICE | {"ver": "2.0.1"}
        await heard.until_connected(2)
        assert [identity.firmware for identity in heard.identities] == ["1.7.5", "2.0.1"]


def without(phase: str) -> dict[str, Any]:
    return {key: None for key in ENERGIES if key.startswith(phase)}


@pytest.mark.parametrize("phase", ["a", "b", "c"])
async def test_a_phase_that_is_never_measured_counts_nothing(phase: str) -> None:
    place = "abc".index(phase)
    status: dict[str, Any] = {
        key: None if key[0] == phase else value for key, value in LIVE.items()
    }
    counters = {key: None if key[0] == phase else 7.25 for key in ENERGIES}
    script = Script(
        EM_GetStatus=lambda _: status | {"total_act_power": 200.0},
        EMData_GetData=lambda _: answer(KEYS, **without(phase)),
        EMData_GetStatus=lambda _: counters,
    )
    async with scripted(script) as meter, linked(meter) as heard:
        expected = [0 if at % 3 == place else value for at, value in enumerate(RECORD[2:])]
        async with asyncio.TaskGroup() as tasks:  # what is fetched first waits for live values
            fetching = tasks.create_task(fetched(meter, SPAN))
            tasks.create_task(meter.read_power(2.0))
        entries = fetching.result()
        assert [[*entry.record[2:]] for entry in entries] == [expected] * 2
        await script.push(pushed(KEYS, **without(phase)))
        await heard.until(lambda: bool(heard.entries))
        assert [*heard.entries[0].record[2:]] == expected
        assert (await meter.read_power(2.0)).active_power_w == 200.0
        assert meter.phases == tuple(name for name in "abc" if name != phase)
        params = {"ts": NOON + 61.2, "emdata:0": counters}
        await script.push({"method": "NotifyStatus", "params": params})
        await heard.until(lambda: bool(heard.counters))
        assert [value > 0 for value in heard.counters[0].values_dmwh] == [
            at % 3 != place for at in range(6)
        ]
        assert meter.faults == ()


async def test_a_phase_without_columns_is_not_measured_either() -> None:
    keys = [key for key in KEYS if not key.startswith("c_")]
    status: dict[str, Any] = {key: value for key, value in LIVE.items() if key[0] != "c"}
    script = Script(EM_GetStatus=lambda _: status, EMData_GetData=lambda _: answer(keys))
    async with scripted(script) as meter, linked(meter):
        await meter.read_power(2.0)
        entries = await fetched(meter, SPAN)
        assert [entry.record[2:] for entry in entries] == [
            (10_000, 20_000, 0, 40_000, 50_000, 0)
        ] * 2
        assert (await meter.read_power(2.0)).active_power_w == 200.0


@pytest.mark.parametrize("where", ["live", "a neighbour", "the oldest"])
async def test_a_phase_that_is_null_now_and_then_is_not_booked_as_nothing(where: str) -> None:
    status: dict[str, Any] = {**LIVE}
    if where != "live":
        status |= {key: None for key in LIVE if key[0] == "c"}

    def page(params: dict[str, Any]) -> Any:
        if params["ts"] == 0 and where == "the oldest":
            return answer(KEYS, NOON - 86_400)
        rows = [row(KEYS, **without("c")), row(KEYS, **without("c"))]
        if where == "a neighbour":
            rows.append(row(KEYS))
        return {"keys": KEYS, "data": [{"ts": NOON - 180, "period": 60, "values": rows}]}

    script = Script(EM_GetStatus=lambda _: status, EMData_GetData=page)
    async with scripted(script) as meter, linked(meter):
        entries = await fetched(meter, SPAN)
        assert len(entries) == (1 if where == "a neighbour" else 0)
        assert kinds(meter)[FaultKind.ABSURD_RECORDS].startswith("2 absurd records")
        assert meter.phases == ("a", "b", "c")


async def test_what_was_skipped_and_comes_after_all_is_no_fault_any_more() -> None:
    answers = [answer(KEYS, **without("b"))]
    status: dict[str, Any] = {**LIVE}
    script = Script(EM_GetStatus=lambda _: status, EMData_GetData=lambda _: answers[0])
    async with scripted(script) as meter, linked(meter):
        assert await fetched(meter, SPAN) == []
        assert FaultKind.ABSURD_RECORDS in kinds(meter)
        answers[0] = answer(KEYS)
        assert len(await fetched(meter, SPAN)) == 2
        assert meter.faults == ()


def monophase(*channels: int, uptime: float | None = 5_000) -> Script:
    status: dict[str, Any] = {f"em1:{channel}": {} for channel in channels}
    system = {"unixtime": NOON + 30, "uptime": uptime}

    def page(params: dict[str, Any]) -> Any:
        values = [(params["id"] + 1.5) if key == "total_act_energy" else 0 for key in CHANNEL_KEYS]
        return {
            "keys": CHANNEL_KEYS,
            "data": [{"ts": NOON - 60, "period": 60, "values": [values]}],
        }

    return Script(
        Shelly_GetDeviceInfo=lambda _: DEVICE | {"profile": "monophase"},
        Shelly_GetStatus=lambda _: status | {"sys": system},
        EM1_GetStatus=lambda params: {"act_power": 10.0 * (params["id"] + 1), "voltage": 230.0},
        EM1Data_GetData=page,
        EM1Data_GetStatus=lambda _: {"total_act_energy": 5.0, "total_act_ret_energy": 1.0},
        EM1Data_GetRecords=lambda _: {"data_blocks": []},
    )


@pytest.mark.parametrize("channels", [(0,), (1,), (0, 1), (0, 2), (1, 2), (0, 1, 2)])
async def test_a_monophase_meter_has_the_channels_that_it_has(channels: tuple[int, ...]) -> None:
    async with scripted(monophase(*channels)) as meter, linked(meter):
        (entry,) = await fetched(meter, SPAN)
        energies = [15_000 + 10_000 * place if place in channels else 0 for place in range(3)]
        assert [*entry.record[2:]] == [*energies, 0, 0, 0]
        expected_w = sum(10.0 * (place + 1) for place in channels)
        assert (await meter.read_power(2.0)).active_power_w == expected_w
        assert meter.phases == tuple("abc"[place] for place in channels)


async def test_a_channel_that_exists_and_measures_nothing_is_absent() -> None:
    script = monophase(0, 1, 2)
    live, page = script.answers["EM1.GetStatus"], script.answers["EM1Data.GetData"]
    script.answers["EM1.GetStatus"] = lambda call: {} if call["id"] == 2 else live(call)

    def without_third(call: dict[str, Any]) -> Any:
        given = page(call)
        if call["id"] == 2:
            given["data"][0]["values"] = [[None] * len(CHANNEL_KEYS)]
        return given

    script.answers["EM1Data.GetData"] = without_third
    async with scripted(script) as meter, linked(meter):
        assert (await meter.read_power(2.0)).active_power_w == 30.0
        (entry,) = await fetched(meter, SPAN)
        assert [*entry.record[2:]] == [15_000, 25_000, 0, 0, 0, 0]
        assert meter.phases == ("a", "b")


async def test_while_it_boots_a_channel_may_still_come() -> None:
    script = monophase(0, 1, uptime=12)
    async with scripted(script) as meter, asyncio.TaskGroup() as tasks:
        heard = Heard()
        running = tasks.create_task(meter.run(heard))
        await eventually(lambda: script.times_asked("Shelly.GetStatus") >= 3)
        assert heard.identities == []
        assert kinds(meter)[FaultKind.UNREACHABLE] == (
            "the meter does not show all its channels yet"
        )
        whole = monophase(0, 1, 2, uptime=14)
        script.answers["Shelly.GetStatus"] = whole.answers["Shelly.GetStatus"]
        await heard.until_connected()
        running.cancel()


@pytest.mark.parametrize("token", ["NaN", "nan", "-inf", "Infinity", "null"])
async def test_one_number_that_is_none_costs_its_neighbours_nothing(token: str) -> None:
    rows = [row(KEYS), row(KEYS), row(KEYS)]

    async def told(script: Script) -> None:
        async with scripted(script) as meter, linked(meter) as heard:
            entries = await fetched(meter, SPAN)
            assert [entry.record.start for entry in entries] == [NOON - 180, NOON - 60]
            assert heard.reasons == []

    texts = [str([*one]) for one in rows]
    texts[1] = texts[1].replace("2.0", token, 1)
    keys = str(KEYS).replace("'", '"')
    result = (
        f'{{"keys":{keys},"data":[{{"ts":{NOON - 180},"period":60,"values":[{",".join(texts)}]}}]}}'
    )
    script = Script()
    script.answers["EMData.GetData"] = lambda _: Raw(
        f'{{"id":{script.asked[-1]["id"]},"result":{result}}}'
    )
    await told(script)


@pytest.mark.parametrize(("wh", "dmwh"), [(-0.0001, 0), (-0.00005, 0), (-0.0, 0)])
async def test_below_zero_by_rounding_is_zero(wh: float, dmwh: int) -> None:
    given = answer(KEYS, b_total_act_energy=wh)
    script = Script(EMData_GetData=lambda _: given)
    async with scripted(script) as meter, linked(meter):
        entries = await fetched(meter, SPAN)
        assert [entry.record.imported_b_dmwh for entry in entries] == [dmwh, dmwh]
        assert meter.faults == ()


@pytest.mark.parametrize("power_w", [1.7e308, -9e9, 5e5, -1e6])
async def test_a_power_that_it_cannot_measure_is_null_and_said(power_w: float) -> None:
    shown = [power_w]
    script = Script(EM_GetStatus=lambda _: LIVE | {"total_act_power": shown[0]})
    async with scripted(script) as meter, linked(meter):
        assert (await meter.read_power(2.0)).active_power_w is None
        assert kinds(meter)[FaultKind.ABSURD_POWER] == (
            f"it shows {power_w:g} W in all, which it can't measure"
        )
        shown[0] = 300.0
        assert (await meter.read_power(2.0)).active_power_w == 300.0
        assert meter.faults == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [("a_act_power", 9e9), ("b_voltage", -1e4), ("c_current", 7e5), ("a_freq", 4e9)],
)
async def test_so_is_what_else_it_shows(key: str, value: float) -> None:
    script = Script(EM_GetStatus=lambda _: LIVE | {key: value, "total_act_power": 300.0})
    async with scripted(script) as meter, linked(meter):
        reading = await meter.read_power(2.0)
        assert reading.active_power_w == 300.0
        assert value not in [
            getattr(phase, name)
            for phase in reading.phases
            for name in ("active_power_w", "voltage_v", "current_a", "frequency_hz")
        ]
        assert FaultKind.ABSURD_POWER in kinds(meter)


async def test_counters_that_are_asked_for_are_said_until_they_can_be() -> None:
    """A meter may push none: then those that are asked for are all that there are."""
    counters = dict.fromkeys(ENERGIES, 5.0)
    shown = [1e15]
    script = Script(EMData_GetStatus=lambda _: counters | {"a_total_act_energy": shown[0]})
    async with scripted(script) as meter, linked(meter):
        with pytest.raises(MeterUnreachable, match="its counters show"):
            await meter.read_counters()
        assert FaultKind.ABSURD_POWER in kinds(meter)
        shown[0] = 7.0
        assert (await meter.read_counters()).values_dmwh[0] == 70_000
        assert meter.faults == ()


async def test_counters_that_it_cannot_have_are_said_and_not_taken() -> None:
    counters = dict.fromkeys(ENERGIES, 5.0)
    script = Script()
    async with scripted(script) as meter, linked(meter) as heard:
        for total in (1e15, -5.0, 7.0):
            params = {"ts": NOON + total % 60, "emdata:0": counters | {"a_total_act_energy": total}}
            await script.push({"method": "NotifyStatus", "params": params})
            if total != 7.0:
                await eventually(lambda: FaultKind.ABSURD_POWER in kinds(meter))
                assert heard.counters == []
        await heard.until(lambda: bool(heard.counters))
        assert heard.counters[0].values_dmwh[0] == 70_000
        assert meter.faults == ()


@pytest.mark.parametrize(
    ("component", "status", "kind", "words"),
    [
        ("emdata:0", {"errors": ["ct_type_not_set"]}, FaultKind.CT_TYPE_NOT_SET, "emdata:0"),
        ("em:0", {"errors": ["ct_type_not_set"]}, FaultKind.CT_TYPE_NOT_SET, "em:0"),
        ("emdata:0", {"errors": ["database_error"]}, FaultKind.METER_ERROR, "database_error"),
        ("em:0", {"errors": ["power_meter_failure"]}, FaultKind.METER_ERROR, "power_meter_failure"),
        ("em:0", {"errors": ["phase_sequence"]}, FaultKind.METER_ERROR, "phase_sequence"),
        (
            "em:0",
            {"b_errors": ["out_of_range:voltage"]},
            FaultKind.METER_ERROR,
            "b: out_of_range:voltage",
        ),
        ("em:0", {"c_flags": ["count_disabled"]}, FaultKind.METER_ERROR, "c: count_disabled"),
    ],
)
async def test_the_meters_own_errors_are_faults(
    component: str, status: dict[str, Any], kind: FaultKind, words: str
) -> None:
    shown: dict[str, dict[str, Any]] = {"em:0": {**LIVE}, "emdata:0": {}}
    script = Script(
        Shelly_GetStatus=lambda _: {**shown, "sys": {"unixtime": NOON + 30}},
        EM_GetStatus=lambda _: shown["em:0"],
        EMData_GetStatus=lambda _: shown["emdata:0"],
    )
    async with scripted(script, ask_time_every_s=0.02) as meter, linked(meter):
        assert meter.faults == ()
        shown[component] = shown[component] | status
        params = {"ts": NOON + 1.0, component: {"id": 0, **status}}
        await script.push({"method": "NotifyStatus", "params": params})
        await eventually(lambda: kind in kinds(meter))
        assert words in kinds(meter)[kind]
        await meter.read_power(2.0)
        assert kind in kinds(meter)
        gone = dict.fromkeys(status)
        shown[component] = {key: v for key, v in shown[component].items() if key not in status}
        params = {"ts": NOON + 2.0, component: {"id": 0, **gone}}
        await script.push({"method": "NotifyStatus", "params": params})
        await eventually(lambda: meter.faults == ())


async def test_errors_are_known_from_the_first_answer_on_and_end_with_the_link() -> None:
    status = {"em:0": {}, "emdata:0": {"errors": ["ct_type_not_set"]}, "sys": {"unixtime": NOON}}
    script = Script(Shelly_GetStatus=lambda _: status)
    async with scripted(script) as meter:
        async with linked(meter):
            assert FaultKind.CT_TYPE_NOT_SET in kinds(meter)
        assert FaultKind.CT_TYPE_NOT_SET not in kinds(meter)


async def test_a_state_that_is_no_error_is_none() -> None:
    script = Script(EM_GetStatus=lambda _: LIVE | {"errors": ["no_load"]})
    async with scripted(script) as meter, linked(meter):
        await meter.read_power(2.0)
        assert meter.faults == ()


DIRT = "\ud800\x1b[2J\r\nforged\u202e" + "x" * 5_000


async def test_texts_of_a_meter_are_clean_wherever_they_show() -> None:
    dirty = {"errors": [DIRT] * 20, "a_errors": [DIRT]}
    script = Script(
        Shelly_GetDeviceInfo=lambda _: (
            DEVICE | {"model": DIRT, "ver": DIRT, "name": DIRT, "profile": DIRT}
        ),
        EM_GetStatus=lambda _: dirty,
    )
    async with scripted(script) as meter, linked(meter) as heard:
        reading = await meter.read_power(2.0)
        (identity,) = heard.identities
        shown = [identity.model, identity.firmware, identity.name or "", *reading.errors]
        shown += [fault.detail for fault in meter.faults]
        assert len(shown) < 20
        for text in shown:
            text.encode()
            assert len(text) < 1_500
            assert text.isprintable()
        assert identity.meter == MAC
