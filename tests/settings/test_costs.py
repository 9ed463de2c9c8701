"""The settings of what electricity costs."""

from pathlib import Path

import pytest

from tests.settings.writing import METER, faults, read


def test_files_of_tariffs_start_at_the_settings(tmp_path: Path) -> None:
    text = METER + '[tariff]\nfile = "t.toml"\ncompare = ["fixed.toml", "/etc/spot.toml"]\n'
    tariff = read(tmp_path, text).tariff
    assert tariff is not None
    assert tariff.file == str(tmp_path / "t.toml")
    assert tariff.compare == (str(tmp_path / "fixed.toml"), "/etc/spot.toml")
    from_environment = {"WATTLEDGER_TARIFF__COMPARE": "a.toml, b.toml"}
    tariff = read(tmp_path, text, from_environment).tariff
    assert tariff is not None
    assert tariff.compare == (str(tmp_path / "a.toml"), str(tmp_path / "b.toml"))


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ("", ["porssisahko", "spot-hinta", "elering"]),
        ('entsoe_token = "secret"\n', ["entsoe", "porssisahko", "spot-hinta", "elering"]),
        ('area = "EE"\n', ["spot-hinta", "elering"]),
        ('area = "SE3"\n', ["spot-hinta"]),
        ('sources = ["sahkotin", "elering"]\n', ["sahkotin", "elering"]),
    ],
)
def test_the_sources_in_their_order(tmp_path: Path, given: str, order: list[str]) -> None:
    prices = read(tmp_path, METER + "[prices]\n" + given).prices
    assert prices is not None
    assert list(prices.order) == order


def test_a_token_may_stand_in_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("very-secret\n")
    settings = read(tmp_path, METER + '[prices]\nentsoe_token_file = "token"\n')
    assert settings.prices is not None
    assert settings.prices.entsoe_token.get_secret_value() == "very-secret"
    assert "very-secret" not in repr(settings)


def test_an_address_takes_the_place_of_a_sources_own(tmp_path: Path) -> None:
    urls = '[prices.base_url]\nspot-hinta = "http://127.0.0.1:9/a"\nentsoe = "https://x.test"\n'
    prices = read(tmp_path, METER + urls).prices
    assert prices is not None
    assert prices.base_url["spot-hinta"] == "http://127.0.0.1:9/a"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('area = "XX"\n', "6: prices.area: must be one of FI, EE"),
        ('sources = ["nordpool"]\n', "6: prices.sources: must be a list of sources among porss"),
        ("sources = []\n", "6: prices.sources: must be a list of sources among porss"),
        ('area = "SE3"\nsources = ["elering"]\n', "5: prices: elering has no prices of SE3"),
        ('sources = ["entsoe"]\n', "5: prices: entsoe needs entsoe_token"),
        ('[prices.base_url]\nelering = "http://x.test"\n', "prices.base_url: elering must begin"),
        ('[prices.base_url]\nelering = "https://a:b@x.test"\n', "prices.base_url: elering must"),
        ('[prices.base_url]\nelering = "https://x.test:a"\n', "prices.base_url: elering must"),
        ('[prices.base_url]\nelering = "ftp://x.test"\n', "prices.base_url: elering must"),
        ('[prices.base_url]\nelering = "https:///a"\n', "prices.base_url: elering must"),
        ('[prices.base_url]\nnordpool = "https://x.test"\n', "prices.base_url: has addresses of"),
        ('[tariff]\ncompare = ["a"]\n', "6: tariff.file: missing"),
        ('[tariff]\nfile = "a"\ncompare = [1]\n', "8: tariff.compare: must be a list of files"),
    ],
)
def test_faults(tmp_path: Path, given: str, told: str) -> None:
    (fault,) = faults(tmp_path, METER + "[prices]\n" + given)
    assert told in fault
