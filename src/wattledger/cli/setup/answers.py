"""An answer is checked by the settings that it is for, so that there is one list of limits."""

from collections.abc import Callable
from typing import Any

import click
from pydantic import ValidationError

from wattledger.settings import MeterSettings, SiteSettings
from wattledger.settings_faults import words_of

_ANY_METER = {"name": "any", "role": "grid", "host": "any"}

Check = Callable[[str], Any]
"""For `click.prompt`: the value, or what is wrong with the answer, which is then asked again."""


def of_site(key: str) -> Check:
    return lambda answer: _checked(SiteSettings, key, {key: answer})


def of_meter(key: str) -> Check:
    return lambda answer: _checked(MeterSettings, key, {**_ANY_METER, key: answer})


def _checked(model: type[SiteSettings | MeterSettings], key: str, values: dict[str, str]) -> Any:  # noqa: ANN401 - of the key's type
    try:
        return getattr(model.model_validate(values), key)
    except ValidationError as error:
        (fault,) = error.errors(include_url=False, include_input=False)
        raise click.UsageError(words_of(fault)) from error
