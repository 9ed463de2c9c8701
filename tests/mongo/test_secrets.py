"""A connection string or its password is in no log, no error, no answer."""

import asyncio
import logging
import signal
import sys
import traceback
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.mongo.kit import posting_home, until
from tests.mongo.server import ReplicaSet
from tests.store.builders import T0, both
from wattledger.cli import main
from wattledger.energy.errors import ReplicaError, ReplicaRefused
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
    uri: str,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "pymongo")
    with pytest.raises(ReplicaError) as caught:
        async with asyncio.timeout(300), connected(Address(uri, "wattledger", "home")) as database:
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
        await until(lambda: not home.replicator.state.ok)
        assert "user name or password is wrong" in home.replicator.state.words
        assert SECRET not in repr(home.replicator.state)
    assert SECRET not in caplog.text


async def test_a_refused_login_is_said_as_one(mongod: ReplicaSet, address: Address) -> None:
    uri = mongod.uri.replace("mongodb://", f"mongodb://somebody:{SECRET}@")
    with pytest.raises(ReplicaRefused, match="password"):
        async with connected(Address(uri, address.database, "home")) as database:
            await prepare(database)


@pytest.mark.parametrize("meters", [True, False])
async def test_not_of_a_server_as_somebody_runs_it(
    tmp_path: Path, mongod: ReplicaSet, address: Address, *, meters: bool
) -> None:
    """At its most talkative, at home and elsewhere: not in its log, not in what it answers."""
    uri = mongod.uri.replace("mongodb://", f"mongodb://somebody:{SECRET}@")
    config = write_settings(tmp_path, uri, address.database, meters=meters)
    words = (sys.executable, "-X", "dev", "-m", "wattledger", "serve", "-v", "--config", config)
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(300):
        while "user name or password is wrong" not in said or (meters and "is at" not in said):
            said += (await process.stdout.readline()).decode()
    if meters:
        said += await everything(said.partition("Wattledger is at ")[2].partition("\n")[0])
    process.send_signal(signal.SIGTERM)
    said += (await process.communicate())[0].decode()
    assert process.returncode == 0
    assert SECRET not in said


async def everything(url: str) -> str:
    """What the server answers of itself."""
    said = ""
    async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
        for path in ("site", "health", "meters", "power", "energy/today", "audit"):
            said += (await client.get(f"{url}/api/v1/{path}")).text
    assert "user name or password is wrong" in said
    return said


@pytest.mark.parametrize(
    "words", [["check-config"], *(["mongodb", verb] for verb in ("check", "verify", "restore"))]
)
@pytest.mark.parametrize(
    "uri",
    ["mongodb://me:{}@127.0.0.1:1/?{}=1&serverSelectionTimeoutMS=300", "mongodb://me:{}@@h:{}/"],
)
def test_not_of_a_command(tmp_path: Path, words: list[str], uri: str) -> None:
    config = write_settings(tmp_path, uri.format(SECRET, SECRET), "wattledger", meters=True)
    for more in (["--config", config], ["--config", config, "--help"]):
        done = CliRunner().invoke(main, [*words, *more])
        assert SECRET not in done.output
        assert not isinstance(done.exception, Exception), done.exception


@pytest.mark.parametrize("line", ["uri = [{!r}]", "uri = {!r}\nuri_file = 'x'", "url = {!r}"])
def test_not_of_settings_that_are_wrong(tmp_path: Path, line: str) -> None:
    uri = f"mongodb://me:{SECRET}@127.0.0.1/"
    path = tmp_path / "wattledger.toml"
    path.write_text(f"[mongodb]\n{line.format(uri)}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["check-config", "--config", str(path)])
    assert done.exit_code == 2
    assert SECRET not in done.output


def write_settings(folder: Path, uri: str, database: str, *, meters: bool) -> str:
    path = folder / "wattledger.toml"
    meter = '[[meters]]\nname = "mains"\nrole = "grid"\nhost = "192.0.2.1"\n' if meters else ""
    path.write_text(
        f'[server]\nport = 0\n[mongodb]\nuri = "{uri}"\ndatabase = "{database}"\n{meter}',
        encoding="utf-8",
    )
    return str(path)
