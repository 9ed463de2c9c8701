"""Reading the parameters of a call."""

from wattledger.simulator.identity import JsonObject
from wattledger.simulator.rpc_methods.errors import (
    bad_argument,
    missing_argument,
    no_such_component,
)


def component_id(params: JsonObject, count: int) -> int:
    """The `id` of a component of which there are `count`; as a text it is understood as well."""
    if "id" not in params:
        raise missing_argument("id")
    value = params["id"]
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int):
        raise bad_argument("id", "a number")
    if not 0 <= number < count:
        raise no_such_component("id", value)
    return number


def whole_number(params: JsonObject, name: str, default: int | None = None) -> int:
    """An integer argument; without a default it has to be there."""
    value = params.get(name, default)
    if value is None:
        raise missing_argument(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_argument(name, "a number")
    return int(value)


def flag(params: JsonObject, name: str, *, default: bool) -> bool:
    value = params.get(name, default)
    if not isinstance(value, bool):
        raise bad_argument(name, "a boolean")
    return value
