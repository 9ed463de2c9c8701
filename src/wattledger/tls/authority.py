"""This home's certificate authority: it vouches for the home's names and addresses, nothing else.

Its constraints are the home's memory of its names: a renewed certificate has the same ones.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wattledger.energy.errors import WattledgerError
from wattledger.tls.names import Name, general_names, is_within, names_in, subtrees

AUTHORITY_DAYS = 3_650
SERVER_DAYS = 397
"""Browsers take no more of a server's certificate than 398."""
LEAST_DAYS = 30
"""An authority with less than this left signs nothing more."""
CLOCK_LEEWAY = timedelta(hours=1)
"""A phone's clock may be behind ours."""
_LONGEST_NAME_BYTES = 64


class CannotCertify(WattledgerError):
    """No certificate can be made; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Its certificate and the key that signs. Both are its own: who loads them has looked."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def made(cls, home: str, names: list[Name], at: int) -> Self:
        """A new one, from the UTC epoch second `at`."""
        key = ec.generate_private_key(ec.SECP256R1())
        whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _common_name(home, at))])
        start = datetime.fromtimestamp(at, UTC) - CLOCK_LEEWAY
        usage = _usage(certificates=True)
        builder = (
            _builder(key.public_key(), start, start + timedelta(days=AUTHORITY_DAYS))
            .subject_name(whose)
            .issuer_name(whose)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.NameConstraints(subtrees(names), None), critical=True)
        )
        return cls(builder.sign(key, hashes.SHA256()), key)

    @property
    def names(self) -> list[Name]:
        """What it vouches for, in the order in which it was given."""
        constraints = self.certificate.extensions.get_extension_for_class(x509.NameConstraints)
        return names_in(constraints.value.permitted_subtrees or ())

    @property
    def end(self) -> int:
        return int(self.certificate.not_valid_after_utc.timestamp())

    def vouches_for(self, name: Name) -> bool:
        return is_within(name, self.names)

    def certify(
        self, key: ec.EllipticCurvePublicKey, names: list[Name], at: int
    ) -> x509.Certificate:
        """A server's certificate, which ends before the authority does. Raises CannotCertify."""
        start = datetime.fromtimestamp(at, UTC) - CLOCK_LEEWAY
        last = self.certificate.not_valid_after_utc
        if last - start < timedelta(days=LEAST_DAYS):
            raise CannotCertify(
                f"this home's authority ends on {last:%Y-%m-%d} and signs nothing more: give "
                "--new-authority, and let each phone trust the new one"
            )
        end = min(start + timedelta(days=SERVER_DAYS), last)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            _builder(key, start, end)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Wattledger")]))
            .issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(x509.SubjectAlternativeName(general_names(names)), critical=False)
            .add_extension(issuer, critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())


def _builder(
    key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    """What both kinds have. Servers only: constraints of names say nothing about mail and code."""
    servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        x509.CertificateBuilder()
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(servers, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    """Signing certificates, or signing what is said on a connection."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _common_name(home: str, at: int) -> str:
    """How a phone lists it; the day tells it from the one before."""
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    room = _LONGEST_NAME_BYTES - len(f"Wattledger,  {day}")
    short = home.encode()[:room].decode(errors="ignore").strip()
    return f"Wattledger, {short} {day}"
