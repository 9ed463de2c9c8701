"""Whatever JSON a meter may send, decoding gives a value or one of our errors, and nothing else."""

import copy
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.clock import ManualClock
from tests.shelly.kit import MAC, NOON, captured
from wattledger.energy.errors import BadRecord, MeterError
from wattledger.energy.meter import MeterId
from wattledger.energy.record import check_record
from wattledger.shelly.decode_power import monophase_power, triphase_power
from wattledger.shelly.profile import TRIPHASE, acquaintance_from
from wattledger.shelly.pushes import Pushes
from wattledger.shelly.redact import Redactor
from wattledger.shelly.row_reader import RowReader
from wattledger.shelly.rpc_frame import error_of, frame_from, object_of
from wattledger.shelly.stored_blocks import _blocks_of

NUMBERS = st.one_of(
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0, -1, 1e308, -1e308, 1.7e9, 4e9, NOON, 2**63, math.nan]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8))
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
STATUS = captured("matterbridge-shelly/shellypro3em-A0DD6CA0C27C.triphase.json")
MONOPHASE = captured("matterbridge-shelly/shellypro3em-A0DD6CA0C27C.monophase.json")
EVENT = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]
COUNTED = captured("eddie-aiida/notifystatus_emdata0.json")["params"]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where its parts stand, itself left out."""
    items: Any = ()
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
    inner = [found for key, item in items for found in paths(item, (*path, key))]
    return [path, *inner] if path else inner


def _spoilt(payload: Any) -> st.SearchStrategy[Any]:
    """The captured payload with one or two of its parts replaced."""

    def apply(changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
        result = copy.deepcopy(payload)
        for path, value in changes:
            at = result
            try:
                for key in path[:-1]:
                    at = at[key]
                at[path[-1]] = value
            except (TypeError, KeyError, IndexError):
                continue  # an earlier change has taken the place away
        return result

    changes = st.tuples(st.sampled_from(paths(payload)), JSON)
    return st.lists(changes, min_size=1, max_size=2).map(apply)


@given(_spoilt(STATUS["status"]["em:0"]))
def test_power(status: Any) -> None:
    reading = triphase_power(status, MeterId(MAC), 1.0, 2.0)
    for number in (reading.active_power_w, *(phase.voltage_v for phase in reading.phases)):
        assert number is None or math.isfinite(number)


@given(_spoilt([MONOPHASE["status"][f"em1:{channel}"] for channel in range(3)]))
def test_power_of_channels(statuses: Any) -> None:
    by_channel = {
        at: status if isinstance(status, dict) else {} for at, status in enumerate(statuses)
    }
    monophase_power(by_channel, MeterId(MAC), 1.0, 2.0)


@given(_spoilt(EVENT))
@settings(max_examples=200)
def test_pushed_records(params: Any) -> None:
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    reader.trust_known_order()
    for entry in Pushes(reader, ManualClock(NOON)).entries(params):
        assert check_record(entry.record) == entry.record


@given(_spoilt(COUNTED))
def test_pushed_counters(params: Any) -> None:
    pushes = Pushes(RowReader("mains", MeterId(MAC), TRIPHASE), ManualClock(NOON))
    try:
        counters = pushes.counters(params)
    except BadRecord:
        return
    assert counters is None or all(value >= 0 for value in counters.values_dmwh)


@given(_spoilt({"keys": captured("keys.json")["EMData"], "data": [EVENT["events"][0]["data"]]}))
@settings(max_examples=200)
def test_pages(answer: Any) -> None:
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    try:
        rows = reader.page(answer, 0)
    except MeterError:
        return
    for row in rows:
        reader.phases(row, 0)


@given(_spoilt({"data_blocks": [{"ts": NOON, "period": 60, "records": 5}]}))
def test_blocks(answer: Any) -> None:
    try:
        assert all(block.end > block.start for block in _blocks_of(answer))
    except MeterError:
        return


@given(_spoilt({"device": STATUS["shelly"], "methods": {"methods": []}, "status": {"em:0": {}}}))
def test_acquaintance(answers: Any) -> None:
    parts = [
        part if isinstance(part := answers[name], dict) else {}
        for name in ("device", "methods", "status")
    ]
    try:
        assert len(acquaintance_from(*parts).identity.meter) == 12
    except MeterError:
        return


@given(st.one_of(st.text(), st.binary()))
def test_frames(text: str | bytes) -> None:
    try:
        frame = frame_from(text)
        error_of(frame)
        object_of("EM.GetStatus", frame.get("result"))
    except MeterError:
        return


@given(JSON)
def test_redaction_keeps_the_structure(value: Any) -> None:
    shown = Redactor(value).redacted(value)
    assert type(shown) is type(value)


def test_an_energy_beyond_all_numbers_is_refused() -> None:
    reader = RowReader("mains", MeterId(MAC), TRIPHASE)
    (row,) = reader.page({"data": [{"ts": NOON, "period": 60, "values": [[1e308] * 51]}]}, 0)
    assert reader.phases(row, 0) is None
    assert reader.fault is not None
    counters = dict.fromkeys(COUNTED["emdata:0"], 1e308)
    params = {"ts": COUNTED["ts"], "emdata:0": counters}
    with pytest.raises(BadRecord):
        Pushes(reader, ManualClock(NOON)).counters(params)
