"""A meter behind its password: asked for, and tried at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import click

from wattledger.cli.setup.describe_meter import INDENT, identity_lines, reading_lines
from wattledger.cli.setup.prompt import answered
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import MeterError, MeterRefused
from wattledger.energy.fault import FaultKind
from wattledger.setup.answers import of_meter
from wattledger.setup.meter_discovery import Met
from wattledger.shelly.probe import Sight, look_at

TRIES = 3
"""Firmware 2 then lets nobody in for ten seconds; each further one would make that longer."""

_BEFORE_PASSWORD = f"""\
{INDENT}It has a password, that of its user admin. Nothing shows as you type it;
{INDENT}Enter alone leaves this meter out."""
_AFTER_REFUSAL = f"""\
{INDENT}The password is the one under its Settings, Authentication. Begin again in
{INDENT}five minutes: after wrong ones a meter lets nobody in for a while."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A meter that has shown what it measures; the password is empty where it has none."""

    number: int
    host: str
    password: str
    sight: Sight


def see_all(met: Sequence[Met]) -> list[Seen]:
    """Those that can be looked into; shows each, and asks the password where there is one."""
    seen = [_seen_or_told(number, one) for number, one in enumerate(met, 1)]
    return [one for one in seen if one is not None]


def _seen_or_told(number: int, met: Met) -> Seen | None:
    click.echo("\n" + "\n".join(identity_lines(number, met)))
    try:
        seen = _unlocked(number, met) if met.greeting.wants_password else _seen(number, met, "")
    except MeterError as error:
        click.echo(f"{INDENT}Left out: {clean(str(error))}.")
        if isinstance(error, MeterRefused):
            click.echo(_AFTER_REFUSAL)
        return None
    if seen is None:
        click.echo(f"{INDENT}Left out.")
    else:
        click.echo("\n".join(reading_lines(seen.sight)))
    return seen


def _unlocked(number: int, met: Met) -> Seen | None:
    click.echo(_BEFORE_PASSWORD)
    for left in reversed(range(TRIES)):
        password = _asked()
        if not password:
            return None
        try:
            return _seen(number, met, password)
        except MeterRefused as error:
            if error.kind is not FaultKind.PASSWORD_REFUSED or not left:
                raise
            click.echo(f"{INDENT}{_sentence(error)}. {_tries(left)}")
    return None


def _asked() -> str:
    answer: str = click.prompt(
        f"{INDENT}Password",
        hide_input=True,
        default="",
        show_default=False,
        value_proc=answered(lambda answer: of_meter("password")(answer).get_secret_value()),
    )
    return answer


def _seen(number: int, met: Met, password: str) -> Seen:
    return Seen(number, met.host, password, asyncio.run(look_at(met.host, password)))


def _sentence(error: MeterError) -> str:
    words = clean(str(error))
    return words[:1].upper() + words[1:]


def _tries(left: int) -> str:
    return "One try is left." if left == 1 else f"{left} tries are left."
