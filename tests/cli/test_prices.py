"""`prices` as whoever types it meets it."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.cli.kit import run, started, written
from tests.energy.pricing import HELSINKI
from tests.price_sources.internet import Answer, pretend_internet
from tests.tariff_text import component, table
from wattledger.energy.clock import SystemClock
from wattledger.store.lock import StoreLock

CSV = "start,price\n2026-01-15T00:00:00+02:00,40.33\n2026-01-15T00:15:00+02:00,-500\n"
HOW = ("--area", "FI", "--unit", "EUR/MWh", "--period", "900")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return written(tmp_path / "home")


def imported(config: Path, text: str, *how: str) -> tuple[int, str]:
    file = config.parent / "prices.csv"
    file.write_text(text)
    done = run("prices", "import", "-c", config, file, *(how or HOW))
    return done.exit_code, (done.stdout + done.stderr).replace(str(file), "FILE").strip()


def test_what_is_imported_is_shown_and_may_be_corrected(config: Path) -> None:
    assert imported(config, CSV) == (0, "new prices: 2, corrected: 0")
    assert imported(config, CSV) == (0, "new prices: 0, corrected: 0")
    assert imported(config, CSV.replace("40.33", "40.34")) == (0, "new prices: 0, corrected: 1")
    shown = run("prices", "show", "-c", config, "2026-01-15", "--csv").stdout.splitlines()
    assert shown[0] == "start,period_s,price,source,fetched_at,revision"
    first, second = (line.split(",") for line in shown[1:])
    assert first[:4] == ["2026-01-15T00:00:00+02:00", "900", "40.3400", "file"]
    assert first[5] == "2"
    assert second[2] == "-500.0000"
    assert imported(config, "\n".join(shown)) == (0, "new prices: 0, corrected: 0")
    strip = run("prices", "show", "-c", config, "2026-01-15").stdout
    assert strip.startswith("█▁\n")
    assert "-50.000 c/kWh without VAT, 00:15, file" in strip
    assert run("prices", "show", "-c", config, "2026-01-16").stdout == "no prices of that day\n"


@pytest.mark.parametrize(
    ("unit", "shown"), [("EUR/kWh", "50.0000"), ("c/kWh", "0.5000"), ("EUR/MWh", "0.0500")]
)
def test_units(config: Path, unit: str, shown: str) -> None:
    text = "start,price\n2026-01-15T00:00:00Z,0.05\n"
    assert imported(config, text, "--unit", unit, "--period", "3600")[0] == 0
    assert f",3600,{shown}," in run("prices", "show", "-c", config, "2026-01-15", "--csv").stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "FILE:1: the first line must be start,price"),
        ("start,price,colour\n", "FILE:1: the first line must be start,price"),
        (CSV + "2026-01-15T00:30:00+02:00\n", "FILE:4: there must be 2 columns"),
        (CSV + "2026-01-15T00:30:00,1\n", "FILE:4: '2026-01-15T00:30:00' lacks its offset"),
        (CSV + "soon,1\n", "FILE:4: 'soon' is no time"),
        (CSV + "2026-01-15T00:30:00.5Z,1\n", "FILE:4: '2026-01-15T00:30:00.5Z' is not on a whole"),
        (
            "start,period_s,price\n2026-01-15T00:00:00Z,3600,1\n",
            "FILE:2: a period of '3600' s, and not the 900 s that were said",
        ),
        (CSV + "2026-01-15T00:31:00Z,1\n", "FILE:4: '2026-01-15T00:31:00Z' is not on a whole"),
        (CSV + "1768428900,40\n", "FILE:4: another price of this start stands above"),
        (CSV + "1768430700,40;3\n", "FILE:4: '40;3' is no price such as 40.33"),
        (CSV + "1768430700,0.00001\n", "FILE:4: '0.00001' has more than 4 decimals"),
        (CSV + "1768430700,10001\n", "FILE:4: '10001' is no price that there can be"),
        (CSV + "1999-01-01T00:00:00Z,1\n", "FILE:4: '1999-01-01T00:00:00Z' is outside the years"),
    ],
)
def test_of_a_file_with_a_fault_nothing_is_kept(config: Path, text: str, told: str) -> None:
    status, words = imported(config, text)
    assert status == 2
    assert told in words
    assert not (config.parent / "wattledger.sqlite").exists()


def test_what_is_no_choice(config: Path) -> None:
    assert imported(config, CSV, "--unit", "EUR/MWh", "--period", "60")[0] == 2
    assert imported(config, CSV, "--area", "XX", *HOW[2:])[0] == 2
    assert run("prices", "import", "-c", config, "nothing.csv", *HOW).exit_code == 2


def answer_of(days: int) -> Answer:
    """From yesterday on, in elering's form."""
    today = HELSINKI.day_of(SystemClock().now_s())
    start, end = (HELSINKI.start_of(today + timedelta(days=by)) for by in (-1, days - 1))
    rows = [{"timestamp": at, "price": 40.33} for at in range(start, end, 900)]
    return Answer(json.dumps({"success": True, "data": {"fi": rows}}).encode())


