"""`mongodb check|verify|restore`: the online copy of the books."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import config_option
from wattledger.energy.booking_entry import Booked
from wattledger.energy.clean_text import clean
from wattledger.energy.meter import meter_id
from wattledger.energy.meter_binding import Binding

if TYPE_CHECKING:
    from wattledger.composition.home import Parts
    from wattledger.energy.meter import MeterId
    from wattledger.flow.replica_ports import SiteManifest
    from wattledger.mongo.books import MongoBooks
    from wattledger.mongo.connection import Address
    from wattledger.mongo.verify import Difference
    from wattledger.settings import Settings

NOT_THE_SAME = 1
INDENT = " " * 10


@click.group()
def mongodb() -> None:
    """The books in MongoDB: test, compare, bring back."""


@mongodb.command()
@config_option
def check(config: Path | None) -> None:
    """Test the connection step by step, and say what to do where a step fails."""
    with failures_told():
        settings = _settings(config)
        if not asyncio.run(_check(settings)):
            sys.exit(NOT_THE_SAME)


async def _check(settings: "Settings") -> bool:
    from wattledger.mongo.connection_check import check as steps_of

    ok = False
    async for step in steps_of(_address(settings)):
        ok = step.ok
        click.echo(f"  {'ok    ' if step.ok else 'FAILED'}  {step.name:<12} {clean(step.found)}")
        if step.advice:
            click.echo(fill(step.advice, 90, initial_indent=INDENT, subsequent_indent=INDENT))
    click.echo("All is well." if ok else "Not yet: do what is said above, then try again.")
    return ok


@mongodb.command()
@config_option
@click.option("--mend", is_flag=True, help="Let the server post again what MongoDB lacks.")
def verify(config: Path | None, *, mend: bool) -> None:
    """Compare counts and sums of each meter and day with the local store (server stopped)."""
    with failures_told():
        settings = _settings(config)
        found, waiting = asyncio.run(_verify(settings, mend=mend))
    for one in found:
        click.echo(_words(one))
    if waiting:
        records = "1 record waits" if waiting == 1 else f"{waiting} records wait"
        click.echo(f"{records} to be posted: the server does so once it is started.")
    if not found:
        click.echo("The same here and there.")
        return
    click.echo(f"{len(found)} days of meters differ")
    click.echo(fill(_cure(found, mend=mend), 90))
    if not mend:
        sys.exit(NOT_THE_SAME)


def _cure(found: "list[Difference]", *, mend: bool) -> str:
    """What was done, or is to be done, about it."""
    lacking = sum(len(one.lacking) for one in found)
    parts = []
    if lacking and mend:
        parts.append(f"{lacking} records that MongoDB lacks are posted once the server is started.")
    elif lacking:
        parts.append(
            f"MongoDB lacks {lacking} records: 'wattledger mongodb verify --mend' lets the server "
            "post them again."
        )
    if any(one.there.records - one.here.records + len(one.lacking) > 0 for one in found):
        parts.append("The local store lacks some: 'wattledger mongodb restore' brings them back.")
    return " ".join(parts) or (
        "No record is lacking on either side: double ones are counted once, and where sums differ "
        "the local store is what the meters counted."
    )


async def _verify(settings: "Settings", *, mend: bool) -> "tuple[list[Difference], int]":
    """What differs, and how many records wait to be posted."""
    from wattledger.mongo.verify import compare

    found: list[Difference] = []
    waiting = 0
    async with _both(settings) as both:
        with click.progressbar(length=1000, label="Comparing", file=sys.stderr) as bar:
            async for part in compare(
                both.parts.store.books,
                both.parts.store.outbox,
                both.books,
                both.parts.app_state.site.calendar,
                both.meters,
            ):
                found += part.differences
                waiting += part.waiting
                for one in part.differences if mend else ():
                    await both.parts.store.outbox.again(one.meter, one.lacking)
                bar.update(round(part.done * 1000) - bar.pos)
    return sorted(found, key=lambda one: (one.day, one.meter)), waiting


def _words(one: "Difference") -> str:
    here, there = one.here, one.there
    parts = [f"{one.day} {clean(one.meter)}"]
    if here != there:
        parts.append(
            f"{here.records} records here, {there.records} in MongoDB, which has "
            f"{_than_here(there.imported_dmwh - here.imported_dmwh)} imported and "
            f"{_than_here(there.exported_dmwh - here.exported_dmwh)} exported"
        )
    if one.doubles:
        parts.append(f"{one.doubles} records are in MongoDB twice (counted once)")
    return ": ".join([parts[0], "; ".join(parts[1:])])


def _than_here(energy_dmwh: int) -> str:
    return f"{abs(energy_dmwh) / 10_000:.4f} Wh {'less' if energy_dmwh < 0 else 'more'}"


@mongodb.command()
@config_option
def restore(config: Path | None) -> None:
    """Rebuild the local store from MongoDB (server stopped); what is booked already stays."""
    with failures_told():
        settings = _settings(config)
        booked, known, contradicted = asyncio.run(_restore(settings))
    click.echo(
        f"{booked} records booked, {known} were booked already, {contradicted} differ from what is "
        "booked and were kept aside for the audit"
    )


async def _restore(settings: "Settings") -> tuple[int, int, int]:
    from wattledger.mongo.restore import restore as stretches_of

    total = [0, 0, 0]
    async with _both(settings) as both:
        await _remember_meters(both)
        journal, now = both.parts.store.journal, both.parts.clock.now_s()
        with click.progressbar(length=1000, label="Restoring", file=sys.stderr) as bar:
            async for done, some in stretches_of(both.books, journal, both.meters, now):
                for at, count in enumerate(_counts(some)):
                    total[at] += count
                bar.update(round(done * 1000) - bar.pos)
        while await journal.maintain(now):
            pass
    return total[0], total[1], total[2]


def _counts(booked: Booked) -> tuple[int, int, int]:
    return booked.booked + booked.parked, booked.known, booked.contradicted


async def _remember_meters(both: "_Both") -> None:
    """A lost store has also lost which meter is whose: the home's manifest tells."""
    hosts = {access.label.name: access.host for access in both.settings.accesses}
    bindings = await both.parts.store.books.bindings()
    known = {binding.meter for binding in bindings}
    for name, meter in both.manifest.names.items():
        identity = both.manifest.identities.get(meter)
        if name in hosts and meter_id(meter) and meter not in known and identity is not None:
            bindings = (*bindings, Binding(name, hosts[name], meter))
            await both.parts.store.journal.keep_identity(identity, bindings)
    await both.parts.registry.open(both.parts.store.journal)


