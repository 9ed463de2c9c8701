"""`python -m wattledger.simulator` runs meters by hand."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

import pytest
from click.testing import CliRunner

from tests.asking import new_client
from tests.simulator.kit import get, standing_clock
from wattledger.simulator.__main__ import Options, _meter, main


async def test_two_meters_run_until_interrupted() -> None:
    arguments = ["--port=0", "--port=0", "--rate=60", "--feed=constant", "--control"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wattledger.simulator", *arguments, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
        addresses = [line.split(" on ")[1] for line in lines[::2]]
        async with new_client() as client:
            macs = [(await client.get(f"{at}/shelly")).json()["mac"] for at in addresses]
            records = (await client.get(f"{addresses[0]}/rpc/EMData.GetRecords?id=0")).json()
            hang = lines[1].removeprefix("POST ").replace("<fault>", "fail_calls")
            assert (await client.post(hang, json={"code": 503})).status_code == 200
            assert (await client.get(f"{addresses[0]}/shelly")).status_code == 503
        assert macs == ["A0DD6C000001", "A0DD6C000002"]
        assert records["data_blocks"][0]["records"] >= 1440
    finally:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--firmware=0.14.2", "--profile=monophase"], "no monophase profile"),
        (["--host=192.0.2.1", "--port=0"], "192.0.2.1"),
        (["--feed=storm"], "storm"),
    ],
)
def test_what_cannot_run_is_told_in_a_sentence(arguments: list[str], words: str) -> None:
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code != 0
    assert words in outcome.output
    assert "Traceback" not in outcome.output


async def test_a_protected_sine_in_the_network() -> None:
    options = Options(
        ports=(0,),
        host="127.0.0.1",
        rate=1.0,
        feed="sine",
        model="SPEM-003CEBEU",
        profile="monophase",
        firmware="1.7.5",
        password="secret",
        history_days=0.1,
        control=False,
        mdns=False,
    )
    async with _meter(options, standing_clock(), 1) as device:
        assert (await get(device, "/shelly")).json()["auth_en"] is True
        assert (await get(device, "/rpc/EM1.GetStatus?id=0")).status_code == 401
