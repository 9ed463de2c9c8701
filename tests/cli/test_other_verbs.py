"""`check-config`, `openapi`, and what every verb says of itself."""

from pathlib import Path

import pytest

from tests.cli.kit import run, written
from wattledger import __version__
from wattledger.cli import main

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_check_config_says_what_the_settings_mean(tmp_path: Path) -> None:
    config = written(tmp_path)
    config.write_text(config.read_text() + 'password = "p4ss-secret"\n')
    result = run("check-config", "-c", config)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"{config}: all is well",
        "  site    Home, Europe/Helsinki, netted by quarter",
        "  server  http://127.0.0.1:0, access open",
        f"  store   {tmp_path}/wattledger.sqlite",
        "  meter   mains: grid at 127.0.0.1:9",
        "  meter   roof: solar at 127.0.0.2:9, with a password",
    ]
    assert not (tmp_path / "wattledger.sqlite").exists()


def test_check_config_says_what_a_source_is_of_its_meter(tmp_path: Path) -> None:
    config = written(tmp_path)
    battery = 'name = "battery"\nrole = "battery"\nhost = "127.0.0.3"\nproduction = "negative"'
    shared = battery + '\nphases = ["b", "c"]\nfrom = 2026-03-01\n'
    car = 'name = "car"\nrole = "load"\nhost = "127.0.0.3"\nphases = ["a"]\n'
    added = "".join(f"\n[[meters]]\n{one}" for one in (shared, car))
    config.write_text(config.read_text() + added)
    told = run("check-config", "-c", config).stdout.splitlines()
    assert told[-2:] == [
        "  meter   battery: battery at 127.0.0.3, phases b and c, giving where its power is "
        "below 0, from 2026-03-01",
        "  meter   car: load at 127.0.0.3, phase a",
    ]


def test_check_config_tells_an_address_as_a_browser_wants_it(tmp_path: Path) -> None:
    result = run("check-config", "-c", written(tmp_path, server='host = "::1"\nport = 0'))
    assert "  server  http://[::1]:0, access open" in result.stdout.splitlines(), result.output


@pytest.mark.parametrize(
    ("token", "why"),
    [("a", "1 characters"), ("x" * 30, "1 different characters"), ("Zk3v9QpL0sT7uY2wXb4n", None)],
)
def test_check_config_warns_of_a_token_that_can_be_guessed(
    tmp_path: Path, token: str, why: str | None
) -> None:
    config = written(tmp_path, server=f'access = "token"\ntoken = "{token}"\nport = 0')
    result = run("check-config", "-c", config)
    assert result.exit_code == 0, result.output
    assert ("WARNING the token of [server] is weak" in result.output) == (why is not None)
    assert why is None or why in result.output
    assert why is None or f"token {token}" not in result.output


def test_check_config_tells_all_that_is_wrong(tmp_path: Path) -> None:
    result = run("check-config", "-c", written(tmp_path, "http://mains/", "port = -1"))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 3
    assert ":2: server.port: " in result.stderr
    assert ":6: meters.0.host: " in result.stderr


def test_check_config_without_a_file(tmp_path: Path) -> None:
    result = run("check-config", "-c", tmp_path / "nothing.toml")
    assert result.exit_code == 2
    assert "there is no such file" in result.stderr


def test_the_committed_document_is_what_the_code_says() -> None:
    result = run("openapi", "--check", OPENAPI)
    assert result.exit_code == 0, result.stderr
    assert run("openapi").stdout == OPENAPI.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [None, "{}"])
def test_another_document_is_told(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "openapi.json"
    if content is not None:
        file.write_text(content)
    result = run("openapi", "--check", file)
    assert result.exit_code == 2
    assert f"wattledger openapi > {file}" in result.stderr


def test_the_version() -> None:
    assert run("--version").stdout == f"wattledger, version {__version__}\n"


def test_help_names_every_verb_with_a_sentence() -> None:
    text = run("--help").stdout
    for verb in main.commands:
        (line,) = [line for line in text.splitlines() if line.startswith(f"  {verb} ")]
        assert len(line.split()) > 4, line
        assert not line.endswith("..."), line


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_help_of_a_verb_explains_every_option(verb: str) -> None:
    text = run(verb, "--help").stdout
    assert text.startswith(f"Usage: main {verb}")
    for parameter in main.commands[verb].params:
        if parameter.param_type_name != "option" or parameter.name in {"port", "help"}:
            continue
        assert getattr(parameter, "help", None), f"{verb} {parameter.opts}"
        assert parameter.opts[0] in text


def test_an_unknown_verb() -> None:
    assert run("sell").exit_code == 2
