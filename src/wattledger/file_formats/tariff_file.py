"""A tariff's TOML file, read whole: all its faults at once, each as `FILE:LINE: text`."""

import re
import tomllib
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import TypeVar

from wattledger.disk import read_small, text_of
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import BadSettings
from wattledger.energy.tariff import Component, DemandFee, MonthlyFee, Tariff, VatRate
from wattledger.file_formats.tariff_tables import (
    COMPONENT_KEYS,
    DEMAND_KEYS,
    MONTHLY_KEYS,
    MOST_ROWS,
    VAT_KEYS,
    Common,
    component,
    demand_fee,
    monthly_fee,
    vat_rate,
)
from wattledger.file_formats.toml_line_numbers import lines_of
from wattledger.file_formats.toml_table import Faults, Table

MOST_BYTES = 256 << 10
MOST_DOTS = 300
"""In a line: a dot parts a key, and a key of thousands of parts would be read for minutes."""
_KEYS = ("currency", "price_unit", "checked", "vat", "component", "monthly", "demand")
_AT_LINE = re.compile(r" ?\(at (?:line ([0-9]+), column [0-9]+|end of document)\)")
_UNITS = {"c/kWh": 5, "ore/kWh": 5, "öre/kWh": 5, "øre/kWh": 5, "{}/kWh": 7, "{}/MWh": 4}
"""How many decimals of each are left until 1e-7 of the currency for a kWh."""

_FINEST = max(_UNITS.values())

Row = TypeVar("Row", VatRate, Component, MonthlyFee, DemandFee)


def read_tariff(path: Path) -> Tariff:
    """The tariff of a file. Raises BadSettings with every fault found, and OSError."""
    return tariff_from(path, table_text(path))


def table_text(path: Path) -> str:
    """What a file says. Raises BadSettings, OSError."""
    try:
        return text_of(read_small(path, MOST_BYTES))
    except ValueError as error:
        raise _unreadable(path, error, _line_of(error.__cause__)) from error


def _line_of(error: BaseException | None) -> int:
    """Where a text ceases to be one."""
    if not isinstance(error, UnicodeDecodeError):
        return 1
    return error.object.count(b"\n", 0, error.start) + 1


def tariff_from(path: Path, text: str) -> Tariff:
    """The tariff that a text means; faults are told as those of `path`. Raises BadSettings."""
    try:
        values = _parsed(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings([_no_toml(path, text, error)]) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, error) from error
    faults = Faults(lines_of(text))
    tariff = _tariff(path.stem, Table((), values, faults, _KEYS))
    if faults.found:
        raise BadSettings(faults.told(str(path)))
    return tariff


def _unreadable(path: Path, error: Exception, line: int = 1) -> BadSettings:
    words = clean(str(error)) or "it is nested without end"
    return BadSettings([f"{path}:{line}: can't be read: {words}"])


def _parsed(text: str) -> dict[str, object]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise ValueError(f"line {number} has more than {MOST_DOTS} dots")
    return tomllib.loads(text)


def _no_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    words = str(error)
    place = _AT_LINE.search(words)
    line = place[1] if place and place[1] else text.rstrip("\n").count("\n") + 1
    return f"{path}:{line}: not TOML: {clean(_AT_LINE.sub('', words))}"


def _tariff(name: str, top: Table) -> Tariff:
    currency = _currency(top)
    top.day("checked", is_needed=False)
    vat_tables = top.tables("vat", VAT_KEYS, MOST_ROWS)
    names = frozenset(str(one.values.get("name", "")) for one in vat_tables)
    common = Common(currency, _digits(top, currency), names)

    def rows(
        key: str, keys: Sequence[str], read: Callable[[Table, Common], Row | None]
    ) -> tuple[Row, ...]:
        tables = top.tables(key, keys, MOST_ROWS)
        return _without_overlaps([(table, read(table, common)) for table in tables])

    return Tariff(
        name,
        currency or "",
        _without_overlaps([(table, vat_rate(table)) for table in vat_tables]),
        rows("component", COMPONENT_KEYS, component),
        rows("monthly", MONTHLY_KEYS, monthly_fee),
        rows("demand", DEMAND_KEYS, demand_fee),
    )


def _currency(top: Table) -> str | None:
    currency = top.text("currency")
    if currency is None or re.fullmatch("[A-Z]{3}", currency):
        return currency
    top.wrong("currency", "currency must be three capital letters, such as EUR")
    return None


def _digits(top: Table, currency: str | None) -> int:
    """Where the unit is not known those of the finest one, so that one fault is not told twice."""
    unit = top.text("price_unit")
    if unit is None:
        return _FINEST
    written = unit.partition("/")[0] if currency is None else currency
    units = {name.format(written): digits for name, digits in _UNITS.items()}
    if unit in units:
        return units[unit]
    known = ", ".join(name.format(currency or "EUR") for name in _UNITS)
    top.wrong("price_unit", f"price_unit must be one of {known}")
    return _FINEST


def _without_overlaps(rows: Sequence[tuple[Table, Row | None]]) -> tuple[Row, ...]:
    """The rows, since no two of one name hold on the same day."""
    known = [(table, row) for table, row in rows if row is not None]
    for (first, one), (second, other) in combinations(known, 2):
        if _key(one) == _key(other) and one.valid.overlaps(other.valid):
            line = first.faults.line_of(first.place)
            second.wrong("from", f"overlaps the row of the same name on line {line}")
    return tuple(row for _, row in known)


def _key(row: VatRate | Component | MonthlyFee | DemandFee) -> tuple[str, str]:
    return row.name, row.side if isinstance(row, Component) else ""
