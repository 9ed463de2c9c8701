"""The authority: what it may sign, and that a client that trusts it takes nothing else from it."""

import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tests.tls.kit import DAY_S, HOME, LAN, shake_hands, signed, trusting
from wattledger.energy.clock import SystemClock
from wattledger.tls.authority import Authority, CannotCertify
from wattledger.tls.names import Name

NOW = int(SystemClock().now_s())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.made("Home", [*HOME], NOW)


@pytest.fixture
def trusted(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return trusting(path)


def test_what_stands_in_it(authority: Authority) -> None:
    certificate = authority.certificate
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    found = {one.oid._name: (one.critical, one.value) for one in certificate.extensions}
    assert found["basicConstraints"] == (True, x509.BasicConstraints(ca=True, path_length=0))
    critical, constraints = found["nameConstraints"]
    assert critical
    assert isinstance(constraints, x509.NameConstraints)
    assert constraints.excluded_subtrees is None
    assert authority.names == [*HOME]
    critical, usage = found["keyUsage"]
    assert isinstance(usage, x509.KeyUsage)
    assert critical
    assert (usage.key_cert_sign, usage.digital_signature, usage.crl_sign) == (True, False, False)
    assert found["extendedKeyUsage"][1] == x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lasts.days == 3_650


@pytest.mark.parametrize("home", ["Home", "Päivin koti " * 6, "x" * 80, "🏠" * 30, " "])
def test_any_home_can_have_one(home: str) -> None:
    """A certificate's name has 64 bytes at the most; a home's may be longer."""
    (name,) = Authority.made(home, [*HOME], NOW).certificate.subject
    assert str(name.value).startswith("Wattledger, ")
    assert len(str(name.value).encode()) <= 64


@pytest.mark.parametrize("host", ["pi.local", "tv.pi.local", str(LAN), "localhost"])
def test_a_server_of_the_home_is_taken(
    authority: Authority, trusted: ssl.SSLContext, tmp_path: Path, host: str
) -> None:
    names: list[Name] = [*HOME, "tv.pi.local"]
    shake_hands(trusted, host, signed(authority, tmp_path, names, NOW))


@pytest.mark.parametrize(
    "name",
    [
        *["bank.example", "xpi.local", "local", "192.168.1.10.example"],
        *map(ip_address, ["192.168.1.11", "192.0.2.1", "fd00::1"]),
    ],
)
def test_whatever_else_its_key_signs_is_refused(
    authority: Authority, trusted: ssl.SSLContext, tmp_path: Path, name: Name
) -> None:
    assert not authority.vouches_for(name)
    for names in ([name], [*HOME, name]):
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            shake_hands(trusted, str(name), signed(authority, tmp_path, names, NOW))


def test_a_second_verifier_says_the_same(authority: Authority, tmp_path: Path) -> None:
    """The one of `cryptography`, which is no OpenSSL."""
    store = Store([authority.certificate])
    verifier = PolicyBuilder().store(store).build_server_verifier(x509.DNSName("pi.local"))
    good = signed(authority, tmp_path, [*HOME], NOW)
    verifier.verify(_certificate_in(good), [])
    bad = signed(authority, tmp_path, ["pi.local", "bank.example"], NOW)
    with pytest.raises(VerificationError):
        verifier.verify(_certificate_in(bad), [])


def _certificate_in(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_server_can_sign_nothing(authority: Authority, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    server = authority.certify(key.public_key(), [*HOME], NOW)
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    below = signed(Authority(server, key), tmp_path, [*HOME], NOW)
    pem = server.public_bytes(Encoding.PEM)
    below.write_bytes(below.read_bytes() + pem)
    with pytest.raises(ssl.SSLCertVerificationError, match="invalid CA certificate"):
        shake_hands(trusting(path), "pi.local", below)


def test_a_server_holds_for_397_days_and_never_longer_than_its_authority(
    authority: Authority,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    first = authority.certify(key, [*HOME], NOW)
    assert (first.not_valid_after_utc - first.not_valid_before_utc).days == 397
    last = authority.certify(key, [*HOME], authority.end - 100 * DAY_S)
    assert last.not_valid_after_utc == authority.certificate.not_valid_after_utc
    for left_days in (20, 0, -1):
        with pytest.raises(CannotCertify, match=r"ends on 20.*--new-authority"):
            authority.certify(key, [*HOME], authority.end - left_days * DAY_S)
