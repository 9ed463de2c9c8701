"""A tariff's file as a householder writes it, right and wrong."""

from datetime import date
from pathlib import Path

import pytest

from wattledger.energy.errors import BadSettings
from wattledger.energy.tariff import Kind, Side, Step, Tariff, Validity, When
from wattledger.file_formats.tariff_file import MOST_BYTES, read_tariff

TOP = 'currency = "EUR"\nprice_unit = "c/kWh"\n'
VAT = '[[vat]]\nfrom = 2024-09-01\nrate = "25.5"\n'
FIXED = '[[component]]\nname = "energy"\nside = "import"\nkind = "fixed"\nprice = "7.50"\n'
SPOT = '[[component]]\nname = "spot"\nside = "import"\nkind = "spot"\nfrom = 2025-01-01\n'
ZONES = '[[component]]\nname = "t"\nside = "import"\nkind = "zones"\nfrom = 2025-01-01\n'
POWER = '[[demand]]\nname = "power"\nwindow = "hour"\nprice = "1.50"\nfrom = 2025-01-01\n'


def read(folder: Path, text: str) -> Tariff:
    path = folder / "home.toml"
    path.write_text(text, encoding="utf-8")
    return read_tariff(path)


def faults(folder: Path, text: str) -> list[str]:
    """The faults without the path of the file: `12: side is missing`."""
    with pytest.raises(BadSettings) as raised:
        read(folder, text)
    prefix = f"{folder / 'home.toml'}:"
    assert all(fault.startswith(prefix) for fault in raised.value.faults)
    return [fault.removeprefix(prefix) for fault in raised.value.faults]


def test_a_whole_table(tmp_path: Path) -> None:
    zone = '  [[component.zone]]\n  hours = "22:00-07:00"\n  days = "mon-sat"\n'
    zone += '  months = "nov-mar, jun"\n  price = "-1"\n'
    weight = '  [[demand.zone]]\n  weight = "0.5"\n'
    fee = '[[monthly]]\nname = "fee"\namount = "4.00"\nincludes_vat = true\nfrom = 2025-01-01\n'
    table = read(
        tmp_path,
        TOP
        + VAT
        + FIXED
        + "from = 2025-01-01\nto = 2026-01-01\n"
        + ZONES
        + 'price = "3"\n'
        + zone
        + SPOT
        + 'area = "FI"\nmargin = "0.39"\nresolution = "hour"\nfloor = "0"\nvat = false\n'
        + fee
        + POWER
        + 'pick = "highest"\ncount = 3\ndistinct_days = true\nthreshold_kw = "8"\n'
        + weight,
    )
    fixed, zones, spot = table.components
    assert (table.name, table.currency) == ("home", "EUR")
    assert table.vat_rates[0].rate_e5 == 25_500
    assert (fixed.price_e7, fixed.valid) == (750_000, Validity(date(2025, 1, 1), date(2026, 1, 1)))
    assert (fixed.side, fixed.vat) == (Side.IMPORT, "")
    winter = frozenset({11, 12, 1, 2, 3, 6})
    assert zones.zones[0].when == When(1320, 420, frozenset(range(6)), winter)
    assert zones.zones[0].price_e7 == -100_000
    assert (spot.kind, spot.by_hour, spot.floored, spot.vat) == (Kind.SPOT, True, True, None)
    assert (spot.area, spot.margin_e7) == ("FI", 39_000)
    assert (table.monthly[0].amount_e7, table.monthly[0].includes_vat) == (40_000_000, True)
    (power,) = table.demand
    assert (power.count_windows, power.distinct_days, power.threshold_kw_e7) == (3, True, 8 * 10**7)
    assert (power.window_s, power.price_e7) == (3_600, 15_000_000)
    assert power.weights[0].weight_e7 == 5_000_000


@pytest.mark.parametrize(
    ("unit", "price", "counted"),
    [("EUR/kWh", "0.0750001", 750_001), ("EUR/MWh", "75.0001", 750_001), ("ore/kWh", "7", 700_000)],
)
def test_a_price_is_counted_in_its_unit(
    tmp_path: Path, unit: str, price: str, counted: int
) -> None:
    text = f'currency = "EUR"\nprice_unit = "{unit}"\n' + FIXED.replace("7.50", price)
    assert read(tmp_path, text + "from = 2025-01-01\n").components[0].price_e7 == counted