async def test_a_round_says_what_each_source_answered(config: Path) -> None:
    async with pretend_internet() as internet:
        names = ("porssisahko", "spot-hinta", "elering")
        urls = "".join(f'{name} = "{internet.url}/{name}"\n' for name in names)
        config.write_text(f"{config.read_text()}[prices.base_url]\n{urls}")
        done = await asyncio.to_thread(run, "prices", "fetch", "-c", config)
        assert done.exit_code == 1
        assert done.stdout.count("has nothing yet (404)") == 3
        assert "quarters without a price yet: " in done.stdout
        internet.answers["/elering/api/nps/price"] = answer_of(3)
        done = await asyncio.to_thread(run, "prices", "fetch", "-c", config)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:2] == [
        "porssisahko: has nothing yet (404)",
        "spot-hinta: has nothing yet (404)",
    ]
    assert done.stdout.splitlines()[-1] == "complete"


async def test_a_running_server_takes_what_is_imported_and_reckons_with_it(config: Path) -> None:
    """Without a restart; what is corrected is told."""
    (config.parent / "tariff.toml").write_text(SPOT)
    config.write_text(f'{config.read_text()}[tariff]\nfile = "tariff.toml"\n')
    async with started("serve", "-c", config) as server:
        url = await server.url()
        before = await asyncio.to_thread(asked_of, url)
        assert before["import_price"][:2] == [None, None]
        done = await asyncio.to_thread(imported, config, CSV)
        assert done == (0, "new prices: 2, corrected: 0")
        assert (await asyncio.to_thread(asked_of, url))["import_price"][:2] == [0.04033, -0.5]
        done = await asyncio.to_thread(imported, config, CSV.replace("40.33", "40.34"))
        assert done == (0, "new prices: 0, corrected: 1")
        assert (await asyncio.to_thread(asked_of, url))["import_price"][0] == 0.04034
        faults = (await asyncio.to_thread(asked_of, url, "health"))["faults"]
        told = {fault["kind"]: fault["detail"] for fault in faults}
        assert told["prices_corrected"].startswith("corrected: 1 price of 2026-01-15 (file)")


async def test_a_running_server_keeps_what_was_fetched_beside_it(config: Path) -> None:
    async with pretend_internet() as internet, started("serve", "-c", config) as server:
        url = await server.url()
        config.write_text(
            f'{config.read_text()}[prices]\nsources = ["elering"]\n'
            f'[prices.base_url]\nelering = "{internet.url}"\n'
        )
        internet.answers["/api/nps/price"] = answer_of(3)
        done = await asyncio.to_thread(run, "prices", "fetch", "-c", config)
        assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "complete")
        assert await asyncio.to_thread(asked_of, url, "health")
    today = run("prices", "show", "-c", config, "--csv").stdout.splitlines()
    assert len(today) in (93, 97, 101)
    assert ",40.3300,elering," in today[1]


def test_a_store_that_another_command_has_is_told(config: Path) -> None:
    lock = StoreLock(config.parent / "wattledger.sqlite")
    try:
        status, words = imported(config, CSV)
    finally:
        lock.release()
    assert status == 2
    assert "is in use by another process" in words


def asked_of(url: str, path: str = "prices/2026-01-15") -> dict[str, Any]:
    with urlopen(f"{url.rstrip('/')}/api/v1/{path}") as answer:
        found: dict[str, Any] = json.load(answer)
    return found


SPOT = table(component("spot", "import", "spot", area="FI"), vat=None)
