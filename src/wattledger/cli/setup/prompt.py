"""A question in the terminal: what can't be is said, and asked again."""

from collections.abc import Callable
from typing import Any

import click


def answered(check: Callable[[str], Any]) -> Callable[[str], Any]:
    """`check` for `click.prompt`, which takes no ValueError for a wrong answer."""

    def checked(answer: str) -> Any:  # noqa: ANN401 - of the type that is asked for
        try:
            return check(answer)
        except ValueError as error:
            raise click.UsageError(str(error)) from error

    return checked
