"""`backup` and `restore`: the whole store as one file, and back."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import config_option
from wattledger.cli.termination import ended_as_by_ctrl_c

if TYPE_CHECKING:
    from wattledger.settings import Settings
    from wattledger.store.file_copy import Told
    from wattledger.store.store_summary import Contents


@click.command(short_help="Copy the store to one file, while the server runs.")
@config_option
@click.argument("file", type=click.Path(), required=False)
def backup(config: Path | None, file: str | None) -> None:
    """Copy the store to FILE, or into a folder; else beside the store, with the time in its name.

    With a / at its end FILE is a folder, which must be there: so a stick that is not in is noticed.
    The server may run meanwhile. The copy is checked before it gets its name, and brings the
    settings along, without passwords.
    """
    from wattledger.settings_file import find_settings, read_settings
    from wattledger.setup.portable_settings import packed
    from wattledger.store.backup import back_up

    with failures_told(), ended_as_by_ctrl_c():
        path = find_settings(config)
        settings = read_settings(path)
        store = _store(settings)
        target = _target(store, file, settings)
        with _progress() as told:
            back_up(store, target, told, packed(path))
        click.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


@click.command(short_help="Put a backup in the store's place (server stopped).")
@config_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(config: Path | None, file: Path) -> None:
    """Put the backup FILE in the store's place; the store that is there is kept beside it.

    Stop the server first. What is newer than the backup is fetched from the meters afterwards, as
    far as they remember; the paired devices are those of the backup.
    """
    from wattledger.store.restore import put_back

    with failures_told(), ended_as_by_ctrl_c():
        settings = _settings(config)
        store = _store(settings)
        with _progress() as told:
            done = put_back(file.absolute(), store, told)
        click.echo(f"{store} is now what {file} holds: {_in_words(done.now, settings)}.")
        if done.kept:
            click.echo(f"What was there before is kept as {', '.join(map(str, done.kept))}.")
        if done.before is not None and done.now.is_of_other_meters_than(done.before):
            click.echo(_other_home(done.before, settings), err=True)


def _target(store: Path, file: str | None, settings: "Settings") -> Path:
    from wattledger.energy.clock import SystemClock

    path = store.parent if file is None else Path(file).absolute()
    if not path.is_dir():
        if file is not None and file.endswith(os.sep):
            fail(f"there is no folder {path}: make it, or name another")
        return path
    moment = settings.home.calendar.text(int(SystemClock().now_s()))
    day, time = moment[:10], moment[11:19].replace(":", "")
    name = f"{store.stem}-{day}-{time}{store.suffix}"
    return path / name


def _in_words(contents: "Contents", settings: "Settings") -> str:
    def local(instant: int) -> str:
        return settings.home.calendar.text(instant)[:16].replace("T", " ")

    meters = [f"{name} {meter}" if name else meter for meter, name in contents.meters.items()]
    span = contents.booked
    minutes = f"from {local(span.start)} to {local(span.end)}" if span else "no minute"
    return f"{', '.join(meters) or 'no meter'}; {minutes}"


def _other_home(before: "Contents", settings: "Settings") -> str:
    return (
        "wattledger: is this the backup of another home? It shares no meter with what was there: "
        f"{_in_words(before, settings)}. To go back, restore what is kept"
    )


@contextmanager
def _progress() -> "Iterator[Told]":
    """A bar once something is copied, where somebody looks; cron would mail it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = click.progressbar(length=1000, label="Copying", file=sys.stderr)
    with ExitStack() as shown:

        def told(done: float) -> None:
            if not bar.entered:
                shown.enter_context(bar)
            bar.update(round(done * 1000) - bar.pos)

        yield told


def _store(settings: "Settings") -> Path:
    return Path(settings.store.path).absolute()


def _settings(config: Path | None) -> "Settings":
    from wattledger.settings_file import find_settings, read_settings

    return read_settings(find_settings(config))
