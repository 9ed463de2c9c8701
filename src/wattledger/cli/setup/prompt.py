"""A question in the terminal: what can't be is said, and asked again; `<` leads back."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from wattledger.energy.errors import WattledgerError

BACK = "<"


class Back(WattledgerError):
    """The person wants the question before this one again."""


def answered(check: Callable[[str], Any]) -> Callable[[str], Any]:
    """`check` for `click.prompt`, which takes no ValueError for a wrong answer. Raises Back."""

    def checked(answer: str) -> Any:  # noqa: ANN401 - of the type that is asked for
        if answer.strip() == BACK:
            raise Back
        try:
            return check(answer)
        except ValueError as error:
            raise click.UsageError(str(error)) from error

    return checked


def chosen(question: str, choices: Sequence[str], default: str) -> str:
    """One of these, in small letters or capitals. Raises Back."""
    kind = click.Choice(choices, case_sensitive=False)
    check = answered(lambda answer: kind.convert(answer, None, None))
    shown = f"{question} ({', '.join(choices)})"
    return str(click.prompt(shown, default=default, value_proc=check))


def confirmed(question: str, *, default: bool) -> bool:
    """Yes or no, as `click.confirm`. Raises Back."""
    yes = answered(lambda answer: click.BOOL.convert(answer, None, None) if answer else default)
    words = f"{question} [{'Y/n' if default else 'y/N'}]"
    return bool(click.prompt(words, default="", show_default=False, value_proc=yes))
