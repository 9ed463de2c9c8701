"""By which address a client is counted, and whom a proxy asks for."""

import pytest

from wattledger.api.client_address import Client, Proxies, client_of, counted_as


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.168.1.5", "192.168.1.5"),
        ("::ffff:192.168.1.5", "192.168.1.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no address\r\n" + "x" * 100, ("no address\r\n" + "x" * 100)[:64]),
    ],
)
def test_a_client_is_an_address_or_a_whole_64(host: str, address: str) -> None:
    assert counted_as(host) == address


def asked(peer: str, *headers: tuple[str, str], trusted: tuple[str, ...] = ("10.0.0.1",)) -> Client:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return Proxies(trusted).client_of({"type": "http", "client": (peer, 1), "headers": raw})


FOR = "X-Forwarded-For"


def test_who_is_no_proxy_is_not_believed() -> None:
    client = asked("10.0.0.2", (FOR, "1.2.3.4"), ("X-Forwarded-Proto", "https"))
    assert client == Client("10.0.0.2")


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ((FOR, "192.0.2.7"), "192.0.2.7"),
        ((FOR, "1.1.1.1, 192.0.2.7"), "192.0.2.7"),
        ((FOR, "1.1.1.1, 192.0.2.7, 10.0.0.9"), "192.0.2.7"),
        ((FOR, "10.0.0.9,10.0.0.1"), "10.0.0.9"),
        ((FOR, "192.0.2.7:4711"), "192.0.2.7"),
        ((FOR, "2001:db8:1:2::9"), "2001:db8:1:2::/64"),
        ((FOR, "[2001:db8:1:2::9]:4711"), "2001:db8:1:2::/64"),
        ((FOR, "unknown"), "10.0.0.1"),
        ((FOR, "192.0.2.7, unknown"), "10.0.0.1"),
        ((FOR, ""), "10.0.0.1"),
        (("Forwarded", "for=192.0.2.7;proto=https;by=10.0.0.1"), "192.0.2.7"),
        (("Forwarded", 'for=1.1.1.1, For="[2001:db8:1:2::9]:4711"'), "2001:db8:1:2::/64"),
        (("Forwarded", "for=_hidden"), "10.0.0.1"),
        (("Forwarded", 'for="'), "10.0.0.1"),
    ],
)
def test_a_proxy_says_for_whom_it_asks(header: tuple[str, str], address: str) -> None:
    """Rightmost of those that are no proxies of ours: the rest may be invented."""
    client = asked("10.0.0.1", header, trusted=("10.0.0.0/29", "10.0.0.9"))
    assert client.address == address
    assert client.is_behind_proxy


def test_two_headers_that_contradict_each_other_are_not_believed() -> None:
    both = ((FOR, "192.0.2.7"), ("Forwarded", "for=192.0.2.8"))
    assert asked("10.0.0.1", *both).address == "10.0.0.1"
    same = ((FOR, "192.0.2.7"), ("Forwarded", "for=192.0.2.7"))
    assert asked("10.0.0.1", *same).address == "192.0.2.7"


def test_several_lines_are_one_list() -> None:
    assert asked("10.0.0.1", (FOR, "1.1.1.1"), (FOR, "192.0.2.7")).address == "192.0.2.7"


def test_what_the_browser_has_in_its_address_line() -> None:
    headers = (
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "home.example.org:8443"),
        ("X-Forwarded-Prefix", "/wattledger/"),
    )
    client = asked("10.0.0.1", *headers)
    assert (client.scheme, client.host) == ("https", "home.example.org:8443")
    assert client.prefix == "/wattledger"


@pytest.mark.parametrize("value", ["javascript", "a b", "/x;y", "x\r\nSet-Cookie: y", "//evil"])
def test_what_is_none_of_it_is_left_out(value: str) -> None:
    headers = [(f"X-Forwarded-{what}", value) for what in ("Proto", "Prefix")]
    client = asked("10.0.0.1", *headers, ("X-Forwarded-Host", value + "/"))
    assert (client.scheme, client.prefix) == (None, "")
    assert client.host in {None, "javascript"}


def test_where_nobody_has_looked_it_is_the_peer() -> None:
    assert client_of({"type": "http", "client": ("192.0.2.7", 1)}).address == "192.0.2.7"
    assert client_of({"type": "http"}).address == ""
