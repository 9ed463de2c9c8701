"""What the pretend meter says has the keys, the order and the kinds of what real ones said."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.simulator.kit import NOON, captured, get, meter, result, standing_clock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks

TRIPHASE = "matterbridge-shelly/shellypro3em-A0DD6CA0C27C.triphase.json"
MONOPHASE = "matterbridge-shelly/shellypro3em-A0DD6CA0C27C.monophase.json"
GEN3 = "matterbridge-shelly/shelly3em63g3-84FCE6367400.json"
FW_1_1 = "aioshelly/gen2_pro3em_fw1.1.0.json"
FW_1_6 = "home-assistant-core/pro_3em_fw1.6.1.json"


@pytest.fixture
async def triphase() -> AsyncIterator[PretendMeter]:
    async with meter(name="3EM Pro") as device:
        yield device


@pytest.fixture
async def monophase() -> AsyncIterator[PretendMeter]:
    async with meter(name="3EM Pro", profile="monophase") as device:
        yield device


async def test_device_info(triphase: PretendMeter) -> None:
    real = captured(TRIPHASE)["shelly"] | {"slot": 0}
    for info in (
        (await get(triphase, "/shelly")).json(),
        await result(triphase, "Shelly.GetDeviceInfo"),
    ):
        assert info == real
        assert list(info) == list(real)


async def test_device_info_of_the_monophase_profile(monophase: PretendMeter) -> None:
    real = captured(MONOPHASE)["shelly"] | {"slot": 0}
    assert await result(monophase, "Shelly.GetDeviceInfo") == real


@pytest.mark.parametrize(
    ("path", "options"),
    [
        (TRIPHASE, {}),
        (MONOPHASE, {"profile": "monophase"}),
        (FW_1_6, {"firmware": "1.6.1"}),
        (FW_1_1, {"firmware": "1.1.0"}),
        (GEN3, {"model": "S3EM-003CXCEU63", "firmware": "1.4.99-dev111396"}),
    ],
)
async def test_status_has_the_components_and_fields_of_the_capture(
    path: str, options: dict[str, Any]
) -> None:
    real = captured(path)["status"]
    async with meter(**options) as device:
        status = await result(device, "Shelly.GetStatus")
    assert list(status) == sorted(status)
    assert set(status) == set(real)
    for key in set(real) - {"sys", "bthome"}:
        assert set(status[key]) == set(real[key]), key
    assert set(status["sys"]) - {"utc_offset"} == set(real["sys"]) - {"utc_offset"}


@pytest.mark.parametrize(("path", "profile"), [(TRIPHASE, "triphase"), (MONOPHASE, "monophase")])
async def test_config_has_the_components_and_fields_of_the_capture(path: str, profile: str) -> None:
    real = captured(path)["settings"]
    async with meter(profile=profile, name="3EM Pro") as device:
        config = await result(device, "Shelly.GetConfig")
    assert list(config) == list(real)
    for key in real:
        assert list(config[key]) == list(real[key]), key
        if key.startswith("em"):
            assert config[key] == real[key]
    assert list(config["sys"]["device"]) == list(real["sys"]["device"])


async def test_em_status_in_the_order_of_the_capture(triphase: PretendMeter) -> None:
    status = await result(triphase, "EM.GetStatus", id=0)
    assert list(status) == list(captured(TRIPHASE)["status"]["em:0"])
    assert status["n_current"] is None
    assert status["user_calibrated_phase"] == []


async def test_emdata_status_in_the_order_of_the_capture(triphase: PretendMeter) -> None:
    status = await result(triphase, "EMData.GetStatus", id=0)
    assert list(status) == list(captured(TRIPHASE)["status"]["emdata:0"])


@pytest.mark.parametrize("phase", [0, 1, 2])
async def test_em1_status_has_the_fields_of_the_capture(
    monophase: PretendMeter, phase: int
) -> None:
    real = captured(MONOPHASE)["status"]
    status = await result(monophase, "EM1.GetStatus", id=phase)
    assert list(status) == list(real[f"em1:{phase}"])
    assert status["id"] == phase
    status = await result(monophase, "EM1Data.GetStatus", id=phase)
    assert list(status) == list(real[f"em1data:{phase}"])


async def test_an_id_sent_as_a_text_comes_back_as_a_text(monophase: PretendMeter) -> None:
    real = captured("evcc/em1_getstatus_and_em1data.json")
    status = await result(monophase, "EM1.GetStatus", id="0")
    assert status["id"] == real["EM1.GetStatus"]["id"]
    assert (await get(monophase, '/rpc/EM1Data.GetStatus?id="0"')).json()["id"] == "0"


async def test_the_total_is_the_signed_sum_of_the_phases() -> None:
    async with meter(feed=ConstantFeed((113.04, 164.04, -331.12))) as device:
        status = await result(device, "EM.GetStatus", id=0)
    assert (status["a_act_power"], status["b_act_power"], status["c_act_power"]) == (
        113,
        164,
        -331.1,
    )
    assert status["total_act_power"] == -54.04
    assert status["c_pf"] > 0
    currents = sum(status[f"{phase}_current"] for phase in "abc")
    assert status["total_current"] == pytest.approx(currents, abs=0.002)


async def test_apparent_power_current_and_voltage_fit_together(triphase: PretendMeter) -> None:
    status = await result(triphase, "EM.GetStatus", id=0)
    for phase in "abc":
        volt_ampere = status[f"{phase}_voltage"] * status[f"{phase}_current"]
        assert status[f"{phase}_aprt_power"] == pytest.approx(volt_ampere, abs=0.5)
        assert abs(status[f"{phase}_act_power"]) <= status[f"{phase}_aprt_power"]
        assert 220 < status[f"{phase}_voltage"] < 240
        assert 49.9 <= status[f"{phase}_freq"] <= 50.1


async def test_firmware_0_14_knows_neither_profile_nor_frequency() -> None:
    real = captured("issues/bieniu468_pro3em400_deviceinfo_fw0.14.2.json")
    log = captured("issues/iobroker787_fw0.14_device_log.json")
    options: dict[str, Any] = {"firmware": "0.14.2", "model": "SPEM-003CEBEU400"}
    async with meter(mac=real["mac"], **options) as device:
        info = await result(device, "Shelly.GetDeviceInfo")
        assert list(info) == list(real)
        assert info["id"] == real["id"]
        status = await result(device, "EM.GetStatus", id=0)
        assert set(status) == set(log[0]["status"])
        assert status["b_pf"] < 0
        methods = (await result(device, "Shelly.ListMethods"))["methods"]
        missing = {"EMData.GetNetEnergies", "EMData.ResetCounters", "EMData.GetConfig"}
        assert missing.isdisjoint(methods)
        refused = await get(device, "/rpc/EMData.GetNetEnergies?id=0&ts=0&period=300")
        assert refused.status_code == 404


async def test_firmware_1_1_device_info() -> None:
    async with meter(firmware="1.1.0", mac="AABBCCDDEEFF", name="Test Name") as device:
        assert await result(device, "Shelly.GetDeviceInfo") == captured(FW_1_1)["shelly"]


async def test_firmware_1_6_device_info_with_a_password() -> None:
    options: dict[str, Any] = {"mac": "AABBCCDDEEFF", "name": "Test Name", "password": "secret"}
    async with meter(firmware="1.6.1", **options) as device:
        assert (await get(device, "/shelly")).json() == captured(FW_1_6)["shelly"]


async def test_firmware_2_has_alarms() -> None:
    real = captured("issues/bieniu913_pro3em63_fw2.0.0_monophase_config_partial.json")
    options: dict[str, Any] = {"firmware": "2.0.0", "model": "SPEM-003CEBEU63"}
    async with meter(profile="monophase", **options) as device:
        config = await result(device, "EM1.GetConfig", id=0)
        assert config == real["em1:0"] | {"name": None}
        assert (await result(device, "Shelly.GetDeviceInfo"))["fw_id"] == (
            real["sys"]["device"]["fw_id"]
        )


async def test_an_unwired_phase_shows_noise() -> None:
    quirks = Quirks(unwired=frozenset("ab"))
    for firmware, pf, freq in (("1.7.5", 0, 0), ("1.6.1", 1.0, 198.0)):
        async with meter(quirks=quirks, firmware=firmware) as device:
            status = await result(device, "EM.GetStatus", id=0)
            assert (status["a_voltage"], status["a_act_power"]) == (0, 0)
            assert (status["a_pf"], status["a_freq"]) == (pf, freq)
            assert status["a_current"] == pytest.approx(0.027, abs=0.002)
            assert status["c_voltage"] > 220
            registers = await result(device, "EMData.GetStatus", id=0)
            assert registers["a_total_act_energy"] == 0


async def test_a_record_of_an_unwired_phase_is_like_the_captured_one() -> None:
    real = captured("eddie-aiida/notifyevent_emdata_data.json")
    row = real["params"]["events"][0]["data"]["values"][0]
    quirks = Quirks(unwired=frozenset("ab"))
    async with meter(standing_clock(NOON + 61), history_from=NOON, quirks=quirks) as device:
        data = await result(device, "EMData.GetData", id=0, ts=NOON)
    [ours] = data["data"][0]["values"]
    assert ours[16:32] == [0] * 13 + [0.029, 0.027, 0.028]
    assert ours[13:16] == row[13:16]
    assert len(ours) == len(row)
    assert ours[42] > 220


@pytest.mark.parametrize(
    ("firmware", "style", "text"),
    [
        ("1.7.5", None, '"a_act_power":0,'),
        ("1.6.1", None, '"a_act_power":0.0,'),
        ("1.6.1", "int", '"a_act_power":0,'),
        ("1.7.5", "float", '"a_act_power":0.0,'),
    ],
)
async def test_whole_numbers_are_written_as_the_firmware_does(
    firmware: str, style: Any, text: str
) -> None:
    feed = ConstantFeed((0.0, 1.0, 2.0))
    quirks = Quirks(number_style=style)
    async with meter(feed=feed, firmware=firmware, quirks=quirks) as device:
        assert text in (await get(device, "/rpc/EM.GetStatus?id=0")).text


async def test_one_field_may_come_in_three_ways() -> None:
    quirks = Quirks(number_style="mixed")
    async with meter(feed=ConstantFeed((0.0, 1.0, 2.0)), quirks=quirks) as device:
        texts = [(await get(device, "/rpc/EM.GetStatus?id=0")).text for _ in range(4)]
    written = {text.split('"a_act_power":')[1].split(",")[0] for text in texts}
    assert written == {"0", "0.0", "0.00"}


async def test_values_change_once_a_second() -> None:
    clock = standing_clock()
    async with meter(clock) as device:
        first = await result(device, "EM.GetStatus", id=0)
        clock.advance(0.9)
        assert await result(device, "EM.GetStatus", id=0) == first
        clock.advance(0.2)
        assert await result(device, "EM.GetStatus", id=0) != first


async def test_sys_status_tells_the_time_and_the_uptime() -> None:
    async with meter(started_at=NOON - 84, history_from=NOON - 84) as device:
        status = await result(device, "Sys.GetStatus")
    assert status["unixtime"] == NOON
    assert status["uptime"] == 84
    assert status["time"] == "15:07"
