"""`wattledger mongodb check`, `verify` and `restore`, as somebody types them."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.mongo.kit import EVER, PostingHome, posting_home, stored_documents, stored_records
from tests.mongo.server import Mongod, ReplicaSet, free_port
from tests.store.builders import MAINS, PLANT, T0, both, home_store, stretch
from wattledger.cli import main
from wattledger.energy.errors import ReplicaError, ReplicaFull, ReplicaRefused
from wattledger.energy.record import MinuteRecord
from wattledger.mongo.connection import BAD_LOGIN, NOT_ALLOWED, Address, refusal

SECRET = "Tr0ub4dor"
SOON = "&serverSelectionTimeoutMS=800"

pytestmark = pytest.mark.filterwarnings(
    # The driver's monitors may be connecting while it is closed.
    "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
)


def settings(folder: Path, address: Address, uri: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "wattledger.toml"
    path.write_text(
        f"""
        [mongodb]
        uri = "{uri or address.uri}"
        database = "{address.database}"
        [[meters]]
        name = "mains"
        role = "grid"
        host = "192.0.2.1"
        [[meters]]
        name = "solar"
        role = "solar"
        host = "192.0.2.2"
        """,
        encoding="utf-8",
    )
    return path


def run(verb: str, config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["mongodb", verb, "--config", str(config), *words])


def post(
    folder: Path, address: Address, then: Callable[[PostingHome], Awaitable[None]] | None = None
) -> None:
    """A few days of both meters, booked and posted."""

    async def posting() -> None:
        folder.mkdir(exist_ok=True)
        async with posting_home(folder / "wattledger.sqlite", address) as home:
            async with home.posting():
                await home.book(both(T0, 3_000))
                await home.book(stretch(MAINS, T0 + 200_040, 700))
                await home.maintain()
                await home.posted()
            if then is not None:
                await then(home)

    asyncio.run(posting())


def records(folder: Path) -> list[list[MinuteRecord]]:
    async def read() -> list[list[MinuteRecord]]:
        async with home_store(folder / "wattledger.sqlite") as store:
            return [await store.books.minutes([meter], EVER) for meter in (MAINS, PLANT)]

    return asyncio.run(read())


def test_check_goes_through_every_step(tmp_path: Path, address: Address) -> None:
    done = run("check", settings(tmp_path, address))
    assert done.exit_code == 0, done.output
    steps = [
        "address",
        "DNS",
        "reach",
        "TLS",
        "replica set",
        "login",
        "version",
        "rights",
        "time series",
        "write",
    ]
    for step in [*steps, "read", "space", "All is well"]:
        assert step in done.output


@pytest.mark.parametrize(
    ("uri", "step", "words"),
    [
        (f"mongodb://me:{SECRET}@no-such-host.invalid/", "DNS", "Is this machine online"),
        (f"mongodb+srv://me:{SECRET}@no-such-host.invalid/", "DNS", "Is this machine online"),
        (f"mongodb://me:{SECRET}@@127.0.0.1/", "address", "Copy it anew"),
        (f"mongodb://me:{SECRET}/x@127.0.0.1/", "address", "/ %2F"),
        (f"mongodb://me:{SECRET}%@127.0.0.1/", "address", "% %25"),
        (f"mongodb://me:{SECRET}@127.0.0.1:abc/", "address", "A port that is no number"),
        (f"mongodb://me:{SECRET}@HOST/?replicaSet=rs1&authSource=x", "login", "authSource"),
        (f"mongodb+srv://{SECRET}:<db_password>@no-such-host.invalid/", "address", "brackets"),
        (f"mongodb://me:{SECRET}@LOGIN", "login", "Edit password"),
        (
            f"mongodb://me:{SECRET}@127.0.0.1:PORT/?replicaSet=rs1{SOON}",
            "reach",
            "Does the server run",
        ),
        (
            f"mongodb://me:{SECRET}@HOST/?replicaSet=other{SOON}",
            "replica set",
            "replicaSet=",
        ),
        (
            f"mongodb://me:{SECRET}@HOST/?replicaSet=rs1&tls=true{SOON}",
            "TLS",
            "without tls=true",
        ),
    ],
)
def test_check_says_what_to_do(
    tmp_path: Path,
    mongod: ReplicaSet,
    address: Address,
    uri: str,
    step: str,
    words: str,
) -> None:
    uri = uri.replace("LOGIN", address.uri.removeprefix("mongodb://"))
    uri = uri.replace("HOST", mongod.members[0].address).replace("PORT", str(free_port()))
    done = run("check", settings(tmp_path, address, uri))
    assert_fails(done, step, words)
    assert SECRET not in done.output


def assert_fails(done: Result, step: str, words: str) -> None:
    """The first step that fails is the last one; below it stands what to do."""
    assert done.exit_code == 1, done.output
    failed = [line for line in done.output.splitlines() if "FAILED" in line]
    assert [line.split("FAILED")[1].split("  ")[1].strip() for line in failed] == [step]
    assert words in " ".join(done.output.split("FAILED")[1].split())


@pytest.mark.parametrize(
    ("login", "step", "words"),
    [
        ("", "rights", "It wants a login"),
        ("nobody:nobody@", "rights", "Read and write to any database"),
        ("reader:reader@", "time series", "Read and write to any database"),
    ],
)
def test_check_says_what_the_user_lacks(
    tmp_path: Path, guarded: ReplicaSet, login: str, step: str, words: str
) -> None:
    host = f"{login}{guarded.members[0].address}"
    address = Address(f"mongodb://{host}/?replicaSet=rs1", "wattledger", "home")
    assert_fails(run("check", settings(tmp_path, address)), step, words)


def test_check_of_a_full_cluster(tmp_path: Path, mongod: ReplicaSet, address: Address) -> None:
    mongod.fail("insert", errorCode=8000)
    done = run("check", settings(tmp_path, address))
    mongod.heal()
    assert_fails(done, "write", "Delete what else lies in the cluster")
    assert "the space of the MongoDB cluster is used up" in done.output


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ("you are over your space quota, using 513 MB of 512 MB", ReplicaFull, "used up"),
        ("user is not allowed to do action [insert] on [w.minutes]", ReplicaRefused, NOT_ALLOWED),
        ("not authorized on w to execute command", ReplicaRefused, NOT_ALLOWED),
        ("bad auth : authentication failed", ReplicaRefused, BAD_LOGIN),
        ("no SNI name sent", ReplicaFull, "used up, as it seems (code 8000: no SNI name sent)"),
        (f"mongodb://me:{SECRET}@host", ReplicaFull, "used up, as it seems (code 8000)"),
        ("", ReplicaFull, "used up, as it seems (code 8000)"),
    ],
)
def test_atlas_own_refusals_are_told_apart_by_their_words(
    said: str, kind: type[ReplicaError], words: str
) -> None:
    """All of them have one code."""
    error = refusal(8000, said)
    assert type(error) is kind
    assert words in str(error)
    assert SECRET not in str(error)


def test_check_of_a_server_that_is_no_replica_set(tmp_path: Path) -> None:
    alone = Mongod(tmp_path / "data", None)
    alone.start()
    try:
        uri = f"mongodb://{alone.address}/"
        done = run("check", settings(tmp_path, Address(uri, "wattledger", "home")))
    finally:
        alone.kill()
    assert_fails(done, "replica set", "rs.initiate()")


def test_verify_finds_nothing_where_all_is_the_same(tmp_path: Path, address: Address) -> None:
    config = settings(tmp_path, address)
    post(tmp_path, address)
    done = run("verify", config)
    assert done.exit_code == 0, done.output
    assert "The same here and there" in done.output


async def one_more(home: PostingHome) -> None:
    """Booked after the last was posted, as when a server is stopped."""
    await home.book(stretch(MAINS, T0 + 250_020, 1))


def test_what_waits_to_be_posted_is_no_difference(tmp_path: Path, address: Address) -> None:
    config = settings(tmp_path, address)
    post(tmp_path, address, one_more)
    for more in ([], ["--mend"]):
        done = run("verify", config, *more)
        assert done.exit_code == 0, done.output
        assert "The same here and there" in done.output
        assert "1 record waits to be posted" in done.output


def test_verify_names_what_is_missing_and_what_is_double(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    config = settings(tmp_path, address)
    post(tmp_path, address, one_more)
    with mongod.client() as client:
        minutes = client[address.database]["minutes"]
        kept = list(minutes.find({"meter.meter": MAINS}).sort("t", 1).limit(3_600))
        minutes.delete_many({"meter.meter": MAINS, "meter.site": "home"})
        minutes.insert_many(kept)
        minutes = client[address.database]["minutes"]
        minutes.insert_many(list(minutes.find({"meter.meter": PLANT}).sort("t", 1).limit(3)))
    done = run("verify", config)
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if line.startswith("2026-")]
    assert len(lines) == 2
    assert f"2026-03-28 {PLANT}: 3 records are in MongoDB twice" in lines[0]
    assert f"2026-03-30 {MAINS}: 880 records here, 780 in MongoDB" in lines[1]
    assert re.search(r"which has \d+\.\d{4} Wh less imported and \d+\.\d{4} Wh less exp", lines[1])
    assert "1 record waits to be posted" in done.output
    assert "MongoDB lacks 100 records" in done.output


def test_verify_mends_what_somebody_deleted(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """Everything of one meter, and some of the other: each record once, to the unit."""
    config = settings(tmp_path, address)
    post(tmp_path, address)
    with mongod.client() as client:
        minutes = client[address.database]["minutes"]
        kept = list(minutes.find({"meter.meter": MAINS}).sort("t", 1).limit(100))
        minutes.delete_many({"meter.meter": PLANT, "meter.site": "home"})
        minutes.delete_many({"meter.meter": MAINS, "meter.site": "home"})
        minutes.insert_many(kept)
    told = run("verify", config)
    assert told.exit_code == 1
    assert "MongoDB lacks 6600 records: 'wattledger mongodb verify --mend'" in told.output
    done = run("verify", config, "--mend")
    assert done.exit_code == 0, done.output
    assert "6600 records that MongoDB lacks are posted" in done.output
    again = run("verify", config, "--mend")
    assert again.exit_code == 0, again.output
    assert "6600 records wait to be posted" in again.output
    asyncio.run(post_what_waits(tmp_path, address))
    same = run("verify", config)
    assert same.exit_code == 0, same.output
    with mongod.client() as client:
        documents = stored_documents(client, address.database)
    there = [stored_records(documents, meter) for meter in (MAINS, PLANT)]
    assert there == records(tmp_path)


async def post_what_waits(folder: Path, address: Address) -> None:
    async with posting_home(folder / "wattledger.sqlite", address) as home:
        home.clock.wall_s = T0 + 400_000
        assert sum(home.store.outbox.waiting().values()) == 6_600
        async with home.posting():
            await home.posted()


def test_restore_rebuilds_a_lost_store(tmp_path: Path, address: Address) -> None:
    config = settings(tmp_path, address)
    post(tmp_path, address)
    before = records(tmp_path)
    assert [len(own) for own in before] == [3_700, 3_000]
    for file in tmp_path.glob("wattledger.sqlite*"):
        file.unlink()
    first = run("restore", config)
    assert first.exit_code == 0, first.output
    assert "6700 records booked, 0 were booked already, 0 differ" in first.output
    assert records(tmp_path) == before
    again = run("restore", config)
    assert "0 records booked, 6700 were booked already, 0 differ" in again.output
    assert run("verify", config).exit_code == 0


def test_without_a_section_it_says_where_to_read(tmp_path: Path) -> None:
    path = tmp_path / "wattledger.toml"
    path.write_text('[[meters]]\nname = "mains"\nrole = "grid"\nhost = "192.0.2.1"\n')
    done = run("check", path)
    assert done.exit_code == 2
    assert "docs/mongodb-atlas.md" in done.output
