"""`certificate`: HTTPS for the home, by an authority of its own."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import config_option

if TYPE_CHECKING:
    from wattledger.settings import ServerSettings, Settings
    from wattledger.tls.certificate_issuance import Renewal
    from wattledger.tls.names import Name


@click.command(short_help="Make the certificate for HTTPS, or renew it.")
@config_option
@click.option(
    "--name",
    "names",
    metavar="NAME",
    multiple=True,
    help="Another name or address of the server, besides those of this machine; may be repeated.",
)
@click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the files lie; else tls/ beside the settings file.",
)
@click.option(
    "--new-authority",
    is_flag=True,
    help="Begin anew, for other names or after a theft. Each phone must trust the new one.",
)
def certificate(
    config: Path | None, names: tuple[str, ...], folder: Path | None, *, new_authority: bool
) -> None:
    """Make the certificate for HTTPS, or renew it.

    The first time it makes a certificate authority of this home, which phones are told to trust
    once and which can vouch for this home alone. Then, and each time later, a certificate of the
    server that holds for 397 days. The settings are not touched.
    """
    from wattledger.energy.clock import SystemClock
    from wattledger.settings_file import find_settings, read_settings

    with failures_told():
        path = find_settings(config)
        settings = read_settings(path)
        _check_signing()
        from wattledger.setup.own_certificate import FOLDER, names_of_machine
        from wattledger.tls.certificate_issuance import Wish, check_clock, renew
        from wattledger.tls.folder import Folder

        given = tuple(_given(names))
        found = tuple(dict.fromkeys(names_of_machine(settings.server.host)))
        place = (folder or path.parent / FOLDER).absolute()
        wish = Wish(settings.site.name, given, found, new_authority)
        at = int(SystemClock().now_s())
        check_clock(at)
        made = renew(Folder(place), wish, at)
        _tell(made, place, settings, path.absolute())


def _check_signing() -> None:
    """That what signs is installed: for some machines there is none."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        fail("nothing that signs is installed here: make the files on another machine")


def _given(names: Iterable[str]) -> "Iterator[Name]":
    from wattledger.tls.names import name_of

    for name in names:
        try:
            made = name_of(name)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--name") from error
        if isinstance(made, str) and "." not in made:
            raise click.BadParameter(
                f"'{made}' alone would be all that ends in .{made}, in the whole world: give it "
                f"with its domain, such as {made}.local",
                param_hint="--name",
            )
        yield made


def _tell(made: "Renewal", place: Path, settings: "Settings", path: Path) -> None:
    day = settings.home.calendar.text
    until = day(made.end)[:10]
    if made.is_new_authority:
        click.echo(f"Made in {place}:")
        click.echo(f"  authority.pem       what phones trust, until {day(made.authority.end)[:10]}")
        click.echo("  authority-key.pem   its key: give it to nobody")
        click.echo(f"  chain.pem, key.pem  the server's, until {until}")
    else:
        click.echo(f"Renewed, until {until}: {place / 'chain.pem'}")
    _tell_names(made)
    _tell_settings(settings.server, place, path, is_new=made.is_new_authority)
    if made.is_new_authority:
        _tell_phones(made, settings.server.port)
    else:
        click.echo("\nThe authority is the same, so phones need nothing.")
    click.echo(f"The server renews it by itself before {until}.")


def _tell_names(made: "Renewal") -> None:
    from wattledger.tls.certificate_issuance import names_of

    _list("It is for", made.names)
    if made.before is not None:
        before = names_of(made.before)
        _list("  new:", [name for name in made.names if name not in before])
        _list("  no longer:", [name for name in before if name not in made.names])
    _list("  left out, as the authority does not vouch for it:", made.left_out)
    if made.left_out:
        click.echo("  (--new-authority would; each phone must then trust the new one)")


def _list(words: str, names: "Iterable[Name]") -> None:
    if line := ", ".join(map(str, names)):
        click.echo(click.wrap_text(f"{words} {line}", 79, subsequent_indent="    "))


def _tell_settings(server: "ServerSettings", place: Path, path: Path, *, is_new: bool) -> None:
    files = {"tls_cert": place / "chain.pem", "tls_key": place / "key.pem"}
    lines = {
        key: str(file.relative_to(path.parent) if file.is_relative_to(path.parent) else file)
        for key, file in files.items()
        if Path(getattr(server, key)).resolve() != file.resolve()
    }
    if lines and server.access == "open":
        # Else no phone reaches it.
        lines = {"host": "0.0.0.0", "access": "token", **lines}  # noqa: S104 - not listened on
    if not lines:
        click.echo(
            "\nNow start the server anew."
            if is_new
            else "\nA server that runs takes it within a minute."
        )
        return
    click.echo(f"\nPut under [server] in {path}, and start the server anew:")
    for key, value in lines.items():
        click.echo(f"  {key} = {json.dumps(value, ensure_ascii=False)}")


def _tell_phones(made: "Renewal", port: int) -> None:
    from wattledger.cli.server_address import url_for_phones

    urls = (url_for_phones("https", str(name), port) for name in made.names)
    place = next(filter(None, urls), "the server's address")
    click.echo("\nEach phone must trust the authority, once: docs/https.md has the steps. It takes")
    click.echo(f"authority.pem from you, or from {place}/authority.crt")
    click.echo("The SHA-256 fingerprint that it shows must be this:")
    half = len(made.fingerprint) // 2 + 1
    click.echo(f"  {made.fingerprint[:half]}\n  {made.fingerprint[half:]}\n")
