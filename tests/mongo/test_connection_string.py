"""A connection string is taken apart as the driver does, or not at all."""

import socket
from collections.abc import Sequence

import pytest
from pymongo.uri_parser import parse_uri

from wattledger.energy.errors import ReplicaRefused
from wattledger.mongo.connection import Address
from wattledger.mongo.connection_check import check
from wattledger.mongo.connection_string import taken_apart

GOOD = [
    ("mongodb://127.0.0.1:27017/", ["127.0.0.1"]),
    (
        "mongodb://user:pa%40ss@one.example:1,two.example/?replicaSet=rs",
        ["one.example", "two.example"],
    ),
    ("mongodb://user:pa#ss@one.example/", ["one.example"]),
    ("mongodb://user:pa#x%2Fy@one.example:27017/db?w=1", ["one.example"]),
    ("mongodb://user@[::1]:27017", ["::1"]),
    ("mongodb://user:p%25%3A@one.example?replicaSet=rs", ["one.example"]),
]
SECRET = "tr0ub4dor"
BAD = [
    f"mongodb://user:pa@{SECRET}/rest@one.example/",
    f"mongodb://user:{SECRET}@x/@one.example/",
    f"mongodb://user:12/{SECRET}@one.example/",
    f"mongodb://user:1?{SECRET}@one.example/",
    f"mongodb://user:pa@{SECRET}@one.example/",
    f"mongodb://user:pa:{SECRET}@one.example/",
    f"mongodb://user:pa%{SECRET}@one.example/",
    f"mongodb://user:pa@{SECRET}#x/y@one.example/",
    f"mongodb+srv://user:pa@{SECRET}/x@one.example/",
    f"mongodb+srv://user:pa@{SECRET}?x@one.example/",
    f"mongodb://user:pa@one.example:{SECRET}/",
    f"mongodb://us er:{SECRET}@one exa/",
]


@pytest.mark.parametrize(("uri", "names"), GOOD)
def test_the_hosts_are_those_of_the_driver(uri: str, names: Sequence[str]) -> None:
    found = taken_apart(uri)
    assert list(found.names) == names == [host for host, _ in parse_uri(uri)["nodelist"]]
    bare = parse_uri(found.without_login)
    assert bare["nodelist"] == parse_uri(uri)["nodelist"]
    assert bare["username"] is None
    assert "pa" not in repr(found)


def test_a_cluster_has_one_name() -> None:
    found = taken_apart("mongodb+srv://user:pa#ss@home.ab1cd.mongodb.net/?retryWrites=true")
    assert (found.is_srv, found.names) == (True, ("home.ab1cd.mongodb.net",))


@pytest.mark.parametrize("uri", BAD)
async def test_no_part_of_a_password_is_looked_up_or_told(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **_: asked.append(words))
    with pytest.raises(ReplicaRefused) as refused:
        taken_apart(uri)
    steps = [step async for step in check(Address(uri, "wattledger", "home"))]
    assert [(step.name, step.ok) for step in steps] == [("address", False)]
    assert "%40" in steps[0].advice
    told = f"{refused.value} {steps}"
    assert SECRET not in told
    assert "%2F" in told
    assert asked == []
