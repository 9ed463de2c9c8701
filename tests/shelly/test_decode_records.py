import csv
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shelly.kit import FIXTURES, captured
from wattledger.energy.errors import BadRecord
from wattledger.energy.meter_model import Profile
from wattledger.energy.record import Counters
from wattledger.shelly.decode_records import (
    Columns,
    columns_from,
    known_columns,
    monophase_counters,
    record_of,
    rows_of,
    triphase_counters,
)

KEYS = captured("keys.json")
COLUMNS = known_columns("triphase")
PROFILES: list[tuple[Profile, str]] = [("triphase", "EMData"), ("monophase", "EM1Data")]


def csv_row(path: str) -> tuple[list[str], int, list[str]]:
    with (FIXTURES / path).open() as file:
        header, row = csv.reader(file)
    return header[1:], int(row[0]), row[1:]


@pytest.mark.parametrize(("profile", "namespace"), PROFILES)
def test_the_known_order_is_that_of_the_published_keys(profile: Profile, namespace: str) -> None:
    keys = KEYS[namespace]
    values = [float(place) for place in range(len(keys))]
    assert known_columns(profile).phases(values, 60) == Columns(keys, profile).phases(values, 60)


@pytest.mark.parametrize(("profile", "namespace"), PROFILES)
def test_columns_go_by_name_in_any_order(profile: Profile, namespace: str) -> None:
    keys = KEYS[namespace]
    row = {key: place + 0.25 for place, key in enumerate(keys)}
    shuffled = random.Random(5).sample(keys, len(keys))
    columns = columns_from(shuffled, profile)
    expected = known_columns(profile).phases([row[key] for key in keys], 60)
    assert columns.phases([row[key] for key in shuffled], 60) == expected


def test_the_captured_push_decodes() -> None:
    event = captured("eddie-aiida/notifyevent_emdata_data.json")["params"]["events"][0]
    (row,) = rows_of([event["data"]], known_columns("triphase"))
    record, detail = record_of(
        row.start, row.period_s, known_columns("triphase").phases(row.values, 60)
    )
    assert [*record] == [1757059740, 60, 0, 0, 0, 1, 0, 3492]
    assert [*detail] == [
        (0, 0, -16.3),
        (0, 0, -26.5),
        (0, 0, 227.16),
        (0.028, 0.027, 0.471),
    ]


@pytest.mark.parametrize(
    ("path", "energies"),
    [
        ("phasewatch/emdata_triphase_1row.csv", (2134, 2082, 704, 0, 0, 0)),
        ("csv-importer-test/emdata_triphase_1row.csv", (69, 52, 63, 0, 0, 0)),
    ],
)
def test_captured_rows_of_csv_decode(path: str, energies: tuple[int, ...]) -> None:
    keys, start, row = csv_row(path)
    assert keys == KEYS["EMData"]
    phases = Columns(keys, "triphase").phases([float(value) for value in row], 60)
    record, detail = record_of(start, 60, phases)
    assert record == (start, 60, *energies)
    assert detail.voltage_v[0] == float(row[keys.index("a_avg_voltage")])


def test_the_captured_row_of_a_monophase_channel_decodes() -> None:
    keys, _, row = csv_row("phasewatch/em1data_monophase_1row.csv")
    assert keys == KEYS["EM1Data"]
    (phase,) = Columns(keys, "monophase").phases([float(value) for value in row], 60)
    assert phase == (227645, 0, 1880.7, 939.6, 210.8, 6.73)


def test_rows_follow_one_another_by_the_period_of_their_block() -> None:
    blocks = [
        {"ts": 1_750_000_200, "period": 300, "values": [[1], [2]]},
        {"ts": 1_750_001_400, "period": 60, "values": [[3]]},
    ]
    assert [(row.start, row.period_s, row.values) for row in rows_of(blocks, COLUMNS)] == [
        (1_750_000_200, 300, [1]),
        (1_750_000_500, 300, [2]),
        (1_750_001_400, 60, [3]),
    ]


@given(st.integers(0, 20_000_000))
def test_four_decimals_of_wh_are_exact(energy_dmwh: int) -> None:
    shown_wh = float(Decimal(energy_dmwh) / 10_000)
    values = [shown_wh] * 51
    assert known_columns("triphase").phases(values, 60)[0].imported_dmwh == energy_dmwh


