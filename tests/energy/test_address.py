"""What leads to a meter, and what can't."""

import pytest

from wattledger.energy.address import authority_of, typed_address


@pytest.mark.parametrize(
    ("address", "authority"),
    [
        ("192.168.1.20", "192.168.1.20"),
        ("192.168.1.20:8080", "192.168.1.20:8080"),
        ("shelly-mains.local", "shelly-mains.local"),
        ("päämittari.local:65535", "päämittari.local:65535"),
        ("shelly_mains.", "shelly_mains."),
        ("fe80::1", "[fe80::1]"),
        ("[fe80::1]", "[fe80::1]"),
        ("[fe80::1]:8080", "[fe80::1]:8080"),
    ],
)
def test_an_address_as_it_stands_in_a_uri(address: str, authority: str) -> None:
    assert authority_of(address) == authority


@pytest.mark.parametrize(
    "address",
    [
        "",
        ":80",
        "h:0",
        "h:x",
        "h:-1",
        "127.0.0.1:99999",
        "[::1",
        "::1]",
        "[::1]:x]",
        "h/rpc",
        "h?x",
        "h#x",
        "http://h",
        "me@h",
        "h\\x",
        "two words",
        "h\x00",
        "a..b",
        "a" * 64,
    ],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        authority_of(address)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.168.1.20", "192.168.1.20"),
        (" http://192.168.1.20/ ", "192.168.1.20"),
        ("http://192.168.1.20/#/device/settings", "192.168.1.20"),
        ("HTTPS://shelly-mains.local", "shelly-mains.local"),
        ("ws://127.0.0.1:8081/rpc", "127.0.0.1:8081"),
        ("http://192.168.1.20:80/", "192.168.1.20"),
        ("192.168.1.20/?x", "192.168.1.20"),
        ("http://[fe80::1]:80/", "[fe80::1]"),
        ("http://[fe80::1]/", "[fe80::1]"),
        ("2001:db8::80", "2001:db8::80"),
        ("two words", "two words"),
        ("", ""),
    ],
)
def test_an_address_as_a_browser_has_it(typed: str, address: str) -> None:
    assert typed_address(typed) == address


def test_an_address_for_something_else_stays_one_that_is_refused() -> None:
    with pytest.raises(ValueError, match="host name"):
        authority_of(typed_address("ftp://192.168.1.20/"))
