"""Every number carries its unit in its name, and power and energy never share one."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

import wattledger
from tests.docs.reading import SOURCES, text_of

UNITS = ("w", "va", "v", "a", "s", "ms", "hz", "pct", "wh", "dmwh", "bytes")
MONEY = ("e5", "e7", "e12", "e14", "e19")
"""Counts of 1e-7 of the currency and the like, as `energy/money.py` says."""
POWER, ENERGY = ("_w", "_va"), ("_wh", "_dmwh")
FLOORS = ("wattledger.energy.", "wattledger.flow.", "wattledger.settings")
DOCUMENTS = re.compile(r"wattledger\.api\.\w+_(json|fields)$")

INSTANTS = re.compile(r"^(starts?|end|at|edges)$|(^|_)(at|from|to|since)$")
"""Called after what happened then; epoch seconds inside, RFC 3339 on the wire."""
IN_CURRENCY = re.compile(
    r"(_cost|_earned|_own_use|_effect|_price|_per_kwh)$|^(spot|amount|amount_ex_vat|total|quantity)$"
)
"""Of a document that names its currency; a quantity is of the line's own unit."""
COUNTS = re.compile(
    r"(^|_)(minutes|days|months|windows|records|epochs|contradictions)(_|$)|^(booked|known|contradicted|corrected|disputed|unrated|failures)$"
)
"""How many; `minutes` is its own unit."""
ALLOWED = {
    "power_factor": "a ratio",
    "port": "a number of TCP",
    "epoch": "how often a lease was claimed",
    "keep": "a count of backups",
    "ordinal": "a day's number in the calendar",
    "parked": "a count of records",
    "revision": "of a price, counted from 1",
    "row": "a component's place in its tariff",
    "years_left": "years are its unit",
}


class Field(typing.NamedTuple):
    owner: str
    name: str


def _is_number(kind: object) -> bool:
    if kind in (int, float):
        return True
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _is_number(inner[0])
    if origin in (typing.Union, types.UnionType, tuple, list):
        return any(_is_number(one) for one in inner)
    return False


def _classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(wattledger.__path__, "wattledger."):
        if module.name.startswith(FLOORS) or DOCUMENTS.match(module.name):
            for _, kind in inspect.getmembers(
                importlib.import_module(module.name), inspect.isclass
            ):
                if kind.__module__ == module.name and _is_told(module.name, kind):
                    yield kind


def _is_told(module: str, kind: type) -> bool:
    """Of a document's module only its models are its fields."""
    return not DOCUMENTS.match(module) or issubclass(kind, BaseModel)


def _fields() -> list[Field]:
    """The number fields of dataclasses, named tuples, wire models and settings."""
    return [
        Field(kind.__qualname__, name)
        for kind in _classes()
        if dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel) or hasattr(kind, "_fields")
        for name, annotation in typing.get_type_hints(kind, include_extras=True).items()
        if _is_number(annotation) and not name.startswith("_")
    ]


FIELDS = _fields()


@pytest.mark.parametrize("field", FIELDS, ids=".".join)
def test_a_number_says_its_unit(field: Field) -> None:
    name = field.name
    assert (
        name.endswith(tuple(f"_{unit}" for unit in (*UNITS, *MONEY)))
        or INSTANTS.search(name)
        or COUNTS.search(name)
        or IN_CURRENCY.search(name)
        or name in ALLOWED
    )


def test_the_fields_are_those_one_thinks_of() -> None:
    """So that the test above has something to look at, and nothing is allowed in vain."""
    names = {field.name for field in FIELDS}
    assert {
        "active_power_w",
        "imported_wh",
        "imported_dmwh",
        "age_s",
        "start",
        "main_fuse_a",
    } <= names
    assert set(ALLOWED) <= names


def _identifiers() -> set[str]:
    """Every name in the product's own code: fields, arguments, variables, functions.

    Not those of the pretend meters, which speak as the vendor does.
    """
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        if path.is_relative_to(SOURCES / "simulator"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                    found.add(name.lower())
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found.add(name.lower())
                case _:
                    pass
    return found


def _stems(names: set[str], suffixes: tuple[str, ...]) -> set[str]:
    return {
        name.removesuffix(suffix) for name in names for suffix in suffixes if name.endswith(suffix)
    }


def test_power_and_energy_never_share_a_name() -> None:
    for names in ({field.name for field in FIELDS}, _identifiers()):
        assert not _stems(names, POWER) & _stems(names, ENERGY)


def test_no_name_has_a_unit_that_is_not_used() -> None:
    wrong = re.compile(
        r"(?<!_per)_(mwh|kwh|kw|mw|hours|secs?|seconds|percent|volts?|amps?|watts?)$"
    )
    assert sorted(name for name in _identifiers() if wrong.search(name)) == []


def test_the_document_lists_the_units() -> None:
    units = text_of("docs/naming.md").split("## Units")[1].split("\n## ")[0]
    for unit in UNITS:
        assert f"`_{unit}`" in units
