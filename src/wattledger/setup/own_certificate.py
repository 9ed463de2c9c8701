"""HTTPS for a home by an authority of its own: which names it is for, where its files lie."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger.api.certificate_info import authority_of
from wattledger.api.mdns_announcement import Announced
from wattledger.api.own_addresses import EVERYWHERE, own_addresses
from wattledger.api.server import Tls
from wattledger.energy.errors import WattledgerError

if TYPE_CHECKING:
    from wattledger.tls.names import Name

FOLDER = "tls"
SETTINGS = {"tls_cert": f"{FOLDER}/chain.pem", "tls_key": f"{FOLDER}/key.pem"}
"""As they stand in the settings, beside which the folder is."""


class CannotHaveHttps(WattledgerError):
    """No certificate can be made here; the text says why."""


def names_of_machine(host: str) -> Iterator["Name"]:
    """Those by which phones reach it, where the server listens on `host`; one that no certificate
    can have is left out.
    """
    from wattledger.tls.names import name_of

    whole = socket.gethostname()
    short = whole.partition(".")[0]
    own = [] if short == "localhost" else [f"{short}.local", whole, short]
    listens = [] if host in EVERYWHERE else [host]
    announced = f"{Announced(0).name.lower()}.local"
    here = (announced, "localhost", "127.0.0.1", "::1")
    for name in (*own, *own_addresses(), *listens, *here):
        with suppress(ValueError):
            yield name_of(name)


def make_certificate(settings: Path, home: str, host: str, at: int, also: Iterable[str]) -> str:
    """Makes what is lacking beside the settings to come, for `host` and the names in `also`, at the
    UTC epoch second `at`; the fingerprint of the authority, as phones show it.

    Raises CannotHaveHttps.
    """
    try:
        from wattledger.tls.authority import CannotCertify
        from wattledger.tls.certificate_issuance import Wish, check_clock, renew
        from wattledger.tls.folder import Folder
        from wattledger.tls.names import name_of
    except ImportError as error:
        raise CannotHaveHttps("nothing that signs is installed here") from error
    names = [*names_of_machine(host)]
    for name in also:
        with suppress(ValueError):
            names.append(name_of(name))
    folder = Folder(settings.resolve().parent / FOLDER)
    try:
        check_clock(at)
        return renew(folder, Wish(home, (), tuple(dict.fromkeys(names))), at).fingerprint
    except CannotCertify as error:
        raise CannotHaveHttps(str(error)) from error


def authority_beside(settings: Path) -> bytes | None:
    """What phones are told to trust, DER; None where there is none."""
    folder = settings.resolve().parent
    return authority_of(Tls(folder / SETTINGS["tls_cert"], folder / SETTINGS["tls_key"]))
