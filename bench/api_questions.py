"""What a question of energy takes, ten years on the books: `python -m bench.api_questions`.

Server time: from the request's arrival at the application to its last byte handed over; the
history's share of it beside, the same over a kept connection, and with one year on the books.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench import ten_years
from bench.api_house import house_over, tune
from bench.kept import Ask, serving
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import Api, create_api
from wattledger.energy.period import Resolution
from wattledger.flow.app_state import AppState

RUNS = 150
LAST_YEAR = 2030


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of question, its budget for p95, and how to draw one of the last `years` years."""

    name: str
    budget_ms: float
    resolution: Resolution
    period: Callable[[random.Random], str]


def _day(chance: random.Random) -> str:
    first = date(LAST_YEAR, 1, 1).toordinal()
    return date.fromordinal(first + chance.randrange(360)).isoformat()


def _month(chance: random.Random) -> str:
    return f"{LAST_YEAR}-{chance.randrange(1, 13):02d}"


def _year(_: random.Random) -> str:
    return str(LAST_YEAR)


def _all(_: random.Random) -> str:
    return "all"


QUESTIONS = (
    Question("a day by quarter", 8, Resolution.QUARTER, _day),
    Question("a day by minute", 15, Resolution.MINUTE, _day),
    Question("a month by hour", 50, Resolution.HOUR, _month),
    Question("a month by day", 3, Resolution.DAY, _month),
    Question("a year by month", 3, Resolution.MONTH, _year),
    Question("a year by day", 5, Resolution.DAY, _year),
    Question("all by year", 5, Resolution.YEAR, _all),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of many runs."""

    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, times_s: list[float]) -> "Taken":
        ordered = sorted(times_s)
        return cls(ordered[len(ordered) // 2] * 1e3, ordered[int(len(ordered) * 0.95)] * 1e3)


async def _asked(api: Api, path: str, query: str) -> float:
    """Seconds that one request took in the application."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, object]) -> None:
        if message["type"] == "http.response.start" and message["status"] != 200:
            raise RuntimeError(f"{path}?{query}: {message['status']}")

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    begin = time.perf_counter()
    await api(scope, receive, send)
    return time.perf_counter() - begin


@dataclass(frozen=True, slots=True)
class Measured:
    """A question in the application, its history alone, and over a kept connection."""

    whole: Taken
    history: Taken
    kept: Taken


async def measured(app_state: AppState, ask: Ask, question: Question, runs: int = RUNS) -> Measured:
    """Each run another period where there are others."""
    api = create_api(app_state, Access.open())
    chance = random.Random(3)
    whole, history, kept = [], [], []
    for _ in range(runs):
        period = question.period(chance)
        query = f"resolution={question.resolution.value}"
        whole.append(await _asked(api, f"/api/v1/energy/{period}", query))
        period = question.period(chance)
        begin = time.perf_counter()
        await app_state.history.of_period(period, question.resolution, None)
        history.append(time.perf_counter() - begin)
        kept.append(await ask(f"energy/{question.period(chance)}?{query}"))
    return Measured(Taken.of(whole), Taken.of(history), Taken.of(kept))


async def _all_questions(path: Path) -> dict[str, Measured]:
    async with house_over(path) as app_state, serving(app_state) as ask:
        return {one.name: await measured(app_state, ask, one) for one in QUESTIONS}


def main() -> int:
    """Prints the table; 1 when a budget is exceeded."""
    tune()
    with tempfile.TemporaryDirectory() as name:
        ten = asyncio.run(_all_questions(ten_years.copy_of(10, Path(name))))
        one = asyncio.run(_all_questions(ten_years.copy_of(1, Path(name))))
    heads = ["p50 ms", "p95 ms", "history", "kept p95", "one year", "budget"]
    print(f"{'':20}" + "".join(f"{head:>10}" for head in heads))
    over = False
    for question in QUESTIONS:
        found, with_one = ten[question.name], one[question.name].whole
        whole = found.whole
        over |= whole.p95_ms > question.budget_ms
        columns = [
            whole.p50_ms,
            whole.p95_ms,
            found.history.p50_ms,
            found.kept.p95_ms,
            with_one.p95_ms,
        ]
        mark = "  over" if whole.p95_ms > question.budget_ms else ""
        figures = "".join(f"{value:10.2f}" for value in columns)
        print(f"{question.name:20}{figures}{question.budget_ms:10g}{mark}")
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