BAD_ROWS: list[Any] = [
    [0.0] * 50,
    [0.0] * 52,
    [None] * 51,
    ["0"] * 51,
    [float("nan")] * 51,
    {"a": 1},
    None,
]


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_is_none_is_refused(row: Any) -> None:
    with pytest.raises(BadRecord):
        known_columns("triphase").phases(row, 60)


@pytest.mark.parametrize("change", [{0: -0.0002}, {2: 5000.0}])
def test_an_absurd_energy_is_refused(change: dict[int, float]) -> None:
    values = [change.get(place, 0.0) for place in range(51)]
    with pytest.raises(BadRecord):
        known_columns("triphase").phases(values, 60)


@pytest.mark.parametrize(
    "blocks",
    [
        "none",
        [None],
        [{"ts": None, "period": 60, "values": []}],
        [{"ts": 1_750_000_020, "values": []}],
        [{"ts": 1_750_000_020, "period": 0, "values": []}],
        [{"ts": 1_750_000_020, "period": 60, "values": None}],
        [{"ts": 1_750_000_020.5, "period": 60, "values": []}],
    ],
)
def test_a_block_that_is_none_is_refused(blocks: Any) -> None:
    with pytest.raises(BadRecord):
        list(rows_of(blocks, COLUMNS))


def test_keys_without_energies_are_refused() -> None:
    with pytest.raises(BadRecord):
        columns_from(["a_total_act_energy"], "triphase")
    with pytest.raises(BadRecord):
        columns_from("keys", "triphase")
    with pytest.raises(BadRecord):
        columns_from([*KEYS["EMData"], "a_total_act_energy"], "triphase")


MATTERBRIDGE = "matterbridge-shelly/shellypro3em-A0DD6CA0C27C"
COUNTERS: dict[str, tuple[Any, tuple[float, ...]]] = {
    "1.7.5": (captured(f"{MATTERBRIDGE}.triphase.json")["status"]["emdata:0"], ()),
    "gen3": (
        captured("matterbridge-shelly/shelly3em63g3-84FCE6367400.json")["status"]["emdata:0"],
        (),
    ),
    "1.1.0": (captured("aioshelly/gen2_pro3em_fw1.1.0.json")["status"]["emdata:0"], ()),
    "1.6.1": (captured("home-assistant-core/pro_3em_fw1.6.1.json")["status"]["emdata:0"], ()),
    "pushed": (
        captured("eddie-aiida/notifystatus_emdata0.json")["params"]["emdata:0"],
        (600, 600, 262894400, 0, 100, 1318818500),
    ),
    "0.14": (captured("issues/iobroker787_fw0.14_device_log.json")[2]["status"], ()),
    "returned": (
        captured("issues/emdata_getstatus_samples.json")[0]["EMData.GetStatus"],
        (399229300, 398986600, 400566600, 10759700, 4841900, 468900),
    ),
    "returned more": (captured("issues/emdata_getstatus_samples.json")[1]["emdata:0"], ()),
}


@pytest.mark.parametrize("name", COUNTERS)
def test_captured_counters_decode_and_add_up(name: str) -> None:
    status, expected = COUNTERS[name]
    counters = triphase_counters(status, 60)
    assert counters is not None
    assert not expected or counters == Counters(60, expected)  # type: ignore[arg-type]
    imported, exported = sum(counters.values_dmwh[:3]), sum(counters.values_dmwh[3:])
    assert imported == pytest.approx(status["total_act"] * 10_000, abs=100)
    assert exported == pytest.approx(status["total_act_ret"] * 10_000, abs=100)


def test_captured_monophase_counters_decode() -> None:
    status = captured(f"{MATTERBRIDGE}.monophase.json")["status"]
    channels = {channel: status[f"em1data:{channel}"] for channel in range(3)}
    assert monophase_counters(channels, 60) == Counters(60, (100, 100, 1500, 0, 0, 0))
    partial = captured("issues/bieniu621_pro3em63_monophase_status_partial.json")
    channels = {channel: partial[f"em1data:{channel}"] for channel in range(3)}
    assert monophase_counters(channels, 0) == Counters(0, (200700, 2935600, 110500, 0, 0, 3100))
    exporting = captured("evcc/em1_getstatus_and_em1data.json")["EM1Data.GetStatus"]
    assert monophase_counters(dict.fromkeys(range(3), exporting), 0) == Counters(
        0,
        (12641500,) * 3 + (1447922800,) * 3,
    )


@pytest.mark.parametrize("status", [{}, {"a_total_act_energy": 1.0}])
def test_counters_that_are_not_whole_are_none(status: Any) -> None:
    assert triphase_counters(status, 60) is None
