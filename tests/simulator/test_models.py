"""Each model that can be pretended has the components, channels and periods of a real one."""

from typing import Any

import pytest

from tests.simulator.kit import captured, get, meter, result, socket_to, standing_clock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.quirks import Quirks

PRO_3EM = ("SPEM-003CEBEU", "SPEM-003CEBEU400", "SPEM-003CEBEU63")
GEN3 = "S3EM-003CXCEU63"
TWO_CHANNELS = ("SPEM-002CEBEU50", "S3EM-002CXCEU50")
TRIPHASE = ["em:0", "emdata:0"]
MONOPHASE = ["em1:0", "em1:1", "em1:2", "em1data:0", "em1data:1", "em1data:2"]
OF_TWO = ["em1:0", "em1:1", "em1data:0", "em1data:1", "switch:0"]


@pytest.mark.parametrize(
    ("options", "components"),
    [
        *(({"model": model}, TRIPHASE) for model in (*PRO_3EM, GEN3)),
        *(({"model": model, "profile": "monophase"}, MONOPHASE) for model in (*PRO_3EM, GEN3)),
        *(({"model": model}, OF_TWO) for model in TWO_CHANNELS),
    ],
)
async def test_its_components(options: dict[str, Any], components: list[str]) -> None:
    async with meter(**options) as device:
        status = await result(device, "Shelly.GetStatus")
        config = await result(device, "Shelly.GetConfig")
        info = await result(device, "Shelly.GetDeviceInfo")
    for document in (status, config):
        assert [key for key in document if key.startswith(("em", "switch"))] == components
    assert info["model"] == options["model"]
    assert ("profile" in info) == (options["model"] not in TWO_CHANNELS)


@pytest.mark.parametrize("model", TWO_CHANNELS)
async def test_two_channels_say_what_a_real_one_says(model: str) -> None:
    real = captured("evcc/proem50_status_partial.json")
    async with meter(feed=ConstantFeed((0.0, 5080.3, 77.0)), model=model) as device:
        status = await result(device, "Shelly.GetStatus")
        channels = [await result(device, "EM1.GetStatus", id=channel) for channel in (0, 1)]
        refused = await get(device, "/rpc/EM1.GetStatus?id=2")
        methods = (await result(device, "Shelly.ListMethods"))["methods"]
    for key in real:
        assert set(status[key]) == set(real[key])
    assert [channel["act_power"] for channel in channels] == [0, 5080.3]
    assert channels[0]["voltage"] == channels[1]["voltage"]
    assert refused.status_code != 200
    assert {"EM1.GetStatus", "EM1Data.GetData", "Switch.GetStatus"} <= {*methods}
    assert not {"EM.GetStatus", "Shelly.SetProfile"} & {*methods}


async def test_its_records_are_those_of_two_channels() -> None:
    clock = standing_clock()
    model, begin = "SPEM-002CEBEU50", clock.now() - 600
    async with (
        meter(
            clock, feed=ConstantFeed((60.0, -120.0, 240.0)), model=model, history_from=begin
        ) as device,
        socket_to(device) as socket,
    ):
        await socket.call("Shelly.GetDeviceInfo")
        pages = [await socket.call("EM1Data.GetData", id=channel, ts=0) for channel in (0, 1)]
        clock.advance(61)
        pushed = (await socket.notification("em1data:0"))["params"]["events"]
    assert [event["component"] for event in pushed] == ["em1data:0", "em1data:1"]
    for page, energies in zip(pages, [(1.0, 0.0), (0.0, 2.0)], strict=True):
        assert page["keys"] == captured("keys.json")["EM1Data"]
        (block,) = page["data"]
        assert (block["period"], len(block["values"])) == (60, 9)
        assert (block["values"][0][0], block["values"][0][1]) == energies
    assert [event["data"]["values"][0][:2] for event in pushed] == [[1, 0], [0, 2]]


async def test_gen3_remembers_five_minutes_at_a_time_and_no_neutral() -> None:
    clock = standing_clock(1_750_000_500)
    async with meter(
        clock, feed=ConstantFeed((600.0, 0.0, 0.0)), model=GEN3, history_from=clock.now() - 3_600
    ) as device:
        page = await result(device, "EMData.GetData", id=0, ts=0)
        records = await result(device, "EMData.GetRecords", id=0, ts=0)
    keys = captured("keys.json")["EMData"]
    assert page["keys"] == [key for key in keys if not key.startswith("n_")]
    assert page["data"][0]["period"] == records["data_blocks"][0]["period"] == 300
    assert page["data"][0]["values"][0][0] == 50.0
    assert records["data_blocks"][0]["records"] in (11, 12)


def test_what_a_model_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="has no triphase profile"):
        meter(model="SPEM-002CEBEU50", profile="triphase")


async def test_it_may_call_itself_otherwise() -> None:
    async with meter(quirks=Quirks(calls_itself="S9EM-003XX")) as device:
        assert (await result(device, "Shelly.GetDeviceInfo"))["model"] == "S9EM-003XX"
