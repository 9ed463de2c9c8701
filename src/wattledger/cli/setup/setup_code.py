"""Where a phone sets the home up, and the code that lets it: `setup --code`."""

import sys
from pathlib import Path

import click

from wattledger.api.own_addresses import is_loopback
from wattledger.cli.qr import qr_lines
from wattledger.cli.server_address import url_for_phones
from wattledger.settings import Settings
from wattledger.settings_file import read_settings, settings_without_file
from wattledger.setup.code_file import CodeFile, spelled
from wattledger.setup.settings_place import check_place, settings_path

_COLUMNS = 80


def show_code(config: Path | None) -> None:
    """With settings, where the server is, without a code. Raises BadSettings, CannotWrite."""
    path = settings_path(config)
    if path.exists():
        address = f"{_address(read_settings(path))}/"
        _show(address, [f"Wattledger is at {address}", "`wattledger pair` lets a phone in."])
        return
    address = f"{_address(settings_without_file())}/setup"
    check_place(path)
    code = spelled(CodeFile(path).made())
    _show(
        f"{address}#{code}",
        [
            f"Wattledger is at {address}",
            "",
            f"open  {address}#{code}",
            f"code  {code}",
            "",
            "Scan the picture with the phone's camera; the rest is on the phone. The code is",
            "for one phone. `wattledger setup` asks the same in this terminal.",
        ],
    )


def _show(address: str, lines: list[str]) -> None:
    picture = qr_lines(address, _COLUMNS, sys.stdout.encoding) or []
    click.echo("\n".join(["", *picture, "", *(f"  {line}".rstrip() for line in lines), ""]))


def _address(settings: Settings) -> str:
    from wattledger.api.certificate_info import name_in
    from wattledger.composition.api_hosting import tls_of

    given, tls = settings.server, tls_of(settings.server)
    scheme, host = ("https" if tls else "http"), (name_in(tls) if tls else None) or given.host
    here = f"{scheme}://{host if is_loopback(host) and ':' not in host else 'localhost'}"
    return url_for_phones(scheme, host, given.port) or f"{here}:{given.port}"
