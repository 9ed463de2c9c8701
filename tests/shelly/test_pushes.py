"""Pushes, above all of a monophase meter: three channels in any order, in one frame or three."""

from copy import deepcopy
from itertools import permutations
from typing import Any

import pytest

from tests.fakes.clock import ManualClock
from tests.shelly.kit import MAC, NOON, captured
from wattledger.energy.meter import MeterId
from wattledger.energy.record import Counters, Origin
from wattledger.shelly.profile import MONOPHASE, TRIPHASE, Vocabulary
from wattledger.shelly.pushes import Pushes
from wattledger.shelly.row_reader import RowReader

LENGTH = len(captured("keys.json")["EM1Data"])


def pushes(words: Vocabulary = MONOPHASE) -> Pushes:
    reader = RowReader("mains", MeterId(MAC), words)
    reader.trust_known_order()
    return Pushes(reader, ManualClock(NOON))


def test_a_push_before_the_columns_are_named_waits_for_that() -> None:
    event = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]
    unnamed = RowReader("mains", MeterId(MAC), TRIPHASE)
    taken = Pushes(unnamed, ManualClock(NOON))
    assert taken.entries(event) == []
    assert taken.waits
    assert taken.released() == []
    names = list(reversed(captured("keys.json")["EMData"]))
    unnamed.page({"keys": names, "data": []}, 0)
    (entry,) = taken.released()
    assert entry.record != pushes(TRIPHASE).entries(event)[0].record
    assert not taken.waits


def test_rows_of_another_length_are_of_other_columns() -> None:
    event = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]
    names = [*captured("keys.json")["EMData"], "a_new_one"]
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    reader.page({"keys": names, "data": []}, 0)
    taken = Pushes(reader, ManualClock(NOON))
    assert taken.entries(event) == []
    assert not reader.knows_keys
    assert reader.fault is None
    reader.page({"keys": names[:-1], "data": []}, 0)
    assert taken.released() == pushes(TRIPHASE).entries(event)
    longer = [*names, "another"]
    reader.page({"keys": longer, "data": []}, 0)
    assert taken.entries(event) == []
    reader.page({"keys": longer, "data": []}, 0)
    assert taken.released() == []
    assert reader.fault is not None


def test_a_push_of_another_length_makes_no_other_columns_of_its_neighbours() -> None:
    """The meter orders its columns otherwise than all known ones: by its names, or not at all."""
    event = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]
    odd = deepcopy(event)
    odd["events"][0]["data"]["values"][0].pop()
    names = {"keys": list(reversed(captured("keys.json")["EMData"])), "data": []}
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    reader.page(names, 0)
    taken = Pushes(reader, ManualClock(NOON))
    right = taken.entries(event)
    assert taken.entries(odd) == taken.entries(event) == []
    reader.page(names, 0)
    assert taken.released() == right
    assert taken.entries(event) == []
    reader.page({"data": [event["events"][0]["data"]]}, 0)
    assert taken.released() == right


def test_the_fault_of_absurd_records_counts_as_far_as_it_says() -> None:
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    for number in range(1, 1_003):
        reader.skip(NOON + number * 60, f"reason {number}")
        assert reader.fault is not None
        many = str(number) if number < 1_000 else "1000 or more"
        assert reader.fault.detail == (
            f"{many} absurd records were skipped, the last one for reason {number}"
        )


