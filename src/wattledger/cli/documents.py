"""`openapi`."""

from pathlib import Path

import click

from wattledger.cli.failing import fail


@click.command(short_help="Print the API's OpenAPI document.")
@click.option(
    "--check",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with this file instead of printing; status 2 when they differ.",
)
def openapi(check: Path | None) -> None:
    """Print the OpenAPI document of the REST API."""
    from wattledger.api.describe import openapi_document

    document = openapi_document()
    if check is None:
        click.echo(document, nl=False)
        return
    if not check.is_file() or check.read_text(encoding="utf-8") != document:
        fail(f"{check} is not what the code says; write it anew with: wattledger openapi > {check}")
    click.echo(f"{check} is what the code says")
