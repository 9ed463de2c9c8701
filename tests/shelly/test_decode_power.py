import math
from typing import Any

import pytest

from tests.shelly.kit import captured
from wattledger.energy.meter import MeterId
from wattledger.energy.power_reading import PowerReading
from wattledger.shelly.decode_power import monophase_power, summed, triphase_power

METER = MeterId("A0DD6CA0C27C")
MATTERBRIDGE = "matterbridge-shelly/shellypro3em-A0DD6CA0C27C"
DEVICE_LOG = "issues/iobroker787_fw0.14_device_log.json"

TRIPHASE: dict[str, tuple[Any, float, tuple[float, float, float]]] = {
    "1.7.5": (captured(f"{MATTERBRIDGE}.triphase.json")["status"]["em:0"], 6.78, (0, 0, 6.8)),
    "1.7.5 same": (captured(f"{MATTERBRIDGE}.json")["status"]["em:0"], 6.78, (0, 0, 6.8)),
    "gen3": (
        captured("matterbridge-shelly/shelly3em63g3-84FCE6367400.json")["status"]["em:0"],
        5.942,
        (2.1, 2.1, 1.8),
    ),
    "1.1.0": (
        captured("aioshelly/gen2_pro3em_fw1.1.0.json")["status"]["em:0"],
        558.965,
        (375.5, 170.8, 12.7),
    ),
    "1.6.1": (
        captured("home-assistant-core/pro_3em_fw1.6.1.json")["status"]["em:0"],
        2413.825,
        (2166.2, 3.6, 244.0),
    ),
    "exporting": (
        captured("eddie-aiida/notifystatus_em0.json")["params"]["em:0"],
        -18.017,
        (0, 0, -18),
    ),
    "2024": (
        captured("csv-importer-test/notifystatus_em0_2024.json")["params"]["em:0"],
        20.641,
        (10.5, 7.1, 3.0),
    ),
    "no calibration": (captured("issues/jbasen51_EM.GetStatus.json"), 38.49, (8.5, 18.0, 11.9)),
    "0.14 first": (captured(DEVICE_LOG)[0]["status"], 3039.524, (2407.9, 408.8, 222.8)),
    "0.14 second": (captured(DEVICE_LOG)[3]["status"], 3063.295, (2422.4, 408.0, 232.9)),
    "0.14 third": (captured(DEVICE_LOG)[4]["status"], 3007.343, (2375.1, 407.5, 224.8)),
}


def triphase(status: Any) -> PowerReading:
    return summed(triphase_power(status, METER, 1_750_000_000.0, 10.0), frozenset())


@pytest.mark.parametrize("name", TRIPHASE)
def test_a_captured_triphase_status_decodes(name: str) -> None:
    status, total_w, phases_w = TRIPHASE[name]
    reading = triphase(status)
    assert reading.active_power_w == pytest.approx(total_w, abs=1e-9)
    assert tuple(phase.active_power_w for phase in reading.phases) == phases_w
    assert reading.neutral_current_a is None
    assert reading.errors == ()
    for phase, letter in zip(reading.phases, "abc", strict=True):
        assert phase.voltage_v == status[f"{letter}_voltage"]
        assert phase.current_a == status[f"{letter}_current"]
        assert phase.apparent_power_va == status[f"{letter}_aprt_power"]
        assert all(type(value) in (float, type(None)) for value in _values(phase))


def _values(phase: Any) -> list[object]:
    return [getattr(phase, name) for name in type(phase).__slots__]


def test_the_negative_power_factor_of_old_firmware_does_not_turn_the_power() -> None:
    reading = triphase(TRIPHASE["0.14 first"][0])
    assert (reading.phases[1].active_power_w, reading.phases[1].power_factor) == (408.8, -0.93)
    assert reading.phases[1].frequency_hz is None


def test_noise_of_an_unwired_phase_is_dropped() -> None:
    reading = triphase(TRIPHASE["exporting"][0])
    unwired, wired = reading.phases[0], reading.phases[2]
    assert (unwired.frequency_hz, unwired.power_factor) == (None, None)
    assert (unwired.voltage_v, unwired.active_power_w, unwired.current_a) == (0, 0, 0.027)
    assert (wired.frequency_hz, wired.power_factor) == (50, 0.55)


MONOPHASE: dict[str, tuple[list[Any], float | None]] = {
    "1.7.5": (
        [captured(f"{MATTERBRIDGE}.monophase.json")["status"][f"em1:{i}"] for i in range(3)],
        6.5,
    ),
    "1.6.0-beta1": (
        [
            captured("issues/bieniu621_pro3em63_monophase_status_partial.json")[f"em1:{i}"]
            for i in range(3)
        ],
        364.8,
    ),
    "1.4.4, one channel cut off, one missing": (
        [*captured("issues/victron13_monophase_fw1.4.4.json")["em1_partial"].values(), {}],
        None,
    ),
    "gen3": (
        [
            captured("issues/iobroker1540_3em63gen3_monophase_em1.json")["em1:0"],
            captured("issues/iobroker1016_pro3em_monophase_fw1.3.3_em1.json")["payload"],
            captured("issues/iobroker1540_3em63gen3_monophase_em1.json")["em1:2"],
        ],
        2.3 + 795.6 + 219.4,
    ),
    "exporting": (
        [captured("evcc/em1_getstatus_and_em1data.json")["EM1.GetStatus"]] * 3,
        -332.2 * 3,
    ),
}


@pytest.mark.parametrize("name", MONOPHASE)
def test_captured_monophase_channels_decode_to_phases(name: str) -> None:
    statuses, total_w = MONOPHASE[name]
    by_channel = dict(enumerate(statuses))
    reading = summed(monophase_power(by_channel, METER, 1.0, 2.0), frozenset())
    assert reading.active_power_w == (None if total_w is None else pytest.approx(total_w))
    for phase, status in zip(reading.phases, statuses, strict=True):
        assert phase.active_power_w == status.get("act_power")
        assert phase.voltage_v == status.get("voltage")


def test_a_missing_total_is_the_sum_of_the_phases() -> None:
    status = {"a_act_power": 1, "b_act_power": 2.5, "c_act_power": -10}
    assert triphase(status).active_power_w == -6.5


def test_a_sum_with_an_unknown_phase_is_unknown() -> None:
    assert (
        triphase({"a_act_power": 1, "b_act_power": None, "c_act_power": 3}).active_power_w is None
    )
    assert triphase({}).active_power_w is None


@pytest.mark.parametrize("value", [None, "12", True, math.nan, math.inf, 10**400, [1], {}])
def test_what_is_no_number_is_unknown(value: object) -> None:
    reading = triphase({"total_act_power": value, "a_voltage": value, "n_current": value})
    assert reading.active_power_w is None
    assert reading.phases[0].voltage_v is None
    assert reading.neutral_current_a is None


def test_errors_name_their_phase() -> None:
    status = {
        "errors": ["phase_sequence"],
        "a_errors": None,
        "b_errors": ["out_of_range:voltage"],
        "b_flags": ["count_disabled"],
        "n_errors": ["out_of_range:current"],
    }
    assert triphase(status).errors == (
        "phase_sequence",
        "b: out_of_range:voltage",
        "b: count_disabled",
        "n: out_of_range:current",
    )
    channels = {2: {"errors": ["ct_type_not_set"]}}
    assert monophase_power(channels, METER, 1.0, 2.0).errors == ("c: ct_type_not_set",)
