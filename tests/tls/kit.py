"""A home's certificates, and a client that trusts its authority and nothing else."""

import ssl
from ipaddress import ip_address
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from wattledger.tls.authority import Authority
from wattledger.tls.certificate_issuance import Wish
from wattledger.tls.names import Name, name_of

DAY_S = 86_400
LAN = ip_address("192.168.1.10")
HOME: tuple[Name, ...] = ("pi.local", LAN, "localhost")


def wish(*given: str, found: tuple[Name, ...] = HOME, new_authority: bool = False) -> Wish:
    return Wish("Home", tuple(map(name_of, given)), found, new_authority)


def signed(authority: Authority, folder: Path, names: list[Name], at: int) -> Path:
    """What the authority's key can sign for whoever has it, also beyond what it may; one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.certify(key.public_key(), names, at)
    path = folder / "signed.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + pem)
    return path


def trusting(authority: Path) -> ssl.SSLContext:
    """As strict as later Pythons are by themselves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(authority)
    return context


def shake_hands(asking: ssl.SSLContext, host: str, chain: Path, key: Path | None = None) -> None:
    """A TLS connection in memory. Raises ssl.SSLCertVerificationError when the client refuses."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain, key)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = asking.wrap_bio(back, there, server_hostname=host)
    server = serving.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.getpeercert()
