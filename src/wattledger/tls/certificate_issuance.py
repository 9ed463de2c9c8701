"""What `wattledger certificate` makes: an authority where there is none, a server's certificate."""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from wattledger.energy.clock import was_set
from wattledger.tls.authority import Authority, CannotCertify
from wattledger.tls.folder import AUTHORITY, AUTHORITY_KEY, CHAIN, KEY, Folder
from wattledger.tls.names import Name, names_in


@dataclass(frozen=True, slots=True)
class Wish:
    """`given` are the names that a person asked for, `found` those that the machine has."""

    home: str
    given: tuple[Name, ...]
    found: tuple[Name, ...]
    new_authority: bool = False

    @property
    def names(self) -> list[Name]:
        """Given ones first: a phone is shown the first."""
        return [*dict.fromkeys((*self.given, *self.found))]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is there now, and what was there before."""

    authority: Authority
    is_new_authority: bool
    certificate: x509.Certificate
    before: x509.Certificate | None
    left_out: tuple[Name, ...]
    """Names of the machine for which the authority may not vouch."""

    @property
    def names(self) -> list[Name]:
        return names_of(self.certificate)

    @property
    def end(self) -> int:
        return int(self.certificate.not_valid_after_utc.timestamp())

    @property
    def fingerprint(self) -> str:
        """Of the authority, as phones show it."""
        return self.authority.certificate.fingerprint(SHA256()).hex(":").upper()


def check_clock(at: int) -> None:
    """Whether `at`, UTC epoch seconds, is a time that a clock can show that was ever set.

    Raises CannotCertify.
    """
    if not was_set(at):
        raise CannotCertify(
            "this machine's clock was never set, and no phone would take what it dates: let it get "
            "its time from the network"
        )


def renew(folder: Folder, wish: Wish, at: int) -> Renewal:
    """Makes the certificate anew, at the UTC epoch second `at`, and whatever else is lacking.

    Raises CannotCertify, and then nothing was changed.
    """
    folder.check()
    known = None if wish.new_authority else folder.authority()
    before = folder.certificate()
    authority = known or Authority.made(wish.home, wish.names, at)
    names = wish.names if known is None else _names(known, before, wish)
    # The key stays with its authority, so that a renewal is one file and can't be half done.
    kept = folder.key() if known else None
    key = kept or ec.generate_private_key(ec.SECP256R1())
    certificate = authority.certify(key.public_key(), names, at)
    contents: dict[str, bytes] = {}
    if known is None:
        contents[AUTHORITY_KEY] = _key_pem(authority.key)
        contents[AUTHORITY] = _pem(authority.certificate)
    if kept is None:
        contents[KEY] = _key_pem(key)
    contents[CHAIN] = _pem(certificate) + _pem(authority.certificate)
    folder.write(contents.items())
    left_out = (name for name in wish.found if not authority.vouches_for(name))
    return Renewal(authority, known is None, certificate, before, tuple(left_out))


def names_of(certificate: x509.Certificate) -> list[Name]:
    """For which names a server's certificate is."""
    try:
        known_as = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return names_in(known_as.value)


def _names(authority: Authority, before: x509.Certificate | None, wish: Wish) -> list[Name]:
    """What the authority vouches for, what the last one had, what is asked for now."""
    outside = [str(name) for name in wish.given if not authority.vouches_for(name)]
    if outside:
        raise CannotCertify(
            f"this home's authority does not vouch for {', '.join(outside)}. A new one can: give "
            "--new-authority, with every --name; each phone must then trust the new one"
        )
    return [*dict.fromkeys(_within(authority, before, wish))]


def _within(authority: Authority, before: x509.Certificate | None, wish: Wish) -> Iterator[Name]:
    yield from authority.names
    for name in (*(names_of(before) if before else ()), *wish.names):
        if authority.vouches_for(name):
            yield name


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
