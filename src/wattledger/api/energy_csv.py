"""An answer of energy as CSV, from the columns of its JSON."""

from wattledger.api.energy_json import Column, energy_columns, load_columns
from wattledger.api.parameters import DecimalMark
from wattledger.api.role_fields import BALANCED
from wattledger.energy.energy_result import EnergyResult
from wattledger.energy.period import Calendar
from wattledger.energy.role import Place, Role


def energy_csv(answer: EnergyResult, calendar: Calendar, mark: DecimalMark) -> bytes:
    """One line a bucket under a header with units (RFC 4180); an unknown value is empty.

    With decimal commas the fields are parted by semicolons, as spreadsheets of those languages
    read them. Of roles that the home does not have only mains and plant have their columns; each
    part of the home has one, with its name.
    """
    separator = "," if mark is DecimalMark.POINT else ";"
    columns = _csv_columns(answer, calendar)
    lines = [separator.join(_quoted(name, separator) for name in columns)]
    rows = zip(*columns.values(), strict=True)
    lines += [separator.join(_field(value, mark) for value in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def _csv_columns(answer: EnergyResult, calendar: Calendar) -> dict[str, Column]:
    roles, buckets = answer.roles, answer.buckets
    absent = {
        name
        for role in BALANCED
        if not roles.has(role) and role not in {Role.GRID, Role.SOLAR}
        for name in (*(f"{word}_wh" for word in role.words), f"{role}_coverage_pct")
    }
    if not any(roles.has(role) for role in BALANCED if role.place is Place.STORAGE):
        absent.add("self_supplied_wh")
    told = energy_columns(buckets, roles, calendar)
    return {
        **{name: column for name, column in told.items() if name not in absent},
        **{
            f"consumed_wh {load['name']}": load["consumed_wh"]
            for load in load_columns(buckets, roles)
        },
    }


def _quoted(name: str, separator: str) -> str:
    if separator not in name and '"' not in name:
        return name
    return '"' + name.replace('"', '""') + '"'


def _field(value: str | float | None, mark: DecimalMark) -> str:
    if value is None:
        return ""
    if isinstance(value, str) or mark is DecimalMark.POINT:
        return str(value)
    return str(value).replace(".", ",")
