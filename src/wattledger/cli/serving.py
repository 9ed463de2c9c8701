"""`serve` and `check-config`."""

import asyncio
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import failures_told
from wattledger.cli.log_lines import OneLine
from wattledger.energy.errors import BadSettings, WattledgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from wattledger.composition.service import Service
    from wattledger.settings import MeterSettings, Settings

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 0.5
"""For settings that are not there yet."""

config_option = click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path),
    help="Settings file; else ./wattledger.toml, ~/.config/wattledger/config.toml, "
    "/etc/wattledger/config.toml.",
)


@click.command(short_help="Read the meters, keep the books, answer.")
@config_option
@click.option("--verbose", "-v", is_flag=True, help="Log more.")
def serve(config: Path | None, *, verbose: bool) -> None:
    """Read the meters, keep the books, answer the API.

    Without settings it waits for them, and listens in the home's network: `setup` writes them.
    """
    from wattledger.settings_file import settings_to_serve, settings_without_file

    start_logging(verbose=verbose)
    with failures_told():
        path = settings_to_serve(config)
        read = partial(_usable, path)
        if path.exists():
            asyncio.run(run_until_told(read(), _told_ready, read, path))
        else:
            log.info(
                "there are no settings yet: `wattledger setup --code` lets a phone write %s", path
            )
            asyncio.run(run_until_told(settings_without_file(), _told_ready, read, path))


def _usable(path: Path) -> "Settings":
    """Settings whose tables of tariffs can be used too: a server is not closed for others."""
    from wattledger.composition.home_prices import tariffs_of
    from wattledger.settings_file import read_settings

    settings = read_settings(path)
    tariffs_of(settings)
    return settings


@click.command("check-config", short_help="Say what the settings mean, or all faults.")
@config_option
def check_config(config: Path | None) -> None:
    """Read the settings as `serve` would, and say what they mean or all that is wrong with them."""
    from wattledger.composition.home_prices import tariffs_of
    from wattledger.settings_file import find_settings, read_settings

    with failures_told():
        path = find_settings(config)
        settings = read_settings(path)
        tables = tariffs_of(settings)
        told_end = _told_end(settings) if settings.server.tls_cert else None
        if settings.meters:
            _check_store(Path(settings.store.path))
        click.echo(f"{path}: all is well")
        click.echo(
            f"  site    {settings.site.name}, {settings.site.time_zone}, "
            f"netted by {settings.site.netting}"
        )
        scheme = "https" if settings.server.tls_cert else "http"
        host = settings.server.host
        host = f"[{host}]" if ":" in host else host
        click.echo(
            f"  server  {scheme}://{host}:{settings.server.port}, access {settings.server.access}"
        )
        if (why := _token_weakness(settings)) is not None:
            click.echo(f"  WARNING {why}")
        if told_end is not None:
            click.echo(f"  tls     {told_end}")
        click.echo(f"  store   {settings.store.path}")
        if settings.backup is not None:
            click.echo(f"  backup  {settings.backup.folder}, {settings.backup.keep} of them")
        for meter in settings.meters:
            click.echo(f"  meter   {meter.name}: {_told_meter(meter)}")
        if settings.mongodb is not None:
            click.echo(f"  mongodb {settings.mongodb.database}, site {settings.mongodb.site_id}")
        for table in tables:
            click.echo(f"  tariff  {table.name}: {len(table.components)} components")
        if settings.prices is not None:
            sources = ", ".join(settings.prices.order) or "`prices import` alone"
            click.echo(f"  prices  {settings.prices.area} from {sources}")


def _told_meter(meter: "MeterSettings") -> str:
    from wattledger.energy.meter import PHASES, Production

    told = [f"{meter.role} at {meter.host}"]
    if meter.phases != PHASES:
        told.append(f"phase{'s' * (len(meter.phases) > 1)} {' and '.join(meter.phases)}")
    if meter.role.gives and meter.production is Production.NEGATIVE:
        told.append("giving where its power is below 0")
    if meter.begins is not None:
        told.append(f"from {meter.begins}")
    if meter.password.get_secret_value():
        told.append("with a password")
    return ", ".join(told)


