"""The OpenAPI document: committed as the code has it, every field described with its unit."""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import httpx
from hypothesis import example, given
from hypothesis import strategies as st
from openapi_spec_validator import validate
from pydantic import ValidationError

from wattledger.api.access_json import PairRequest
from wattledger.api.openapi_export import openapi_document
from wattledger.api.parameters import EDGE_PATTERN, PERIOD_PATTERN
from wattledger.energy.errors import BadPeriod
from wattledger.energy.period import Calendar, period_from

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
UNITS = {
    "_w": " W",
    "_wh": " Wh",
    "_va": " VA",
    "_v": " V",
    "_a": " A",
    "_hz": " Hz",
    "_pct": " %",
    "_s": " s",
    "_minutes": "inutes",
}
WITHOUT_UNIT = {
    "power_factor",
    "status",
    "counter_epochs",
    "contradicting_records",
    "years_left",
    "counted_windows",
}


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_document())
    return found


MONEY = {
    *("import_cost", "export_earned", "saved_by_own_use", "total_cost", "fixed_cost"),
    *("demand_cost", "netting_effect", "paid_per_kwh", "mean_price_per_kwh"),
    *("spot", "import_price", "export_price", "amount", "amount_ex_vat", "total", "quantity"),
}
"""Of the document's own `currency`; a quantity is of the line's own unit."""


def numbers(schema: dict[str, Any]) -> bool:
    """Whether a value of this schema is, or holds directly, a number."""
    if schema.get("type") in {"number", "integer"}:
        return True
    inner = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    return any(numbers(one) for one in inner)


def fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, schema in document()["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            yield name, field, described


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_the_committed_document_is_the_code_s() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi_document()


def test_it_is_valid_openapi() -> None:
    validate(document())


def test_every_field_is_described() -> None:
    assert [(name, field) for name, field, one in fields() if not one.get("description")] == []


def test_every_number_says_its_unit_in_its_name_and_in_words() -> None:
    found = 0
    for name, field, described in fields():
        if not numbers(described) or field in WITHOUT_UNIT | MONEY:
            continue
        found += 1
        suffixes = [suffix for suffix in UNITS if field.endswith(suffix)]
        assert suffixes, f"{name}.{field} names no unit"
        words = described["description"].replace("Seconds", " s ")
        unit = UNITS[max(suffixes, key=len)]
        assert unit in words, f"{name}.{field} does not say{unit}"
    assert found > 40


def test_every_parameter_is_described() -> None:
    for path, operation in operations():
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])


def test_every_error_is_a_problem() -> None:
    for path, operation in operations():
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_a_device_may_not_be_there_to_remove_nor_be_kept_at_all() -> None:
    removal = document()["paths"]["/api/v1/access/devices/{id}"]["delete"]
    assert {"204", "404", "409"} <= set(removal["responses"])


async def test_the_server_serves_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == openapi_document()
    assert (await client.get("/openapi.json")).content == answer.content


def schema_of(path: str, name: str) -> dict[str, Any]:
    (operation,) = document()["paths"][f"/api/v1{path}"].values()
    found: dict[str, Any] = next(
        one["schema"] for one in operation["parameters"] if one["name"] == name
    )
    return found


def is_allowed(schema: dict[str, Any], text: str) -> bool:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", len(text))
    fits = shortest <= len(text) <= longest
    # As JSON Schema has it: `$` is the very end, not before a last line's.
    pattern = schema.get("pattern", "").replace("$", r"\Z")
    return fits and re.search(pattern, text) is not None


PERIODS = ["2026-11-22", "2026-W47", "2026-11", "2026", "today", "this-week", "all"]
EDGES = ["2026-11-22", "2026-11-22T10:00:00+02:00", "2026-11-22t10:00z", "2026-11-22T10:00:00.5Z"]
CODES = ["7K2M-9QXD", "7k2m 9qxd", "OIL0-1234"]
NAMES = [
    "iPhone",
    "\u2764\u200d\U0001f525 \ue000",
    "P\u00e4ivin puhelin",
    "\U0001f4f1",
    "x" * 40,
    " x\t",
]


def spoiled(texts: list[str]) -> st.SearchStrategy[str]:
    """What is allowed, with some of it replaced, left out or put in."""
    put = st.text(
        st.sampled_from("0123456789-WTZ+:. atyUO\u0661\u202e\u00ad\x00\n\u200b"), max_size=2
    )
    cut = st.integers(0, 30)
    return st.builds(
        lambda text, start, length, there: text[:start] + there + text[start + length :],
        st.sampled_from(texts), cut, st.integers(0, 3), put,
    )  # fmt: skip


@given(spoiled(PERIODS))
@example("")
@example("1999")
@example("2038")
def test_a_period_that_is_read_is_one_that_the_document_allows(text: str) -> None:
    schema = schema_of("/energy/{period}", "period")
    try:
        period_from(text, today=date(2026, 11, 22), first_day=None)
    except BadPeriod:
        return
    assert is_allowed(schema, text)
    assert schema["pattern"] == schema_of("/audit", "period")["pattern"]


@given(spoiled(EDGES))
@example("")
def test_so_is_the_edge_of_a_span(text: str) -> None:
    try:
        Calendar(ZoneInfo("Europe/Helsinki")).instant_from("to", text)
    except BadPeriod:
        return
    assert is_allowed(schema_of("/energy", "to"), text)
    assert is_allowed(schema_of("/energy", "from"), text)


@given(st.from_regex(PERIOD_PATTERN, fullmatch=True) | st.from_regex(EDGE_PATTERN, fullmatch=True))
def test_what_the_document_allows_fails_by_the_calendar_alone(text: str) -> None:
    calendar = Calendar(ZoneInfo("Europe/Helsinki"))
    try:
        if re.search(PERIOD_PATTERN, text):
            period_from(text, today=date(2026, 11, 22), first_day=None)
        else:
            calendar.instant_from("to", text)
    except BadPeriod as error:
        assert "does not exist in the calendar" in error.detail  # noqa: PT017 - either is right


@given(spoiled(NAMES), spoiled(CODES))
@example("x" * 41, "7K2M-9QXD")
@example("x" + " " * 40, "7K2M-9QXD")
@example("", "")
@example("x", "7K2M-9QX\u0131")
@example("x", "7K2M-9QXD\n")
def test_what_a_phone_says_of_itself_is_as_the_document_has_it(device: str, code: str) -> None:
    said = document()["components"]["schemas"]["PairRequest"]["properties"]
    allowed = is_allowed(said["device"], device) and is_allowed(said["code"], code)
    try:
        PairRequest(device=device, code=code)
    except ValidationError:
        assert not allowed
    else:
        assert allowed


def test_where_the_server_is_follows_from_where_the_document_is() -> None:
    """So that it is right under a path of a proxy, too."""
    (server,) = document()["servers"]
    at = "https://home.example/wattledger/api/v1/openapi.json"
    assert urljoin(at, server["url"]).rstrip("/") == "https://home.example/wattledger"


def test_a_parameter_is_given_or_left_out_and_never_null() -> None:
    for _, operation in operations():
        for parameter in operation.get("parameters", []):
            assert "null" not in json.dumps(parameter["schema"])


def test_every_operation_may_answer_with_any_problem() -> None:
    for path, operation in operations():
        assert "default" in operation["responses"], path
        asks = {"token": []} in operation["security"]
        assert ("429" in operation["responses"]) == asks or path.endswith("/access/pair")
