"""Asks what the home is like, and whether phones shall be let in."""

from collections.abc import Mapping
from typing import Any

import click

from wattledger.cli.setup.prompt import answered
from wattledger.settings import SiteSettings
from wattledger.setup.answers import fuse_of, of_site, zone_of
from wattledger.setup.zone import system_zone

Section = dict[str, Any]


def asked_site(before: Mapping[str, Any]) -> Section:
    """The `[site]` of the settings; what is not asked stays as it was before."""
    usual = SiteSettings().model_copy(update=dict(before))
    zone = before.get("time_zone") or system_zone() or usual.time_zone
    return {
        **before,
        "name": click.prompt("Name of your home", usual.name, value_proc=answered(of_site("name"))),
        "time_zone": click.prompt("Its time zone", zone, value_proc=answered(zone_of)),
        "main_fuse_a": click.prompt(
            "Main fuse of each phase, in A", f"{usual.main_fuse_a:g}", value_proc=answered(fuse_of)
        ),
    }


def asked_server() -> Section:
    """The `[server]` of the settings; empty where this machine alone shall see it."""
    click.echo(
        "Phones in your home's network can show all this. Each one is paired first, with\n"
        "a code from this machine; nobody else gets in."
    )
    if not click.confirm("Let phones in", default=True):
        return {}
    return {"host": "0.0.0.0", "access": "token"}  # noqa: S104 - asked for, and behind pairing
