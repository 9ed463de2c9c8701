"""A year's money reckoned a second time, from a table's TOML as it is written and fractions alone.

Nothing of the product is used, so that both would have to be wrong in the same way.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

QUARTER = 900
UNITS = {"c/kWh": 100, "EUR/kWh": 1, "EUR/MWh": 1000}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Row = Mapping[str, Any]


class Flow(NamedTuple):
    """What a quarter of an hour counted, in tenths of a milliwatt-hour."""

    imported: int
    exported: int
    produced: int


class Line(NamedTuple):
    """A row of the table and a rate of VAT; the amount is with it."""

    name: str
    rate: Fraction
    amount: Fraction


@dataclass
class Cost:
    """Of one day, in the currency."""

    paid: Fraction | None = None
    earned: Fraction | None = None
    saved: Fraction | None = None
    unnetted: Fraction = Fraction()
    windows: Counter[str] = field(default_factory=Counter)
    lines: dict[tuple[int, Fraction], Fraction] = field(default_factory=dict)


class Worth:
    """What energies of a day are worth: whole numbers are added up, and divided at the end."""

    def __init__(self, year: "Year", day: date) -> None:
        self.year = year
        self.day = day
        self.market: Counter[int] = Counter()
        self.typed: Counter[tuple[int, str]] = Counter()
        self.is_known = False

    def add(self, parts: list[tuple[int, int, str]], energy: int) -> None:
        self.is_known = True
        for place, market, typed in parts:
            self.market[place] += energy * market
            self.typed[place, typed] += energy

    @property
    def lines(self) -> dict[tuple[int, Fraction], Fraction]:
        found = {}
        for place, market in self.market.items():
            row = self.year.table["component"][place]
            rate = self.year.rate_of(row, self.day)
            typed = sum(
                kwh(energy) * Fraction(price) / self.year.unit
                for (where, price), energy in self.typed.items()
                if where == place
            )
            taxed = kwh(market) / 4 / 10**5 * (1 + rate)
            found[place, rate] = taxed + typed * (1 if row.get("includes_vat") else 1 + rate)
        return found

    @property
    def total(self) -> Fraction | None:
        return sum(self.lines.values(), Fraction()) if self.is_known else None


class Year:
    """`spot` is without VAT, by quarter, in 0.01 EUR/MWh."""

    def __init__(
        self, table: Path, zone: ZoneInfo, flows: Mapping[int, Flow], spot: Mapping[int, int]
    ) -> None:
        self.table = tomllib.loads(table.read_text())
        self.zone = zone
        self.flows = flows
        self.spot = spot
        self.unit = UNITS[self.table["price_unit"]]
        self.rows = list(enumerate(self.table["component"]))

    def quarters_of(self, day: date) -> range:
        return quarters_of(day, self.zone)

    @cache  # noqa: B019 - lives as long as the test
    def rate(self, vat: str | bool, day: date) -> Fraction:
        if vat is False:
            return Fraction()
        name = "" if vat is True else vat
        (rate,) = (
            one["rate"]
            for one in self.table["vat"]
            if one.get("name", "") == name and holds(one, day)
        )
        return Fraction(rate) / 100

    def rate_of(self, row: Row, day: date) -> Fraction:
        return self.rate(row.get("vat", True), day)

    def price(self, row: Row, at: int) -> tuple[int | None, str]:
        """The sum of the market's four quarters of an hour, and what is typed in the table."""
        if row["kind"] == "fixed":
            return 0, row["price"]
        if row["kind"] == "zones":
            typed, wall = str(row.get("price")), datetime.fromtimestamp(at, self.zone)
            for zone in row["zone"]:
                typed = zone["price"] if matches(zone, wall) else typed
            return 0, typed
        by_hour = row.get("resolution") == "hour"
        hour = range(at - at % 3600, at - at % 3600 + 3600, QUARTER) if by_hour else [at] * 4
        known = [self.spot[one] for one in hour if one in self.spot]
        market = sum(known) if len(known) == 4 else None
        if market is not None and row.get("floor") == "0":
            market = max(market, 0)
        return market, row.get("margin", "0")

    def parts(self, side: str, at: int, day: date) -> list[tuple[int, int, str]] | None:
        """Each row's price; None where one is not known."""
        found = []
        for place, row in self.rows:
            if row["side"] == side and holds(row, day):
                market, typed = self.price(row, at)
                if market is None:
                    return None
                found.append((place, market, typed))
        return found

    @cache  # noqa: B019 - lives as long as the test
    def day(self, day: date) -> Cost:
        return self.cost_of(self.quarters_of(day), day)

    def cost_of(self, quarters: Iterable[int], day: date) -> Cost:
        cost = Cost()
        paid, saved, gross, sold, given = (Worth(self, day) for _ in range(5))
        for at in quarters:
            if at not in self.flows:
                continue
            imported, exported, produced = self.flows[at]
            net = imported - exported
            cost.windows["booked"] += 1
            buying, selling = self.parts("import", at, day), self.parts("export", at, day)
            if selling is not None:
                sold.add(selling, max(-net, 0))
                given.add(selling, exported)
            if buying is not None:
                cost.windows["priced"] += selling is not None or net >= 0
                paid.add(buying, max(net, 0))
                saved.add(buying, net + produced - max(net, 0))
                gross.add(buying, imported)
        cost.paid, cost.earned, cost.saved = paid.total, sold.total, saved.total
        cost.unnetted = (gross.total or Fraction()) - (given.total or Fraction())
        cost.lines = {**paid.lines, **{key: -amount for key, amount in sold.lines.items()}}
        return cost

    @cache  # noqa: B019 - lives as long as the test
    def bill(self, month: date) -> list[Line]:
        """In the order of the table; a row's rates in that of the calendar."""
        days = days_of(month)
        energy: dict[tuple[int, Fraction], Fraction] = defaultdict(Fraction)
        for day in days:
            for place, row in self.rows:
                if holds(row, day):
                    energy[place, self.rate_of(row, day)] += 0
            for key, amount in self.day(day).lines.items():
                energy[key] += amount
        lines = [
            Line(row["name"], rate, amount)
            for place, row in self.rows
            for (where, rate), amount in energy.items()
            if where == place
        ]
        for row in self.table.get("monthly", []):
            shares: Counter[Fraction] = Counter(
                self.rate_of(row, day) for day in days if holds(row, day)
            )
            for rate, count in shares.items():
                amount = Fraction(row["amount"]) * count / len(days)
                taxed = amount if row.get("includes_vat") else amount * (1 + rate)
                lines.append(Line(row["name"], rate, taxed))
        return lines + [self.power(row, days) for row in self.table.get("demand", [])]

    def power(self, row: Row, days: list[date]) -> Line:
        length = 3600 if row["window"] == "hour" else QUARTER
        windows: Counter[tuple[date, int]] = Counter()
        for day in days:
            midnight = midnight_of(day, self.zone)
            for at in self.quarters_of(day):
                imported, exported, _ = self.flows.get(at, Flow(0, 0, 0))
                start = at - (at - midnight) % length
                windows[day, start] += max(imported - exported, 0)
        powers: list[tuple[Fraction, date]] = sorted(
            (self.weight(row, start) * kwh(energy) * 3600 / length, day)
            for (day, start), energy in windows.items()
        )
        if row.get("distinct_days"):
            highest = {day: power for power, day in powers}
            powers = sorted((power, day) for day, power in highest.items())
        picked = [power for power, _ in powers[-row.get("count", 1) :]]
        above = sum(picked, Fraction()) / len(picked) - Fraction(row.get("threshold_kw", "0"))
        rate = self.rate_of(row, days[-1])
        return Line(row["name"], rate, max(above, Fraction()) * Fraction(row["price"]) * (1 + rate))

    def weight(self, row: Row, at: int) -> Fraction:
        wall, weight = datetime.fromtimestamp(at, self.zone), Fraction(1)
        for zone in row.get("zone", []):
            weight = Fraction(zone["weight"]) if matches(zone, wall) else weight
        return weight


