"""The OpenAPI document: committed as the code has it, every field described with its unit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from openapi_spec_validator import validate

from wattledger.api.describe import openapi_document

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
}


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_document())
    return found


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
        if not numbers(described) or field in WITHOUT_UNIT:
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
