from dataclasses import replace
from datetime import date

from tests.energy.pricing import HELSINKI, fixed, spot_row, tariff, vat
from wattledger.energy.market_vat import market_rate
from wattledger.energy.tariff import Side, Validity

MAY_FIRST = date(2023, 5, 1)
TABLE = [vat(10, Validity(date(2022, 12, 1), MAY_FIRST)), vat(24, Validity(MAY_FIRST))]


def test_without_a_tariff_the_plain_table_counts_by_the_days_of_the_home() -> None:
    rate = market_rate(None, HELSINKI, TABLE)
    midnight = HELSINKI.start_of(MAY_FIRST)
    assert (rate(midnight - 1), rate(midnight)) == (10_000, 24_000)
    assert rate(HELSINKI.start_of(date(2022, 1, 1))) is None


def test_the_tariff_goes_before_it_by_the_table_of_its_spot_price() -> None:
    own = tariff(replace(spot_row(), vat="energy"), fixed(1), rates=[vat(5, name="energy")])
    midnight = HELSINKI.start_of(MAY_FIRST)
    assert market_rate(own, HELSINKI, TABLE)(midnight) == 5_000
    assert market_rate(tariff(fixed(1)), HELSINKI, TABLE)(midnight) == 25_500
    other_side = tariff(
        replace(spot_row(side=Side.EXPORT), vat="energy"),
        replace(fixed(1), vat="energy"),
        rates=[vat(5, name="energy"), vat(25.5)],
    )
    assert market_rate(other_side, HELSINKI, TABLE)(midnight) == 25_500
    assert market_rate(tariff(rates=[]), HELSINKI, TABLE)(midnight) == 24_000