def midnight_of(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def quarters_of(day: date, zone: ZoneInfo) -> range:
    return range(midnight_of(day, zone), midnight_of(day + timedelta(days=1), zone), QUARTER)


def kwh(energy: int) -> Fraction:
    return Fraction(energy, 10**7)


def holds(row: Row, day: date) -> bool:
    return bool(row["from"] <= day and ("to" not in row or day < row["to"]))


def matches(zone: Row, wall: datetime) -> bool:
    if "months" in zone and MONTHS[wall.month - 1] not in between(zone["months"], MONTHS):
        return False
    if "days" in zone and DAYS[wall.weekday()] not in between(zone["days"], DAYS):
        return False
    if "hours" not in zone:
        return True
    first, end = zone["hours"].split("-")
    clock = f"{wall:%H:%M}"
    return bool(first <= clock < end if first < end else clock >= first or clock < end)


def between(words: str, names: tuple[str, ...]) -> set[str]:
    first, _, last = words.partition("-")
    at = names.index(first)
    turned = names[at:] + names[:at]
    return set(turned[: turned.index(last or first) + 1])


def days_of(month: date) -> list[date]:
    return [day for day in since(month) if day.month == month.month]


def since(first: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in range(31))


def to_cents(amount: Fraction) -> Fraction:
    """A half away from zero."""
    cents = abs(amount) * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return Fraction(whole if amount >= 0 else -whole, 100)
