"""`python -m tests.house.further_role FOLDER`: asks a home with a further role, in a copy of the
server to which `test_further_role` has added it.
"""

import asyncio
import sys
from pathlib import Path

from tests.asking import get, new_client
from tests.house.inside import iso, serving
from tests.house.test_roles import BEGIN, END, TableFeed, until_booked
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

WH_A_MINUTE = {"grid": -6.0, "solar": 4.0, "battery": 1.0, "generator": 5.0}
NETTINGS = ("phase", "minute", "quarter", "hour")


async def main(folder: Path) -> None:
    clock = SimClock(END + 30, rate=0)
    meters = {
        role: PretendMeter(
            feed=TableFeed((1, (wh, 0, 0))), clock=clock, mac=f"A0DD6C00000{number}",
            history_from=BEGIN,
        )
        for number, (role, wh) in enumerate(WH_A_MINUTE.items())
    }  # fmt: skip
    for meter in meters.values():
        await meter.start()
    async with serving(folder, clock, meters) as url:
        await until_booked(url, END)
        await its_answers(url)
    for meter in meters.values():
        await meter.stop()


async def its_answers(url: str) -> None:
    power = await get(url, "/power")
    assert power["generator_w"] == 300, power
    assert power["home_w"] == 60 * 4, power
    for netting in NETTINGS:
        for resolution in ("minute", "quarter", "hour"):
            span = {"from": iso(BEGIN), "to": iso(END), "resolution": resolution}
            totals = (await get(url, "/energy", netting=netting, **span))["totals"]
            its_sums(totals)
        its_sums((await get(url, "/energy/2026-03-28", netting=netting))["totals"])
    async with new_client() as client:
        day = await client.get(f"{url}/energy/2026-03-28.csv", params={"resolution": "hour"})
    head, *_, last = (line.split(",") for line in day.text.splitlines())
    assert float(last[head.index("generated_wh")]) == 300
    names = [
        one["role"] for meter in (await get(url, "/meters"))["meters"] for one in meter["sources"]
    ]
    assert "generator" in names


def its_sums(totals: dict[str, float]) -> None:
    """An hour: what was made by both and not sold, and what the battery gave, was used."""
    assert totals["exported_wh"] == 360
    assert (totals["produced_wh"], totals["generated_wh"]) == (240, 300)
    assert totals["consumed_wh"] == 240
    assert totals["self_consumed_wh"] == 540 - 360
    assert totals["self_supplied_wh"] == 240


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
