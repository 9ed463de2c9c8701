"""The server's certificate: for which name it is, when it ends, and the authority beside it."""

import ssl
from ipaddress import ip_address
from ssl import cert_time_to_seconds as epoch_of
from typing import Any

from wattledger.api.server import MOST_PEM_BYTES, Tls
from wattledger.disk import read_small
from wattledger.energy.spans import Span

_STEPS = 8
"""Each side speaks three times at the most."""
_NO_CHECK_TIME = 0x20_0000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""
_AUTHORITY = "authority.pem"


def name_in(tls: Tls) -> str | None:
    """The first DNS name of the certificate, else its first address; None when it can't be told.

    Under that one a phone reaches the server without a warning.
    """
    pairs = _content(tls, ssl.VerifyFlags.VERIFY_DEFAULT).get("subjectAltName", ())
    found = [(str(pair[0]), str(pair[1])) for pair in pairs]
    names = [name for kind, name in found if kind == "DNS"]
    addresses = [ip_address(name.strip()) for kind, name in found if kind == "IP Address"]
    useful = [name for name in names if "*" not in name and name != "localhost"]
    useful += [str(address) for address in addresses if not address.is_loopback]
    return next(iter(useful), None)


def end_of(tls: Tls) -> int | None:
    """Until when the certificate holds, also of one that has run out; None when it can't be told.

    UTC epoch seconds.
    """
    term = term_of(tls)
    return None if term is None else term.end


def term_of(tls: Tls) -> Span | None:
    """From when until when it holds, whenever that is; None when it can't be told."""
    content = _content(tls, _NO_CHECK_TIME)
    begin, end = content.get("notBefore"), content.get("notAfter")
    if begin is None or end is None:
        return None
    return Span(int(epoch_of(str(begin))), int(epoch_of(str(end))))


def authority_of(tls: Tls) -> bytes | None:
    """The authority that signed it, where `wattledger certificate` made both; DER.

    OpenSSL gives back certificates of authorities and nothing else, whatever stands in the file.
    """
    reading = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        authority = read_small(tls.certificate.with_name(_AUTHORITY), MOST_PEM_BYTES)
        reading.load_verify_locations(cadata=authority.decode("ascii"))
    except (OSError, ValueError):
        return None
    return next(iter(reading.get_ca_certs(binary_form=True)), None)


def _content(tls: Tls, flags: int) -> dict[str, Any]:
    """What stands in the certificate; empty when it can't be used.

    Python shows the content of a certificate that a connection has verified, and of no other: so
    the server's side speaks to itself, in memory.
    """
    try:
        return _shown(tls, flags)
    except (OSError, ValueError):
        return {}


def _shown(tls: Tls, flags: int) -> dict[str, Any]:
    """Raises OSError, of which TLS's errors are."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tls.certificate, tls.key)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname = False
    asking.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | flags
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
    return client.getpeercert() or {}