def _token_weakness(settings: "Settings") -> str | None:
    from wattledger.api.access_policy import weak_token, weakness_of

    if settings.server.access != "token":
        return None
    why = weakness_of(settings.server.token.get_secret_value())
    return None if why is None else weak_token(why)


def _check_store(path: Path) -> None:
    """As the server does at its start; nothing is made or changed. Raises StoreUnusable."""
    from wattledger.store.file_copy import check
    from wattledger.store.store_path import check_place, is_plain_file, real_path

    check_place(path)
    store = real_path(path)
    if is_plain_file(store) and store.stat().st_size:
        check(store)


def _told_end(settings: "Settings") -> str:
    """Until when the certificate holds. Raises CannotListen for one that can't be used."""
    from wattledger.api.certificate_info import end_of
    from wattledger.api.server import Tls, check_tls
    from wattledger.energy.clock import SystemClock

    given = settings.server
    tls = Tls(Path(given.tls_cert), Path(given.tls_key))
    check_tls(tls)
    end = end_of(tls)
    if end is None:
        return f"{given.tls_cert}: until when it holds can't be told"
    verb = "holds until" if end > SystemClock().now_s() else "has run out on"
    return f"{given.tls_cert} {verb} {settings.home.calendar.text(end)[:10]}"


def start_logging(*, verbose: bool) -> None:
    """To standard error; a line a change of state. journald stamps its own time."""
    stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setFormatter(OneLine(f"{stamp}%(levelname)s %(message)s"))
    logging.basicConfig(handlers=[to_stderr], level=logging.DEBUG if verbose else logging.INFO)
    for noisy in ("websockets", "uvicorn", "pymongo", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


async def run_until_told(
    settings: "Settings",
    ready: "Callable[[str], None]",
    read: "Callable[[], Settings] | None" = None,
    place: Path | None = None,
) -> None:
    """Serves until SIGTERM or SIGINT; SIGHUP has the settings read anew, if they can be.

    Without `read` the settings are those of a demo, and a terminal that is closed ends it. Those at
    `place` are read as soon as there are some.
    """
    from wattledger.cli.service_manager import service_manager
    from wattledger.composition.service import Service

    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def changed() -> None:
        loop.call_soon_threadsafe(reload.set)

    service = Service(settings, place=place, changed=changed, demo=read is None)
    if read is None:
        await service.run(stop, ready)
        return
    has_terminal = os.isatty(0)

    def hung_up() -> None:
        terminal_is_gone = has_terminal and not os.isatty(0)
        (stop if terminal_is_gone else reload).set()

    loop.add_signal_handler(signal.SIGHUP, hung_up)
    manager = service_manager()

    def told_ready(url: str) -> None:
        manager.tell_ready()
        ready(url)

    async with asyncio.TaskGroup() as tasks:
        beside = [
            tasks.create_task(_reload_when_told(service, reload, read)),
            tasks.create_task(manager.keep_telling()),
        ]
        if place is not None and settings.mongodb is None and not settings.meters:
            beside.append(tasks.create_task(_begin_when_there(service, place, read)))
        await service.run(stop, told_ready)
        for task in beside:
            task.cancel()


async def _reload_when_told(
    service: "Service", reload: asyncio.Event, read: "Callable[[], Settings]"
) -> None:
    while True:
        await reload.wait()
        reload.clear()
        await _made_anew(service, read)


async def _begin_when_there(service: "Service", path: Path, read: "Callable[[], Settings]") -> None:
    """Once there are settings that can be used; one more try whenever they were changed."""
    tried = None
    while True:
        await asyncio.sleep(LOOKS_EVERY_S)
        changed = await asyncio.to_thread(_changed_ns, path)
        if changed is not None and changed != tried:
            tried = changed
            if await _made_anew(service, read):
                return


def _changed_ns(path: Path) -> int | None:
    """When the file was last written; None where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


async def _made_anew(service: "Service", read: "Callable[[], Settings]") -> bool:
    """What can't be used changes nothing, and the log says why."""
    try:
        await service.restart(await asyncio.to_thread(read))
    except WattledgerError as error:
        why = "; ".join(error.faults) if isinstance(error, BadSettings) else str(error)
        log.warning("the settings can't be used, and nothing is changed: %s", why)
        return False
    return True


def _told_ready(url: str) -> None:
    click.echo(f"Wattledger is at {url}")
