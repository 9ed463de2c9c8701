"""The books' speed and size against their budgets: `python -m bench.store`.

Times are those of a whole question through the asyncio face, the median of many, in ms; beside ten
years' the same with one year, since what grows with the years is what makes a house system slow in
the end.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bench import ten_years
from bench.ten_years import DAY_S, END, HOME, MAINS, PLANT
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.record import RecordDetail
from wattledger.energy.spans import Span
from wattledger.flow.ports import Books
from wattledger.store.store import open_store

RUNS = 200
DETAIL = RecordDetail(
    (812.4, 2_411.0, 96.3), (55.1, 1_902.7, 88.0), (231.2, 229.8, 230.4), (3.51, 10.48, 0.41)
)
DAY = Span(END - 40 * DAY_S, END - 39 * DAY_S)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `beside` is the same on one year's books."""

    what: str
    value: float
    budget: float
    unit: str
    beside: float | None = None


Question = Callable[[Books], Awaitable[object]]


async def minutes_of_a_day(books: Books) -> None:
    await books.series([MAINS], DAY)
    await books.series([PLANT], DAY)


async def quarters_of_a_day(books: Books) -> None:
    await books.quarters(DAY)


async def days_of_a_year(books: Books) -> None:
    end = date(2031, 1, 1).toordinal()
    await books.days(end - 366, end, Netting.QUARTER)


async def years(books: Books) -> None:
    edges = [date(year, 1, 1).toordinal() for year in range(2021, 2032)]
    await books.sum_days(edges, Netting.QUARTER)


async def counted_in_all(books: Books) -> None:
    for meter in (MAINS, PLANT):
        await books.energy(meter, [Span(END - 4_000 * DAY_S, END - 60)])


QUESTIONS: tuple[tuple[str, Question, float], ...] = (
    ("minutes of a day, two meters", minutes_of_a_day, 3.0),
    ("96 quarters", quarters_of_a_day, 0.5),
    ("366 days", days_of_a_year, 1.5),
    ("ten years by year", years, 2.0),
    ("all that two meters counted, for the audit", counted_in_all, 150.0),
)


async def reading(folder: Path) -> list[Figure]:
    """Ten years' and one year's books in turns, so that both meet the same machine."""
    (folder / "ten").mkdir()
    (folder / "one").mkdir()
    paths = ten_years.copy_of(10, folder / "ten"), ten_years.copy_of(1, folder / "one")
    opened = [await _opening_ms(path) for path in paths]
    calendar, roles = ten_years.calendar(), Roles()
    async with (
        open_store(paths[0], calendar, roles) as ten,
        open_store(paths[1], calendar, roles) as one,
    ):
        times = [
            [(await _ms(question, ten.books), await _ms(question, one.books)) for _ in range(RUNS)]
            for _, question, _ in QUESTIONS
        ]
    figures = [
        Figure(name, *_medians(taken, budget))
        for (name, _, budget), taken in zip(QUESTIONS, times, strict=True)
    ]
    return [*figures, Figure("open the store", opened[0], 100, "ms", opened[1])]


def _medians(taken: list[tuple[float, float]], budget: float) -> tuple[float, float, str, float]:
    ten, one = (statistics.median(times) for times in zip(*taken, strict=True))
    return ten, budget, "ms", one


async def _opening_ms(path: Path) -> float:
    begin = time.perf_counter()
    async with open_store(path, ten_years.calendar(), Roles()):
        return (time.perf_counter() - begin) * 1e3


async def _ms(question: Question, books: Books) -> float:
    begin = time.perf_counter()
    await question(books)
    return (time.perf_counter() - begin) * 1e3


def size_figure() -> Figure:
    path = ten_years.books_of(10)
    records = 10 * 365 * 1_440 * 2
    return Figure("a meter-minute, roll-ups included", path.stat().st_size / records, 32, "B")


async def importing(folder: Path) -> list[Figure]:
    """400 days of two meters as an import brings them, with their roll-ups."""
    batches = list(ten_years.batches(END - 400 * DAY_S, 400))
    async with open_store(folder / "import", ten_years.calendar(), Roles()) as store:
        await store.journal.assign(HOME)
        begin, begin_cpu = time.perf_counter(), time.process_time()
        for batch in batches:
            await store.journal.book(batch, END)
        await ten_years.settle(store)
        taken, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    return [
        Figure("import of 1.15 M records, roll-ups included", taken, 8, "s"),
        Figure("  of that, processor time", cpu, 8, "s"),
    ]


async def living(folder: Path) -> list[Figure]:
    """A day of both meters with details on ten years' books, a commit a minute."""
    path = ten_years.copy_of(10, folder)
    entries = [replace(e, detail=DETAIL) for e in next(iter(ten_years.batches(END, 7)))]
    before = written_bytes()
    times = []
    async with open_store(path, ten_years.calendar(), Roles()) as store:
        for minute in range(1_440):
            now = END + 60 * minute + 65
            batch = [e for e in entries if e.record.start == END + 60 * minute]
            begin = time.perf_counter()
            await store.journal.book(batch, now)
            times.append((time.perf_counter() - begin) * 1e3)
            await store.journal.maintain(now)
    written_mb = (written_bytes() - before) / 1e6
    return [
        Figure("written to disk a day, a commit a minute", written_mb, 25, "MB"),
        Figure("a live commit, median", statistics.median(times), 20, "ms"),
    ]


async def walking(folder: Path) -> list[Figure]:
    """The look through all of ten years, as a server does it within a week: in processor time,
    since on a busy machine the rest is waiting for it.
    """
    (folder / "walk").mkdir()
    taken_s = []
    path = ten_years.copy_of(10, folder / "walk")
    async with open_store(path, ten_years.calendar(), Roles()) as store:
        for start in range(END - 3_650 * DAY_S, END, DAY_S):
            begin = time.process_time()
            await store.integrity.check(Span(start, start + DAY_S))
            taken_s.append(time.process_time() - begin)
        found = await store.integrity.mend(END)
    assert not found.words, found.words
    return [
        Figure("all looked through, processor time", sum(taken_s), 60, "s"),
        Figure("  of that, the longest step", max(taken_s) * 1e3, 20, "ms"),
    ]


def written_bytes() -> int:
    """What this process has sent to the disk, by the kernel's own count."""
    lines = Path("/proc/self/io").read_text("utf-8").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def table(figures: list[Figure]) -> str:
    lines = [f"{'':46}{'ten years':>12}{'one year':>12}{'budget':>10}"]
    for figure in figures:
        beside = "" if figure.beside is None else f"{figure.beside:.2f}"
        mark = "" if figure.value <= figure.budget else "  over"
        value = f"{figure.value:.2f} {figure.unit}"
        lines.append(f"{figure.what:46}{value:>12}{beside:>12}{figure.budget:>10g}{mark}")
    return "\n".join(lines)


def measured() -> list[Figure]:
    ten_years.books_of(10)
    ten_years.books_of(1)
    with tempfile.TemporaryDirectory(dir=ten_years.books_of(1).parent) as name:
        folder = Path(name)
        return [
            size_figure(),
            *asyncio.run(reading(folder)),
            *asyncio.run(importing(folder)),
            *asyncio.run(living(folder)),
            *asyncio.run(walking(folder)),
        ]


def main() -> int:
    figures = measured()
    print(table(figures))
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(any(figure.value > figure.budget for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
