"""Asks what the home is like, and whether phones shall be let in."""

from collections.abc import Mapping
from typing import Any

import click

from wattledger.cli.setup.prompt import answered, confirmed
from wattledger.settings import SiteSettings
from wattledger.setup.answers import fuse_of, of_site, zone_of
from wattledger.setup.system_time_zone import system_zone

Section = dict[str, Any]


def asked_name(site: Mapping[str, Any]) -> Section:
    """The `[site]` with its answer, as each of these."""
    usual = site.get("name") or SiteSettings().name
    name = click.prompt("Name of your home", usual, value_proc=answered(of_site("name")))
    return {**site, "name": name}


def asked_zone(site: Mapping[str, Any]) -> Section:
    zone = site.get("time_zone") or system_zone() or SiteSettings().time_zone
    return {**site, "time_zone": click.prompt("Its time zone", zone, value_proc=answered(zone_of))}


def asked_fuse(site: Mapping[str, Any]) -> Section:
    usual = site.get("main_fuse_a") or SiteSettings().main_fuse_a
    check = answered(fuse_of)
    fuse_a = click.prompt("Main fuse of each phase, in A", f"{usual:g}", value_proc=check)
    return {**site, "main_fuse_a": fuse_a}


def asked_server() -> Section:
    """The `[server]` of the settings; empty where this machine alone shall see it."""
    click.echo(
        "Phones in your home's network can show all this. Each one is paired first, with\n"
        "a code from this machine; nobody else gets in."
    )
    if not confirmed("Let phones in", default=True):
        return {}
    return {"host": "0.0.0.0", "access": "token"}  # noqa: S104 - asked for, and behind pairing