def test_without_any_table_of_vat_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, TOP + FIXED + "from = 2025-01-01\n").components[0].vat is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["1:currency is missing", "1:price_unit is missing"]),
        (TOP + "[[component]\n", ["3:not TOML: Expected ']]' at the end of an array declaration"]),
        (TOP + 'x = "', ["3:not TOML: Unterminated string"]),
        (TOP.replace("EUR", "euro"), ["1:currency must be three capital letters, such as EUR"]),
        (TOP + "colour = 1\n", ["3:unknown key 'colour'; known are currency, price_unit, "]),
        (TOP + "component = 1\n", ["3:component must be tables: [[component]] on a line"]),
        (TOP + FIXED, ["3:from is missing: a day, such as from = 2025-01-01"]),
        (TOP + FIXED + 'from = "2025-01-01"\n', ["8:from must be a day without quotes"]),
        (TOP + FIXED + "from = 2025-01-01T00:00:00\n", ["8:from must be a day without quotes"]),
        (TOP + FIXED + "from = 2025-01-02\nto = 2025-01-02\n", ["9:to must be later than from"]),
        (TOP + FIXED.replace('"7.50"', "7.50") + "from = 2025-01-01\n", ["7:price must be a dec"]),
        (TOP + FIXED.replace("7.50", "7,50") + "from = 2025-01-01\n", ["7:price: '7,50' is no"]),
        (TOP + FIXED.replace("7.50", "7.123456") + "from = 2025-01-01\n", ["7:price has more th"]),
        (TOP + FIXED.replace("7.50", "99999999") + "from = 2025-01-01\n", ["7:price is more than"]),
        (TOP + FIXED.replace("import", "in") + "from = 2025-01-01\n", ["5:side must be one of im"]),
        (TOP + FIXED.replace("fixed", "flat") + "from = 2025-01-01\n", ["6:kind must be one of f"]),
        (TOP + FIXED + 'from = 2025-01-01\narea = "FI"\n', ['9:area is for kind = "spot"']),
        (TOP + FIXED + "from = 2025-01-01\nzone = []\n", ['9:zone is for kind = "zones"']),
        (TOP + FIXED + "from = 2025-01-01\nvat = true\n", ["9:there is no [[vat]] without a name"]),
        (TOP + FIXED + 'from = 2025-01-01\nvat = "e"\n', ['9:there is no [[vat]] with name = "e"']),
        (TOP + FIXED + "from = 2025-01-01\nvat = 1\n", ["9:vat must be true, false or the name"]),
        (
            TOP + FIXED + "from = 2025-01-01\nincludes_vat = true\n",
            ["9:includes_vat has no meaning"],
        ),
        (
            TOP + VAT + FIXED + "from = 2025-01-01\nincludes_vat = 1\n",
            ["12:includes_vat must be t"],
        ),
        (TOP + VAT.replace("25.5", "125"), ["5:rate is in per cent, 100 at most"]),
        (TOP + VAT.replace("25.5", "-1"), ["5:rate must not be below 0"]),
        (TOP + SPOT, ["3:area is missing"]),
        (TOP + SPOT + 'area = "XX"\n', ["8:area must be one of FI, "]),
        (TOP + SPOT + 'area = "FI"\nfloor = "1"\n', ['9:floor must be "0" or "none"']),
        (TOP + SPOT + 'area = "FI"\nprice = "1"\n', ["9:price has no meaning for spot"]),
        (TOP.replace("EUR", "SEK") + SPOT + 'area = "SE3"\n', ["6:spot prices are in EUR"]),
        (TOP + ZONES, ['6:kind = "zones" needs at least one [[component.zone]]']),
        (TOP + ZONES + '[[component.zone]]\nhours = "7-22"\nprice = "1"\n', ["9:hours must be"]),
        (TOP + ZONES + '[[component.zone]]\nhours = "00:10-22:00"\nprice = "1"\n', ["9:hours beg"]),
        (TOP + ZONES + '[[component.zone]]\nhours = "00:00-24:15"\nprice = "1"\n', ["9:hours go "]),
        (TOP + ZONES + '[[component.zone]]\nhours = "07:00-07:00"\nprice = "1"\n', ["9:hours beg"]),
        (TOP + ZONES + '[[component.zone]]\nhours = 7\nprice = "1"\n', ["9:hours must be a text"]),
        (TOP + ZONES + '[[component.zone]]\ndays = "man"\nprice = "1"\n', ["9:days must be such"]),
        (
            TOP + ZONES + '[[component.zone]]\nmonths = 1\nprice = "1"\n',
            ["9:months must be a text"],
        ),
        (TOP + POWER + "count = 0\n", ["8:count must be a whole number from 1 to 1000"]),
        (TOP + POWER.replace("hour", "day"), ["5:window must be one of quarter, hour"]),
        (TOP + POWER.replace('window = "hour"\n', ""), ["3:window is missing: one of quarter"]),
        (TOP + POWER.replace("power", ""), ["4:name must be a single line of 1 to 80"]),
        (TOP + POWER * 501, ["3:more than 500 tables [[demand]]"]),
        (TOP + POWER + "." * 301, ["1:can't be read: line 8 has more than 300 dots"]),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, told: list[str]) -> None:
    found = faults(tmp_path, text)
    assert len(found) == len(told)
    for fault, words in zip(found, told, strict=True):
        assert fault.replace(": ", ":", 1).startswith(words), fault


