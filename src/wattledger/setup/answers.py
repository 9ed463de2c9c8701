"""An answer is checked by the settings that it is for, so that there is one list of limits."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from wattledger.energy.address import typed_address
from wattledger.settings import MeterSettings, MongoSettings, SiteSettings
from wattledger.settings_faults import words_of
from wattledger.setup.system_time_zone import zone_called

_ANY_METER = {"name": "any", "role": "grid", "host": "any"}

Check = Callable[[object], Any]
"""The value of an answer. Raises ValueError, whose words say what is wrong with it."""


def of_site(key: str) -> Check:
    return lambda answer: _checked(SiteSettings, key, {key: answer})


def of_meter(key: str) -> Check:
    return lambda answer: _checked(MeterSettings, key, {**_ANY_METER, key: answer})


def of_mongodb(key: str) -> Check:
    return lambda answer: _checked(MongoSettings, key, {"uri": "mongodb://any", key: answer})


def host_of(answer: str) -> str:
    """Of a meter, also as it stands in a browser. Raises ValueError."""
    host: str = of_meter("host")(typed_address(answer))
    return host


def zone_of(answer: str) -> str:
    """Also a city. Raises ValueError."""
    zone: str = of_site("time_zone")(zone_called(answer))
    return zone


def fuse_of(answer: str) -> float | int:
    """Also as it stands on a bill: 3x25 A. Raises ValueError."""
    number = answer.lower().replace(" ", "").replace("×", "x").removeprefix("3x").removesuffix("a")
    fuse_a: float = of_site("main_fuse_a")(number.replace(",", "."))
    return int(fuse_a) if fuse_a.is_integer() else fuse_a


def _checked(
    model: type[SiteSettings | MeterSettings | MongoSettings], key: str, values: dict[str, object]
) -> Any:  # noqa: ANN401 - of the key's type
    try:
        return getattr(model.model_validate(values), key)
    except ValidationError as error:
        (fault,) = error.errors(include_url=False, include_input=False)
        raise ValueError(words_of(fault)) from error
