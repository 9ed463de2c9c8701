"""The routes of money: documents, problems, and sums that a client can check."""

from dataclasses import replace
from datetime import date

import httpx
import pytest

from tests.api.conftest import NOON, local
from tests.energy.pricing import ALWAYS, KWH, fixed, tariff, vat
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, MemoryHome
from tests.fakes.money import with_money
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.energy.record import MinuteRecord
from wattledger.energy.tariff import MonthlyFee, Side

FEE = MonthlyFee("fee", ALWAYS, 3_300_000)
OWN = replace(
    tariff(fixed(8.0001), fixed(4.5, Side.EXPORT, "sold"), rates=[vat(25.5)]),
    name="own",
    monthly=(FEE, replace(FEE, name="another fee")),
)
OTHER = replace(tariff(fixed(1), rates=[vat(0)]), name="other")


@pytest.fixture
def asking() -> httpx.AsyncClient:
    home = MemoryHome(ManualClock(NOON), labels=(MAINS,))
    start = local("2026-11-01T00:00:00")
    records = [MinuteRecord(start + 900 * at, 900, KWH, 0, 0, 0, 0, 0) for at in range(2_000)]
    home.books.put(GRID, *records)
    return client(home, OWN, OTHER)


def client(home: MemoryHome, *tariffs: object) -> httpx.AsyncClient:
    state = with_money(home, tariffs) if tariffs else home.app_state  # type: ignore[arg-type]
    transport = httpx.ASGITransport(create_api(state, Access.open()))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1")


async def test_a_month_of_cost(asking: httpx.AsyncClient) -> None:
    answer = (await asking.get("/cost/2026-11")).json()
    totals = answer["totals"]
    assert (answer["currency"], answer["tariff"], answer["source"]) == ("EUR", "own", "local")
    assert totals["import_cost"] == pytest.approx(2_000 * 0.080001 * 1.255)
    assert totals["export_earned"] == 0
    assert totals["fixed_cost"] == pytest.approx(2 * 0.33 * 1.255)
    assert totals["demand_cost"] == 0
    whole = totals["import_cost"] + totals["fixed_cost"]
    assert totals["total_cost"] == pytest.approx(whole)
    assert totals["paid_per_kwh"] == pytest.approx(0.080001 * 1.255)
    assert totals["priced_pct"] == 100
    assert len({len(column) for column in answer["buckets"].values()}) == 1
    known = [cost for cost in answer["buckets"]["import_cost"] if cost is not None]
    assert sum(known) == pytest.approx(totals["import_cost"])


async def test_the_same_under_another_table(asking: httpx.AsyncClient) -> None:
    answer = (await asking.get("/cost/2026-11-01?tariff=other&resolution=hour")).json()
    assert answer["totals"]["total_cost"] == pytest.approx(0.96)
    assert answer["buckets"]["import_cost"] == [pytest.approx(0.04)] * 24
    assert (await asking.get("/bill/2026-11?tariff=other")).json()["total"] == 20


async def test_a_rate_of_vat_is_told_whole() -> None:
    home = MemoryHome(ManualClock(NOON), labels=(MAINS,))
    home.books.put(GRID, MinuteRecord(local("2026-11-01T00:00:00"), 900, KWH, 0, 0, 0, 0, 0))
    asking = client(home, tariff(fixed(8), rates=[vat(9.125)]))
    assert (await asking.get("/bill/2026-11")).json()["lines"][0]["vat_pct"] == 9.125


async def test_a_bill_whose_lines_add_up(asking: httpx.AsyncClient) -> None:
    bill = (await asking.get("/bill/2026-11")).json()
    assert (bill["month"], bill["currency"], bill["complete"]) == ("2026-11", "EUR", False)
    lines = bill["lines"]
    assert [line["name"] for line in lines] == ["energy", "sold", "fee", "another fee", "rounding"]
    assert lines[0] == {
        "name": "energy",
        "side": "import",
        "quantity": 2000.0,
        "unit": "kWh",
        "amount_ex_vat": 160.0,
        "vat_pct": 25.5,
        "amount": 200.8,
    }
    assert lines[-1]["unit"] is None
    assert round(sum(line["amount"] for line in lines), 2) == bill["total"]
    assert bill["coverage_pct"] < 100


async def test_prices_of_a_day_with_25_hours(asking: httpx.AsyncClient) -> None:
    answer = (await asking.get("/prices/2026-10-25")).json()
    columns = ("start", "spot", "import_price", "export_price")
    assert [len(answer[column]) for column in columns] == [100] * 4
    assert answer["import_price"][0] == pytest.approx(0.080001 * 1.255)
    assert answer["export_price"][0] == 0.045
    assert (answer["spot"][0], answer["complete_until"]) == (None, None)
    tomorrow = date.fromtimestamp(NOON + 86_400).isoformat()  # noqa: DTZ012
    by_date, by_word = [
        (await asking.get(f"/prices/{day}")).json() for day in (tomorrow, "tomorrow")
    ]
    assert by_date == by_word
    assert by_word["period"] == tomorrow


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/bill/2026", 422, "bad-period"),
        ("/bill/2027-11", 422, "in-future"),
        ("/cost/2026-11?tariff=none", 422, "bad-parameter"),
        ("/cost/2026-11?tarif=own", 422, "unknown-parameter"),
        ("/prices/2026", 422, "too-many-buckets"),
        ("/prices/soon", 422, "bad-period"),
    ],
)
async def test_problems(asking: httpx.AsyncClient, address: str, status: int, kind: str) -> None:
    answer = await asking.get(address)
    assert answer.status_code == status
    assert answer.json()["type"] == f"/problems/{kind}"


@pytest.mark.parametrize("address", ["/cost/2026-11", "/prices/2026-11-01", "/bill/2026-11"])
async def test_without_a_tariff_there_is_none(address: str) -> None:
    answer = await client(MemoryHome(ManualClock(NOON))).get(address)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/no-tariff"
