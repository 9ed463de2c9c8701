"""`tariff check` as whoever types it meets it."""

import signal
from pathlib import Path

import httpx

from tests import tariff_text
from tests.cli.kit import run, started, written
from tests.tariff_text import component, row

WORKDAY = '  [[component.zone]]\n  hours = "07:00-22:00"\n  days = "mon-fri"\n  price = "5.10"'
POWER = {"name": "power", "window": "quarter", "threshold_kw": "8", "price": "1.50"}
TABLE = tariff_text.table(
    component("energy", "import", "spot", area="FI", margin="0.39", floor="0"),
    component("transfer", "import", "zones", WORKDAY, price="3.20"),
    component("sold", "export", "fixed", "to = 2025-02-01", price="-0.30"),
    row("monthly", name="fee", amount="4.00"),
    row("demand", "count = 3", "distinct_days = true", **POWER),
)


def table(folder: Path, text: str = TABLE) -> Path:
    path = folder / "home.toml"
    path.write_text(text)
    return path


def test_a_week_in_words(tmp_path: Path) -> None:
    done = run("tariff", "check", table(tmp_path))
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    market = "spot FI, at least 0 with 25.50 % VAT +"
    assert lines[0].startswith("home: the week from ")
    assert f"Mon-Fri 07:00-22:00 {market} 6.88995 c/kWh" in lines
    assert f"Sat-Sun 00:00-24:00 {market} 4.50545 c/kWh" in lines
    assert "Mon-Sun sold: no price from 2025-02-01" in lines
    assert "every month fee: 5.02 EUR" in lines
    power = "power: the 3 highest quarters of different days"
    assert f"every month {power}, 1.8825 EUR for each kW above 8.00 kW" in lines


def test_when_a_power_fee_counts_is_told(tmp_path: Path) -> None:
    night = '  [[demand.zone]]\n  hours = "22:00-07:00"\n  weight = "0.5"'
    weekend = '  [[demand.zone]]\n  days = "sat-sun"\n  weight = "0"'
    fee = row("demand", night, weekend, **POWER)
    bought = component("energy", "import", "fixed", price="5")
    done = run("tariff", "check", table(tmp_path, tariff_text.table(bought, fee)))
    assert [" ".join(line.split()) for line in done.stdout.splitlines()[-4:]] == [
        "Mon-Fri 00:00-07:00 counts 0.50 of it",
        "Mon-Fri 07:00-22:00 counts",
        "Mon-Fri 22:00-24:00 counts 0.50 of it",
        "Sat-Sun 00:00-24:00 does not count",
    ]


def test_a_gap_is_told_also_where_it_is_not_this_week_s(tmp_path: Path) -> None:
    tax = component("tax", "import", "fixed", "to = 2026-04-01", price="2")
    later = component("tax", "import", "fixed", "to = 2199-01-01", price="2")
    rows = tax, later.replace("from = 2020-01-01", "from = 2026-05-01")
    done = run("tariff", "check", table(tmp_path, tariff_text.table(*rows)))
    assert [line.strip() for line in done.stdout.splitlines()[3:]] == [
        "at any time: tax: no price from 2026-04-01 to 2026-05-01",
        "at any time: tax: no price from 2199-01-01",
    ]


def test_all_faults_on_standard_error(tmp_path: Path) -> None:
    path = table(tmp_path, TABLE.replace('"import"', '"in"'))
    done = run("tariff", "check", path)
    assert done.exit_code == 2
    assert done.stdout == ""
    words = "side must be one of import, export"
    assert done.stderr.splitlines() == [f"{path}:8: {words}", f"{path}:16: {words}"]


def test_no_such_file(tmp_path: Path) -> None:
    done = run("tariff", "check", tmp_path / "nothing.toml")
    assert done.exit_code == 2
    assert "No such file" in done.stderr


def test_check_config_reads_the_tables_too(tmp_path: Path) -> None:
    config = written(tmp_path / "home")
    config.write_text(f'{config.read_text()}[tariff]\nfile = "home.toml"\n[prices]\narea = "EE"\n')
    path = table(config.parent)
    done = run("check-config", "-c", config)
    assert done.exit_code == 0
    assert "tariff  home: 3 components" in done.stdout
    assert "prices  EE from spot-hinta, elering" in done.stdout
    path.unlink()
    done = run("check-config", "-c", config)
    assert done.exit_code == 2
    assert f"{path}: can't be read: No such file" in done.stderr
    table(config.parent, TABLE.replace('"import"', '"in"'))
    done = run("check-config", "-c", config)
    assert done.exit_code == 2
    assert f"{path}:8: side must be one of" in done.stderr
    assert not done.stdout


async def test_a_table_that_is_broken_while_the_server_runs_changes_nothing(
    tmp_path: Path,
) -> None:
    config = written(tmp_path / "home")
    config.write_text(f'{config.read_text()}[tariff]\nfile = "home.toml"\n')
    table(config.parent)
    async with started("serve", "-c", config) as server, httpx.AsyncClient() as asking:
        url = await server.url()
        table(config.parent, TABLE.replace('"import"', '"in"'))
        server.send(signal.SIGHUP)
        await server.logged("nothing is changed")
        assert (await asking.get(f"{url}/api/v1/prices/today")).status_code == 200
        server.send(signal.SIGTERM)
        assert (await server.end())[0] == 0
