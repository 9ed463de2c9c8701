"""`bill`: a month's bill out of the books, line by line."""

import asyncio
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import failures_told
from wattledger.cli.serving import config_option
from wattledger.energy.errors import StoreUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wattledger.energy.cost_result import BillResult
    from wattledger.settings import Settings

_COLUMNS = ("name", "side", "quantity", "unit", "amount_ex_vat", "vat_pct", "amount")


@click.command(short_help="A month's bill, line by line.")
@config_option
@click.argument("month")
@click.option("--tariff", "name", help="Under another table of [tariff] compare, by its name.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
def bill(config: Path | None, month: str, name: str | None, *, as_csv: bool) -> None:
    """Print the bill of a MONTH, such as 2026-11. The last line is the total.

    While a server has the books, it is made from a copy of them.
    """
    from wattledger.settings_file import find_settings, read_settings

    with failures_told(), _free(read_settings(find_settings(config))) as settings:
        answer = asyncio.run(_bill(settings, month, name))
    for line in _csv(answer) if as_csv else _table(answer):
        click.echo(line)


@contextmanager
def _free(settings: "Settings") -> "Iterator[Settings]":
    """Settings of books that nobody else has: the home's own, or a copy for as long as it takes."""
    from wattledger.store.file_copy import copy
    from wattledger.store.lock import StoreLock
    from wattledger.store.store_path import real_path

    store = real_path(Path(settings.store.path))
    try:
        StoreLock(store).release()
    except StoreUnusable:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "books.sqlite"
            copy(store, path, lambda _: None)
            place = settings.store.model_copy(update={"path": str(path)})
            yield settings.model_copy(update={"store": place, "mongodb": None})
    else:
        yield settings


async def _bill(settings: "Settings", month: str, name: str | None) -> "BillResult":
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock
    from wattledger.energy.errors import NoTariff

    async with opened(settings, SystemClock()) as parts:
        if parts.app_state.money is None:
            raise NoTariff
        return await parts.app_state.money.costs.bill(month, name)


def _csv(answer: "BillResult") -> list[str]:
    import csv
    from io import StringIO

    from wattledger.api.cost_json import bill_lines

    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for line in bill_lines(answer):
        writer.writerow(["" if line[key] is None else _field(key, line[key]) for key in _COLUMNS])
    total = "" if answer.bill.total is None else f"{answer.bill.total:.2f}"
    writer.writerow(["total", *[""] * (len(_COLUMNS) - 2), total])
    return text.getvalue().splitlines()


def _field(key: str, value: str | float | None) -> str:
    return f"{value:.2f}" if key.startswith("amount") else f"{value}"


def _table(answer: "BillResult") -> list[str]:
    from wattledger.api.cost_json import bill_lines

    currency = answer.tariff.currency
    lines = [f"{answer.month.text}, {answer.tariff.name}, {currency}"]
    for line in bill_lines(answer):
        amount = "–" if line["amount"] is None else f"{line['amount']:.2f}"
        quantity = "" if line["quantity"] is None else f"{line['quantity']:.3f} {line['unit']}"
        vat = f"{line['vat_pct']:g} %" if line["vat_pct"] else ""
        lines.append(f"{line['name']!s:40} {quantity:>20} {vat:>7} {amount:>10}")
    if not answer.complete:
        priced = "–" if answer.priced_pct is None else f"{answer.priced_pct:.2f} %"
        booked = answer.energy.coverage.common_pct
        lines.append(f"not complete: {booked:.2f} % of its time is booked, {priced} of that priced")
    total = "–" if answer.bill.total is None else f"{answer.bill.total:.2f}"
    lines.append(f"{'total':40} {'':20} {'':7} {total:>10}")
    return lines