def test_minutes_that_are_absurd_again_and_again_do_not_fill_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also where a true one comes in between; the fault goes on."""
    event = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    reader.trust_known_order()
    taken = Pushes(reader, ManualClock(event["ts"]))
    absurd = deepcopy(event)
    absurd["events"][0]["data"]["values"][0][0] = -7.0
    for _ in range(300):
        assert taken.entries(absurd) == []
        assert reader.fault is not None
        assert len(taken.entries(event)) == 1
    assert len(caplog.records) == 100
    assert "no line" in caplog.messages[-1]


def test_what_ended_over_an_hour_ago_is_not_believed() -> None:
    old = frame(event(0, NOON), event(1, NOON), event(2, NOON))
    reader = RowReader("mains", MeterId(MAC), MONOPHASE)
    reader.trust_known_order()
    assert Pushes(reader, ManualClock(NOON + 60 + 3_600)).entries(old) != []
    assert Pushes(reader, ManualClock(NOON + 61 + 3_600)).entries(old) == []


def event(channel: int, start: int) -> dict[str, Any]:
    values = [channel + 1.0, *([0] * (LENGTH - 1))]
    data = {"ts": start, "period": 60, "values": [values]}
    return {"component": f"em1data:{channel}", "id": channel, "event": "data", "data": data}


def frame(*events: Any) -> dict[str, Any]:
    return {"ts": NOON + 600.65, "events": list(events)}


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_three_channels_in_any_order_are_one_record(order: tuple[int, ...]) -> None:
    taken = pushes()
    frames = [taken.entries(frame(event(channel, NOON))) for channel in order]
    assert frames[:2] == [[], []]
    (entry,) = frames[2]
    assert [*entry.record] == [NOON, 60, 10_000, 20_000, 30_000, 0, 0, 0]
    assert entry.origin is Origin.PUSHED


def test_three_channels_in_one_frame_are_one_record() -> None:
    assert len(pushes().entries(frame(*(event(channel, NOON) for channel in range(3))))) == 1


def test_a_record_without_all_channels_is_none() -> None:
    taken = pushes()
    assert taken.entries(frame(event(0, NOON), event(1, NOON))) == []
    assert taken.entries(frame(*(event(channel, NOON + 60) for channel in range(3)))) != []
    (late,) = taken.entries(frame(event(2, NOON)))
    assert late.record.start == NOON


def test_what_waits_too_long_is_forgotten() -> None:
    taken = pushes()
    for minute in range(12):
        start = NOON - minute * 60
        assert taken.entries(frame(event(0, start), event(1, start))) == []
    assert taken.entries(frame(event(2, NOON - 11 * 60))) == []
    assert len(taken.entries(frame(event(2, NOON)))) == 1


def test_events_of_another_profile_or_kind_are_passed_over() -> None:
    odd = event(0, NOON) | {"event": "other"}
    assert pushes().entries(frame(odd, {"component": "script:1", "event": "data"})) == []
    assert pushes(TRIPHASE).entries(frame(event(0, NOON))) == []


def test_counters_of_three_frames_are_one_reading() -> None:
    taken = pushes()

    def push(channel: int, ts: float) -> Counters | None:
        status = {"total_act_energy": channel + 1, "total_act_ret_energy": 0.5}
        return taken.counters({"ts": ts, f"em1data:{channel}": status})

    assert push(2, NOON + 0.9) is None
    assert push(0, NOON + 0.95) is None
    expected = Counters(NOON, (10_000, 20_000, 30_000, 5_000, 5_000, 5_000))
    assert push(1, NOON + 1.2) == expected
    assert push(1, NOON + 60.9) is None
    assert push(0, NOON + 120.9) is None
    assert push(2, NOON + 120.95) is None


def test_the_captured_counters_stand_at_their_minute() -> None:
    params = captured("eddie-aiida/notifystatus_emdata0.json")["params"]
    counters = pushes(TRIPHASE).counters(params)
    assert counters == Counters(1757060280, (600, 600, 262894400, 0, 100, 1318818500))


def test_live_values_and_counters_without_a_time_are_no_counters() -> None:
    live = captured("eddie-aiida/notifystatus_em0.json")["params"]
    assert pushes(TRIPHASE).counters(live) is None
    params = captured("eddie-aiida/notifystatus_emdata0.json")["params"]
    assert pushes(TRIPHASE).counters(params | {"ts": 61.2}) is None
    assert pushes(TRIPHASE).counters({"ts": 1757060280.21, "emdata:0": {"errors": None}}) is None


def test_the_captured_push_is_an_entry() -> None:
    params = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]
    (entry,) = pushes(TRIPHASE).entries(params)
    assert entry.record.start == 1757059740
    assert entry.record.exported_c_dmwh == 3492
