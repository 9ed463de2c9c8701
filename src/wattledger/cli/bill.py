"""`bill`: a month's bill out of the books, line by line."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import failures_told
from wattledger.cli.serving import config_option

if TYPE_CHECKING:
    from wattledger.energy.cost_result import BillResult
    from wattledger.settings import Settings

_COLUMNS = ("name", "side", "quantity", "unit", "amount_ex_vat", "vat_pct", "amount")


@click.command(short_help="A month's bill, line by line.")
@config_option
@click.argument("month")
@click.option("--tariff", "name", help="Under another table of [tariff] compare, by its name.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
def bill(config: Path | None, month: str, name: str | None, *, as_csv: bool) -> None:
    """Print the bill of a MONTH, such as 2026-11 (server stopped). The last line is the total."""
    from wattledger.settings_file import find_settings, read_settings

    with failures_told():
        settings = read_settings(find_settings(config))
        answer = asyncio.run(_bill(settings, month, name))
    for line in _csv(answer) if as_csv else _table(answer):
        click.echo(line)


async def _bill(settings: "Settings", month: str, name: str | None) -> "BillResult":
    from wattledger.app.home import opened
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
