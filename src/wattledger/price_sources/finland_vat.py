"""The rates of VAT of electricity in Finland, from the one file that has them."""

import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files

from wattledger.energy.tariff import Validity, VatRate


def finland_vat() -> tuple[VatRate, ...]:
    """Those that are known for sure, with their dates."""
    text = (files("wattledger.price_sources") / "finland_vat.toml").read_text("utf-8")
    return tuple(
        _rate(row["from"], row.get("to"), row["rate"]) for row in tomllib.loads(text)["vat"]
    )


def _rate(first: date, end: date | None, rate: str) -> VatRate:
    return VatRate("", Validity(first, end), int(Decimal(rate).scaleb(3)))
