"""Tests a connection string step by step, and says in plain words what to do where a step fails.

What it writes is in a collection of its own, which it drops; the time-series step makes what
posting needs anyway.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

import pymongo
from pymongo.errors import PyMongoError

from wattledger.energy.errors import ReplicaError, ReplicaFull, ReplicaRefused, ReplicaUnreachable
from wattledger.flow.replica_ports import Usage
from wattledger.flow.replica_space_forecast import WARN_PCT
from wattledger.mongo.collections import MINUTES, TIME_SERIES, prepare
from wattledger.mongo.connection import (
    BAD_LOGIN,
    NOT_ALLOWED,
    READ_S,
    WRITE_S,
    Address,
    Database,
    Document,
    connected,
    translated,
)
from wattledger.mongo.connection_advice import NETWORK_ACCESS, known_reason, reason_of
from wattledger.mongo.connection_string import ESCAPED, taken_apart
from wattledger.mongo.space_usage import usage_of

OLDEST = (6, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whether it went well, what was found, and what to do where it did not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


_READ_AND_WRITE = "Atlas > Database Access: give the user 'Read and write to any database'."
_NO_LOGIN = "It wants a login: put USER:PASSWORD@ before the host in the connection string."
_MORE_SPACE = "Delete what else lies in the cluster, or choose a larger one."
_ADVICE: dict[str, str] = {
    "address": "Copy it anew: Atlas > Connect > Drivers. The user's password comes into it in the "
    f"place of <db_password>, without the brackets; there {ESCAPED}. "
    "A port that is no number, or a wrong authMechanism, makes it none, too.",
    "DNS": "Is this machine online? Is the host in the connection string written right? Is the "
    "cluster still there, and not paused?",
    "reach": NETWORK_ACCESS,
    "TLS": NETWORK_ACCESS,
    "replica set": "A free Atlas cluster is one. A server of your own: start it with --replSet "
    "NAME, and call rs.initiate() once.",
    "login": "Atlas > Database Access: the user, and 'Edit password'; put the new one in the "
    f"string. Of its characters {ESCAPED}. "
    "An authSource in the string is the database that has the user: on Atlas leave it out.",
    "version": "MongoDB 6.0 or newer is needed; a free Atlas cluster has it.",
    "rights": _READ_AND_WRITE,
    "time series": 'Name another database under [mongodb]: database = "...".',
    "write": _READ_AND_WRITE,
    "read": _READ_AND_WRITE,
    "space": _MORE_SPACE,
}


async def check(address: Address) -> AsyncIterator[Step]:
    """Step by step until one fails."""
    try:
        async with connected(address) as database:
            yield Step("address", ok=True, found=_well_formed(address))
            for name, look in _STEPS.items():
                step = await _step(name, look, address, database)
                yield step
                if not step.ok:
                    return
    except ReplicaRefused as error:
        yield Step("address", ok=False, found=str(error), advice=_ADVICE["address"])


def _well_formed(address: Address) -> str:
    if re.search(r"<\w*>", address.uri):
        raise ReplicaRefused("it still has a placeholder in <angle brackets>")
    return "a connection string"


_Look = Callable[[Address, Database], Awaitable[str]]


async def _step(name: str, look: _Look, address: Address, database: Database) -> Step:
    try:
        return Step(name, ok=True, found=await look(address, database))
    except (ReplicaError, OSError) as error:
        words = str(error) if isinstance(error, ReplicaError) else "no such host"
        return Step(name, ok=False, found=words, advice=_advice(name, error, address))


def _advice(name: str, error: ReplicaError | OSError, address: Address) -> str:
    if reason := known_reason(str(error)):
        return reason.advice
    if isinstance(error, ReplicaFull):
        return _MORE_SPACE
    if NOT_ALLOWED in str(error):
        return _READ_AND_WRITE if _has_login(address) else _NO_LOGIN
    if BAD_LOGIN in str(error):
        return _ADVICE["login"]
    return _ADVICE[name]


def _has_login(address: Address) -> bool:
    return bool(taken_apart(address.uri).login)


async def _dns(address: Address, _: Database) -> str:
    uri = taken_apart(address.uri)
    names = uri.names
    if uri.is_srv:
        return await asyncio.to_thread(_srv, names[0])
    for name in names:
        await asyncio.to_thread(socket.getaddrinfo, name, None)
    return f"{len(names)} host{'s' if len(names) > 1 else ''} found"


def _srv(host: str) -> str:
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.resolve(f"_mongodb._tcp.{host}", "SRV", lifetime=READ_S)
    except dns.exception.DNSException:
        raise ReplicaUnreachable("the name of the cluster is not known to the DNS") from None
    return f"{len(found)} hosts found"


async def _reach(address: Address, _: Database) -> str:
    """Whether anything answers; why it does not go on is for the steps that come."""
    await _unless_later("reach", address)
    return "a server answers"


async def _tls(address: Address, _: Database) -> str:
    await _unless_later("TLS", address)
    encrypted = "mongodb+srv://" in address.uri or "tls=true" in address.uri
    return "encrypted" if encrypted else "not encrypted"


async def _unless_later(step: str, address: Address) -> None:
    """Says hello, and fails for what this step is about, or no step."""
    try:
        await _hello(address)
    except ReplicaUnreachable as error:
        reason = known_reason(str(error))
        if reason is None or list(_STEPS).index(reason.step) <= list(_STEPS).index(step):
            raise


async def _replica_set(address: Address, _: Database) -> str:
    hello = await _hello(address)
    if "setName" in hello:
        return str(hello["setName"])
    if hello.get("msg") == "isdbgrid":
        return "a sharded cluster"
    raise ReplicaRefused("it is none, which posting needs for its certainty")


async def _hello(address: Address) -> Document:
    """What the server says of itself, without the login, which the driver would try at once."""
    bare = replace(address, uri=taken_apart(address.uri).without_login)
    async with connected(bare) as database:
        try:
            with pymongo.timeout(READ_S):
                return await database.client.admin.command("hello")
        except PyMongoError as error:
            raise ReplicaUnreachable(reason_of(error).words) from None


async def _login(_: Address, database: Database) -> str:
    with translated(READ_S):
        status = await database.client.admin.command("connectionStatus")
    users = status["authInfo"]["authenticatedUsers"]
    return f"as {users[0]['user']}" if users else "the connection string has no user"


async def _version(_: Address, database: Database) -> str:
    with translated(READ_S):
        info = await database.client.server_info()
    if tuple(info["versionArray"][:2]) < OLDEST:
        raise ReplicaRefused(f"it is MongoDB {info['version']}")
    return f"MongoDB {info['version']}"


async def _rights(address: Address, database: Database) -> str:
    with translated(READ_S):
        await database.now.list_collection_names()
    return f"may use the database {address.database}"


async def _time_series(_: Address, database: Database) -> str:
    await prepare(database)
    with translated(READ_S):
        found = await (await database.now.list_collections(filter={"name": MINUTES})).to_list()
    granularity = found[0].get("options", {}).get("timeseries", {}).get("granularity")
    if granularity != TIME_SERIES["granularity"]:
        raise ReplicaRefused(
            f"the collection 'minutes' has the granularity '{granularity}': it would take more "
            "space than needed"
        )
    return "the collection 'minutes' is ready"


async def _write(_: Address, database: Database) -> str:
    trial = f"check_{uuid4().hex[:8]}"
    try:
        with translated(WRITE_S):
            await database[trial].insert_one({"_id": 1})
    finally:
        with suppress(PyMongoError):
            await database.now.drop_collection(trial)
    return "a document was written and removed"


async def _read(_: Address, database: Database) -> str:
    with translated(READ_S):
        homes = await database["sites"].count_documents({})
    return f"{homes} home{'' if homes == 1 else 's'} here"


async def _space(_: Address, database: Database) -> str:
    with translated(READ_S):
        usage: Usage = await usage_of(database)
    if usage.used_pct >= 100:
        raise ReplicaFull("the space is used up")
    words = f"{usage.used_pct:.1f} % of {usage.quota_bytes >> 20} MB in use"
    return words if usage.used_pct < WARN_PCT else f"{words}: {_MORE_SPACE.lower()}"


_STEPS: dict[str, _Look] = {
    "DNS": _dns,
    "reach": _reach,
    "TLS": _tls,
    "replica set": _replica_set,
    "login": _login,
    "version": _version,
    "rights": _rights,
    "time series": _time_series,
    "write": _write,
    "read": _read,
    "space": _space,
}
