"""Homes that change: a battery that is bought, a meter of two roles that is replaced. By hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.asking import get
from tests.house.inside import iso, serving
from tests.house.test_roles import BEGIN, END, TableFeed, until_booked
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

NOW = END + 3_870
"""An hour after midnight, and four minutes of which all is booked."""
LAST = END + 3_840
ANSWERS = ("2026-03-28", "2026-03", "2026")
NETTINGS = ("phase", "minute", "quarter", "hour")


def meter(
    clock: SimClock, number: int, *wh: float, begin: int = BEGIN, **more: Any
) -> PretendMeter:
    feed = TableFeed((1, (wh[0], wh[1] if len(wh) > 1 else 0, 0)))
    mac = f"A0DD6C00000{number}"
    return PretendMeter(feed=feed, clock=clock, mac=mac, history_from=begin, **more)


async def test_a_battery_bought_in_mid_year_erases_nothing(tmp_path: Path) -> None:
    """6 Wh a minute bought, 4 made; from midnight on the battery gives 2 more. What its meter
    remembers of the evening before is not ours.
    """
    clock = SimClock(NOW, rate=0)
    async with meter(clock, 1, 6) as mains, meter(clock, 2, 4) as roof, meter(clock, 3, 2) as new:
        before = [
            {"name": "mains", "role": "grid", "host": mains.address},
            {"name": "roof", "role": "solar", "host": roof.address},
        ]
        asked = {(text, netting): {"netting": netting} for text in ANSWERS for netting in NETTINGS}
        async with serving(tmp_path, clock, before) as url:
            await until_booked(url, LAST)
            old = {key: await get(url, f"/energy/{key[0]}", **q) for key, q in asked.items()}
        battery = {"name": "battery", "role": "battery", "host": new.address, "from": "2026-03-29"}
        async with serving(tmp_path, clock, [*before, battery]) as url:
            await until_booked(url, LAST)
            found = {key: await get(url, f"/energy/{key[0]}", **q) for key, q in asked.items()}
            today = await get(url, "/energy/2026-03-29")
    for netting in NETTINGS:
        assert found["2026-03-28", netting] == old["2026-03-28", netting]
        for text in ANSWERS[1:]:
            has_now(found[text, netting], old[text, netting])
    totals = today["totals"]
    assert totals["coverage_pct"] == totals["battery_coverage_pct"] == 100
    assert (totals["discharged_wh"], totals["consumed_wh"]) == (64 * 2, 64 * (6 + 4 + 2))
    assert totals["self_supplied_wh"] == 64 * (4 + 2)


def has_now(found: Any, old: Any) -> None:
    """A longer period: what was told stands, but for what the battery gave since midnight."""
    totals, before = found["totals"], old["totals"]
    for name in ("imported_wh", "exported_wh", "produced_wh", "coverage_pct", "grid_coverage_pct"):
        assert totals[name] == before[name]
    assert totals["consumed_wh"] == before["consumed_wh"] + 64 * 2
    assert totals["discharged_wh"] == 64 * 2
    # Nothing of the time before it is wanted of it.
    assert totals["battery_coverage_pct"] == 100
    changed = [
        at
        for at, (one, other) in enumerate(
            zip(found["buckets"]["consumed_wh"], old["buckets"]["consumed_wh"], strict=True)
        )
        if one != other
    ]
    assert changed == [28 if found["period"] == "2026-03" else 2]
    if found["period"] == "2026-03":
        assert found["buckets"]["discharged_wh"][27:29] == [None, 64 * 2]


async def test_a_meter_of_two_roles_is_replaced_by_another(tmp_path: Path) -> None:
    """An hour by the old one: 6 bought on phase a, 4 made on b (counted as exported); then 1 and 3
    by the new one, which also brings an hour of another home from before.
    """
    clock = SimClock(END + 30, rate=0)
    monophase: dict[str, Any] = {"profile": "monophase"}
    async with meter(clock, 1, 6, -4, **monophase) as old:
        host, port = old.address.split(":")
        mains = {"name": "mains", "role": "grid", "host": old.address, "phases": ["a"]}
        roof = {**mains, "name": "roof", "role": "solar", "phases": ["b"], "production": "negative"}
        async with serving(tmp_path, clock, [mains, roof]) as url:
            await until_booked(url, END)
            await by_both(url, 0)
            await old.stop()
            new = meter(clock, 2, 1, -3, begin=BEGIN + 1_800, **monophase)
            await new.start(host, int(port))
            clock.advance(1_800)
            await until_booked(url, END + 1_800)
            await by_both(url, 30)
            (one,) = (await get(url, "/meters"))["meters"]
            assert one["mac"] == "A0DD6C000002"
            assert [source["name"] for source in one["sources"]] == ["mains", "roof"]
        # Whichever of its names stands first, and after a restart.
        async with serving(tmp_path, clock, [roof, mains]) as url:
            await until_booked(url, END + 1_800)
            await by_both(url, 30)
        await new.stop()


async def by_both(url: str, minutes: int) -> None:
    """The old one's hour, which stands as it was booked first, and so many minutes of the new."""
    span = {"from": iso(BEGIN), "to": iso(END + 1_800)}
    totals = (await get(url, "/energy", **span))["totals"]
    bought, made = 60 * 6 + minutes, 60 * 4 + minutes * 3
    assert (totals["imported_wh"], totals["produced_wh"]) == pytest.approx((bought, made))
    assert totals["consumed_wh"] == pytest.approx(bought + made)
