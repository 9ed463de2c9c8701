"""`python -m wattledger.simulator` runs meters by hand."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

from tests.simulator.kit import new_client


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
