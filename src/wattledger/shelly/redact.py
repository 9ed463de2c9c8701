"""Takes out of a recording what tells who and where its owner is; a secret's stand-in is one.

Two ways at once: by the name of a field (names, networks, servers, passwords, coordinates), and by
the form of a text wherever it stands (MAC and IP addresses). What a field has given away is then
replaced in every other text too.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator

_KINDS = {
    **dict.fromkeys(("name", "device_name", "title"), "name"),
    **dict.fromkeys(("ssid", "wifi"), "network"),
    **dict.fromkeys(("id", "src", "dst", "auth_domain", "realm"), "id"),
    **dict.fromkeys(("client_id", "topic_prefix"), "client"),
    **dict.fromkeys(("server", "host", "addr", "dst_addr", "url", "uri", "nameserver"), "server"),
    **dict.fromkeys(("user", "username"), "user"),
    **dict.fromkeys(("pass", "password", "ha1", "psk", "token", "secret", "key"), "password"),
    **dict.fromkeys(("nonce", "cnonce", "response"), "digest"),
    **dict.fromkeys(("tz", "zone"), "zone"),
    **dict.fromkeys(("mac", "bssid", "ip", "gw", "netmask", "sta_ip"), "address"),
}
_LISTS_OF_KIND = {"urls": "server", "sta_ip6": "address", "ip6": "address"}
_COORDINATES = frozenset({"lat", "lon", "latitude", "longitude"})
_PROTOCOL = frozenset({"method", "methods", "keys", "component", "event"})
"""Fields that hold the meter's own words: never searched for what others have given away."""
_SHORTEST_ANYWHERE = 4
"""A shorter secret is replaced where it is the whole text only: a name `a` is in every word."""

_BARE_MAC = r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
_SPLIT_MAC = r"(?<![0-9A-Fa-f:])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![0-9A-Fa-f:])"
_MAC = re.compile(f"{_SPLIT_MAC}|{_BARE_MAC}")
_IPV4 = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")
_IPV6 = re.compile(r"(?<![0-9A-Fa-f:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![0-9A-Fa-f:])")
_KEEPS_FORM = re.compile(rf"(?:(?i:shelly)\w*-)?{_BARE_MAC}|{_SPLIT_MAC}|{_IPV4.pattern}")
"""A device's id, and a bare address: they lose what they tell, not what they look like."""


class Redactor:
    """Learns all secrets of a recording first, so that one seen late is replaced early as well."""

    def __init__(self, recording: object, secrets: Iterable[str] = ()) -> None:
        """`secrets` are further texts that must not survive: the address asked, the password."""
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._known: dict[str, str] = {}
        for kind, secret in (*(("secret", text) for text in secrets), *_secrets(recording)):
            self._learn(kind, secret)
        self._anywhere = sorted(
            (secret for secret in self._known if len(secret) >= _SHORTEST_ANYWHERE),
            key=len,
            reverse=True,
        )

    def _learn(self, kind: str, secret: str) -> None:
        if secret and not _KEEPS_FORM.fullmatch(secret):
            self._known.setdefault(secret, self._stand_in(kind, secret))

    def _stand_in(self, kind: str, secret: str) -> str:
        """Counted by kind; addresses keep their form."""
        known = self._stand_ins.get((kind, secret))
        if known is None:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._stand_ins[kind, secret] = _FORMS.get(kind, kind + "-{}").format(number)
        return known

    def redacted(self, value: object) -> object:
        """The same structure without the secrets."""
        if isinstance(value, dict):
            return {
                self._addresses(str(key)): self._field(key, item) for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.redacted(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _field(self, key: str, value: object) -> object:
        if key in _COORDINATES and value is not None:
            return 0.0
        if key in _PROTOCOL:
            return value
        return self.redacted(value)

    def _text(self, text: str) -> str:
        if text in self._known:
            return self._known[text]
        for secret in self._anywhere:
            if secret in text:
                text = text.replace(secret, self._known[secret])
        return self._addresses(text)

    def _addresses(self, text: str) -> str:
        text = _MAC.sub(self._mac, text)
        text = _IPV6.sub(self._ipv6, text)
        return _IPV4.sub(lambda match: self._stand_in("ipv4", match[0]), text)

    def _mac(self, match: re.Match[str]) -> str:
        found = match[0]
        digits = re.sub("[:-]", "", found).upper()
        stand_in = self._stand_in("mac", digits)
        if len(found) > len(digits):
            parts = (stand_in[place : place + 2] for place in range(0, 12, 2))
            stand_in = found[2].join(parts)
        return stand_in if found == found.upper() else stand_in.lower()

    def _ipv6(self, match: re.Match[str]) -> str:
        try:
            ipaddress.IPv6Address(match[0])
        except ValueError:
            return match[0]
        return self._stand_in("ipv6", match[0])


_FORMS = {
    "mac": "AABBCC{:06X}",
    "ipv4": "192.0.2.{}",
    "ipv6": "2001:db8::{:x}",
    "server": "server-{}.example",
    "zone": "Etc/UTC",
}


def _secrets(value: object) -> Iterator[tuple[str, str]]:
    """(kind, text) of every field that names the owner, wherever it stands."""
    if isinstance(value, list):
        for item in value:
            yield from _secrets(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        kind = _KINDS.get(str(key))
        if kind is not None and isinstance(item, str):
            yield kind, item
        elif str(key) in _LISTS_OF_KIND and isinstance(item, list):
            yield from ((_LISTS_OF_KIND[key], text) for text in item if isinstance(text, str))
        else:
            yield from _secrets(item)
