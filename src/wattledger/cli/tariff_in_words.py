"""A tariff in words: what a kWh costs in each hour of a week, and what comes by the month."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby

from wattledger.energy.money import PRICE_UNITS, WHOLE, rounded
from wattledger.energy.tariff import (
    MINUTES_A_DAY,
    DemandFee,
    Kind,
    MonthlyFee,
    Rated,
    Side,
    Tariff,
)

_STEP_MINUTES = 15
_CENTS = PRICE_UNITS // 100


def in_words(tariff: Tariff, now: float) -> Iterator[str]:
    """Of the week that holds `now`."""
    today = datetime.fromtimestamp(now, UTC).date()
    monday = today - timedelta(days=today.weekday())
    yield f"{tariff.name}: the week from {monday} on, in {tariff.currency}, all-in with VAT"
    for side in Side:
        if any(one.side is side for one in tariff.components):
            yield f"  {side}"
            yield from (f"    {line}" for line in _week(tariff, side, monday))
            yield from (f"    at any time: {line}" for line in _gaps(tariff, side))
    for fee in tariff.monthly:
        yield from _monthly(tariff, fee, today)
    for power_fee in tariff.demand:
        yield from _demand(tariff, power_fee, today, monday)


def _week(tariff: Tariff, side: Side, monday: date) -> Iterator[str]:
    return _by_days(monday, lambda day: tuple(_day(tariff, side, day)))


def _by_days(monday: date, told: Callable[[date], tuple[str, ...]]) -> Iterator[str]:
    """Days that are alike stand together."""
    days = [monday + timedelta(days=number) for number in range(7)]
    alike = groupby(days, told)
    for lines, together in alike:
        names = [f"{day:%a}" for day in together]
        name = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        for line in lines:
            yield f"{name:8} {line}"


def _gaps(tariff: Tariff, side: Side) -> Iterator[str]:
    """What lapses from a day on, in the past or to come, and to which day."""
    rows = [one.valid for one in tariff.components if one.side is side]
    first = min(valid.first for valid in rows)
    ends = {day for valid in rows for day in (valid.first, valid.end) if day is not None}
    begun: list[str] = []
    for day in sorted(day for day in ends if day >= first):
        lapses = [one.words for one in tariff.side_on(side, day).lapses if one.since is not None]
        yield from (f"{words} to {day}" for words in begun if words not in lapses)
        begun = lapses
    yield from begun


def _day(tariff: Tariff, side: Side, day: date) -> Iterator[str]:
    rows, lapses = tariff.side_on(side, day)
    if lapses:
        yield from (lapse.words for lapse in lapses)
        return
    yield from _by_times(lambda minutes: _price(rows, day, minutes))


def _by_times(told: Callable[[int], str]) -> Iterator[str]:
    """Times that are alike stand together."""
    for words, at in groupby(range(0, MINUTES_A_DAY, _STEP_MINUTES), told):
        times = list(at)
        yield f"{_clock(times[0])}-{_clock(times[-1] + _STEP_MINUTES)}  {words}"


def _price(rows: Iterable[Rated], day: date, minutes: int) -> str:
    """The fixed part in cents, after what depends on the market."""
    fixed_e12 = 0
    spot: list[str] = []
    for _, component, rate_e5 in rows:
        own_e7 = component.own_price_e7(day, minutes)
        if own_e7 is None:
            return f"no price: no zone of {component.name} matches"
        if component.kind is Kind.SPOT:
            floor = ", at least 0" if component.floored else ""
            hour = ", the hour's mean" if component.by_hour else ""
            taxed = f" with {_number(Fraction(rate_e5, 1000))} % VAT" if rate_e5 else ""
            spot.append(f"spot {component.area}{floor}{hour}{taxed}")
        fixed_e12 += own_e7 * (WHOLE if component.includes_vat else WHOLE + rate_e5)
    cents = f"{_number(Fraction(abs(fixed_e12), _CENTS * WHOLE))} c/kWh"
    if not spot:
        return cents if fixed_e12 >= 0 else f"-{cents}"
    return f"{' + '.join(spot)} {'+' if fixed_e12 >= 0 else '-'} {cents}"


def _monthly(tariff: Tariff, fee: MonthlyFee, today: date) -> Iterator[str]:
    rate_e5 = tariff.rate_e5(fee.vat, today)
    if fee.valid.holds_on(today) and rate_e5 is not None:
        amount = Fraction(fee.amount_e7, PRICE_UNITS)
        amount *= 1 if fee.includes_vat else Fraction(WHOLE + rate_e5, WHOLE)
        yield f"  every month  {fee.name}: {_number(amount)} {tariff.currency}"


def _demand(tariff: Tariff, fee: DemandFee, today: date, monday: date) -> Iterator[str]:
    rate_e5 = tariff.rate_e5(fee.vat, today)
    if not fee.valid.holds_on(today) or rate_e5 is None:
        return

    def all_in(amount_e7: int) -> str:
        return _number(Fraction(amount_e7 * (WHOLE + rate_e5), PRICE_UNITS * WHOLE))

    window = "hour" if fee.window_s > 900 else "quarter"
    of = f"highest {window}" if fee.count_windows == 1 else f"{fee.count_windows} highest {window}s"
    days = " of different days" if fee.distinct_days else ""
    above = f" above {_number(Fraction(fee.threshold_kw_e7, PRICE_UNITS))} kW"
    above = above if fee.threshold_kw_e7 else ""
    if fee.minimum_kw_e7:
        days += f", at least {_number(Fraction(fee.minimum_kw_e7, PRICE_UNITS))} kW"
    if fee.months_mean > 1:
        days += f", the mean of {fee.months_mean} months"
    yield f"  every month  {fee.name}: the {of}{days}, " + (
        f"by steps{above}"
        if fee.steps
        else f"{all_in(fee.price_e7)} {tariff.currency} for each kW{above}"
    )
    if fee.weights:
        weighed = _by_days(monday, lambda day: tuple(_weighed(fee, day)))
        yield from (f"               {line}" for line in weighed)
    for step in fee.steps:
        edge = _number(Fraction(step.from_kw_e7, PRICE_UNITS))
        yield f"               from {edge} kW on {all_in(step.amount_e7)} {tariff.currency}"


def _weighed(fee: DemandFee, day: date) -> Iterator[str]:
    """How much a window of each time counts."""

    def words(minutes: int) -> str:
        weight_e7 = fee.weight_e7(day, minutes)
        if weight_e7 == 0:
            return "does not count"
        if weight_e7 is None or weight_e7 == PRICE_UNITS:
            return "counts"
        return f"counts {_number(Fraction(weight_e7, PRICE_UNITS))} of it"

    yield from _by_times(words)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _number(value: Fraction) -> str:
    """With two decimals at least, and five at most."""
    text = f"{rounded(value, 5):f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"
