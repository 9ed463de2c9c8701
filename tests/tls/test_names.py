"""Names: what a person writes, and what an authority's constraints permit."""

from ipaddress import ip_address

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from wattledger.tls.names import Name, general_names, is_within, name_of, names_in, subtrees

labels = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
dns_names = st.lists(labels, min_size=1, max_size=4).map(".".join)
names: st.SearchStrategy[Name] = st.one_of(dns_names, st.ip_addresses())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pi.Local", "pi.local"),
        (" home.example.org. ", "home.example.org"),
        ("pi", "pi"),
        ("päivi.local", "xn--pivi-loa.local"),
        ("my_pi", "my_pi"),
        ("192.168.1.10", ip_address("192.168.1.10")),
        ("[FD00::1]", ip_address("fd00::1")),
    ],
)
def test_what_a_person_writes(text: str, name: Name) -> None:
    assert name_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", ".", "a..b", "*.home.example", "-pi", "pi-", "pi local", "x" * 64],
        *[
            "https://pi.local",
            "pi.local:8080",
            "pi/x",
            "192.168.1",
            "192.168.1.300",
            "fe80::1%eth0",
        ],
        ".".join(["x" * 60] * 5),
    ],
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(ValueError, match="neither a name such as"):
        name_of(text)


@given(st.lists(names, max_size=6))
def test_names_come_back_from_a_certificate_as_they_went_in(some: list[Name]) -> None:
    assert names_in(general_names(some)) == some
    assert names_in(subtrees(some)) == some
    assert all(name_of(str(name)) == name for name in some)


def test_what_is_neither_a_name_nor_an_address_is_no_name_of_ours() -> None:
    assert names_in([x509.RFC822Name("me@example.org"), x509.DNSName("pi")]) == ["pi"]


@given(dns_names, labels, st.lists(names, max_size=4))
def test_a_name_permits_itself_and_what_is_below_it(
    name: str, below: str, others: list[Name]
) -> None:
    assert is_within(name, [*others, name])
    assert is_within(f"{below}.{name}", [*others, name])
    assert not is_within(name, [f"{below}.{name}"])
    assert not is_within(f"{below}{name}", [name])


@given(st.ip_addresses(), st.ip_addresses())
def test_an_address_permits_itself_alone(one: Name, other: Name) -> None:
    assert is_within(one, [other]) == (one == other)
    assert not is_within(one, [str(one)])
