"""Where a browser at home finds the server, also as a picture: `setup --address`."""

import sys
from pathlib import Path

import click

from wattledger.cli.qr import qr_lines
from wattledger.cli.server_address import url_for_phones
from wattledger.settings import Settings
from wattledger.settings_file import read_settings, settings_without_file
from wattledger.setup.settings_place import settings_path

_COLUMNS = 80


def show_address(config: Path | None) -> None:
    """Without settings, that of the page which says how to make them. Raises BadSettings."""
    path = settings_path(config)
    is_set_up = path.exists()
    address = _address(read_settings(path) if is_set_up else settings_without_file())
    address += "/" if is_set_up else "/setup"
    lines = qr_lines(address, _COLUMNS, sys.stdout.encoding) or []
    click.echo("\n".join(["", *lines, "", f"  Wattledger is at {address}", ""]))


def _address(settings: Settings) -> str:
    from wattledger.api.certificate import name_in
    from wattledger.app.entrance import tls_of

    given, tls = settings.server, tls_of(settings.server)
    scheme, host = ("https" if tls else "http"), (name_in(tls) if tls else None) or given.host
    here = f"{scheme}://localhost:{given.port}"
    return url_for_phones(scheme, host, given.port) or here
