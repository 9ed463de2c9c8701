"""The columns of a file of minutes: what each is called and in which unit.

`start` is RFC 3339 with an offset, or UTC epoch seconds. Energies are Wh, imported and exported as
the meter counts them, both >= 0: per phase, or as totals.
"""

import re
from dataclasses import dataclass

from wattledger.energy.clean_text import MOST_IN_A_NAME, clean
from wattledger.energy.errors import WattledgerError

START, PERIOD, METER = "start", "period_s", "meter"
PHASE_COLUMNS = (
    "imported_a_wh",
    "imported_b_wh",
    "imported_c_wh",
    "exported_a_wh",
    "exported_b_wh",
    "exported_c_wh",
)
TOTAL_COLUMNS = ("imported_wh", "exported_wh")
_OTHER_UNIT = re.compile(r"[km]wh|joule|[km]?j\b")
_UNIT = ". Energies are in Wh: a kWh has 1000"
KNOWN = (START, PERIOD, METER, "origin", *PHASE_COLUMNS, *TOTAL_COLUMNS)


class BadFile(WattledgerError):
    """A file that is not what it should be; the text says the line and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many columns a file has and where each is; None for one that it does not have."""

    columns: int
    start: int
    period: int | None
    meter: int | None
    energies: tuple[int | None, ...]
    """Imported a b c, exported a b c. Totals stand as phase a, the rest is None."""


def layout_of(header: list[str]) -> Layout:
    """The layout that a header line describes. Raises BadFile naming what is unknown or missing."""
    names = [name.strip().lower() for name in header]
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        raise BadFile(
            f"unknown column '{clean(unknown[0], MOST_IN_A_NAME)}'; known are {', '.join(KNOWN)}"
            f"{_UNIT if _OTHER_UNIT.search(unknown[0]) else ''}"
        )
    if len(set(names)) < len(names):
        raise BadFile("a column stands there twice")
    if START not in names:
        raise BadFile("there is no column 'start'")
    return Layout(
        len(names),
        names.index(START),
        names.index(PERIOD) if PERIOD in names else None,
        names.index(METER) if METER in names else None,
        _energies(names),
    )


def _energies(names: list[str]) -> tuple[int | None, ...]:
    phases = [name for name in PHASE_COLUMNS if name in names]
    totals = [name for name in TOTAL_COLUMNS if name in names]
    if phases and totals:
        raise BadFile("energies per phase and totals in one file; leave one of them out")
    if phases:
        return tuple(names.index(name) if name in names else None for name in PHASE_COLUMNS)
    if totals:
        imported, exported = (names.index(n) if n in names else None for n in TOTAL_COLUMNS)
        return (imported, None, None, exported, None, None)
    raise BadFile(f"no energies; give {', '.join(TOTAL_COLUMNS)} or {', '.join(PHASE_COLUMNS)}")
