"""The command line.

Each verb imports what it alone needs when it runs, so that the others start fast.
"""

import os
from functools import partial

import click

from wattledger import __version__
from wattledger.cli.backup import backup, restore
from wattledger.cli.bill import bill
from wattledger.cli.certificate import certificate
from wattledger.cli.demo import demo
from wattledger.cli.exporting import export_minutes
from wattledger.cli.failures import Verbs
from wattledger.cli.importing import import_minutes
from wattledger.cli.meters import probe, record
from wattledger.cli.mongodb import mongodb
from wattledger.cli.openapi import openapi
from wattledger.cli.pairing import pair
from wattledger.cli.prices import prices
from wattledger.cli.report import report
from wattledger.cli.serving import check_config, serve
from wattledger.cli.setup.wizard import setup
from wattledger.cli.tariff import tariff
from wattledger.cli.verify import verify


@click.group(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="wattledger")
@click.pass_context
def main(context: click.Context) -> None:
    """Home energy metering, booked like a ledger.

    Start with `demo` to look around; with meters of your own, let `setup` write the settings, and
    start with `serve`.
    """
    # Whatever a verb makes is for its owner only: books tell when somebody is at home.
    context.call_on_close(partial(os.umask, os.umask(0o077)))


for _verb in (
    serve,
    demo,
    setup,
    probe,
    record,
    check_config,
    export_minutes,
    import_minutes,
    backup,
    restore,
    verify,
    report,
    mongodb,
    tariff,
    prices,
    bill,
    pair,
    certificate,
    openapi,
):
    main.add_command(_verb)
