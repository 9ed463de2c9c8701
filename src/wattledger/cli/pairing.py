"""`pair`: a one-time code for a phone, the paired devices, and how one is removed."""

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import config_option
from wattledger.energy.clean_text import MOST_IN_A_NAME, clean

if TYPE_CHECKING:
    from wattledger.control_socket.client import ControlClient, Offer

NO_PHONE_CAME = 1
LONGEST_URL = 500


def _checked_url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    scheme, _between, place = url.partition("://")
    is_plain = url.isprintable() and len(url) <= LONGEST_URL and not set(url) & set("#? ")
    if scheme not in {"http", "https"} or not place or not is_plain:
        raise click.BadParameter("an address such as https://home.example.org")
    return url.rstrip("/")


@click.command(short_help="Pair a phone with the running server.")
@config_option
@click.option(
    "--url",
    metavar="URL",
    callback=_checked_url,
    help="Where phones reach the server, when it can't know that itself: https://home.example.org.",
)
@click.option("--look", is_flag=True, help="The phone only looks: it changes no settings.")
@click.option("--devices", is_flag=True, help="List the paired devices.")
@click.option("--remove", metavar="ID", help="Remove a paired device; --devices tells its ID.")
def pair(
    config: Path | None, url: str | None, remove: str | None, *, devices: bool, look: bool
) -> None:
    """Pair a phone with the running server.

    Shows a code that holds for ten minutes, once, and waits for the phone that comes with it. The
    server must be running, and this be its own user or root.
    """
    from wattledger.control_socket.client import connected

    if devices + (remove is not None) + (url is not None or look) > 1:
        raise click.UsageError("--devices, --remove and --url or --look do not go together")
    with failures_told():
        store = _store(config)
        with connected(store) as server:
            if devices:
                _list(server)
            elif remove is not None:
                _remove(server, remove)
            else:
                _pair(server, url, owns=not look)


def _store(config: Path | None) -> Path:
    from wattledger.settings_file import find_settings, read_settings

    settings = read_settings(find_settings(config))
    if not settings.meters:
        fail("a server without meters pairs no phones: give them the token of its settings")
    return Path(settings.store.path)


def _pair(server: "ControlClient", url: str | None, *, owns: bool) -> None:
    from wattledger.cli.server_address import url_for_phones

    offer = server.pair(owns=owns)
    try:
        _show(offer, url or url_for_phones(offer.scheme, offer.host, offer.port))
        told = server.wait(offer)
    except KeyboardInterrupt:
        click.echo()
        fail("the code was taken back; no phone was paired", status=NO_PHONE_CAME)
    if "paired" not in told:
        fail(f"no phone was paired: {told['void']}", status=NO_PHONE_CAME)
    device = told["paired"]
    name = clean(device["device"], MOST_IN_A_NAME)
    if not owns and device["owns"]:
        _say("No other device owns, so that this one does. Another one can change that in the app.")
    _say(f"Paired: {name} (to remove it: wattledger pair --remove {device['id']})")


def _show(offer: "Offer", base: str | None) -> None:
    if base is None:
        _say(
            "At the address of its settings no phone reaches the server. Open the app on the phone "
            "by the way that leads to it, or say that with --url."
        )
        _say(f"\n  code  {offer.code}\n")
        how = "Type the code there."
    else:
        address = f"{base}/pair#{offer.code}"
        how = (
            "Scan the picture with the phone's camera, or open the app and type the code."
            if _is_drawn(address)
            else "Open that address on the phone, or open the app and type the code."
        )
        _say(f"\n  open  {address}\n  code  {offer.code}\n")
    until = time.strftime("%H:%M", time.localtime(_now_s() + offer.holds_s))
    _say(
        f"{how}\nIt holds until {until}, for one phone. Waiting for it; Ctrl-C takes the code back."
    )


def _now_s() -> float:
    from wattledger.energy.clock import SystemClock

    return SystemClock().now_s()


def _is_drawn(address: str) -> bool:
    """Shows the QR code, where there is somebody to see it and room for it."""
    from wattledger.cli.qr import qr_lines

    if not sys.stdout.isatty():
        return False
    columns = shutil.get_terminal_size().columns
    lines = qr_lines(address, columns, sys.stdout.encoding)
    if lines is None:
        _say(f"(This window of {columns} columns is too narrow for the QR code.)")
        return False
    click.echo("\n" + "\n".join(lines))
    return True


def _list(server: "ControlClient") -> None:
    devices = server.devices()
    if not devices:
        _say("No device is paired. `wattledger pair` pairs one.")
    for device in devices:
        paired, used = _day(device["paired_at"]), _day(device["last_used_at"])
        name = clean(device["name"], MOST_IN_A_NAME)
        looks = "" if device["owns"] else "  (looks)"
        _say(f"{device['id']}  paired {paired}  last used {used}  {name}{looks}")


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _remove(server: "ControlClient", device_id: str) -> None:
    if not server.remove(device_id):
        fail(f"no paired device has the id '{device_id}'; --devices lists them")
    _say(f"Removed {device_id}; it can't ask any more.")


def _say(text: str) -> None:
    """With a question mark for what this terminal can't write."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))