STEP = '[[demand.step]]\nfrom_kw = "{}"\namount = "130"\n'
STEPS = TOP + POWER.replace('price = "1.50"\n', "")


def test_a_power_fee_by_steps(tmp_path: Path) -> None:
    more = 'minimum_kw = "2.5"\nmonths_mean = 12\n' + STEP.format(0) + STEP.format(5)
    (power,) = read(tmp_path, STEPS + more).demand
    assert power.steps == (Step(0, 130 * 10**7), Step(5 * 10**7, 130 * 10**7))
    assert (power.minimum_kw_e7, power.months_mean) == (25_000_000, 12)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "3: price is missing"),
        ("step = []\n", "7: there must be a [[demand.step]], or a price"),
        ('months_mean = 3\nprice = "1"\n', "7: months_mean must be 1 or 12"),
        ('price = "1"\n' + STEP.format(0), "7: price has no meaning beside [[demand.step]], which"),
        (STEP.format(1), '8: the first step must have from_kw = "0"'),
        (STEP.format(0) + STEP.format(0), "11: from_kw must be more than that of the step before"),
        (STEP.format(0) + "[[demand.step]]\n", "10: amount is missing"),
        (STEP.format(-1), "8: from_kw must not be below 0"),
    ],
)
def test_a_fault_of_a_step_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert faults(tmp_path, STEPS + text)[0].startswith(told)


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = 'currency = "EUR"\nprice_unit = "p"\n' + FIXED + "from = 1\n" + POWER + "count = 0\n"
    assert [fault.split(":")[0] for fault in faults(tmp_path, text)] == ["2", "8", "14"]


def test_two_rows_of_a_name_on_one_day_are_a_fault_of_the_second(tmp_path: Path) -> None:
    first, second = "from = 2025-01-01\nto = 2026-01-01\n", "from = 2025-12-31\n"
    told = faults(tmp_path, TOP + FIXED + first + FIXED + second)
    assert told == ["15: overlaps the row of the same name on line 3"]
    read(tmp_path, TOP + FIXED + first + FIXED + "from = 2026-01-01\n")
    read(tmp_path, TOP + FIXED + first + FIXED.replace("import", "export") + second)


def test_a_line_is_found_beside_texts_of_several_lines_and_inline_tables(tmp_path: Path) -> None:
    many = 'component = [{name = """a\n[[component]]\nb""", from = 2025-01-01}]\n'
    assert {fault.split(":")[0] for fault in faults(tmp_path, TOP + many)} == {"3"}


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read_tariff(tmp_path / "nothing.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(OSError, match="more than"):
        read_tariff(tmp_path / "large.toml")
    (tmp_path / "utf16.toml").write_bytes("a".encode("utf-16"))
    with pytest.raises(BadSettings, match="UTF-16"):
        read_tariff(tmp_path / "utf16.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 9_000)
    with pytest.raises(BadSettings):
        read_tariff(tmp_path / "deep.toml")


@pytest.mark.parametrize("top", ["", 'currency = "eur"\n', "currency = 5\n"])
@pytest.mark.parametrize("unit", ["EUR/kWh", "c/kWh", "SEK/MWh"])
def test_what_follows_from_a_wrong_currency_is_no_fault_of_its_own(
    tmp_path: Path, top: str, unit: str
) -> None:
    text = f'{top}price_unit = "{unit}"\n{VAT}{SPOT}area = "FI"\n'
    assert len(faults(tmp_path, text)) == 1
    assert "currency" in faults(tmp_path, text)[0]


@pytest.mark.parametrize("unit", ["", 'price_unit = "EUR"\n'])
def test_what_follows_from_a_wrong_unit_is_no_fault_of_its_own(tmp_path: Path, unit: str) -> None:
    """A price that one of the units would take."""
    text = f'currency = "EUR"\n{unit}{VAT}' + FIXED.replace("7.50", "0.0751234")
    (told,) = faults(tmp_path, text + "from = 2025-01-01\n")
    assert "price_unit" in told


def test_where_a_text_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "home.toml"
    path.write_bytes(TOP.encode() + b"# s\xe4hk\xf6\n")
    with pytest.raises(BadSettings, match=r"home\.toml:3: can't be read: it is no text in UTF-8"):
        read_tariff(path)
