"""What a home's periods cost, reckoned by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.energy.pricing import ALWAYS, HELSINKI, KWH, fixed, spot_row, tariff, vat
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, METERS, PLANT, SOLAR, MemoryHome
from tests.fakes.money import Money
from wattledger.energy.cost_result import CostResult, Fees, in_currency
from wattledger.energy.errors import BadPeriod, BadQuestion, NoTariff
from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice
from wattledger.energy.tariff import DemandFee, MonthlyFee, Side, Tariff, Validity
from wattledger.flow.app_state import priced
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.local_books import LocalBooks

DAY = date(2026, 3, 28)
"""A Saturday; the Sunday after it has 23 hours."""
NOON = HELSINKI.start_of(date(2026, 4, 2)) + 43_200
PLAIN = replace(
    tariff(fixed(8), fixed(4, Side.EXPORT, "sold"), rates=[vat(25)]),
    name="plain",
    monthly=(MonthlyFee("fee", ALWAYS, 4 * 10**7),),
    demand=(DemandFee("power", ALWAYS, 3_600, 10**7, threshold_kw_e7=KWH),),
)
SPOT = replace(tariff(spot_row(), spot_row(0, Side.EXPORT), rates=[vat(25)]), name="spot")


def quarter(start: int, imported: int = 0, exported: int = 0) -> MinuteRecord:
    """With what went both ways on two phases."""
    return MinuteRecord(start, 900, imported, 0, 0, 0, exported, 0)


def home_with(records: Iterable[MinuteRecord], netting: Netting = Netting.QUARTER) -> MemoryHome:
    home = MemoryHome(ManualClock(NOON), labels=(MAINS,), netting=netting)
    home.books.put(GRID, *records)
    return home


def a_kwh_every_quarter(*days: date) -> list[MinuteRecord]:
    return [
        quarter(start, KWH)
        for day in days
        for start in range(HELSINKI.start_of(day), HELSINKI.start_of(day + timedelta(days=1)), 900)
    ]


async def ask(
    money: Money, text: str, resolution: Resolution | None = None, netting: Netting | None = None
) -> CostResult:
    return await money.costs.of_period(text, resolution, netting, None)


def price(start: int, price_e7: int) -> SpotPrice:
    return SpotPrice(start, 900, price_e7, "elering", 0)


async def test_a_month_is_its_days_with_its_fees() -> None:
    """8 c with 25 % are 10 c; the hour of 4 kWh is 3 kW above the threshold."""
    days = DAY, DAY + timedelta(days=1)
    money = Money(home_with(a_kwh_every_quarter(*days)), PLAIN)
    answer = await ask(money, "2026-03")
    assert in_currency(answer.whole.costs.import_e19) == Fraction(188, 10)
    assert answer.whole.fees == Fees(Fraction(5), Fraction(375, 100))
    assert answer.whole.total == Fraction("27.55")
    assert [part.total for part in answer.buckets][26:30] == [
        None,
        Fraction("9.6"),
        Fraction("9.2"),
        None,
    ]
    assert answer.paid_per_kwh == answer.mean_price_per_kwh == Fraction(1, 10)
    assert answer.whole.costs.priced_pct == 100


async def test_a_fee_on_the_mean_of_twelve_months_counts_those_before() -> None:
    """4 kW in March; in January 2 kW, for which 3 kW are counted; nothing of 13 months before."""
    days = date(2025, 2, 1), date(2026, 1, 15), DAY
    records = a_kwh_every_quarter(*days)
    halves = [quarter(one.start, KWH // 2) for one in records if one.start < HELSINKI.start_of(DAY)]
    home = home_with([*halves, *a_kwh_every_quarter(DAY)])
    fee = replace(PLAIN.demand[0], months_mean=12, minimum_kw_e7=3 * KWH)
    money = Money(home, replace(PLAIN, demand=(fee,)))
    answer = await ask(money, "2026-03")
    assert answer.whole.fees.demand == Fraction(125, 100) * (Fraction(4 + 3, 2) - 1)
    bill = (await money.costs.bill("2026-03", None)).bill
    assert bill.exact_total == answer.whole.total
    year = await ask(money, "2026")
    january = year.buckets[0].fees.demand
    assert january == Fraction(125, 100) * (3 - 1)
    assert year.buckets[2].fees == answer.whole.fees


async def test_a_fee_on_the_mean_of_twelve_months_counts_the_first_month_alone() -> None:
    fee = replace(PLAIN.demand[0], months_mean=12)
    money = Money(home_with(a_kwh_every_quarter(DAY)), replace(PLAIN, demand=(fee,)))
    answer = await ask(money, "2026-03")
    assert answer.whole.fees.demand == Fraction(125, 100) * (4 - 1)


async def test_a_year_is_its_months_from_the_first_with_a_record_to_now() -> None:
    money = Money(home_with(a_kwh_every_quarter(DAY, date(2026, 4, 1))), PLAIN)
    year = await ask(money, "2026")
    totals = [part.total for part in year.buckets]
    assert totals[:2] == [None, None]
    assert year.whole.total == sum(total for total in totals if total is not None)
    assert [part.fees.fixed for part in year.buckets] == [None, None, 5, 5]
    by_day = await ask(money, "2026", Resolution.DAY)
    assert all(part.fees == Fees() for part in by_day.buckets)
    assert by_day.whole == year.whole


async def test_a_day_has_no_fees_and_is_its_quarters_hours_and_minutes() -> None:
    money = Money(home_with(a_kwh_every_quarter(DAY)), PLAIN)
    for resolution, length in ((None, 96), (Resolution.HOUR, 24)):
        answer = await ask(money, DAY.isoformat(), resolution)
        assert len(answer.buckets) == length
        assert answer.whole.fees == Fees()
        assert sum(part.total or 0 for part in answer.buckets) == Fraction("9.6")
        assert answer.whole.total == Fraction("9.6")


async def test_minutes_have_the_price_of_their_quarter() -> None:
    start = HELSINKI.start_of(DAY)
    minutes = [MinuteRecord(start + 60 * at, 60, KWH, 0, 0, 0, 0, 0) for at in range(30)]
    money = Money(home_with(minutes), SPOT)
    await money.spot.keep("FI", [price(start, 10_000)])
    answer = await ask(money, DAY.isoformat(), Resolution.MINUTE)
    assert [part.total for part in answer.buckets[13:17]] == [
        Fraction("0.00125"),
        Fraction("0.00125"),
        None,
        None,
    ]
    assert answer.whole.total == 15 * Fraction("0.00125")
    assert answer.whole.costs.priced_pct == 50


async def test_netting_saves_what_went_both_ways() -> None:
    """Bought 2 and sold 1 at once: by quarter 1 is bought. By phase 2 x 10 c - 1 x 4 c."""
    start = HELSINKI.start_of(DAY)
    money = Money(home_with([quarter(start, 2 * KWH, KWH)]), PLAIN)
    answer = await ask(money, DAY.isoformat())
    assert answer.whole.total == Fraction("0.1")
    assert answer.netting_effect == Fraction("0.06")
    by_phase = await ask(money, DAY.isoformat(), None, Netting.PHASE)
    assert by_phase.whole.total == Fraction("0.16")
    assert by_phase.netting_effect == 0


async def test_an_hour_nets_by_the_mean_of_its_quarters() -> None:
    start = HELSINKI.start_of(DAY)
    home = home_with([quarter(start, 2 * KWH), quarter(start + 900, 0, KWH)], Netting.HOUR)
    quarterly = replace(PLAIN.demand[0], window_s=900, name="by quarter")
    money = Money(home, replace(SPOT, demand=(quarterly, PLAIN.demand[0])))
    await money.spot.keep("FI", [price(start + 900 * at, 100 * at) for at in range(4)])
    answer = await ask(money, DAY.isoformat())
    assert answer.whole.total == Fraction(150 * 125, 100 * 10**7)
    month = await ask(money, "2026-03")
    assert month.whole.fees.demand == Fraction(7 * 125, 100)


async def test_what_own_energy_saved() -> None:
    start = HELSINKI.start_of(DAY)
    home = MemoryHome(ManualClock(NOON))
    home.books.put(GRID, quarter(start, KWH))
    home.books.put(SOLAR, MinuteRecord(start, 900, 3 * KWH, 0, 0, 0, 0, 0))
    answer = await ask(Money(home, PLAIN), DAY.isoformat())
    assert in_currency(answer.whole.costs.saved_e19) == Fraction("0.3")


BATTERY = MeterLabel.of("battery", Role.BATTERY)


def hours(*wh: tuple[int, int], day: date = DAY) -> list[MinuteRecord]:
    """Of the quarters that begin the hours from midnight on: imported and exported, kWh."""
    start = HELSINKI.start_of(day)
    return [quarter(start + 3_600 * n, i * KWH, e * KWH) for n, (i, e) in enumerate(wh)]


NIGHT_C, DAY_C = 5, 20


@pytest.fixture
async def battery_day() -> Money:
    """A battery of 10 kWh that takes from the mains in the first hour (bought 12 for 10 and 2 of
    use), from the sun in the second (8 made, 5 stored, 1 sold, 2 used), and gives 9 back in the
    third (10 used, 1 bought). 5 c a kWh in the first hour, 20 c in the others.
    """
    home = MemoryHome(ManualClock(NOON), labels=(MAINS, PLANT, BATTERY))
    home.books.put(GRID, *hours((12, 0), (0, 1), (1, 0)))
    home.books.put(SOLAR, *hours((0, 0), (8, 0), (0, 0)))
    home.books.put(METERS[Role.BATTERY], *hours((0, 10), (0, 5), (9, 0)))
    money = Money(home, replace(SPOT, vat_rates=(vat(0),)))
    start = HELSINKI.start_of(DAY)
    prices = [NIGHT_C] * 4 + [DAY_C] * 20
    await money.spot.keep("FI", [price(start + 900 * n, c * 10**5) for n, c in enumerate(prices)])
    return money


@pytest.mark.parametrize("netting", Netting)
async def test_what_a_battery_saves_is_what_was_not_bought_then(
    battery_day: Money, netting: Netting
) -> None:
    """(2 - 12) x 5 c + (2 - 0) x 20 c + (10 - 1) x 20 c: what was charged at night cost 50 c."""
    answer = await ask(battery_day, DAY.isoformat(), Resolution.HOUR, netting)
    costs = [part.costs for part in answer.buckets[:3]]
    assert [in_currency(one.saved_e19) for one in costs] == [
        Fraction("-0.5"),
        Fraction("0.4"),
        Fraction("1.8"),
    ]
    whole = answer.whole.costs
    assert in_currency(whole.saved_e19) == Fraction("1.7")
    assert in_currency(whole.import_e19) == Fraction("0.6") + Fraction("0.2")
    assert in_currency(whole.export_e19) == Fraction("0.2")
    by_day = await ask(battery_day, DAY.isoformat(), None, netting)
    assert by_day.whole.costs == whole


@pytest.mark.parametrize("netting", Netting)
@pytest.mark.parametrize("resolution", [None, Resolution.HOUR, Resolution.MINUTE])
async def test_what_was_bought_while_a_plant_is_not_on_the_books_saves_nothing(
    netting: Netting, resolution: Resolution | None
) -> None:
    """Of 15 minutes with 1 kWh bought each the plant has 8, with 2 kWh each: 8 x 2 kWh were not
    bought in these, and the other 7 say nothing. 10 c a kWh.
    """
    start = HELSINKI.start_of(DAY)
    home = MemoryHome(ManualClock(NOON))
    for meter, kwh, count in ((GRID, 1, 15), (SOLAR, 2, 8)):
        minutes = [MinuteRecord(start + 60 * n, 60, kwh * KWH, 0, 0, 0, 0, 0) for n in range(count)]
        home.books.put(meter, *minutes)
    answer = await ask(Money(home, PLAIN), DAY.isoformat(), resolution, netting)
    assert in_currency(answer.whole.costs.saved_e19) == Fraction("1.6")
    saved = [part.costs.saved_e19 or 0 for part in answer.buckets]
    assert in_currency(sum(saved)) == Fraction("1.6")
    assert in_currency(answer.whole.costs.import_e19) == Fraction("1.5")


async def test_a_day_is_remembered_until_its_prices_or_its_minutes_change() -> None:
    start = HELSINKI.start_of(DAY)
    home = home_with([quarter(start, KWH)])
    money = Money(home, SPOT)
    assert (await ask(money, DAY.isoformat())).whole.total is None
    await money.spot.keep("FI", [price(start, 10_000), price(start + 900, 20_000)])
    assert (await ask(money, DAY.isoformat())).whole.total == Fraction("0.00125")
    before = home.books.questions
    first = await ask(money, "2026-03")
    asked = home.books.questions - before
    again = await ask(money, "2026-03")
    assert again.whole == first.whole
    assert home.books.questions - before - asked <= asked
    home.books.put(GRID, quarter(start + 900, KWH))
    assert (await ask(money, DAY.isoformat())).whole.total == Fraction("0.00375")
    await money.spot.keep("FI", [price(start, 30_000)._replace(revision=2)])
    assert (await ask(money, DAY.isoformat())).whole.total == Fraction("0.00625")


async def test_so_many_days_are_remembered_and_no_more() -> None:
    home = home_with(a_kwh_every_quarter(DAY, DAY + timedelta(days=1)))
    days = DayCosts(home.site, home.books, Money(home).spot, most_kept=1)
    local = LocalBooks(home.site, home.books, home.clock, lambda: home.assignment)
    span = range(DAY.toordinal(), DAY.toordinal() + 2)
    for _ in range(2):
        found = await days.of_days(await local.home(), span, Netting.QUARTER, PLAIN)
        assert [found[day].costs.paid_windows for day in span] == [96, 92]
        assert len(days._kept) == 1


async def test_without_roll_ups_the_same_comes_out() -> None:
    home = MemoryHome(ManualClock(NOON), labels=(MAINS,), rolled_up=False)
    home.books.put(GRID, *a_kwh_every_quarter(DAY))
    money = Money(home, PLAIN)
    assert (await ask(money, DAY.isoformat())).whole.total == Fraction("9.6")
    assert await money.spot.prices("FI", Span(0, NOON)) == []


@pytest.mark.slow
async def test_a_bill_adds_up_and_says_whether_it_is_whole() -> None:
    days = [date(2026, 3, day) for day in range(1, 32)]
    money = Money(home_with(a_kwh_every_quarter(*days)), PLAIN)
    answer = await money.costs.bill("2026-03", "plain")
    assert answer.complete
    assert [line.name for line in answer.bill.lines] == ["energy", "sold", "fee", "power"]
    whole = (await ask(money, "2026-03")).whole
    assert answer.bill.exact_total == whole.total
    assert not (await money.costs.bill("this-month", None)).complete


async def test_a_month_before_the_first_record_has_no_lines() -> None:
    money = Money(home_with(a_kwh_every_quarter(DAY)), PLAIN)
    for empty in (money, Money(home_with([]), PLAIN)):
        answer = await empty.costs.bill("2026-01", None)
        assert answer.bill.lines == []
        assert answer.priced_pct is None
        assert not answer.complete
    nothing = await ask(Money(home_with([]), PLAIN), "2026-01", Resolution.MONTH)
    assert nothing.whole.total is None
    assert nothing.paid_per_kwh is None
    assert nothing.mean_price_per_kwh is None
    assert nothing.netting_effect is None


async def test_what_cant_be_asked() -> None:
    money = Money(home_with([]), PLAIN)
    with pytest.raises(BadPeriod, match="no month"):
        await money.costs.bill("2026", None)
    with pytest.raises(BadQuestion, match="there are plain"):
        await money.costs.of_period("2026", None, None, "other")
    with pytest.raises(NoTariff):
        await Money(home_with([])).costs.bill("2026-03", None)


async def test_a_fee_without_a_rate_of_vat_is_unknown() -> None:
    unrated = replace(PLAIN, vat_rates=(vat(25, Validity(date(2026, 3, 29))),))
    answer = await ask(Money(home_with(a_kwh_every_quarter(DAY)), unrated), "2026-03")
    assert answer.whole.fees.fixed == Fraction(5 * 3, 31)
    none = replace(PLAIN, vat_rates=())
    answer = await ask(Money(home_with(a_kwh_every_quarter(DAY)), none), "2026-03")
    assert answer.whole.fees == Fees()


def spot_prices(day: date) -> list[SpotPrice]:
    start, end = HELSINKI.start_of(day), HELSINKI.start_of(day + timedelta(days=1))
    return [price(at, 10_000) for at in range(start, end, 900)]


@pytest.mark.parametrize("own", [SPOT, None])
async def test_prices_of_a_day_and_up_to_where_they_are_known(own: Tariff | None) -> None:
    sunday = DAY + timedelta(days=1)
    money = Money(home_with([]), *([own] if own else []))
    await money.spot.keep("FI", [*spot_prices(sunday), *spot_prices(DAY)[1:]])
    answer = await money.prices.of_period(sunday.isoformat(), None)
    assert len(answer.starts) == 92
    assert set(answer.spot) == {Fraction(1, 1000)}
    assert set(answer.imported) == ({Fraction("0.00125")} if own else {None})
    assert set(answer.exported) == ({Fraction(1, 1000)} if own else {None})
    assert answer.complete_to == HELSINKI.start_of(DAY + timedelta(days=2))
    answer = await money.prices.of_period(DAY.isoformat(), None)
    assert answer.complete_to is None
    assert answer.spot[0] is None


async def test_prices_under_another_table() -> None:
    money = Money(home_with([]), PLAIN, SPOT)
    answer = await money.prices.of_period("2026-04-03", "plain")
    assert set(answer.imported) == {Fraction(1, 10)}
    assert answer.currency == "EUR"


async def test_prices_of_tomorrow() -> None:
    tomorrow = date(2026, 4, 3)
    money = Money(home_with([]), SPOT)
    await money.spot.keep("FI", spot_prices(tomorrow))
    answer = await money.prices.of_period("tomorrow", None)
    assert answer == await money.prices.of_period(tomorrow.isoformat(), None)
    assert answer.starts[0] == HELSINKI.start_of(tomorrow)
    assert set(answer.spot) == {Fraction(1, 1000)}


def test_without_a_tariff_nobody_answers() -> None:
    services = Money(home_with([]), PLAIN).services
    assert priced(services) is services
    with pytest.raises(NoTariff):
        priced(None)
