"""How a number is written in a file. One mark at most, which parts the fraction; where it may as
well stand between thousands, nobody can tell, and a guess would be wrong a thousandfold.
"""

import re
from decimal import Decimal
from enum import StrEnum

from wattledger.energy.clean_text import clean
from wattledger.energy.units import DMWH_PER_WH
from wattledger.file_formats.minute_csv_columns import BadFile

_LARGEST_WH = 1_000_000
"""Far beyond a record of any meter, whose own limit is looked at afterwards."""
_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
_DOUBTFUL = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})+(?:[.,]\d+)?", re.ASCII)


class Mark(StrEnum):
    """What parts the fraction of a number in a file, where somebody has said it."""

    POINT = "point"
    COMMA = "comma"


_SIGNS = {Mark.POINT: ".", Mark.COMMA: ","}


def energy_dmwh(text: str, mark: Mark | None) -> int:
    """Energy in 0.1 mWh of a text in Wh. Raises BadFile for what is none, or may be two."""
    text = text.strip()
    shown = clean(text, 20)
    if not _NUMBER.fullmatch(text):
        advice = ": write it without marks between thousands" if _GROUPED.fullmatch(text) else ""
        raise BadFile(f"'{shown}' is no energy in Wh{advice}")
    if mark is None and _DOUBTFUL.fullmatch(text):
        whole, fraction = re.split("[.,]", text)
        raise BadFile(
            f"'{shown}' may be {whole}{fraction} Wh or {whole}.{fraction} Wh: write "
            f"{whole}{fraction} or {whole}.{fraction}0 instead, or say for the whole file what "
            "parts the fraction: --decimal point, or --decimal comma"
        )
    if mark is not None and any(sign in text for other, sign in _SIGNS.items() if other != mark):
        raise BadFile(f"'{shown}' has another mark than the {mark} of --decimal")
    try:
        energy_wh = Decimal(text.replace(",", "."))
        if abs(energy_wh) <= _LARGEST_WH:
            return int((energy_wh * DMWH_PER_WH).to_integral_value())
    except ArithmeticError as error:
        raise BadFile(f"'{shown}' is no energy in Wh") from error
    raise BadFile(f"'{shown}' Wh is more than any meter counts")
