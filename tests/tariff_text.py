"""Tables of tariffs as a person writes them."""

ALWAYS = "2020-01-01"


def table(*rows: str, vat: str | None = "25.5") -> str:
    """With one rate of VAT, or none."""
    rate = () if vat is None else (row("vat", rate=vat),)
    return "\n".join(['currency = "EUR"', 'price_unit = "c/kWh"', *rate, *rows, ""])


def row(table: str, *more: str, **texts: str | bool) -> str:
    """A row of such a table, its lines in the order of the words; `more` stands below it."""
    lines = [f"{key} = {_written(value)}" for key, value in texts.items()]
    return "\n".join([f"[[{table}]]", *lines, f"from = {ALWAYS}", *more])


def component(name: str, side: str, kind: str, *more: str, **texts: str | bool) -> str:
    return row("component", *more, name=name, side=side, kind=kind, **texts)


def _written(value: str | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
