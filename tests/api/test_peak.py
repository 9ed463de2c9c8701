"""The month's peak as the power carries it."""

from dataclasses import replace

import httpx

from tests.api.conftest import NOON, local
from tests.energy.pricing import ALWAYS, KWH, fixed, tariff
from tests.fakes.clock import ManualClock
from tests.fakes.home import MAINS, MemoryHome
from tests.fakes.money import Money
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.energy.demand import Demand
from wattledger.energy.peak import Peak, Running
from wattledger.energy.tariff import DemandFee
from wattledger.flow.monthly_peak import MonthlyPeak
from wattledger.flow.notifier import Notifier

FEE = DemandFee("power fee", ALWAYS, 3_600, 10**7, threshold_kw_e7=8 * KWH)
START = local("2026-11-03T02:00:00")


async def test_the_power_carries_the_peak_where_there_is_a_demand_fee() -> None:
    home = MemoryHome(ManualClock(NOON), labels=(MAINS,))
    money = Money(home, replace(tariff(fixed(1)), demand=(FEE,)))
    watch = MonthlyPeak(money.local, money.days, money.own, Notifier())
    state = replace(home.app_state, money=replace(money.services, peak=watch))
    transport = httpx.ASGITransport(create_api(state, Access.open()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
        assert "peak" not in (await asking.get("/api/v1/power")).json()
        running = Running(NOON, NOON + 3_600, NOON, KWH)
        watch.now = Peak(FEE, [Demand(START, 137 * KWH // 10, False)], running)
        peak = (await asking.get("/api/v1/power")).json()["peak"]
    assert peak == {
        "name": "power fee",
        "window_s": 3600,
        "counted_windows": 1,
        "threshold_w": 8000.0,
        "highest": [{"start": "2026-11-03T02:00:00+02:00", "power_w": 13700.0, "at_least": True}],
        "running": {
            "start": "2026-11-22T12:00:00+02:00",
            "end": "2026-11-22T13:00:00+02:00",
            "imported_wh": 1000.0,
            "projected_w": None,
            "room_wh": 12700.0,
        },
    }
