"""A connection string or its password is in no log, no error, no answer."""

import asyncio
import logging
import traceback
from pathlib import Path

import pytest

from tests.mongo.kit import posting_home, until
from tests.mongo.server import ReplicaSet
from tests.store.builders import T0, both
from wattledger.energy.errors import CopyError, CopyRefused
from wattledger.mongo.collections import prepare
from wattledger.mongo.connection import Address, connected

SECRET = "Tr0ub4dor"
"""Of letters that survive any escaping."""

MALFORMED = [
    f"mongodb://user:{SECRET}@@127.0.0.1:1/",
    f"mongodb://user:pa/{SECRET}@127.0.0.1/",
    f"mongodb://user:{SECRET}:x@127.0.0.1:{SECRET}/",
    f"mongodb+srv://user:{SECRET}@nodots/",
    f"mongodb+srv://user:{SECRET}@cluster.invalid/",
    f"mongodb://user:{SECRET}@127.0.0.1:1/?authMechanism={SECRET}&connectTimeoutMS={SECRET}",
    f"postgres://user:{SECRET}@127.0.0.1/",
    f"{SECRET}",
    "",
]


@pytest.mark.parametrize("uri", MALFORMED)
@pytest.mark.filterwarnings("default")
async def test_not_of_an_address_that_is_none(
    uri: str, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "pymongo")
    with pytest.raises(CopyError) as caught:
        async with asyncio.timeout(20), connected(Address(uri, "wattledger", "home")) as database:
            await prepare(database)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert SECRET not in caplog.text
    assert not [one for one in recwarn if SECRET in str(one.message)]
    assert SECRET not in repr(Address(uri, "wattledger", "home"))


async def test_not_of_a_refused_login(
    tmp_path: Path, mongod: ReplicaSet, address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "pymongo")
    uri = mongod.uri.replace("mongodb://", f"mongodb://somebody:{SECRET}@")
    wrong = Address(uri, address.database, "home")
    async with posting_home(tmp_path / "books", wrong) as home, home.posting():
        await home.book(both(T0, 2))
        await until(lambda: not home.poster.state.ok)
        assert "user name or password is wrong" in home.poster.state.words
        assert SECRET not in repr(home.poster.state)
    assert SECRET not in caplog.text


async def test_a_refused_login_is_said_as_one(mongod: ReplicaSet, address: Address) -> None:
    uri = mongod.uri.replace("mongodb://", f"mongodb://somebody:{SECRET}@")
    with pytest.raises(CopyRefused, match="password"):
        async with connected(Address(uri, address.database, "home")) as database:
            await prepare(database)
