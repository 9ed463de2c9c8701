"""`openapi`."""

from pathlib import Path

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.disk import read_small


@click.command(short_help="Print the API's OpenAPI document.")
@click.option(
    "--check",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with this file instead of printing; status 2 when they differ.",
)
def openapi(check: Path | None) -> None:
    """Print the OpenAPI document of the REST API."""
    from wattledger.api.openapi_export import openapi_document

    document = openapi_document()
    if check is None:
        click.echo(document, nl=False)
        return
    with failures_told():
        same = check.is_file() and read_small(check, 1 << 24) == document.encode()
    if not same:
        fail(f"{check} is not what the code says; write it anew with: wattledger openapi > {check}")
    click.echo(f"{check} is what the code says")
