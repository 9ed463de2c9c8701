"""`report`: one file about an installation, to send to whoever helps; it tells not whose it is."""

import asyncio
import json
import platform
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from wattledger import __version__
from wattledger.cli.failures import failures_told
from wattledger.cli.output_file import check_output, overwrite_option, written
from wattledger.cli.serving import config_option
from wattledger.energy.clock import SystemClock
from wattledger.energy.errors import BadSettings, MeterError, StoreError
from wattledger.energy.role import Role

if TYPE_CHECKING:
    from wattledger.settings import MeterAccess, Settings

Document = dict[str, object]

HEALTH_S = 10.0
_HOME = re.compile(r"/(?:home|Users|media)/[^/\s\"']+")
_QUOTED = re.compile("'.*'")
"""What a fault repeats of the settings: the name of a meter, perhaps one with an apostrophe."""


@click.command(short_help="Write one file about this installation, for whoever helps you.")
@config_option
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("wattledger-report.json"),
    show_default=True,
    help="Where to write.",
)
@click.option(
    "--seconds",
    default=60,
    show_default=True,
    type=click.IntRange(1, 3600),
    help="How long to listen to what the meters send by themselves.",
)
@overwrite_option
def report(config: Path | None, output: Path, seconds: int, *, overwrite: bool) -> None:
    """Write one file about this installation, for whoever helps you: versions, settings, what the
    server says of itself, what is on the books, and what each meter says in a minute.

    Passwords, names, addresses and coordinates are taken out of it; read it before you send it. It
    only reads, and a server may run meanwhile.
    """
    with failures_told():
        check_output(output, overwrite=overwrite)
        with written(output) as file:
            document = asyncio.run(_gathered(config, seconds))
            file.write(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
        click.echo(f"Written to {output}. Read it before you send it to anybody.", err=True)


async def _gathered(config: Path | None, seconds: int) -> object:
    from wattledger.settings_file import find_settings, read_settings
    from wattledger.shelly.redact import Redactor

    document: Document = {"versions": _versions()}
    try:
        settings = read_settings(find_settings(config))
    except BadSettings as error:
        document["settings"] = {"faults": [_QUOTED.sub("'...'", one) for one in error.faults]}
        return Redactor(document).redacted(_without_homes(document))
    document["settings"] = told = settings.model_dump(mode="json", exclude_none=True)
    told["meters"] = [{**_called(meter.pop("name")), **meter} for meter in told["meters"]]
    document["health"] = await asyncio.to_thread(_health, settings)
    document["store"] = await asyncio.to_thread(_store, Path(settings.store.path))
    recordings = [_recorded(access, seconds) for access in settings.accesses]
    document["meters"] = list(await asyncio.gather(*recordings))
    return Redactor(document, _secrets(settings)).redacted(_without_homes(document))


def _versions() -> Document:
    import sqlite3

    release = Path("/etc/os-release")
    text = release.read_text(encoding="utf-8") if release.is_file() else ""
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', text, re.MULTILINE)
    return {
        "wattledger": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": system[1] if system else platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "made_at_s": int(SystemClock().now_s()),
    }


def _health(settings: "Settings") -> object:
    """What a running server says of itself to everybody. Its parts by their names, which are no
    names of anybody.
    """
    import ssl
    import urllib.request

    from wattledger.api.own_addresses import EVERYWHERE

    server = settings.server
    host = "127.0.0.1" if server.host in {*EVERYWHERE, "localhost"} else server.host
    scheme = "https" if server.tls_cert else "http"
    place = f"{scheme}://{f'[{host}]' if ':' in host else host}:{server.port}"
    # The certificate is for the names that phones use; nothing secret goes either way.
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),  # noqa: S323, SLF001
    )
    try:
        with opener.open(f"{place}/api/v1/health", timeout=HEALTH_S) as answer:
            health = json.load(answer)
        health["parts"] = {part.pop("name"): part for part in health["parts"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return {"error": f"no server answers: {error}"}
    return health


def _store(path: Path) -> Document:
    from wattledger.store.sidecar_files import log_of
    from wattledger.store.store_summary import contents_of

    try:
        contents = contents_of(path)
        files = {"store": path, "log": log_of(path)}
        sizes = {what: file.stat().st_size for what, file in files.items() if file.is_file()}
    except (StoreError, OSError) as error:
        return {"error": str(error)}
    booked = contents.booked
    return {
        "meters": {str(meter): _called(name or "") for meter, name in contents.meters.items()},
        "booked_s": [booked.start, booked.end] if booked else None,
        "bytes": sizes,
    }


async def _recorded(access: "MeterAccess", seconds: int) -> Document:
    from wattledger.shelly.fixture_recorder import record_meter

    name = access.label.name

    def told(words: str) -> None:
        click.echo(f"{name}: {words}", err=True)

    try:
        recording = await record_meter(access.host, access.password, seconds, told)
    except MeterError as error:
        told(str(error))
        recording = {"error": str(error)}
    return {**_called(name), **recording}


def _secrets(settings: "Settings") -> Iterator[str]:
    """Texts that tell whose it is and stand in fields that do not tell so by their name."""
    from pydantic import SecretStr

    for access in settings.accesses:
        yield access.host
        yield access.host.rpartition(":")[0]
        yield access.password or ""
    for section in (settings.server, settings.prices, settings.mongodb):
        for _, value in section or ():
            if isinstance(value, SecretStr):
                yield value.get_secret_value()
    if settings.mongodb is not None:
        yield settings.mongodb.site_id
        yield from _whose(settings.mongodb.uri.get_secret_value())
    if settings.prices is not None:
        yield from settings.prices.base_url.values()


def _whose(uri: str) -> Iterator[str]:
    """Login and hosts of a connection string, as they are written and as they are meant."""
    authority = re.split("[/?]", uri.partition("://")[2])[0]
    for part in re.split("[:@,]", authority):
        if not part.isdigit():
            yield from (part, unquote(part))


def _called(name: str) -> Document:
    """A name that is a role tells of nobody, and would be taken out wherever the role stands."""
    return {"called" if name in {*Role} else "name": name}


def _without_homes(value: object) -> object:
    """Paths lose whose folder they lie in."""
    if isinstance(value, dict):
        return {key: _without_homes(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_homes(item) for item in value]
    return _HOME.sub("/somebody", value) if isinstance(value, str) else value