@dataclass(frozen=True, slots=True)
class _Both:
    """The local books and the copy, open together."""

    settings: "Settings"
    parts: "Parts"
    manifest: "SiteManifest"
    books: "MongoBooks"
    meters: "tuple[MeterId, ...]"


@asynccontextmanager
async def _both(settings: "Settings") -> "AsyncIterator[_Both]":
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock
    from wattledger.mongo.books import MongoBooks
    from wattledger.mongo.connection import connected
    from wattledger.mongo.home_state_reader import MongoHomeStateReader

    address, clock = _address(settings), SystemClock()
    async with opened(settings, clock) as parts, connected(address) as database:
        manifest = await MongoHomeStateReader(database, address.site_id).home()
        if manifest is None:
            fail(f"MongoDB has nothing of the site '{address.site_id}' in '{address.database}'")
        books = MongoBooks(
            database, address.site_id, manifest.site, lambda: manifest.assignment, clock
        )
        meters = manifest.assignment.meters
        yield _Both(settings, parts, manifest, books, meters)


def _address(settings: "Settings") -> "Address":
    from wattledger.mongo.connection import Address

    if settings.mongodb is None:
        fail("the settings have no [mongodb] section (docs/mongodb-atlas.md)")
    given = settings.mongodb
    return Address(given.uri.get_secret_value(), given.database, given.site_id)


def _settings(config: Path | None) -> "Settings":
    from wattledger.settings_file import find_settings, read_settings

    return read_settings(find_settings(config))
