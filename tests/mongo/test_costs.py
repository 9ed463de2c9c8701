"""Costs of days in MongoDB: a server elsewhere tells what the one at home tells."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.asking import get
from tests.fakes.clock import ManualClock
from tests.mongo.house import serving, until_true
from tests.mongo.kit import PostingHome, home_card, posting_home, until
from tests.mongo.server import ReplicaSet
from tests.store.builders import HOME, T0, both
from tests.tariff_text import component, row, table
from wattledger.api.cost_json import bill_document, cost_bytes
from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.fault import FaultKind
from wattledger.energy.netting import Netting
from wattledger.energy.spot_price import SpotPrice
from wattledger.energy.tariff_text import TariffText
from wattledger.file_formats.tariff_file import tariff_from
from wattledger.flow.cost_posting import CostPosting, Table
from wattledger.flow.cost_service import CostService
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.local_costs import LocalCosts
from wattledger.flow.replication_state import replica_faults
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_catalog import TariffChoice
from wattledger.mongo.connection import Address
from wattledger.mongo.daily_costs import MongoCosts

TEXT = table(
    component("spot", "import", "spot", area="FI", resolution="hour", margin="0.39"),
    component("sold", "export", "fixed", price="3.3", vat=False),
    row("monthly", name="fee", amount="4.01"),
    row("demand", name="power", window="hour", price="1.5"),
)
OWN = TariffText("own", TEXT)
TABLE = Table(tariff_from(Path("own.toml"), TEXT), OWN)
MINUTES = 3 * 1_440


class Costs:
    """What the home at the store tells, and what it posts."""

    def __init__(self, home: PostingHome, address: Address) -> None:
        clock = ManualClock(home.clock.now_s())
        site, books = home.site, home.store.books
        self.spot = SpotPrices(home.store.prices, site.calendar, home.clock)
        local, days = LocalBooks(site, books, clock, lambda: HOME), DayCosts(site, books, self.spot)
        history = EnergyService(site, books, clock, lambda: HOME)
        self.calendar = site.calendar
        choice = TariffChoice([TABLE.tariff])
        self.service = CostService(history, site, LocalCosts(local, days), choice)
        self.there = MongoCosts(home.database, address.site_id, "Europe/Helsinki")
        self.posting = CostPosting(local, days, self.spot, [TABLE], self.there)

    async def post(self) -> None:
        while await self.posting.step():
            pass

    async def cost(self, period: str, netting: Netting | None = None) -> Any:
        answer = await self.service.of_period(period, None, netting, None)
        return json.loads(cost_bytes(answer, self.calendar))


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """But which books its coverage is of."""
    return {key: value for key, value in answer.items() if key != "source"}


async def test_a_server_elsewhere_tells_the_same(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, MINUTES))
        await home.maintain()
        await home.posted()
        costs = Costs(home, address)
        prices = [
            SpotPrice(at, 900, at // 900 % 2_003 * 100 - 50_000, "file", 0)
            for at in range(T0, T0 + 60 * MINUTES - 7_200, 900)
        ]
        await costs.spot.keep("FI", prices)
        await costs.post()
        await home.writer.put_home(replace(home_card(), tariffs=(OWN,)))
        async with serving(address, home.clock) as elsewhere:
            await until_true(elsewhere, "/health", lambda a: "answering" in str(a))
            for period in ("2026-03", "2026", "2026-W13", "all"):
                there = await get(elsewhere, f"/cost/{period}")
                assert told(there) == told(await costs.cost(period))
                assert there["source"] == "mongodb"
                assert there["totals"]["total_cost"] is not None
            for netting in Netting:
                there = await get(elsewhere, "/cost/2026-03", netting=netting)
                assert told(there) == told(await costs.cost("2026-03", netting))
            bill = await costs.service.bill("2026-03", None)
            assert await get(elsewhere, "/bill/2026-03") == bill_document(bill)
            day = await get(elsewhere, "/cost/2026-03-29")
            here = await costs.cost("2026-03-29")
            assert day["totals"] == here["totals"]
            assert {*day["buckets"]["total_cost"]} == {None}
            assert "prices stay at home" in day["why_unknown"]
            with mongod.client() as client:
                found = client[address.database]["costs"].find_one(
                    {"_id.day": "2026-03-29", "_id.netting": "quarter"}
                )
            assert found is not None
            assert found["signature"] == OWN.signature
            assert found["import_cost"] == here["totals"]["import_cost"]


@pytest.mark.parametrize(
    "change",
    [
        {"exact": "{}"},
        {"exact": 5},
        {"seal": "0"},
        {"format": 99},
        {"signature": "0"},
        {"netting": "hour"},
        {"time_zone": "UTC"},
    ],
    ids=str,
)
async def test_what_is_not_the_home_s_counts_for_nothing_and_is_put_right(
    tmp_path: Path, mongod: ReplicaSet, address: Address, change: dict[str, Any]
) -> None:
    async with posting_home(tmp_path / "books", address) as home:
        await home.book(both(T0, MINUTES))
        await home.maintain()
        costs = Costs(home, address)
        await costs.post()
        days = range(costs.calendar.ordinal_at(T0), costs.calendar.ordinal_at(T0) + 4)
        before = await costs.there.read(OWN, Netting.QUARTER, days)
        assert len(before) == 4
        with mongod.client() as client:
            client[address.database]["costs"].update_one(
                {"_id.day": "2026-03-29", "_id.netting": "quarter"}, {"$set": change}
            )
            client[address.database]["costs"].insert_one(
                {
                    "_id": {
                        "site": "home",
                        "tariff": "own",
                        "netting": "quarter",
                        "day": "2026-03-28x",
                    },
                    **OTHERS,
                }
            )
        assert len(await costs.there.read(OWN, Netting.QUARTER, days)) == 3
        costs.posting.begin()
        await costs.post()
        assert await costs.there.read(OWN, Netting.QUARTER, days) == before


OTHERS = {"signature": OWN.signature, "netting": "quarter", "time_zone": "Europe/Helsinki"}
"""As much of a day as is asked for."""


async def test_a_validator_s_refusal_says_its_own_code(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home:
        async with home.posting():
            await home.book(both(T0, 60))
            await home.maintain()
            await home.posted()
        costs = Costs(home, address)
        with mongod.client() as client:
            client[address.database].create_collection("costs", validator={"none": "such"})
        with pytest.raises(ReplicaRefused, match="code 121"):
            await costs.post()


async def test_days_that_are_refused_hold_up_no_minute(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    with mongod.client() as client:
        client[address.database].create_collection("days", validator={"none": "such"})
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, MINUTES))
        await home.maintain()
        state = home.replicator.state
        await until(lambda: "code 121" in state.refused.words)
        await home.book(both(T0 + MINUTES * 60, 60))
        await until(lambda: not home.store.outbox.waiting())
        told = {fault.kind: fault.detail for fault in replica_faults(state)}
        assert told[FaultKind.COPY_FAILING].startswith("MongoDB: the sums of days are not posted")
