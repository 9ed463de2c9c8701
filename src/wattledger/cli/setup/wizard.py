"""`setup`: the steps in their order. Nothing is written before the last one."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import config_option
from wattledger.cli.setup.prompt import Back, confirmed
from wattledger.energy.errors import BadSettings

NOT_WRITTEN = 1


def _of_role(role: str, words: str) -> Callable[[Any], Any]:
    help_ = f"Address of {words}; may be repeated."
    return click.option(f"--{role}", role, multiple=True, metavar="HOST", help=help_)


@click.command(short_help="Find the meters and write the settings file.")
@config_option
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Address of a meter, instead of looking for them; once for each.",
)
@_of_role("grid", "a meter at the mains: with this or the next three nothing is asked")
@_of_role("solar", "one at solar panels")
@_of_role("battery", "one at a battery")
@_of_role("load", "one at a part of the home")
@click.option("--name", metavar="NAME", help="Of the home.")
@click.option("--zone", metavar="ZONE", help="Its time zone, or a city.")
@click.option("--fuse", metavar="A", help="Main fuse of each phase.")
@click.option("--netting", metavar="WINDOW", help="quarter, hour, minute or phase.")
@click.option(
    "--password-file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With the password of meters that have one.",
)
@click.option("--no-phones", is_flag=True, help="This machine alone may ask.")
@click.option("--https", is_flag=True, help="By an authority of the home's own.")
@click.option("--replace", is_flag=True, help="Also where there are settings, which are kept.")
@click.option("--code", is_flag=True, help="Show the code with which a phone sets the home up.")
def setup(config: Path | None, hosts: tuple[str, ...], *, code: bool, **given: Any) -> None:  # noqa: ANN401 - as click has it
    """Find the meters, ask what the home is like, and write the settings file.

    Nothing is written before you have seen it and said so; settings that are there already are
    kept beside the new ones. With --grid, --solar, --battery or --load nothing is asked.
    """
    if code:
        _show_code(config)
        return
    from wattledger.cli.setup.by_options import Given, check_alone, values_of
    from wattledger.cli.setup.next_steps import farewell_lines
    from wattledger.setup.settings_place import check_place, settings_path, write_settings
    from wattledger.setup.settings_text import settings_text

    options = Given(**given)
    if options.meters:
        check_alone(hosts)
    else:
        options.check_asked()
        _check_terminal()
    with failures_told():
        path = settings_path(config)
        check_place(path)
        try:
            values = (
                values_of(path, _before(path), options) if options.meters else _answers(path, hosts)
            )
        except (click.Abort, KeyboardInterrupt):
            click.echo()  # ends the line of the question
            fail("stopped; nothing was written", status=NOT_WRITTEN)
        kept = write_settings(path, settings_text(values))
    click.echo(f"\nWritten to {path}, and checked: all is well.")
    if kept is not None:
        click.echo(f"What was there is kept as {kept}.")
    click.echo("\n" + "\n".join(farewell_lines(path, values)))


def _show_code(config: Path | None) -> None:
    from wattledger.cli.setup.setup_code import show_code

    with failures_told():
        show_code(config)


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail(
            "setup asks questions, and here is no terminal to answer them. Without one:\n"
            "  say all by options: --grid HOST --solar HOST ..., see --help;\n"
            "  or write the settings by hand, as docs/operation.md shows them;\n"
            "  `wattledger probe HOST` shows what a meter measures,\n"
            "  `wattledger check-config` whether the settings can be used"
        )


def _answers(path: Path, hosts: tuple[str, ...]) -> dict[str, Any]:
    """The settings as the person wants them. Raises Abort when they are not to be written."""
    click.echo("This finds your meters, asks a few things, and then writes the settings file")
    click.echo(f"{path.absolute()}")
    click.echo("Enter takes the answer in [ ], < leads one question back. Ctrl-C stops, and")
    click.echo("nothing is written.")
    before = _before(path)
    values = {**before, "store": before.get("store") or _store_of(path)}
    at, steps = 0, _steps(path, hosts, before)
    while at < len(steps):
        try:
            steps[at](values)
            at += 1
        except Back:
            at = max(0, at - 1)
    return values


def _steps(
    path: Path, hosts: tuple[str, ...], before: Mapping[str, Any]
) -> list[Callable[[dict[str, Any]], None]]:
    """Each puts its answer into the settings, and may be asked again. Raises Back, Abort."""
    from wattledger.cli.setup.home_questions import asked_fuse, asked_name, asked_server, asked_zone
    from wattledger.setup.existing_settings import missing_meters

    def meters(values: dict[str, Any]) -> None:
        _title("1. Meters")
        values["meters"] = _meters(hosts, before.get("meters", ()))

    def name(values: dict[str, Any]) -> None:
        _title("2. Your home")
        values["site"] = asked_name(values.get("site", {}))

    def zone(values: dict[str, Any]) -> None:
        values["site"] = asked_zone(values["site"])

    def fuse(values: dict[str, Any]) -> None:
        values["site"] = asked_fuse(values["site"])

    def phones(values: dict[str, Any]) -> None:
        _title("3. Phones")
        values["server"] = asked_server()

    def last(values: dict[str, Any]) -> None:
        _confirm(path, values, missing_meters(before, values["meters"]))

    asked = [] if "server" in before else [phones]
    return [meters, name, zone, fuse, *asked, last]


def _before(path: Path) -> dict[str, Any]:
    from wattledger.setup.existing_settings import settings_before

    if not path.exists():
        return {}
    try:
        before = settings_before(path)
    except BadSettings:
        click.echo("\nThe settings that are there can't be used (`check-config` says why), so that")
        click.echo("nothing is taken over from them. They are kept beside the new ones.")
        return {}
    click.echo("\nThere are settings already. What is not asked here is taken over from them, and")
    click.echo("they are kept beside the new ones.")
    return before


def _store_of(path: Path) -> dict[str, str]:
    from wattledger.setup.settings_place import store_of

    return store_of(path)


def _title(words: str) -> None:
    click.echo(f"\n{words}")


def _meters(hosts: tuple[str, ...], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    from wattledger.cli.setup.find_meters import meet
    from wattledger.cli.setup.meter_password import see_all
    from wattledger.cli.setup.role_questions import assigned

    meters = assigned(see_all(meet(hosts)), before)
    if not meters:
        fail("no meter is left to be read; nothing was written", status=NOT_WRITTEN)
    return meters


def _confirm(path: Path, values: dict[str, Any], missing: list[str]) -> None:
    from wattledger.setup.settings_text import settings_text, without_secrets

    _title("The settings\n")
    click.echo(settings_text(without_secrets(values)))
    for name in missing:
        click.echo(f'The meter "{name}" of the settings that are there is not among these.')
    replaced = path.exists()
    question = f"Replace {path}" if replaced else f"Write them to {path}"
    if not confirmed(question, default=not replaced):
        raise click.Abort
