"""For which name a certificate is: under that one a phone reaches the server without a warning."""

import ssl
from ipaddress import ip_address

from wattledger.api.server import Tls

_STEPS = 8
"""Each side speaks three times at the most."""


def name_in(tls: Tls) -> str | None:
    """The first DNS name of the certificate, else its first address; None when it can't be told.

    Python shows the content of a certificate that a connection has verified, and of no other: so
    the server's side speaks to itself, in memory.
    """
    try:
        found = _names(tls)
    except (OSError, ValueError):
        return None
    names = [name for kind, name in found if kind == "DNS"]
    addresses = [ip_address(name.strip()) for kind, name in found if kind == "IP Address"]
    useful = [name for name in names if "*" not in name and name != "localhost"]
    useful += [str(address) for address in addresses if not address.is_loopback]
    return next(iter(useful), None)


def _names(tls: Tls) -> list[tuple[str, str]]:
    """Each with its kind. Raises OSError, of which TLS's errors are."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tls.certificate, tls.key)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname = False
    asking.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    asking.load_verify_locations(tls.certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = asking.wrap_bio(back, there)
    server = serving.wrap_bio(there, back, server_side=True)
    for _ in range(_STEPS):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    certificate = client.getpeercert() or {}
    pairs = certificate.get("subjectAltName", ())
    return [(str(pair[0]), str(pair[1])) for pair in pairs]
